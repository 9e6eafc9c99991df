package dev.ligo.core.experiment;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.ligo.api.Backend;
import dev.ligo.api.DType;
import dev.ligo.api.HostArray;
import dev.ligo.core.Checkpoint;
import dev.ligo.core.Growth;
import dev.ligo.core.Ligo;
import dev.ligo.core.data.BatchSource;
import dev.ligo.core.data.DataRequest;
import dev.ligo.core.growth.OperatorTraining;
import dev.ligo.core.model.Model;
import dev.ligo.core.model.Sizes;
import dev.ligo.core.train.Moments;
import dev.ligo.core.train.MomentsFile;
import dev.ligo.core.train.Optimization;
import dev.ligo.core.train.Regimen;
import dev.ligo.core.train.Trainer;
import dev.ligo.core.train.TrainingDirectory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
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
  private static final OptionalDouble FREE = OptionalDouble.of(0);

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

  private final Ligo ligo;
  private final Sizes sizes;
  private final List<Candidate> candidates;
  private final LongFunction<DataRequest> training;
  private final DataRequest evaluation;
  private final StudyOptions options;
  private final Model<?> large;
  private final String task;
  private final double stepFlops;

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
    DataRequest r = training.apply(options.seeds().get(0));
    this.stepFlops =
        3.0 * large.forwardFlops(task, large.batch(task, r.batchSize(), r.sequenceLength()));
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

  /** Returns the floating-point operations of one training step, three times the forward ones. */
  public double stepFlops() {
    return stepFlops;
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
    List<StudyRun> runs = new ArrayList<>();
    for (long seed : options.seeds()) {
      Optional<StudyRun> scratch = Optional.empty();
      for (Candidate c : ordered()) {
        OptionalDouble target =
            scratch.map(s -> OptionalDouble.of(s.last().loss())).orElse(OptionalDouble.empty());
        Optional<StudyRun> earlier = files.done(c.name(), seed);
        StudyRun run =
            earlier.isPresent()
                ? earlier.get()
                : new Runner(files, c, seed, target, listener).run(backend);
        listener.done(
            run, target.isPresent() ? run.curve().reaches(target.getAsDouble()) : Optional.empty());
        scratch = c.isScratch() ? Optional.of(run) : scratch;
        runs.add(run);
        results(runs).write(files);
      }
    }
    return results(runs);
  }

  private static Moments read(MomentsFile file) {
    try (file) {
      return file.read();
    }
  }

  private StudyResults results(List<StudyRun> runs) {
    return new StudyResults(large.architecture().name(), description(), runs);
  }

  private List<Candidate> ordered() {
    List<Candidate> all = new ArrayList<>(candidates);
    all.sort((a, b) -> Boolean.compare(b.isScratch(), a.isScratch()));
    return all;
  }

  /** What must not change while results are added to. */
  private JsonObject description() {
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

  /** One run. */
  private final class Runner implements Trainer.Listener {
    private final StudyDirectory files;
    private final Candidate candidate;
    private final long seed;
    private final OptionalDouble target;
    private final Listener listener;
    private final List<Curve.Point> points = new ArrayList<>();
    private double seconds;
    private long mark;

    Runner(
        StudyDirectory files,
        Candidate candidate,
        long seed,
        OptionalDouble target,
        Listener listener) {
      this.files = files;
      this.candidate = candidate;
      this.seed = seed;
      this.target = target;
      this.listener = listener;
    }

    StudyRun run(Backend backend) {
      listener.begun(candidate.name(), seed);
      Optional<StudyRun.Cost> grown = candidate.growth().map(o -> grow(o, backend));
      StudyRun.Cost growing = grown.orElse(StudyRun.Cost.NONE);
      OptionalDouble sourceFlops = sourceFlops();
      if (grown.isEmpty()) {
        train(large, large.initialValues(DType.FLOAT32, seed), Moments.NONE, growing, backend);
      } else {
        try (Checkpoint checkpoint = ligo.open(files.grown(candidate.name(), seed))) {
          Model<?> model = checkpoint.model().withHead(task);
          Moments moments = checkpoint.moments().map(Study::read).orElse(Moments.NONE);
          train(model, checkpoint.values(model, seed), moments, growing, backend);
        }
      }
      StudyRun run = new StudyRun(candidate.name(), seed, growing, sourceFlops, points);
      files.done(run);
      return run;
    }

    /** Returns what training the models that the run makes use of took: each of them once. */
    private OptionalDouble sourceFlops() {
      Set<Path> sources = new LinkedHashSet<>();
      candidate.growth().ifPresent(o -> sources.add(o.source()));
      candidate.small().ifPresent(sources::add);
      OptionalDouble sum = FREE;
      for (Path path : sources) {
        try (Checkpoint source = ligo.open(path)) {
          OptionalDouble flops = source.trainingFlops();
          sum =
              sum.isPresent() && flops.isPresent()
                  ? OptionalDouble.of(sum.getAsDouble() + flops.getAsDouble())
                  : OptionalDouble.empty();
        }
      }
      return sum;
    }

    /** Grows, unless that was done before the run was interrupted. */
    private StudyRun.Cost grow(Candidate.Origin origin, Backend backend) {
      Optional<StudyRun.Cost> earlier = files.growing(candidate.name(), seed);
      if (earlier.isPresent()) {
        return earlier.get();
      }
      long begun = System.nanoTime();
      try (Checkpoint source = ligo.open(origin.source())) {
        DataRequest data = training.apply(seed);
        Growth growth =
            ligo.grow(source, origin.method())
                .to(sizes)
                .on(backend)
                .training(options.operator())
                .optimizerState(candidate.training().optimizerState())
                .seed(seed)
                .progress(data.progress());
        Optional<OperatorTraining.Result> learning =
            (origin.method().learns() ? growth.on(data) : growth)
                .save(files.grown(candidate.name(), seed))
                .learning();
        StudyRun.Cost cost =
            new StudyRun.Cost(
                learning.map(l -> (double) l.flops()).orElse(0.0),
                (System.nanoTime() - begun) / 1e9);
        files.growing(candidate.name(), seed, cost);
        return cost;
      }
    }

    private void train(
        Model<?> model,
        SortedMap<String, HostArray> values,
        Moments moments,
        StudyRun.Cost growing,
        Backend backend) {
      DataRequest data = training.apply(seed);
      BatchSource train = model.batches(task, data);
      BatchSource held = model.batches(task, evaluation);
      seconds = growing.seconds();
      JsonObject description = description();
      description.addProperty("candidate", candidate.name());
      description.addProperty("seed", seed);
      try (TrainingDirectory work =
              TrainingDirectory.open(files.run(candidate.name(), seed), description, true);
          Trainer trainer =
              new Trainer(
                  backend,
                  model,
                  task,
                  values,
                  options.training(seed),
                  new Regimen(
                      model.batch(task, data.batchSize(), data.sequenceLength()),
                      candidate.training().procedures(),
                      candidate.small().map(ligo::small),
                      moments))) {
        work.saved().ifPresent(s -> goOn(trainer, s));
        if (points.isEmpty()) {
          evaluate(trainer, held, growing, work);
        }
        while (trainer.steps() < options.steps() && !isDone()) {
          long until = Math.min(options.steps(), trainer.steps() + options.evaluateEvery());
          mark = System.nanoTime();
          trainer.run(until, train, Optional.empty(), this);
          evaluate(trainer, held, growing, work);
          if (trainer.steps() < options.steps() && !isDone()) {
            work.save(trainer.steps(), trainer.state());
          }
        }
        work.delete();
      }
    }

    private void goOn(Trainer trainer, TrainingDirectory.Saved saved) {
      trainer.restore(saved.step(), saved.values());
      Path file = files.run(candidate.name(), seed);
      saved.metrics().forEach(o -> points.add(StudyDirectory.point(file, o)));
      seconds = points.get(points.size() - 1).seconds();
    }

    private Curve curve() {
      return new Curve(candidate.name(), points);
    }

    private boolean isDone() {
      return !options.toTheEnd()
          && target.isPresent()
          && curve().reaches(target.getAsDouble()).isPresent();
    }

    private void evaluate(
        Trainer trainer, BatchSource held, StudyRun.Cost growing, TrainingDirectory work) {
      double loss = trainer.measure(held, this).get("loss");
      double flops = growing.flops() + trainer.flops(trainer.steps());
      Curve.Point p = new Curve.Point(trainer.steps(), flops, seconds, loss);
      points.add(p);
      work.metrics(StudyDirectory.json(p));
      listener.evaluated(p);
    }

    @Override
    public void stepped(Optimization.Step step, double learningRate) {
      long now = System.nanoTime();
      seconds += (now - mark) / 1e9;
      listener.stepped(step, options.steps());
      mark = System.nanoTime();
    }

    @Override
    public void evaluating(long done, long total) {
      listener.evaluating();
    }
  }
}
