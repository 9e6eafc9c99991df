package dev.ligo.core.comparison;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.ligo.api.Backend;
import dev.ligo.core.Checkpoint;
import dev.ligo.core.Ligo;
import dev.ligo.core.Version;
import dev.ligo.core.data.DataRequest;
import dev.ligo.core.data.ProgressListener;
import dev.ligo.core.data.Work;
import dev.ligo.core.model.ModelSpec;
import dev.ligo.core.model.Sizes;
import dev.ligo.core.model.TaskModel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.function.LongFunction;

/**
 * Measures what several ways to begin are worth. Every candidate is trained once with each seed, on
 * the same data in the same order under the same schedule. It is held against the final loss of the
 * model from scratch with that seed, and may stop when it has reached that loss.
 *
 * <p>Results stand in a directory, run by run, so that a comparison can be stopped and continued,
 * and candidates and seeds be added.
 */
public final class Comparison {
  /** Follows a comparison: its runs, and their steps and evaluations. */
  public interface Listener extends ProgressListener {
    @Override
    default void progress(Work.Progress progress) {}

    /**
     * Called when a run begins or goes on.
     *
     * @param candidate the candidate's name
     * @param seed what random numbers are drawn from
     */
    default void begun(String candidate, long seed) {}

    /**
     * Called after an evaluation.
     *
     * @param run the run as far as it is, with three times the forward operations
     */
    default void evaluated(ComparisonRun run) {}

    /**
     * Called when a run is done.
     *
     * @param run the run
     * @param reached where it reached scratch's final loss, if it did; empty for scratch itself
     */
    default void done(ComparisonRun run, Optional<Curve.Point> reached) {}
  }

  /**
   * A part of a comparison, which may be made beside others on another machine.
   *
   * @param candidate the candidate's name
   * @param seed what random numbers are drawn from
   * @param rate the learning rate of a run; empty where the candidate is grown alone, for the runs
   *     that follow
   * @param target the loss at which the run may stop, if there is one
   */
  public record Part(String candidate, long seed, Optional<Double> rate, OptionalDouble target) {}

  /** Makes parts on other machines, which have the same files under the same paths. */
  @FunctionalInterface
  public interface Parts {
    /**
     * Makes parts, in any order or at once, each by {@link Comparison#make}.
     *
     * @param parts the parts, none of which needs another one
     */
    void make(List<Part> parts);
  }

  final Ligo ligo;
  final Sizes sizes;
  private final List<Candidate> candidates;
  final LongFunction<DataRequest> training;
  final DataRequest evaluation;
  final ComparisonOptions options;
  final TaskModel<?> large;
  private final double stepFlops;
  private final long sourceParameters;
  final SortedMap<String, Path> otherFiles;

  /**
   * Describes a comparison.
   *
   * @param ligo what opens, grows and trains
   * @param source the checkpoint whose family and config the large model has
   * @param sizes those of the large model
   * @param candidates at least two, one of which is from scratch
   * @param training the data to train on, by seed
   * @param evaluation the held-out data
   * @param options how all candidates are treated
   * @throws ComparisonException if candidates share a name, or none is from scratch
   */
  public Comparison(
      Ligo ligo,
      Checkpoint source,
      Sizes sizes,
      List<Candidate> candidates,
      LongFunction<DataRequest> training,
      DataRequest evaluation,
      ComparisonOptions options) {
    this.ligo = ligo;
    this.sizes = sizes;
    this.candidates = Candidate.comparable(candidates);
    this.training = training;
    this.evaluation = evaluation;
    this.options = options;
    String task = source.model().architecture().tasks().get(0).name();
    this.large = source.model().forTask(task).withHead().resized(sizes);
    this.otherFiles = source.otherFiles();
    this.sourceParameters = source.model().layout().size();
    DataRequest r = training.apply(options.seeds().get(0));
    this.stepFlops =
        (double) Counting.WHOLE.timesForward()
            * options.training().microBatches()
            * large.forwardFlops(large.batchSpecs(r.batchSize(), r.sequenceLength()));
  }

