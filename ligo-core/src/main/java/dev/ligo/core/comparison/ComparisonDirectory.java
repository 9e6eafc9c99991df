package dev.ligo.core.comparison;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import dev.ligo.api.LigoException;
import dev.ligo.core.train.DirectoryLock;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * The files of a comparison: {@code comparison.json} says what is compared, {@code runs/} holds a
 * file for each run that is done, and beside it what a run that was interrupted goes on from. While
 * it is open no other process works in it.
 */
final class ComparisonDirectory implements AutoCloseable {
  private static final Gson GSON = new GsonBuilder().setPrettyPrinting().serializeNulls().create();
  private static final String DESCRIPTION = "comparison.json";
  private static final String CANDIDATES = "candidates";
  private static final String RUN = ".json";
  private static final String COST = ".growing.json";

  private final Path path;
  private final Path runs;
  private final DirectoryLock lock;
  private final JsonObject candidates;
  private final long steps;

  private ComparisonDirectory(Path path, DirectoryLock lock, JsonObject description) {
    this.path = path;
    this.runs = path.resolve("runs");
    this.lock = lock;
    this.candidates = description.getAsJsonObject(CANDIDATES);
    this.steps = description.get("steps").getAsLong();
  }

  /**
   * Opens a directory, or creates it.
   *
   * @param description what must be the same for results to be added to
   * @param candidates what must be the same of each candidate that was there before
   * @param resume whether a comparison that is there is continued
   * @throws ComparisonException if results are there that are not to be continued, or are of
   *     another comparison, or damaged; or another process is working on them
   */
  static ComparisonDirectory open(
      Path path, JsonObject description, JsonObject candidates, boolean resume) {
    requireUsable(path, resume);
    Path file = path.resolve(DESCRIPTION);
    DirectoryLock lock = lock(path);
    try {
      JsonObject whole = description.deepCopy();
      whole.add(
          CANDIDATES,
          Files.exists(file)
              ? added(path, described(file), description, candidates)
              : candidates.deepCopy());
      ComparisonDirectory files = new ComparisonDirectory(path, lock, whole);
      files.runs(); // damaged ones are known before anything is written
      write(file, whole);
      return files;
    } catch (RuntimeException e) {
      release(path, lock);
      throw e;
    }
  }

  /** Refuses a directory with something else in it than results that are to be continued. */
  static void requireUsable(Path path, boolean resume) {
    boolean comparison = Files.exists(path.resolve(DESCRIPTION));
    if (comparison && !resume) {
      throw new ComparisonException(
          path + " holds a comparison; continue it with --resume, or name another directory.");
    }
    if (!comparison && Files.exists(path) && !isEmpty(path)) {
      throw new ComparisonException(
          Files.isDirectory(path.resolve("runs"))
              ? path
                  + " holds runs, but not "
                  + DESCRIPTION
                  + ", which says what they are of; put it back, or name another directory."
              : path + " exists and is not a comparison; name another directory.");
    }
  }

  private static DirectoryLock lock(Path path) {
    try {
      Files.createDirectories(path);
      return DirectoryLock.of(path)
          .orElseThrow(
              () ->
                  new ComparisonException(
                      "another process is working on the comparison in "
                          + path
                          + "; wait for it, or stop it."));
    } catch (IOException e) {
      throw new ComparisonException(
          path + " cannot be written: " + LigoException.reason(e) + ".", e);
    }
  }

  private static void release(Path path, DirectoryLock lock) {
    try {
      lock.close();
    } catch (IOException e) {
      throw new ComparisonException(
          path + " cannot be written: " + LigoException.reason(e) + ".", e);
    }
  }

  @Override
  public void close() {
    release(path, lock);
  }

  private static JsonObject described(Path file) {
    try {
      JsonObject o = JsonParser.parseString(Files.readString(file)).getAsJsonObject();
      if (o.get(CANDIDATES) instanceof JsonObject) {
        return o;
      }
    } catch (IOException | RuntimeException e) {
      throw misdescribed(file, e);
    }
    throw misdescribed(file, null);
  }

  private static ComparisonException misdescribed(Path file, Exception cause) {
    return new ComparisonException(
        file
            + " is damaged, and says what the runs beside it are of; put it back as it was, or name"
            + " another directory.",
        cause);
  }

  /** Returns the candidates that were there and those that are added. */
  private static JsonObject added(
      Path path, JsonObject before, JsonObject description, JsonObject candidates) {
    requireSame(path, "", before, description, description.keySet());
    JsonObject all = before.getAsJsonObject(CANDIDATES).deepCopy();
    Set<String> known = new TreeSet<>(all.keySet());
    known.retainAll(candidates.keySet());
    requireSame(path, "candidate ", all, candidates, known);
    candidates.entrySet().forEach(e -> all.add(e.getKey(), e.getValue()));
    return all;
  }

