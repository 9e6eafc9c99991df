package dev.ligo.core.train;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.ligo.api.HostArray;
import dev.ligo.api.LigoException;
import dev.ligo.core.checkpoint.FileDType;
import dev.ligo.core.checkpoint.FileSpec;
import dev.ligo.core.checkpoint.JsonValue;
import dev.ligo.core.checkpoint.SafetensorsFile;
import dev.ligo.core.checkpoint.SafetensorsWriter;
import dev.ligo.core.io.ArraysOnDemand;
import dev.ligo.core.io.Hashes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The state of a run after a step, as a safetensors file. Its header holds a SHA-256 over all the
 * rest, so that a changed bit is noticed wherever it is. One array at a time is in memory.
 *
 * @param step the number of steps done
 * @param run what the run is, see {@link RunIdentity}
 * @param changes what was allowed to change when the run was continued, in order
 * @param values the arrays by name
 */
record StateFile(long step, JsonObject run, JsonArray changes, Map<String, HostArray> values) {
  /** The names of such files. */
  static final Pattern NAME = Pattern.compile("state-\\d{10,}\\.safetensors");

  /** The format that this version writes, and the only one that it reads. */
  private static final String FORMAT = "1";

  private static final Logger LOGGER = LoggerFactory.getLogger(StateFile.class);

  private static final String VERSION = "ligo.format";
  private static final String STEP = "ligo.step";
  private static final String RUN = "ligo.run";
  private static final String CHANGES = "ligo.changes";
  private static final String CHECKSUM = "ligo.sha256";

  /** Returns the states in a directory, the newest first; none where there is no directory. */
  static List<Path> newestFirst(Path directory) throws IOException {
    if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .filter(f -> NAME.matcher(f.getFileName().toString()).matches())
          .sorted(Comparator.comparing((Path f) -> f.getFileName().toString()).reversed())
          .toList();
    }
  }

  /** Returns the bytes of the states in a directory. */
  static long bytes(Path directory) {
    try {
      long bytes = 0;
      for (Path file : newestFirst(directory)) {
        bytes += Files.size(file);
      }
      return bytes;
    } catch (IOException e) {
      return 0; // who cannot list it cannot continue from it
    }
  }

  /** Returns the newest state that is as it was written, and names those that are not. */
  static StateFile newestWhole(List<Path> newestFirst) {
    List<TrainingException> damaged = new ArrayList<>();
    for (Path file : newestFirst) {
      try {
        StateFile state = read(file);
        damaged.forEach(
            e -> LOGGER.warn("{} The run continues after step {}.", e.getMessage(), state.step()));
        return state;
      } catch (TrainingException e) {
        damaged.add(e);
      }
    }
    throw new TrainingException(
        damaged.get(0).getMessage()
            + " No earlier state is whole; remove "
            + newestFirst.get(0).getParent()
            + " to begin again.",
        damaged.get(0));
  }

  /**
   * Returns what the run is whose states these are, as the newest says whose header can be read,
   * whatever else is in it; empty if none can.
   */
  static JsonObject run(List<Path> newestFirst) {
    for (Path file : newestFirst) {
      try (SafetensorsFile f = SafetensorsFile.open(file)) {
        return parsed(file, f.metadata(), RUN).object();
      } catch (LigoException e) {
        LOGGER.debug("passed over", e);
      }
    }
    return new JsonObject();
  }

  /** Returns where a state stands in a directory. */
  static Path at(Path directory, long step) {
    return directory.resolve(name(step));
  }

  /** Returns the name of the state after a step. */
  static String name(long step) {
    return String.format(Locale.ROOT, "state-%010d.safetensors", step);
  }

  /**
   * Writes the state through to the disk, whole or not at all.
   *
   * @throws dev.ligo.core.checkpoint.CheckpointException if it cannot be written
   */
  void write(Path file) {
    Map<String, FileSpec> specs = new TreeMap<>();
    values.forEach((n, a) -> specs.put(n, new FileSpec(FileDType.of(a.dtype()), a.shape())));
    Map<String, String> metadata =
        Map.of(
            VERSION, FORMAT,
            STEP, Long.toString(step),
            RUN, run.toString(),
            CHANGES, changes.toString(),
            CHECKSUM, checksum());
    try (SafetensorsWriter writer = SafetensorsWriter.create(file, specs, metadata)) {
      values.forEach(writer::write);
    }
  }

  /**
   * Reads a state.
   *
   * @throws TrainingException if it is not the state that was written
   */
  static StateFile read(Path file) {
    try (SafetensorsFile f = SafetensorsFile.open(file)) {
      Map<String, String> metadata = f.metadata();
      String format = metadata.getOrDefault(VERSION, "none");
      if (!format.equals(FORMAT)) {
        throw new TrainingException(
            file
                + " is a state in format "
                + format
                + ", and this version reads format "
                + FORMAT
                + "; continue it with the version that wrote it.");
      }
      Set<String> names = f.entries().keySet();
      StateFile state =
          new StateFile(
              parsed(file, metadata, STEP).whole(0, Long.MAX_VALUE),
              parsed(file, metadata, RUN).object(),
              parsed(file, metadata, CHANGES).array(),
              new ArraysOnDemand(names, f::read));
      if (!state.checksum().equals(metadata.get(CHECKSUM))) {
        throw new TrainingException(file + " is damaged: it does not have the checksum it names.");
      }
      if (!file.getFileName().toString().equals(name(state.step()))) {
        throw new TrainingException(
            file + " is damaged: it holds the state after step " + state.step() + ".");
      }
      return new StateFile(
          state.step(),
          state.run(),
          state.changes(),
          new ArraysOnDemand(names, name -> read(file, name)));
    } catch (TrainingException e) {
      throw e;
    } catch (LigoException e) {
      throw new TrainingException(file + " is damaged: " + e.getMessage(), e);
    }
  }

  private static HostArray read(Path file, String name) {
    try (SafetensorsFile f = SafetensorsFile.open(file)) {
      return f.read(name);
    }
  }

  private static JsonValue parsed(Path file, Map<String, String> metadata, String key) {
    return JsonValue.parse(
        metadata.getOrDefault(key, "null"),
        problem -> new TrainingException(file + " is damaged: '" + key + "': " + problem + "."));
  }

  private String checksum() {
    MessageDigest digest = Hashes.sha256();
    add(digest, Long.toString(step));
    add(digest, run.toString());
    add(digest, changes.toString());
    Hashes.update(digest, values);
    return Hashes.hex(digest);
  }

  /** Adds a text that cannot run into the next one. */
  private static void add(MessageDigest digest, String text) {
    digest.update(text.getBytes(StandardCharsets.UTF_8));
    digest.update((byte) 0);
  }
}