  /** {@return the large model} */
  public ModelSpec<?> large() {
    return large.spec();
  }

  /** {@return the task that models are trained on} */
  public String task() {
    return large.name();
  }

  /**
   * Refuses a directory that {@link #run} would refuse, before data and sources are read.
   *
   * @param directory the comparison's directory
   * @param resume whether results that are there are added to
   * @throws ComparisonException if the directory holds results that are not to be added to, or
   *     something else
   */
  public static void requireUsable(Path directory, boolean resume) {
    ComparisonDirectory.requireUsable(directory, resume);
  }

  /**
   * Refuses a candidate that {@link #run} would refuse, before its source is trained.
   *
   * @param candidate the candidate
   * @param source the description of the source
   * @param sizes those of the large model
   * @throws ComparisonException if the candidate's method is not defined for the source
   */
  public static void requireDefined(Candidate candidate, ModelSpec<?> source, Sizes sizes) {
    CandidateCheck.requireDefined(candidate, source, sizes);
  }

  /**
   * Makes the runs that are not done yet, seed by seed, scratch first. A run that had stopped at
   * another loss than the one to reach now is made again.
   *
   * @param directory where results stand
   * @param resume whether results that are there are added to
   * @param command what was asked for, in words that make it again
   * @param backend the backend to compute on
   * @param listener follows the work, and may cancel it
   * @return all that is in the directory, also of candidates and seeds that are not this
   *     comparison's
   * @throws ComparisonException if a method cannot grow the source to the large model's sizes,
   *     known before any run; or the directory holds something else
   * @throws dev.ligo.core.data.DataException if data cannot be read, known before any run
   */
  public ComparisonResults run(
      Path directory, boolean resume, String command, Backend backend, Listener listener) {
    Begun begun = begin(directory, resume, command);
    try (ComparisonDirectory files = begun.files()) {
      ComparisonRunner runner =
          new ComparisonRunner(this, begun.data(), begun.description(), files, backend, listener);
      for (long seed : options.seeds()) {
        for (Candidate c : ordered()) {
          ComparisonResults sofar = ComparisonResults.of(files);
          OptionalDouble target = c.isScratch() ? OptionalDouble.empty() : sofar.target(seed);
          runner.run(c, seed, rates(c, seed, sofar), target);
          ComparisonResults.of(files).write(files);
          requireTarget(files, c, seed);
        }
      }
      return ComparisonResults.of(files);
    }
  }

  /**
   * Has the runs made that are not done yet, as {@link #run(Path, boolean, String, Backend,
   * Listener)} makes them, but those at several learning rates beside each other: none is given up
   * where another one was faster.
   *
   * @param directory where results stand
   * @param resume whether results that are there are added to
   * @param command what was asked for, in words that make it again
   * @param parts makes the runs
   * @param listener is told of runs that are done
   * @return all that is in the directory, also of candidates and seeds that are not this
   *     comparison's
   * @throws ComparisonException if a method cannot grow the source to the large model's sizes,
   *     known before any run; or the directory holds something else
   * @throws dev.ligo.core.data.DataException if data cannot be read, known before any run
   */
  public ComparisonResults run(
      Path directory, boolean resume, String command, Parts parts, Listener listener) {
    try (ComparisonDirectory files = begin(directory, resume, command).files()) {
      new ComparisonWaves(this, files, parts, listener).run();
      return ComparisonResults.of(files);
    }
  }

