package dev.ligo.core.comparison;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonObject;
import dev.ligo.api.LigoException;
import dev.ligo.api.Wording;
import dev.ligo.core.checkpoint.JsonValue;
import dev.ligo.core.checkpoint.Partial;
import dev.ligo.core.io.Abandoned;
import dev.ligo.core.io.DirectoryLock;
import dev.ligo.core.io.Durability;
import dev.ligo.core.io.RegularFile;
import dev.ligo.core.train.TrainingLock;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * The files of a comparison: {@code comparison.json} says what is compared, {@code runs/} holds a
 * file for each run that is done, and beside it what a run that was interrupted goes on from. While
 * it is open no other process works in it.
 */
final class ComparisonDirectory implements AutoCloseable {
  private static final Gson PRETTY =
      new GsonBuilder().setPrettyPrinting().serializeNulls().create();
  private static final Gson COMPACT = new Gson();
  private static final String RUN = ".json";
  private static final String COST = ".growing.json";

  private final Path path;
  private final Path directory;
  private final Optional<DirectoryLock> lock;
  private final JsonObject description;
  private final long steps;
  private final SortedMap<String, ComparisonRun> runs;

  private ComparisonDirectory(Path path, Optional<DirectoryLock> lock, JsonObject description) {
    this.path = path;
    this.directory = path.resolve("runs");
    this.lock = lock;
    this.description = description;
    this.steps = DescriptionFile.steps(path, description);
    this.runs = readAll();
  }

  /**
   * Opens a directory, or creates it.
   *
   * @param description what must be the same for results to be added to
   * @param candidates what must be the same of each candidate that was there before
   * @param settings what may change from command to command
   * @param resume whether a comparison that is there is continued
   * @throws ComparisonException if results are there that are not to be continued, or are of
   *     another comparison or format, or damaged; or another process is working on them
   */
  static ComparisonDirectory open(
      Path path,
      JsonObject description,
      JsonObject candidates,
      JsonObject settings,
      boolean resume) {
    requireUsable(path, resume);
    Path file = path.resolve(DescriptionFile.NAME);
    DirectoryLock lock = lock(path);
    try {
      JsonObject all =
          Files.exists(file)
              ? DescriptionFile.added(path, DescriptionFile.read(path), description, candidates)
              : candidates;
      JsonObject whole = DescriptionFile.of(description, all, settings);
      // Damaged runs are known before anything is written.
      ComparisonDirectory files = new ComparisonDirectory(path, Optional.of(lock), whole);
      write(file, PRETTY.toJson(whole) + "\n");
      return files;
    } catch (RuntimeException | Error e) {
      release(path, lock);
      throw e;
    }
  }

  /**
   * Opens a directory that is there, to read what is in it, or to add a run while another process
   * has the directory.
   *
   * @throws ComparisonException if it holds no comparison, or one of another format, or a damaged
   *     file
   */
  static ComparisonDirectory read(Path path) {
    return new ComparisonDirectory(path, Optional.empty(), DescriptionFile.read(path));
  }

