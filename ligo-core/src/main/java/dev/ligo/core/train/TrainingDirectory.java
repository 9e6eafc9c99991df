package dev.ligo.core.train;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.ligo.api.HostArray;
import dev.ligo.api.LigoException;
import dev.ligo.api.Wording;
import dev.ligo.core.checkpoint.CheckpointException;
import dev.ligo.core.checkpoint.FileDType;
import dev.ligo.core.checkpoint.FileSpec;
import dev.ligo.core.checkpoint.SafetensorsFile;
import dev.ligo.core.checkpoint.SafetensorsWriter;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * What stands beside a run's destination, in {@code NAME.training}, until the run is done: metrics
 * as JSON lines, and the last state, from which an interrupted run goes on.
 */
public final class TrainingDirectory implements AutoCloseable {
  /**
   * A state from which a run goes on.
   *
   * @param step the number of steps done
   * @param values what {@link TrainingState#state} returned then
   * @param metrics the lines written up to that step
   */
  public record Saved(long step, Map<String, HostArray> values, List<JsonObject> metrics) {
    /**
     * Copies the metrics.
     *
     * @param step the number of steps done
     * @param values what {@link TrainingState#state} returned then
     * @param metrics the lines written up to that step
     */
    public Saved {
      metrics = List.copyOf(metrics);
    }
  }

  private static final String METRICS = "metrics.jsonl";
  private static final String STATE = "state-";
  private static final String SUFFIX = ".safetensors";

  private final Path path;
  private final DirectoryLock lock;
  private final JsonObject description;
  private final Optional<Saved> saved;
  private final BufferedWriter metrics;

  private TrainingDirectory(
      Path path,
      DirectoryLock lock,
      JsonObject description,
      Optional<Saved> saved,
      BufferedWriter metrics) {
    this.path = path;
    this.lock = lock;
    this.description = description;
    this.saved = saved;
    this.metrics = metrics;
  }

  /**
   * Opens the directory of a run.
   *
   * @param destination the directory that the run is to write
   * @param description what must be equal for a run to be continued
   * @param resume whether to continue an interrupted run
   * @return the directory, to be closed
   * @throws TrainingException if an interrupted run is there that is not to be continued, or that
   *     was of another kind; or if another process is making the run
   */
  public static TrainingDirectory open(Path destination, JsonObject description, boolean resume) {
    Path path = beside(destination);
    try {
      Files.createDirectories(path);
      DirectoryLock lock =
          DirectoryLock.of(path)
              .orElseThrow(
                  () ->
                      new TrainingException(
                          "another process is training to "
                              + destination
                              + "; wait for it, stop it, or name another directory."));
      try {
        return open(path, lock, description, resume);
      } catch (IOException | RuntimeException e) {
        lock.close();
        throw e;
      }
    } catch (IOException e) {
      throw new TrainingException(
          "cannot write to " + path + ": " + LigoException.reason(e) + ".", e);
    }
  }

  private static TrainingDirectory open(
      Path path, DirectoryLock lock, JsonObject description, boolean resume) throws IOException {
    List<Path> states = states(path);
    requireResumed(path, states, resume);
    Path file = path.resolve(METRICS);
    Optional<Saved> saved = Optional.empty();
    if (!states.isEmpty()) {
      saved = Optional.of(read(states.get(states.size() - 1), file, description));
    }
    BufferedWriter metrics = Files.newBufferedWriter(file);
    for (JsonObject line : saved.map(Saved::metrics).orElse(List.of())) {
      metrics.write(line + "\n");
    }
    metrics.flush();
    return new TrainingDirectory(path, lock, description, saved, metrics);
  }

  /**
   * Refuses an interrupted run that is not to be continued, before long work.
   *
   * @param destination the directory that the run is to write
   * @param resume whether to continue an interrupted run
   * @throws TrainingException if one is there and is not to be continued
   */
  public static void requireResumed(Path destination, boolean resume) {
    Path path = beside(destination);
    try {
      requireResumed(path, states(path), resume);
    } catch (IOException e) {
      throw new TrainingException(path + " cannot be listed: " + LigoException.reason(e) + ".", e);
    }
  }

  private static void requireResumed(Path path, List<Path> states, boolean resume) {
    if (!states.isEmpty() && !resume) {
      throw new TrainingException(path + " holds an interrupted run; resume it, or remove it.");
    }
  }

  /** Returns the lines of metrics up to the step at which the run goes on. */
  private static List<JsonObject> kept(Path file, long last) throws IOException {
    if (!Files.exists(file)) {
      return List.of();
    }
    return Files.readAllLines(file).stream()
        .flatMap(l -> line(l).stream())
        .filter(o -> o.get("step").getAsLong() <= last)
        .toList();
  }

  private static Optional<JsonObject> line(String text) {
    try {
      return Optional.of(JsonParser.parseString(text).getAsJsonObject()).filter(o -> o.has("step"));
    } catch (RuntimeException e) {
      return Optional.empty(); // a line cut off by the interruption
    }
  }

