package dev.ligo.core.train;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.ligo.api.HostArray;
import dev.ligo.api.LigoException;
import dev.ligo.core.checkpoint.CheckpointException;
import dev.ligo.core.checkpoint.Partial;
import dev.ligo.core.io.Abandoned;
import dev.ligo.core.io.DirectoryLock;
import dev.ligo.core.io.Durability;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The directory of a run beside its destination, {@code NAME.training}, until the run is done: a
 * marker that says that it is ligo's, metrics as JSON lines, and the last two states, from which an
 * interrupted run goes on. Nothing else in it is touched, and no link is followed.
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

    /** {@return how long the run had taken at the last of its metrics, in seconds} */
    public double seconds() {
      return metrics.isEmpty() ? 0 : metrics.get(metrics.size() - 1).get("seconds").getAsDouble();
    }
  }

  private static final Logger LOGGER = LoggerFactory.getLogger(TrainingDirectory.class);

  static final String SUFFIX = ".training";

  /** The file of the metrics, as JSON lines. */
  public static final String METRICS = "metrics.jsonl";

  /** What the names of an evaluation's metrics begin with in {@link #METRICS}. */
  public static final String EVALUATED = "eval_";

  /** How many states are kept: if the newest is damaged, the one before is there. */
  static final int KEPT = 2;

  private final Path path;
  private final DirectoryLock lock;
  private final RunIdentity run;
  private final JsonArray changes;
  private final Optional<Saved> saved;
  private final BufferedWriter metrics;
  private boolean removed;

  /** The last steps whose states are known to be whole: those of others may be damaged. */
  private final NavigableSet<Long> whole = new TreeSet<>();

  private OptionalLong best = OptionalLong.empty();

  private TrainingDirectory(
      Path path,
      DirectoryLock lock,
      RunIdentity run,
      JsonArray changes,
      Optional<Saved> saved,
      BufferedWriter metrics) {
    this.path = path;
    this.lock = lock;
    this.run = run;
    this.changes = changes;
    this.saved = saved;
    this.metrics = metrics;
    saved.ifPresent(s -> whole.add(s.step()));
  }

  /**
   * Opens the directory of a run.
   *
   * @param destination the directory that the run is to write
   * @param run what must be equal for a run to be continued
   * @param resume whether to continue an interrupted run
   * @return the directory, to be closed
   * @throws TrainingException if an interrupted run is there that is not to be continued, or that
   *     was of another kind; if another process is making the run; or if something stands there
   *     that is not a run's
   */
  public static TrainingDirectory open(Path destination, RunIdentity run, boolean resume) {
    Path path = beside(destination);
    try {
      RunFiles.claim(path);
      DirectoryLock lock = TrainingLock.of(path, destination);
      try {
        return open(path, lock, run, resume);
      } catch (IOException | RuntimeException | Error e) {
        lock.close();
        throw e;
      }
    } catch (IOException e) {
      throw new TrainingException("cannot write to " + path + ": " + Partial.reason(e) + ".", e);
    }
  }

  private static TrainingDirectory open(
      Path path, DirectoryLock lock, RunIdentity run, boolean resume) throws IOException {
    List<Path> states = StateFile.newestFirst(path);
    requireResumed(path, states, resume);
    for (Path entry : RunFiles.entries(path)) {
      if (RunFiles.partialOf(entry).isPresent()) {
        Files.delete(entry); // of a process that was killed: nobody else has the lock
      }
    }
    Path file = path.resolve(METRICS);
    JsonArray changes = new JsonArray();
    Optional<Saved> saved = Optional.empty();
    if (!states.isEmpty()) {
      StateFile state = StateFile.newestWhole(states);
      changes.addAll(state.changes());
      changes.addAll(run.changesFrom(state.run(), state.step(), path));
      saved =
          Optional.of(
              new Saved(state.step(), state.values(), MetricsLines.upTo(file, state.step())));
    }
    BufferedWriter metrics = MetricsLines.goOn(file, saved.map(Saved::metrics).orElse(List.of()));
    return new TrainingDirectory(path, lock, run, changes, saved, metrics);
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
      requireResumed(path, StateFile.newestFirst(path), resume);
    } catch (IOException e) {
      throw new TrainingException(path + " cannot be listed: " + LigoException.reason(e) + ".", e);
    }
  }

  private static void requireResumed(Path path, List<Path> states, boolean resume) {
    if (!states.isEmpty() && !resume) {
      throw new TrainingException(path + " holds an interrupted run; resume it, or remove it.");
    }
  }

  /** {@return the state from which the run goes on, if it was interrupted} */
  public Optional<Saved> saved() {
    return saved;
  }

  /** {@return what was allowed to change when the run was continued, each an object, in order} */
  public JsonArray changes() {
    return changes.deepCopy();
  }

  /**
   * Saves a state, and removes all before the last two but the one to {@linkplain #keep keep}. One
   * of this step that is damaged is replaced. If the directory was removed meanwhile, the run goes
   * on without.
   *
   * @param step the number of steps done
   * @param values what {@link TrainingState#state} returned
   * @throws CheckpointException if the state cannot be written; earlier ones stay
   */
  public void save(long step, Map<String, HostArray> values) {
    if (!Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
      if (!removed) {
        LOGGER.warn("{} was removed; from step {} on, no state is saved.", path, step);
      }
      removed = true;
      return;
    }
    Path file = StateFile.at(path, step);
    boolean exists = Files.exists(file, LinkOption.NOFOLLOW_LINKS);
    if (exists && whole.contains(step)) {
      return; // the same steps give the same state
    }
    try {
      if (exists) {
        Files.delete(file); // it was damaged
      }
      forceMetrics();
      new StateFile(step, run.values(), changes, values).write(file);
      whole.add(step);
      while (whole.size() > KEPT) {
        whole.pollFirst();
      }
      removeBefore(file);
    } catch (IOException e) {
      throw new TrainingException(
          "cannot remove old states in " + path + ": " + LigoException.reason(e) + ".", e);
    }
  }

  /** Removes what is older than a state and not to be kept; a damaged newer one is made again. */
  private void removeBefore(Path file) throws IOException {
    Set<String> kept = new HashSet<>();
    whole.forEach(step -> kept.add(StateFile.name(step)));
    best.ifPresent(step -> kept.add(StateFile.name(step)));
    List<Path> states = StateFile.newestFirst(path);
    for (Path old : states.subList(states.indexOf(file) + 1, states.size())) {
      if (!kept.contains(RunFiles.name(old))) {
        Files.delete(old);
      }
    }
  }

  /** Writes the metrics through to the disk: whoever goes on from a state needs those before. */
  private void forceMetrics() {
    Path file = path.resolve(METRICS);
    try {
      if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
        Durability.ofFile(file);
      }
    } catch (IOException e) {
      LOGGER.warn("{} cannot be written through to the disk: {}", file, LigoException.reason(e));
    }
  }

  /**
   * Sets the one state that stays beside the last ones.
   *
   * @param step the number of steps done in it
   */
  public void keep(long step) {
    best = OptionalLong.of(step);
  }

  /**
   * {@return the state of a step, if it is there and as it was written}
   *
   * @param step the number of steps done in it
   */
  public Optional<Map<String, HostArray>> state(long step) {
    Path file = StateFile.at(path, step);
    try {
      return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
          ? Optional.of(StateFile.read(file).values())
          : Optional.empty();
    } catch (TrainingException e) {
      LOGGER.warn("{}", e.getMessage());
      return Optional.empty();
    }
  }

  /**
   * Appends a line of metrics.
   *
   * @param line the metrics
   * @throws TrainingException if it cannot be written; no more are then
   */
  public void metrics(JsonObject line) {
    try {
      MetricsLines.append(metrics, line);
    } catch (IOException e) {
      throw new TrainingException(
          "cannot write " + path.resolve(METRICS) + ": " + LigoException.reason(e) + ".", e);
    }
  }

  /**
   * {@return files by name, with that of the metrics, unless it was removed}
   *
   * @param files other files by name
   */
  public Map<String, Path> withMetrics(Map<String, Path> files) {
    Map<String, Path> all = new TreeMap<>(files);
    if (Files.isRegularFile(path.resolve(METRICS), LinkOption.NOFOLLOW_LINKS)) {
      all.put(METRICS, path.resolve(METRICS));
    }
    return all;
  }

  /**
   * {@return the lines of metrics of the whole run, as far as they stand on the disk}
   *
   * @throws TrainingException if they cannot be read
   */
  public List<JsonObject> recorded() {
    try {
      return MetricsLines.upTo(path.resolve(METRICS), Long.MAX_VALUE);
    } catch (IOException e) {
      throw new TrainingException(
          path.resolve(METRICS) + " cannot be read: " + LigoException.reason(e) + ".", e);
    }
  }

  /**
   * {@return whether an interrupted run is there, without a look into its states}
   *
   * @param destination the destination of the run
   */
  public static boolean isInterrupted(Path destination) {
    try {
      return !StateFile.newestFirst(beside(destination)).isEmpty();
    } catch (IOException e) {
      return false; // who cannot list it cannot continue it
    }
  }

  /**
   * {@return the step after which a run would go on, if a whole state of it is there}
   *
   * @param destination the destination of the run
   */
  public static OptionalLong savedStep(Path destination) {
    try {
      for (Path file : StateFile.newestFirst(beside(destination))) {
        try {
          return OptionalLong.of(StateFile.read(file).step());
        } catch (TrainingException e) {
          LOGGER.debug("passed over", e);
        }
      }
      return OptionalLong.empty();
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
    return destination.resolveSibling(destination.getFileName() + SUFFIX);
  }

  /** Removes the run's files: it is done. Others are kept out until they are gone. */
  public void delete() {
    try {
      metrics.close();
      remove();
    } catch (IOException e) {
      throw new CheckpointException(path, "cannot be removed.", e);
    }
  }

  private void remove() throws IOException {
    RunFiles.remove(path, lock);
  }

  /**
   * {@return whether a directory holds the state of a run that is done, or was never saved, and
   * that nobody is making: it is of no use any more}
   *
   * @param path the directory
   */
  public static boolean isLeft(Path path) {
    try {
      return RunFiles.name(path).endsWith(SUFFIX)
          && Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)
          && RunFiles.marker(path).isPresent()
          && isDone(path)
          && (!Files.exists(path.resolve(DirectoryLock.FILE)) || Abandoned.is(path));
    } catch (IOException e) {
      return false; // what cannot be looked into is left alone
    }
  }

  /** Returns whether the destination has what the run writes, or there is nothing to go on from. */
  private static boolean isDone(Path path) throws IOException {
    String name = RunFiles.name(path);
    Path destination = path.resolveSibling(name.substring(0, name.length() - SUFFIX.length()));
    List<Path> states = StateFile.newestFirst(path);
    return states.isEmpty() || RunRecord.isOf(StateFile.run(states), destination);
  }

  /**
   * Removes the files of a run that is done, as {@link #delete} does.
   *
   * @param path a directory that {@linkplain #isLeft is left}
   * @throws IOException if they cannot be removed
   */
  public static void removeLeft(Path path) throws IOException {
    Optional<DirectoryLock> lock = DirectoryLock.of(path);
    if (lock.isPresent()) {
      try (DirectoryLock held = lock.get()) {
        if (isDone(path)) {
          RunFiles.remove(path, held);
        }
      }
    }
  }

  /** Ends the writing, and removes the run's files if no state is there to go on from. */
  @Override
  public void close() {
    try (lock) {
      metrics.close();
      if (StateFile.newestFirst(path).isEmpty()) {
        remove();
      }
    } catch (IOException e) {
      throw new TrainingException(
          "cannot end the run in " + path + ": " + LigoException.reason(e) + ".", e);
    }
  }
}
