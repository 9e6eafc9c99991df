package dev.ligo.core.experiment;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.ligo.api.Backend;
import dev.ligo.core.Checkpoint;
import dev.ligo.core.Ligo;
import dev.ligo.core.data.DataRequest;
import dev.ligo.core.model.Model;
import dev.ligo.core.model.Sizes;
import dev.ligo.core.train.Optimization;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.function.LongFunction;

/**
 * Which way of beginning is worth it: every candidate is trained, once for each seed, on the same
 * data in the same order under the same schedule, and is held against the final loss of the model
 * from scratch with that seed. A candidate's run may stop once it has reached that loss.
 *
 * <p>Results stand in a directory, run by run, so that a study can be stopped and continued, and
 * candidates and seeds be added.
 */
public final class Study {
  /** Hears of a study. */
  public interface Listener {
    /** Hears that a run begins or goes on. */
    default void begun(String candidate, long seed) {}

    /** Hears of a training step of the run. */
    default void stepped(Optimization.Step step, long steps) {}

    /** Hears of a batch that was evaluated. */
    default void evaluating() {}

    /** Hears of an evaluation of the run. */
    default void evaluated(Curve.Point point) {}

    /**
     * Hears that a run is done.
     *
     * @param reached where it reached scratch's final loss, if it did; empty for scratch itself
     */
    default void done(StudyRun run, Optional<Curve.Point> reached) {}
  }

  final Ligo ligo;
  final Sizes sizes;
  private final List<Candidate> candidates;
  final LongFunction<DataRequest> training;
  final DataRequest evaluation;
  final StudyOptions options;
  final Model<?> large;
  final String task;
  private final double stepFlops;
  final SortedMap<String, Path> otherFiles;

  /**
   * Describes a study.
   *
   * @param source the checkpoint whose family and config the large model has
   * @param sizes those of the large model
   * @param candidates at least two, one of which is from scratch
   * @param training the data to train on, by seed
   * @param evaluation the held-out data
   * @throws StudyException if candidates share a name, or none is from scratch
   */
  public Study(
      Ligo ligo,
      Checkpoint source,
      Sizes sizes,
      List<Candidate> candidates,
      LongFunction<DataRequest> training,
      DataRequest evaluation,
      StudyOptions options) {
    this.ligo = ligo;
    this.sizes = sizes;
    this.candidates = List.copyOf(candidates);
    this.training = training;
    this.evaluation = evaluation;
    this.options = options;
    this.task = source.model().architecture().tasks().get(0).name();
    this.large = source.model().withHead(task).resized(sizes);
    this.otherFiles = source.otherFiles();
    DataRequest r = training.apply(options.seeds().get(0));
    this.stepFlops =
        (double) StudyRun.CONVENTION
            * large.forwardFlops(task, large.batch(task, r.batchSize(), r.sequenceLength()));
    List<String> names = candidates.stream().map(Candidate::name).toList();
    if (names.stream().distinct().count() != names.size()) {
      throw new StudyException("each candidate needs a name of its own, found " + names + ".");
    }
    if (!names.contains(Candidate.SCRATCH) || names.size() < 2) {
      throw new StudyException(
          "a study compares '" + Candidate.SCRATCH + "' with others, found " + names + ".");
    }
  }

  /** Returns the large model. */
  public Model<?> large() {
    return large;
  }

  /** Returns the task that models are trained on. */
  public String task() {
    return task;
  }

  /** Returns the floating-point operations of one training step, as results give them. */
  public double stepFlops() {
    return stepFlops * options.convention() / StudyRun.CONVENTION;
  }