  private static List<Path> states(Path path) throws IOException {
    if (!Files.isDirectory(path)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(path)) {
      return files
          .filter(f -> f.getFileName().toString().matches(STATE + "\\d+\\" + SUFFIX))
          .sorted(Comparator.comparing(f -> f.getFileName().toString()))
          .toList();
    }
  }

  private static Saved read(Path file, Path metrics, JsonObject description) throws IOException {
    try (SafetensorsFile f = SafetensorsFile.open(file)) {
      JsonObject before =
          JsonParser.parseString(f.metadata().getOrDefault("ligo.run", "{}")).getAsJsonObject();
      Set<String> keys = new TreeSet<>(description.keySet());
      keys.addAll(before.keySet());
      for (String key : keys) {
        if (!Objects.equals(description.get(key), before.get(key))) {
          throw new TrainingException(
              "the interrupted run had another "
                  + key
                  + ", "
                  + value(before, key)
                  + ", than this one, "
                  + value(description, key)
                  + "; continue it as it was begun, or remove "
                  + file.getParent()
                  + ".");
        }
      }
      Map<String, HostArray> values = new TreeMap<>();
      f.entries().keySet().forEach(n -> values.put(n, f.read(n)));
      long step = Long.parseLong(f.metadata().get("ligo.step"));
      return new Saved(step, values, kept(metrics, step));
    }
  }

  private static String value(JsonObject description, String key) {
    return description.has(key) ? Wording.numbers(description.get(key).toString()) : "none";
  }

  /** {@return the state from which the run goes on, if it was interrupted} */
  public Optional<Saved> saved() {
    return saved;
  }

  /**
   * Saves a state, and removes the one before.
   *
   * @param step the number of steps done
   * @param values what {@link TrainingState#state} returned
   */
  public void save(long step, Map<String, HostArray> values) {
    try {
      List<Path> old = states(path);
      Map<String, FileSpec> specs = new TreeMap<>();
      values.forEach((n, a) -> specs.put(n, new FileSpec(FileDType.of(a.dtype()), a.shape())));
      Path file = path.resolve(String.format("%s%010d%s", STATE, step, SUFFIX));
      if (old.contains(file)) {
        return; // the same steps give the same state
      }
      Map<String, String> metadata =
          Map.of("ligo.step", Long.toString(step), "ligo.run", description.toString());
      try (SafetensorsWriter writer = SafetensorsWriter.create(file, specs, metadata)) {
        values.forEach(writer::write);
      }
      for (Path p : old) {
        Files.delete(p);
      }
    } catch (IOException e) {
      throw new TrainingException(
          "cannot save to " + path + ": " + LigoException.reason(e) + ".", e);
    }
  }

  /**
   * Appends a line of metrics.
   *
   * @param line the metrics
   */
  public void metrics(JsonObject line) {
    try {
      metrics.write(line + "\n");
      metrics.flush();
    } catch (IOException e) {
      throw new TrainingException(
          "cannot write " + path.resolve(METRICS) + ": " + LigoException.reason(e) + ".", e);
    }
  }

  /**
   * {@return files by name, with that of the metrics}
   *
   * @param files other files by name
   */
  public Map<String, Path> withMetrics(Map<String, Path> files) {
    Map<String, Path> all = new TreeMap<>(files);
    all.put(METRICS, path.resolve(METRICS));
    return all;
  }

  /**
   * {@return after which step a run's last state was saved, if one was}
   *
   * @param destination the destination of the run
   */
  public static OptionalLong savedStep(Path destination) {
    try {
      return states(beside(destination)).stream()
          .map(f -> f.getFileName().toString().replaceAll("\\D", ""))
          .mapToLong(Long::parseLong)
          .max();
    } catch (IOException e) {
      return OptionalLong.empty(); // who cannot list it cannot continue it
    }
  }

  /**
   * {@return the directory of the run with a destination}
   *
   * @param destination the directory that the run is to write
   */
  public static Path beside(Path destination) {
    return destination.resolveSibling(destination.getFileName() + ".training");
  }

  /** Removes the directory: the run is done. Others are kept out until it is gone. */
  public void delete() {
    try (lock;
        Stream<Path> files = Files.walk(path)) {
      metrics.close();
      for (Path p : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(p);
      }
    } catch (IOException e) {
      throw new CheckpointException(path, "cannot be removed.", e);
    }
  }

  /** Ends the writing, and removes the directory if no state is in it to go on from. */
  @Override
  public void close() {
    try {
      try (lock) {
        metrics.close();
        if (states(path).isEmpty()) {
          Files.deleteIfExists(path.resolve(METRICS));
        }
      }
      if (isEmpty(path)) { // else something of others is there
        Files.delete(path);
      }
    } catch (IOException e) {
      throw new TrainingException(
          "cannot end the run in " + path + ": " + LigoException.reason(e) + ".", e);
    }
  }

  private static boolean isEmpty(Path path) throws IOException {
    if (!Files.isDirectory(path)) {
      return false;
    }
    try (Stream<Path> files = Files.list(path)) {
      return files.findAny().isEmpty();
    }
  }
}
