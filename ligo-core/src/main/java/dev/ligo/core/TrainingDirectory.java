package dev.ligo.core;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.ligo.api.HostArray;
import dev.ligo.core.checkpoint.CheckpointException;
import dev.ligo.core.checkpoint.FileDType;
import dev.ligo.core.checkpoint.FileSpec;
import dev.ligo.core.checkpoint.SafetensorsFile;
import dev.ligo.core.checkpoint.SafetensorsWriter;
import dev.ligo.core.train.TrainingException;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/** What stands beside a run's destination until it is done: metrics and the last state. */
final class TrainingDirectory implements AutoCloseable {
  /** A state from which a run goes on. */
  record Saved(long step, Map<String, HostArray> values) {}

  private static final String METRICS = "metrics.jsonl";
  private static final String STATE = "state-";
  private static final String SUFFIX = ".safetensors";

  private final Path path;
  private final JsonObject description;
  private final Optional<Saved> saved;
  private final BufferedWriter metrics;

  private TrainingDirectory(
      Path path, JsonObject description, Optional<Saved> saved, BufferedWriter metrics) {
    this.path = path;
    this.description = description;
    this.saved = saved;
    this.metrics = metrics;
  }

  /**
   * Opens the directory of a run.
   *
   * @param description what must be equal for a run to be continued
   * @throws TrainingException if an interrupted run is there that is not to be continued, or that
   *     was of another kind
   */
  static TrainingDirectory open(Path destination, JsonObject description, boolean resume) {
    Path path = destination.resolveSibling(destination.getFileName() + ".training");
    try {
      List<Path> states = states(path);
      if (!states.isEmpty() && !resume) {
        throw new TrainingException(
            path + " holds an interrupted run; continue it with --resume, or remove it.");
      }
      Files.createDirectories(path);
      Optional<Saved> saved = Optional.empty();
      if (!states.isEmpty()) {
        saved = Optional.of(read(states.get(states.size() - 1), description));
      }
      Path file = path.resolve(METRICS);
      long last = saved.map(Saved::step).orElse(0L);
      List<String> kept = kept(file, last, saved.isPresent());
      BufferedWriter metrics =
          Files.newBufferedWriter(
              file, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING);
      for (String line : kept) {
        metrics.write(line + "\n");
      }
      metrics.flush();
      return new TrainingDirectory(path, description, saved, metrics);
    } catch (IOException e) {
      throw new TrainingException("cannot write to " + path + ": " + e.getMessage() + ".", e);
    }
  }

  /** Returns the lines of metrics up to the step at which the run goes on. */
  private static List<String> kept(Path file, long last, boolean continued) throws IOException {
    if (!continued || !Files.exists(file)) {
      return List.of();
    }
    return Files.readAllLines(file).stream().filter(l -> step(l) <= last).toList();
  }

  private static long step(String line) {
    try {
      return JsonParser.parseString(line).getAsJsonObject().get("step").getAsLong();
    } catch (RuntimeException e) {
      return Long.MAX_VALUE; // a line cut off by the interruption
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

  private static Saved read(Path file, JsonObject description) {
    try (SafetensorsFile f = SafetensorsFile.open(file)) {
      JsonObject before =
          JsonParser.parseString(f.metadata().getOrDefault("ligo.run", "{}")).getAsJsonObject();
      for (String key : description.keySet()) {
        if (!description.get(key).equals(before.get(key))) {
          throw new TrainingException(
              "the interrupted run had another "
                  + key
                  + ", "
                  + before.get(key)
                  + ", than this one, "
                  + description.get(key)
                  + "; continue it as it was begun, or remove "
                  + file.getParent()
                  + ".");
        }
      }
      Map<String, HostArray> values = new TreeMap<>();
      f.entries().keySet().forEach(n -> values.put(n, f.read(n)));
      return new Saved(Long.parseLong(f.metadata().get("ligo.step")), values);
    }
  }

  /** Returns the state from which the run goes on, if it was interrupted. */
  Optional<Saved> saved() {
    return saved;
  }

  /** Saves a state, and removes the one before. */
  void save(long step, Map<String, HostArray> values) {
    try {
      List<Path> old = states(path);
      Map<String, FileSpec> specs = new TreeMap<>();
      values.forEach((n, a) -> specs.put(n, new FileSpec(FileDType.of(a.dtype()), a.shape())));
      Path file = path.resolve(String.format("%s%010d%s", STATE, step, SUFFIX));
      Map<String, String> metadata =
          Map.of("ligo.step", Long.toString(step), "ligo.run", description.toString());
      try (SafetensorsWriter writer = SafetensorsWriter.create(file, specs, metadata)) {
        values.forEach(writer::write);
      }
      for (Path p : old) {
        Files.delete(p);
      }
    } catch (IOException e) {
      throw new TrainingException("cannot save to " + path + ": " + e.getMessage() + ".", e);
    }
  }

  /** Appends a line of metrics. */
  void metrics(JsonObject line) {
    try {
      metrics.write(line + "\n");
      metrics.flush();
    } catch (IOException e) {
      throw new TrainingException(
          "cannot write " + path.resolve(METRICS) + ": " + e.getMessage() + ".", e);
    }
  }

  /** Returns files by name, with that of the metrics. */
  Map<String, Path> withMetrics(Map<String, Path> files) {
    Map<String, Path> all = new TreeMap<>(files);
    all.put(METRICS, path.resolve(METRICS));
    return all;
  }

  /** Removes the directory: the run is done. */
  void delete() {
    close();
    try (Stream<Path> files = Files.walk(path)) {
      for (Path p : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(p);
      }
    } catch (IOException e) {
      throw new CheckpointException(path, "cannot be removed.", e);
    }
  }

  @Override
  public void close() {
    try {
      metrics.close();
    } catch (IOException e) {
      throw new TrainingException(
          "cannot write " + path.resolve(METRICS) + ": " + e.getMessage() + ".", e);
    }
  }
}
