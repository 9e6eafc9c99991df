package dev.ligo.core.comparison;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.ligo.api.LigoException;
import dev.ligo.api.Wording;
import dev.ligo.core.checkpoint.JsonValue;
import dev.ligo.core.io.RegularFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

/**
 * The file that says what the runs of a directory are runs of. It holds the number of the format,
 * what must be the same for results to be added to, the candidates, and the settings of the last
 * command, which may change from one to the next.
 */
final class DescriptionFile {
  /** The name of the file. */
  static final String NAME = "comparison.json";

  /** The format of directories that this version writes, and the only one that it reads. */
  static final int FORMAT = 2;

  /** What the file was called in the first format. */
  private static final String FIRST = "study.json";

  private static final String VERSION = "format";

  /** The hash of all data and the shapes of sources, which older comparisons have not. */
  private static final Set<String> ADDED = Set.of("sha256", SourceCurve.SHAPE);

  private static final String CANDIDATES = "candidates";
  private static final String SETTINGS = "settings";

  private DescriptionFile() {}

  /** Returns whether a directory has a description, of whichever format. */
  static boolean isIn(Path directory) {
    return Files.exists(directory.resolve(NAME)) || Files.exists(directory.resolve(FIRST));
  }

  /**
   * Reads the description of a directory.
   *
   * @throws ComparisonException if it is damaged, or of another format
   */
  static JsonObject read(Path directory) {
    Path file = directory.resolve(NAME);
    if (!Files.exists(file)) {
      throw Files.exists(directory.resolve(FIRST))
          ? older(directory, FIRST)
          : new ComparisonException(
              directory + " holds no comparison; name a directory that has " + NAME + ".");
    }
    JsonObject o;
    try {
      o = JsonValue.parse(RegularFile.text(file), problem -> damaged(file, problem)).object();
    } catch (IOException e) {
      throw damaged(file, LigoException.reason(e));
    }
    JsonValue value = value(directory, o);
    value.get(CANDIDATES).object();
    if (!o.has(VERSION)) {
      throw older(directory, NAME);
    }
    requireFormat(directory, o.get(VERSION));
    value.get(SETTINGS).object();
    return o;
  }

  /** Returns a description, or a part of one, to be read value by value. */
  static JsonValue value(Path directory, JsonObject description) {
    return JsonValue.of(description, problem -> damaged(directory.resolve(NAME), problem));
  }

  /** Returns the number of steps of a whole run. */
  static long steps(Path directory, JsonObject description) {
    return value(directory, description).get("steps").whole(1, Long.MAX_VALUE);
  }

  private static void requireFormat(Path directory, JsonElement format) {
    if (!format.toString().equals(Integer.toString(FORMAT))) {
      throw new ComparisonException(
          directory
              + " holds a comparison in format "
              + format
              + ", and this version reads format "
              + FORMAT
              + "; continue it with the version that wrote it, or name another directory. Nothing"
              + " in it was changed.");
    }
  }

  private static ComparisonException older(Path directory, String file) {
    return new ComparisonException(
        directory
            + " holds a comparison in the format of an older version ("
            + file
            + "); continue it with that version, or name another directory. Nothing in it was"
            + " changed.");
  }

  private static ComparisonException damaged(Path file, String problem) {
    return new ComparisonException(
        file
            + " is damaged ("
            + problem
            + "), and says what the runs beside it are of; put it back as it was, or name another"
            + " directory.");
  }

  /** Returns a whole description of its parts. */
  static JsonObject of(JsonObject description, JsonObject candidates, JsonObject settings) {
    JsonObject whole = new JsonObject();
    whole.addProperty(VERSION, FORMAT);
    description.entrySet().forEach(e -> whole.add(e.getKey(), e.getValue()));
    whole.add(SETTINGS, settings);
    whole.add(CANDIDATES, candidates);
    return whole.deepCopy();
  }

  /** Returns the candidates of a description, by their names. */
  static JsonObject candidates(JsonObject whole) {
    return whole.getAsJsonObject(CANDIDATES);
  }

  /** Returns all of a description but the candidates as one object. */
  static JsonObject settings(JsonObject whole) {
    JsonObject all = new JsonObject();
    whole.entrySet().stream()
        .filter(e -> !Set.of(VERSION, CANDIDATES, SETTINGS).contains(e.getKey()))
        .forEach(e -> all.add(e.getKey(), e.getValue()));
    whole.getAsJsonObject(SETTINGS).entrySet().forEach(e -> all.add(e.getKey(), e.getValue()));
    return all;
  }

  /**
   * Returns the candidates that were there and those that are added.
   *
   * @throws ComparisonException if something is not as it was
   */
  static JsonObject added(
      Path directory, JsonObject before, JsonObject description, JsonObject candidates) {
    requireSame(directory, "", before, description, description.keySet());
    JsonObject all = candidates(before).deepCopy();
    Set<String> known = new LinkedHashSet<>(all.keySet());
    known.retainAll(candidates.keySet());
    requireSame(directory, "candidate ", all, candidates, known);
    candidates.entrySet().forEach(e -> all.add(e.getKey(), e.getValue()));
    return all;
  }

  private static void requireSame(
      Path directory, String what, JsonObject before, JsonObject now, Set<String> keys) {
    for (String key : keys) {
      JsonElement was = before.get(key);
      JsonElement is = now.get(key);
      if (was == null && ADDED.contains(key)) {
        continue;
      }
      if (is instanceof JsonObject inside && was instanceof JsonObject insideBefore) {
        Set<String> all = new TreeSet<>(inside.keySet());
        all.addAll(insideBefore.keySet());
        requireSame(directory, what + key + "'s ", insideBefore, inside, all);
      } else if (!Objects.equals(is, was)) {
        throw new ComparisonException(
            directory
                + " holds another comparison, whose "
                + what
                + key
                + " is "
                + (was == null ? "not there" : Wording.numbers(was.toString()))
                + " and not "
                + (is == null ? "left out" : Wording.numbers(is.toString()))
                + "; continue it as it was begun, or name another directory.");
      }
    }
  }
}
