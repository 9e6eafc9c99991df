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
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.function.LongFunction;

/**
 * Which way of beginning is worth it: every candidate is trained, once for each seed, on the same
 * data in the same order under the same schedule, and is held against the final loss of the model
 * from scratch with that seed. A candidate's run may stop once it has reached that loss.
 *
 * <p>Results stand in a directory, run by run, so that a comparison can be stopped and continued,
 * and candidates and seeds be added.
 */
public final class Comparison {
  /** Follows a comparison: its runs, and their steps and evaluations. */
  public interface Listener extends ProgressListener {
    @Override
    default void progress(Work.Progress progress) {}

    /** Hears that a run begins or goes on. */
    default void begun(String candidate, long seed) {}

    /** Hears of an evaluation of the run. */
    default void evaluated(Curve.Point point) {}

    /**
     * Hears that a run is done.
     *
     * @param reached where it reached scratch's final loss, if it did; empty for scratch itself
     */
    default void done(ComparisonRun run, Optional<Curve.Point> reached) {}
  }

  final Ligo ligo;
  final Sizes sizes;
  private final List<Candidate> candidates;
  final LongFunction<DataRequest> training;
  final DataRequest evaluation;
  final ComparisonOptions options;
  final TaskModel<?> large;
  private final double stepFlops;
  final SortedMap<String, Path> otherFiles;

  /**
   * Describes a comparison.
   *
   * @param source the checkpoint whose family and config the large model has
   * @param sizes those of the large model
   * @param candidates at least two, one of which is from scratch
   * @param training the data to train on, by seed
   * @param evaluation the held-out data
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
    DataRequest r = training.apply(options.seeds().get(0));
    this.stepFlops =
        (double) ComparisonRun.CONVENTION
            * options.training().microBatches()
            * large.forwardFlops(large.batchSpecs(r.batchSize(), r.sequenceLength()));
  }

  /** Returns the large model. */
  public ModelSpec<?> large() {
    return large.spec();
  }

  /** Returns the task that models are trained on. */
  public String task() {
    return large.name();
  }

  /** Returns the floating-point operations of one training step, as results give them. */
  public double stepFlops() {
    return stepFlops * options.convention() / ComparisonRun.CONVENTION;
  }

  /**
   * Refuses a directory that {@link #run} would refuse, before data and sources are read.
   *
   * @param resume whether results that are there are added to
   * @throws ComparisonException if the directory holds results that are not to be added to, or
   *     something else
   */
  public static void requireUsable(Path directory, boolean resume) {
    ComparisonDirectory.requireUsable(directory, resume);
  }

  /**
   * Makes the runs that are not done yet, seed by seed, scratch first. A run that had stopped at
   * another loss than the one to reach now is made again.
   *
   * @param directory where results stand
   * @param resume whether results that are there are added to
   * @return all that is in the directory, also of candidates and seeds that are not this
   *     comparison's
   * @throws ComparisonException if a method cannot grow the source to the large model's sizes,
   *     known before any run; or the directory holds something else
   * @throws dev.ligo.core.data.DataException if data cannot be read, known before any run
   */
  public ComparisonResults run(Path directory, boolean resume, Backend backend, Listener listener) {
    DataRequest data = training.apply(0);
    JsonObject definitions = new JsonObject();
    CandidateCheck check = new CandidateCheck(ligo, sizes, large, data, options);
    ordered().forEach(c -> definitions.add(c.name(), check.describe(c)));
    JsonObject description = ComparisonDescription.of(large, data, evaluation, options);
    try (ComparisonDirectory files =
        ComparisonDirectory.open(directory, description, definitions, resume)) {
      ComparisonRunner runner = new ComparisonRunner(this, description, files, backend, listener);
      for (long seed : options.seeds()) {
        for (Candidate c : ordered()) {
          ComparisonResults sofar = results(description, files);
          OptionalDouble target = c.isScratch() ? OptionalDouble.empty() : sofar.target(seed);
          runner.run(c, seed, rates(c, seed, sofar), target);
          ComparisonResults now = results(description, files);
          now.write(files);
          if (c.isScratch() && now.target(seed).isEmpty()) {
            throw new ComparisonException(
                "the model from scratch diverged with seed "
                    + seed
                    + " at every learning rate that was tried; name a lower one.");
          }
        }
      }
      return results(description, files);
    }
  }

  /** Returns the rates at which a candidate is run: all once, and then the best of them. */
  private List<Double> rates(Candidate c, long seed, ComparisonResults sofar) {
    List<Double> all = options.rates();
    return sofar
        .bestOf(c.name(), all)
        .filter(run -> run.seed() != seed)
        .map(run -> List.of(run.learningRate()))
        .orElse(all);
  }

  private ComparisonResults results(JsonObject description, ComparisonDirectory files) {
    JsonObject settings = description.deepCopy();
    settings.addProperty("grown_warmup", options.grownWarmup());
    JsonArray rates = new JsonArray();
    options.rates().forEach(rates::add);
    settings.add("learning_rates", rates);
    settings.addProperty("to_the_end", options.toTheEnd());
    settings.addProperty("step_flops", stepFlops());
    settings.addProperty("ligo", Version.get());
    return ComparisonResults.of(
        large.spec().architecture().name(),
        settings,
        files.candidates(),
        options.convention(),
        files.runs());
  }

  private List<Candidate> ordered() {
    List<Candidate> all = new ArrayList<>(candidates);
    all.sort((a, b) -> Boolean.compare(b.isScratch(), a.isScratch()));
    return all;
  }
}
