package dev.ligo.core.experiment;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.ligo.api.LigoException;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * The files of a study: {@code study.json} says what is compared, {@code runs/} holds a file for
 * each run that is done, and beside it what a run that was interrupted goes on from.
 */
final class StudyDirectory {
  private static final Gson GSON = new GsonBuilder().setPrettyPrinting().create();
  private static final String DESCRIPTION = "study.json";
  private static final String CANDIDATES = "candidates";

  private final Path path;
  private final Path runs;

  /**
   * Opens a directory, or creates it.
   *
   * @param description what must be the same for results to be added to
   * @param candidates what must be the same of each candidate that was there before
   * @param resume whether a study that is there is continued
   * @throws StudyException if results are there that are not to be continued, or of another study
   */
  StudyDirectory(Path path, JsonObject description, JsonObject candidates, boolean resume) {
    this.path = path;
    this.runs = path.resolve("runs");
    Path file = path.resolve(DESCRIPTION);
    JsonObject earlier = new JsonObject();
    if (Files.exists(file)) {
      if (!resume) {
        throw new StudyException(
            path + " holds a study; continue it with --resume, or name another directory.");
      }
      JsonObject before = read(file);
      requireSame(before, description, description.keySet());
      earlier = before.getAsJsonObject(CANDIDATES);
      Set<String> known = new TreeSet<>(earlier.keySet());
      known.retainAll(candidates.keySet());
      requireSame(earlier, candidates, known);
    } else if (Files.exists(path) && !isEmpty(path)) {
      throw new StudyException(
          path + " exists and is not a study; remove it, or name another directory.");
    }
    JsonObject all = earlier.deepCopy();
    candidates.entrySet().forEach(e -> all.add(e.getKey(), e.getValue()));
    JsonObject whole = description.deepCopy();
    whole.add(CANDIDATES, all);
    write(file, whole);
  }

  private void requireSame(JsonObject before, JsonObject now, Set<String> keys) {
    for (String key : keys) {
      if (!now.get(key).equals(before.get(key))) {
        throw new StudyException(
            path
                + " holds another study, whose "
                + key
                + " is "
                + before.get(key)
                + " and not "
                + now.get(key)
                + "; continue it as it was begun, or name another directory.");
      }
    }
  }

  private static boolean isEmpty(Path directory) {
    try (Stream<Path> files = Files.list(directory)) {
      return files.findAny().isEmpty();
    } catch (IOException e) {
      throw new StudyException(directory + " cannot be read: " + LigoException.reason(e) + ".", e);
    }
  }

  /** Returns where a run stands, or will: a file, beside which its work goes on. */
  Path run(String candidate, long seed, double rate) {
    return runs.resolve(name(candidate, seed, rate) + ".json");
  }

  /** Returns the directory in which a run's model is kept. */
  Path model(String candidate, long seed, double rate) {
    return path.resolve("models").resolve(name(candidate, seed, rate));
  }

  private static String name(String candidate, long seed, double rate) {
    String plain = BigDecimal.valueOf(rate).stripTrailingZeros().toPlainString();
    return candidate + "@" + plain + "-" + seed;
  }

  /** Returns the directory in which a grown checkpoint stands until its runs are done. */
  Path grown(String candidate, long seed) {
    return runs.resolve(candidate + "-" + seed + ".grown");
  }

  private Path cost(String candidate, long seed) {
    return runs.resolve(candidate + "-" + seed + ".growing.json");
  }

  /** Returns what growing took, if a run has grown already. */
  Optional<StudyRun.Cost> growing(String candidate, long seed) {
    Path file = cost(candidate, seed);
    if (!Files.exists(file)) {
      remove(grown(candidate, seed)); // grown, but it is not known at what cost
      return Optional.empty();
    }
    return Optional.of(cost(file, read(file)));
  }

  private static StudyRun.Cost cost(Path file, JsonObject o) {
    return new StudyRun.Cost(number(file, o, "flops"), number(file, o, "seconds"));
  }

  /** Keeps what growing took. */
  void growing(String candidate, long seed, StudyRun.Cost cost) {
    write(cost(candidate, seed), json(cost));
  }