  /**
   * Makes a part of a comparison that another process runs, and keeps it in the directory. One that
   * was interrupted is continued from its last saved state.
   *
   * @param directory where results stand
   * @param part the part
   * @param backend the backend to compute on
   * @param listener follows the work, and may cancel it
   */
  public void make(Path directory, Part part, Backend backend, Listener listener) {
    ComparisonData data = new ComparisonData(large, training, evaluation);
    Candidate candidate =
        candidates.stream()
            .filter(c -> c.name().equals(part.candidate()))
            .findFirst()
            .orElseThrow();
    try (ComparisonDirectory files = ComparisonDirectory.read(directory)) {
      new ComparisonRunner(this, data, description(data), files, backend, listener)
          .run(candidate, part);
    }
  }

  private record Begun(ComparisonData data, JsonObject description, ComparisonDirectory files) {}

  /** Refuses what cannot be compared, and opens the data and the directory. */
  private Begun begin(Path directory, boolean resume, String command) {
    DataRequest request = training.apply(0);
    JsonObject definitions = new JsonObject();
    CandidateCheck check = new CandidateCheck(ligo, sizes, large, request, options);
    ordered().forEach(c -> definitions.add(c.name(), check.describe(c)));
    ComparisonDescription.requireApart(request, evaluation);
    ComparisonData data = new ComparisonData(large, training, evaluation);
    JsonObject description = description(data);
    return new Begun(
        data,
        description,
        ComparisonDirectory.open(directory, description, definitions, settings(command), resume));
  }

  private JsonObject description(ComparisonData data) {
    return ComparisonDescription.of(large, training.apply(0), evaluation, data, options);
  }

  /** Refuses to go on where scratch has no loss to reach. */
  void requireTarget(ComparisonDirectory files, Candidate c, long seed) {
    if (c.isScratch() && ComparisonResults.of(files).target(seed).isEmpty()) {
      throw new ComparisonException(
          "the model from scratch diverged with seed "
              + seed
              + " at every learning rate that was tried; name a lower one.");
    }
  }

  /** Returns whether a run that is done went as far as is asked for now. */
  boolean isWhole(ComparisonDirectory files, ComparisonRun run, CandidateRun.Goal goal) {
    if (run.diverged().isPresent()) {
      return true;
    }
    boolean far =
        run.last().step() == options.training().steps()
            || (!options.toTheEnd() && goal.isDone(run.curve()));
    return far
        && (!options.keepModels()
            || Files.exists(files.model(run.candidate(), run.seed(), run.learningRate())));
  }

  /** Keeps or removes what a candidate was grown to, when all of its runs are done. */
  void finish(ComparisonDirectory files, Candidate candidate, long seed) {
    if (options.keepModels()) {
      files.keepGrown(candidate.name(), seed);
    } else {
      files.removeGrown(candidate.name(), seed);
    }
  }

  /** Returns the rates at which a candidate is run: all once, and then the best of them. */
  List<Double> rates(Candidate c, long seed, ComparisonResults sofar) {
    List<Double> all = options.rates();
    return sofar
        .bestOf(c.name(), all)
        .filter(run -> run.seed() != seed)
        .map(run -> List.of(run.learningRate()))
        .orElse(all);
  }

  /** Returns what may change from one command to the next. */
  private JsonObject settings(String command) {
    JsonObject settings = new JsonObject();
    settings.addProperty("grown_warmup", options.grownWarmup());
    JsonArray rates = new JsonArray();
    options.rates().forEach(rates::add);
    settings.add("learning_rates", rates);
    settings.addProperty("to_the_end", options.toTheEnd());
    options.counting().addTo(settings);
    settings.addProperty("step_flops", stepFlops);
    settings.addProperty("source_parameters", sourceParameters);
    settings.addProperty("parameters", large.spec().layout().size());
    settings.addProperty("ligo", Version.get());
    settings.addProperty("java", Runtime.version().toString());
    settings.addProperty("command", command);
    return settings;
  }

  List<Candidate> ordered() {
    List<Candidate> all = new ArrayList<>(candidates);
    all.sort((a, b) -> Boolean.compare(b.isScratch(), a.isScratch()));
    return all;
  }
}