  private static void requireSame(
      Path path, String what, JsonObject before, JsonObject now, Set<String> keys) {
    for (String key : keys) {
      JsonElement was = before.get(key);
      JsonElement is = now.get(key);
      if (is instanceof JsonObject inside && was instanceof JsonObject insideBefore) {
        Set<String> all = new TreeSet<>(inside.keySet());
        all.addAll(insideBefore.keySet());
        requireSame(path, what + key + "'s ", insideBefore, inside, all);
      } else if (!Objects.equals(is, was)) {
        throw new ComparisonException(
            path
                + " holds another comparison, whose "
                + what
                + key
                + " is "
                + (was == null ? "not there" : was)
                + " and not "
                + (is == null ? "left out" : is)
                + "; continue it as it was begun, or name another directory.");
      }
    }
  }

  private static boolean isEmpty(Path directory) {
    try (Stream<Path> files = Files.list(directory)) {
      return files.allMatch(f -> f.endsWith(DirectoryLock.FILE));
    } catch (IOException e) {
      throw new ComparisonException(
          directory + " cannot be read: " + LigoException.reason(e) + ".", e);
    }
  }

  /** Returns what the candidates are, by their names, also those that were there before. */
  JsonObject candidates() {
    return candidates;
  }

  /** Returns where a run stands, or will: a file, beside which its work goes on. */
  Path run(String candidate, long seed, double rate) {
    return runs.resolve(name(candidate, seed, rate) + RUN);
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
    return runs.resolve(candidate + "-" + seed + COST);
  }

  /** Returns what growing took, if a run has grown already. */
  Optional<ComparisonRun.Growing> growing(String candidate, long seed) {
    Path file = cost(candidate, seed);
    if (!Files.exists(file) || !Files.exists(grown(candidate, seed))) {
      removeGrown(candidate, seed); // one is of no use without the other
      return Optional.empty();
    }
    return Optional.of(parsed(file, RunJson::growing));
  }

  /** Keeps what growing took. */
  void growing(String candidate, long seed, ComparisonRun.Growing growing) {
    write(cost(candidate, seed), RunJson.of(growing));
  }

  /** Returns a run that is done. */
  Optional<ComparisonRun> done(String candidate, long seed, double rate) {
    Path file = run(candidate, seed, rate);
    return Files.exists(file) ? Optional.of(read(file)) : Optional.empty();
  }

  /**
   * Returns all runs that are done.
   *
   * @throws ComparisonException if a file is damaged, or of no candidate of the comparison
   */
  List<ComparisonRun> runs() {
    if (!Files.isDirectory(runs)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(runs)) {
      return files
          .filter(f -> f.toString().endsWith(RUN) && !f.toString().endsWith(COST))
          .sorted()
          .map(this::read)
          .toList();
    } catch (IOException e) {
      throw new ComparisonException(runs + " cannot be read: " + LigoException.reason(e) + ".", e);
    }
  }

  private ComparisonRun read(Path file) {
    return parsed(
        file,
        o -> {
          ComparisonRun run = RunJson.run(o);
          requireWhole(file, run);
          return run;
        });
  }

  /** Refuses a file that is not what its name and the comparison say. */
  private void requireWhole(Path file, ComparisonRun run) {
    List<Curve.Point> points = run.points();
    String name = name(run.candidate(), run.seed(), run.learningRate()) + RUN;
    if (!file.getFileName().toString().equals(name)) {
      throw new ComparisonException("it is of the run " + name);
    }
    if (!candidates.has(run.candidate())) {
      throw new ComparisonException("the comparison has no candidate '" + run.candidate() + "'");
    }
    if (points.isEmpty() || points.get(0).step() != 0) {
      throw new ComparisonException("it has no evaluation before the first step");
    }
    for (int i = 1; i < points.size(); i++) {
      if (points.get(i).step() <= points.get(i - 1).step()) {
        throw new ComparisonException("its steps do not ascend");
      }
    }
    boolean whole = run.last().step() == steps || run.diverged().isPresent();
    if (run.candidate().equals(Candidate.SCRATCH) ? !whole : run.last().step() > steps) {
      throw new ComparisonException(
          "it ends after step " + run.last().step() + " instead of " + steps);
    }
  }

  /** Keeps a run that is done. */
  void done(ComparisonRun run) {
    write(run(run.candidate(), run.seed(), run.learningRate()), RunJson.of(run));
  }

  /** Removes a grown checkpoint, all of whose runs are done. */
  void removeGrown(String candidate, long seed) {
    remove(grown(candidate, seed));
    remove(cost(candidate, seed));
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
      throw new ComparisonException(
          file + " cannot be written: " + LigoException.reason(e) + ".", e);
    }
  }

  private static <T> T parsed(Path file, Function<JsonObject, T> reader) {
    try {
      return reader.apply(JsonParser.parseString(Files.readString(file)).getAsJsonObject());
    } catch (ComparisonException e) {
      throw damaged(file, e.getMessage(), e);
    } catch (IOException e) {
      throw damaged(file, LigoException.reason(e), e);
    } catch (JsonParseException
        | ClassCastException
        | NullPointerException
        | IllegalStateException
        | NumberFormatException e) {
      throw damaged(file, "it is not the JSON that was written", e);
    }
  }

  /** Returns the error for what can be done again. */
  static ComparisonException damaged(Path file, String why, Exception e) {
    return new ComparisonException(
        file + " is damaged (" + why + "); remove it, and that part is done again.", e);
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
      throw new ComparisonException(
          path + " cannot be removed: " + LigoException.reason(e) + ".", e);
    }
  }
}