  private static JsonObject json(StudyRun.Cost cost) {
    JsonObject o = new JsonObject();
    o.addProperty("flops", cost.flops());
    o.addProperty("seconds", cost.seconds());
    return o;
  }

  /**
   * Returns a run that is done.
   *
   * @throws StudyException if its file is damaged
   */
  Optional<StudyRun> done(String candidate, long seed, double rate) {
    Path file = run(candidate, seed, rate);
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    JsonObject o = read(file);
    List<Curve.Point> points = new ArrayList<>();
    try {
      o.getAsJsonArray("points").forEach(p -> points.add(point(file, p.getAsJsonObject())));
      OptionalDouble source =
          o.has("source_flops")
              ? OptionalDouble.of(number(file, o, "source_flops"))
              : OptionalDouble.empty();
      StudyRun.Cost growing = cost(file, o.getAsJsonObject("growing"));
      return Optional.of(new StudyRun(candidate, seed, rate, growing, source, points));
    } catch (ClassCastException | NullPointerException | IllegalStateException e) {
      throw damaged(file, e);
    }
  }

  /** Keeps a run that is done. */
  void done(StudyRun run) {
    JsonObject o = new JsonObject();
    o.addProperty("candidate", run.candidate());
    o.addProperty("seed", run.seed());
    o.addProperty("learning_rate", run.learningRate());
    o.add("growing", json(run.growing()));
    run.sourceFlops().ifPresent(f -> o.addProperty("source_flops", f));
    JsonArray points = new JsonArray();
    run.points().forEach(p -> points.add(json(p)));
    o.add("points", points);
    write(run(run.candidate(), run.seed(), run.learningRate()), o);
  }

  /** Removes a grown checkpoint, all of whose runs are done. */
  void removeGrown(String candidate, long seed) {
    remove(grown(candidate, seed));
    remove(cost(candidate, seed));
  }

  /** Returns a point as it stands in files. */
  static JsonObject json(Curve.Point p) {
    JsonObject o = new JsonObject();
    o.addProperty("step", p.step());
    o.addProperty("flops", p.flops());
    o.addProperty("seconds", p.seconds());
    o.addProperty("loss", p.loss());
    return o;
  }

  /** Returns a point that {@link #json} made. */
  static Curve.Point point(Path file, JsonObject o) {
    return new Curve.Point(
        (long) number(file, o, "step"),
        number(file, o, "flops"),
        number(file, o, "seconds"),
        number(file, o, "loss"));
  }

  private static double number(Path file, JsonObject o, String key) {
    JsonElement e = o.get(key);
    if (e == null || !e.isJsonPrimitive() || !e.getAsJsonPrimitive().isNumber()) {
      throw damaged(file, new StudyException("'" + key + "' should be a number, found " + e));
    }
    return e.getAsDouble();
  }

  /** Keeps results under a name, replacing earlier ones when they are whole. */
  void results(String name, String text) {
    write(path.resolve(name), text);
  }

  private static void write(Path file, JsonObject o) {
    write(file, GSON.toJson(o) + "\n");
  }

  private static void write(Path file, String text) {
    Path partial = file.resolveSibling("." + file.getFileName() + ".partial");
    try {
      Files.createDirectories(file.getParent());
      Files.writeString(partial, text);
      Files.move(
          partial, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new StudyException(file + " cannot be written: " + LigoException.reason(e) + ".", e);
    }
  }

  private static JsonObject read(Path file) {
    try {
      return JsonParser.parseString(Files.readString(file)).getAsJsonObject();
    } catch (IOException | RuntimeException e) {
      throw damaged(file, e);
    }
  }

  private static StudyException damaged(Path file, Exception e) {
    return new StudyException(
        file + " is damaged (" + e.getMessage() + "); remove it, and that part is done again.", e);
  }

  private static void remove(Path path) {
    if (!Files.exists(path)) {
      return;
    }
    try (Stream<Path> walk = Files.walk(path)) {
      for (Path p : walk.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(p);
      }
    } catch (IOException e) {
      throw new StudyException(path + " cannot be removed: " + LigoException.reason(e) + ".", e);
    }
  }
}