  /**
   * Makes the runs that are not done yet, seed by seed, scratch first.
   *
   * @param directory where results stand
   * @param resume whether results that are there are added to
   * @throws StudyException if a method cannot grow the source to the large model's sizes, known
   *     before any run; or the directory holds something else
   */
  public StudyResults run(Path directory, boolean resume, Backend backend, Listener listener) {
    StudyDirectory files = new StudyDirectory(directory, description(), checked(), resume);
    StudyRunner runner = new StudyRunner(this, files, backend, listener);
    Map<String, Double> rates = new HashMap<>();
    List<StudyRun> runs = new ArrayList<>();
    List<StudyRun> trials = new ArrayList<>();
    for (long seed : options.seeds()) {
      OptionalDouble target = OptionalDouble.empty();
      for (Candidate c : ordered()) {
        List<Double> tried =
            rates.containsKey(c.name()) ? List.of(rates.get(c.name())) : options.rates();
        List<StudyRun> tries = runner.run(c, seed, tried, target);
        StudyRun best = best(tries, target);
        rates.put(c.name(), best.learningRate());
        runs.add(best);
        tries.stream().filter(r -> r.learningRate() != best.learningRate()).forEach(trials::add);
        target = c.isScratch() ? OptionalDouble.of(best.last().loss()) : target;
        results(runs, trials).write(files);
      }
    }
    return results(runs, trials);
  }

  /** Returns the run that reached its target first, or else that which ended best. */
  private static StudyRun best(List<StudyRun> tries, OptionalDouble target) {
    return tries.stream()
        .min(
            Comparator.comparingDouble((StudyRun r) -> flopsTo(r, target))
                .thenComparingDouble(r -> r.last().loss()))
        .orElseThrow();
  }

  /** Returns the operations after which a run reached a loss; infinitely many if it did not. */
  static double flopsTo(StudyRun run, OptionalDouble loss) {
    return loss.isEmpty()
        ? Double.POSITIVE_INFINITY
        : run.curve()
            .reaches(loss.getAsDouble())
            .map(Curve.Point::flops)
            .orElse(Double.POSITIVE_INFINITY);
  }

  private StudyResults results(List<StudyRun> runs, List<StudyRun> trials) {
    return new StudyResults(
        large.architecture().name(),
        description(),
        options.convention(),
        counted(runs),
        counted(trials));
  }

  private List<StudyRun> counted(List<StudyRun> runs) {
    return runs.stream().map(r -> r.counted(options.convention())).toList();
  }

  private List<Candidate> ordered() {
    List<Candidate> all = new ArrayList<>(candidates);
    all.sort((a, b) -> Boolean.compare(b.isScratch(), a.isScratch()));
    return all;
  }

  /** What must not change while results are added to. */
  JsonObject description() {
    DataRequest data = training.apply(options.seeds().get(0));
    JsonObject o = new JsonObject();
    o.addProperty("family", large.architecture().name());
    o.addProperty("task", task);
    o.add("config", large.json());
    o.add("data", names(data.paths()));
    o.add("held-out data", names(evaluation.paths()));
    o.addProperty("batch size", data.batchSize());
    o.addProperty("sequence length", data.sequenceLength());
    o.addProperty("evaluation batch size", evaluation.batchSize());
    o.addProperty("steps", options.steps());
    o.addProperty("evaluate every", options.evaluateEvery());
    o.addProperty("evaluation batches", options.evaluationBatches());
    o.addProperty("schedule", options.schedule().toString());
    o.addProperty("optimizer", options.optimizer().toString());
    o.addProperty("operator", options.operator().toString());
    o.addProperty("step flops", stepFlops);
    return o;
  }

  private static JsonArray names(List<Path> paths) {
    JsonArray a = new JsonArray();
    paths.forEach(p -> a.add(p.getFileName().toString()));
    return a;
  }

  /** Tries every candidate, so that what cannot be done is known before hours of work. */
  private JsonObject checked() {
    DataRequest data = training.apply(options.seeds().get(0));
    CandidateCheck check = new CandidateCheck(ligo, sizes, large, task, data, options);
    JsonObject all = new JsonObject();
    candidates.forEach(c -> all.add(c.name(), check.describe(c)));
    return all;
  }
}
