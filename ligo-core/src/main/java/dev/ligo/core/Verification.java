package dev.ligo.core;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import dev.ligo.api.CancelledException;
import dev.ligo.api.HostArray;
import dev.ligo.api.LigoException;
import dev.ligo.api.Wording;
import dev.ligo.core.checkpoint.CheckpointException;
import dev.ligo.core.data.ProgressListener;
import dev.ligo.core.data.Work;
import dev.ligo.core.model.Architecture;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.stream.Stream;

/**
 * What a checkpoint was found to be when all of it was read: the config and the tensors agree, all
 * values are finite, tied weights are equal, and the files are those that ligo wrote.
 *
 * @param findings what was looked at, in order
 */
public record Verification(List<Finding> findings) {
  private static final String CONFIG = "config and tensors";

  /**
   * What was found of one property.
   *
   * @param property what was looked at, in a few words
   * @param result what it came to
   * @param detail what was found
   */
  public record Finding(String property, Result result, String detail) {}

  /** How a property was found. */
  public enum Result {
    /** It holds. */
    HOLDS,
    /** It does not hold. */
    BROKEN,
    /** There is nothing to hold it against. */
    UNKNOWN
  }

  /**
   * Copies the findings.
   *
   * @param findings what was looked at, in order
   */
  public Verification {
    findings = List.copyOf(findings);
  }

  /** {@return whether nothing was found broken} */
  public boolean isSound() {
    return findings.stream().noneMatch(f -> f.result() == Result.BROKEN);
  }

  /** Reads all of a checkpoint. */
  static Verification of(
      Path directory, Collection<Architecture<?>> architectures, ProgressListener listener) {
    List<Finding> findings = new ArrayList<>();
    String looked = CONFIG;
    try (Checkpoint checkpoint =
        Checkpoint.open(directory, List.copyOf(architectures), OpenOptions.DEFAULT)) {
      findings.add(
          holds(
              CONFIG,
              checkpoint.model().architecture().name()
                  + ", "
                  + checkpoint.model().layout().shapes().size()
                  + " tensors of the shapes that the config asks for"));
      checkpoint.notes().forEach(n -> findings.add(new Finding("note", Result.UNKNOWN, n)));
      findings.add(values(checkpoint, listener));
      looked = "other files";
      findings.add(jsonFiles(checkpoint));
      looked = "hashes";
      findings.add(hashes(checkpoint, listener));
    } catch (CancelledException e) {
      throw e;
    } catch (LigoException e) {
      findings.add(new Finding(looked, Result.BROKEN, e.getMessage()));
    }
    return new Verification(findings);
  }

  private static Finding holds(String property, String detail) {
    return new Finding(property, Result.HOLDS, detail);
  }

  /** Reads what goes with the model, as far as it is JSON. */
  private static Finding jsonFiles(Checkpoint checkpoint) {
    int read = checkpoint.directory().requireJson();
    return holds("other files", Wording.count(read, "file") + " of JSON");
  }

  /** Reads all values, which refuses those that are not finite. */
  private static Finding values(Checkpoint checkpoint, ProgressListener listener) {
    List<String> refused = new ArrayList<>();
    Collection<String> names = checkpoint.shapes().keySet();
    Work work = new Work("reading", "tensors", names.size());
    work.begin(listener);
    long read = 0;
    for (String name : names) {
      try {
        if (checkpoint.stored(name).isPresent()) {
          checkpoint.requireFinite(name);
        } else { // a part of a tensor: the others are looked at under their own names
          HostArray unused = checkpoint.read(name);
        }
      } catch (CheckpointException e) {
        refused.add(e.getMessage());
      }
      work.done(listener, ++read);
    }
    return refused.isEmpty()
        ? holds("finite values", "all")
        : new Finding("finite values", Result.BROKEN, String.join(" ", refused));
  }

  private static Finding hashes(Checkpoint checkpoint, ProgressListener listener) {
    Optional<JsonObject> written =
        Stream.of(Checkpoint.TRAINING, GrowthRecord.FILE)
            .flatMap(name -> checkpoint.directory().record(name).stream())
            .filter(o -> o.get(CheckpointWriter.SHA256) instanceof JsonObject)
            .map(o -> o.getAsJsonObject(CheckpointWriter.SHA256))
            .findFirst();
    if (written.isEmpty()) {
      return new Finding(
          "hashes", Result.UNKNOWN, "no record of growing or training names the files' hashes");
    }
    SortedMap<String, String> now =
        checkpoint.directory().sha256(() -> Work.check(listener, "computing hashes"));
    List<String> other = new ArrayList<>();
    for (Map.Entry<String, String> e : now.entrySet()) {
      JsonElement before = written.get().get(e.getKey());
      if (!new JsonPrimitive(e.getValue()).equals(before)) {
        other.add(e.getKey());
      }
    }
    return other.isEmpty()
        ? holds("hashes", now.size() + (now.size() == 1 ? " file" : " files") + " as written")
        : new Finding("hashes", Result.BROKEN, String.join(", ", other) + ": not what ligo wrote");
  }
}