  /** Refuses a directory with something else in it than results that are to be continued. */
  static void requireUsable(Path path, boolean resume) {
    Partial.requireNamed(path);
    TrainingLock.requireOutside(path);
    Wording.danglingLink(path)
        .ifPresent(
            link -> {
              throw new ComparisonException(
                  path + " is " + link + "; remove it, or name another directory.");
            });
    boolean comparison = DescriptionFile.isIn(path);
    if (comparison && !resume) {
      throw new ComparisonException(
          path + " holds a comparison; continue it, or name another directory.",
          ComparisonException.Remedy.RESUME);
    }
    if (comparison) {
      DescriptionFile.read(path);
    } else if (Files.exists(path) && !isEmpty(path)) {
      throw new ComparisonException(
          Files.isDirectory(path.resolve("runs"))
              ? path
                  + " holds runs, but not "
                  + DescriptionFile.NAME
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
      throw new ComparisonException(path + " cannot be written: " + Partial.reason(e) + ".", e);
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
    lock.ifPresent(l -> release(path, l));
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
    return DescriptionFile.candidates(description);
  }

  /** Returns what was the same for all of them. */
  JsonValue settings() {
    return DescriptionFile.value(path, DescriptionFile.settings(description));
  }

  /** Returns where a run stands, or will: a file, beside which its work goes on. */
  Path run(String candidate, long seed, double rate) {
    return directory.resolve(name(candidate, seed, rate) + RUN);
  }

  /** Returns the directory in which a run's model is kept. */
  Path model(String candidate, long seed, double rate) {
    return path.resolve("models").resolve(name(candidate, seed, rate));
  }

  private static String name(ComparisonRun run) {
    return name(run.candidate(), run.seed(), run.learningRate());
  }

  private static String name(String candidate, long seed, double rate) {
    String plain = BigDecimal.valueOf(rate).stripTrailingZeros().toPlainString();
    return fileName(candidate) + "@" + plain + "-" + seed;
  }

  /** Returns a candidate's name as all systems let files be called: with "=" for ":". */
  private static String fileName(String candidate) {
    return candidate.replace(':', '=');
  }

  /** Returns the directory in which a grown checkpoint stands until its runs are done. */
  Path grown(String candidate, long seed) {
    return directory.resolve(fileName(candidate) + "-" + seed + ".grown");
  }

  private Path cost(String candidate, long seed) {
    return directory.resolve(fileName(candidate) + "-" + seed + COST);
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
    write(cost(candidate, seed), COMPACT.toJson(RunJson.of(growing)) + "\n");
  }

  /** Returns a run that is done. */
  Optional<ComparisonRun> done(String candidate, long seed, double rate) {
    return Optional.ofNullable(runs.get(name(candidate, seed, rate)));
  }

  /** Returns all runs that are done, in the order of their names. */
  List<ComparisonRun> runs() {
    return List.copyOf(runs.values());
  }

  /** Reads all runs again: others have made some. */
  void reread() {
    runs.clear();
    runs.putAll(readAll());
  }

  /** Reads all runs: a file that is damaged, or of no candidate of the comparison, is refused. */
  private SortedMap<String, ComparisonRun> readAll() {
    SortedMap<String, ComparisonRun> all = new TreeMap<>();
    if (!Files.isDirectory(directory)) {
      return all;
    }
    try (Stream<Path> files = Files.list(directory)) {
      files
          .filter(f -> f.toString().endsWith(RUN) && !f.toString().endsWith(COST))
          .sorted()
          .map(this::readRun)
          .forEach(r -> all.put(name(r), r));
      return all;
    } catch (IOException e) {
      throw new ComparisonException(
          directory + " cannot be read: " + LigoException.reason(e) + ".", e);
    }
  }

  private ComparisonRun readRun(Path file) {
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
    String name = name(run) + RUN;
    if (!file.getFileName().toString().equals(name)) {
      throw damaged(file, "it is of the run " + name);
    }
    if (!candidates().has(run.candidate())) {
      throw damaged(file, "the comparison has no candidate '" + run.candidate() + "'");
    }
    if (points.isEmpty() || points.get(0).step() != 0) {
      throw damaged(file, "it has no evaluation before the first step");
    }
    for (int i = 1; i < points.size(); i++) {
      if (points.get(i).step() <= points.get(i - 1).step()) {
        throw damaged(file, "its steps do not ascend");
      }
    }
    boolean whole = run.last().step() == steps || run.diverged().isPresent();
    if (run.candidate().equals(Candidate.SCRATCH) ? !whole : run.last().step() > steps) {
      throw damaged(file, "it ends after step " + run.last().step() + " instead of " + steps);
    }
  }

  /** Keeps a run that is done. */
  void done(ComparisonRun run) {
    JsonObject written = RunJson.of(run);
    Path file = directory.resolve(name(run) + RUN);
    write(file, COMPACT.toJson(written) + "\n");
    runs.put(name(run), RunJson.run(value(file, written))); // as whoever reads the file has it
  }

  /** Removes a grown checkpoint, all of whose runs are done. */
  void removeGrown(String candidate, long seed) {
    remove(grown(candidate, seed));
    remove(cost(candidate, seed));
  }

  /** Puts a grown checkpoint, all of whose runs are done, beside their models. */
  void keepGrown(String candidate, long seed) {
    Path made = grown(candidate, seed);
    if (Files.exists(made)) {
      Path kept = path.resolve("models").resolve(fileName(candidate) + "-" + seed);
      remove(kept);
      try {
        Files.createDirectories(kept.getParent());
        Files.move(made, kept);
      } catch (IOException e) {
        throw new ComparisonException(
            made + " cannot be moved to " + kept + ": " + LigoException.reason(e) + ".", e);
      }
    }
    remove(cost(candidate, seed));
  }

  /** Keeps results under a name, replacing earlier ones when they are whole. */
  void results(String name, JsonObject results) {
    write(path.resolve(name), PRETTY.toJson(results) + "\n");
  }

  private static void write(Path file, String text) {
    try {
      Files.createDirectories(file.getParent());
      Durability.replace(file, text);
    } catch (IOException e) {
      throw new ComparisonException(
          file + " cannot be written: " + LigoException.reason(e) + ".", e);
    }
  }

  private static <T> T parsed(Path file, Function<JsonValue, T> reader) {
    try {
      return reader.apply(
          JsonValue.parse(RegularFile.text(file), problem -> damaged(file, problem)));
    } catch (IOException e) {
      throw damaged(file, LigoException.reason(e));
    }
  }

  private static JsonValue value(Path file, JsonObject written) {
    return JsonValue.of(written, problem -> damaged(file, problem));
  }

  /** Returns the error for what can be done again. */
  static ComparisonException damaged(Path file, String why) {
    return new ComparisonException(
        file + " is damaged (" + why + "); remove it, and that part is done again.");
  }

  private static void remove(Path path) {
    try {
      Abandoned.delete(path);
    } catch (IOException e) {
      throw new ComparisonException(
          path + " cannot be removed: " + LigoException.reason(e) + ".", e);
    }
  }
}
