package dev.ligo.core.comparison;

import com.google.gson.JsonObject;
import dev.ligo.api.CancelledException;
import dev.ligo.api.DType;
import dev.ligo.api.HostArray;
import dev.ligo.api.Wording;
import dev.ligo.core.Checkpoint;
import dev.ligo.core.CheckpointWriter;
import dev.ligo.core.ModelCard;
import dev.ligo.core.checkpoint.FileDType;
import dev.ligo.core.checkpoint.JsonValue;
import dev.ligo.core.data.BatchSource;
import dev.ligo.core.data.DataRequest;
import dev.ligo.core.data.ProgressListener;
import dev.ligo.core.data.Work;
import dev.ligo.core.growth.LayerOrigins;
import dev.ligo.core.model.ModelSpec;
import dev.ligo.core.model.TaskModel;
import dev.ligo.core.train.DivergenceException;
import dev.ligo.core.train.Moments;
import dev.ligo.core.train.MomentsFile;
import dev.ligo.core.train.RunIdentity;
import dev.ligo.core.train.Trainer;
import dev.ligo.core.train.TrainingDirectory;
import dev.ligo.core.train.TrainingOptions;
import dev.ligo.core.train.TrainingSetup;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;

/** One run of a candidate: it trains, is evaluated, and goes on where it was interrupted. */
final class CandidateRun implements ProgressListener {
  /** The most of a run's time that saving its state may take. */
  private static final double SAVING = 0.01;

  /**
   * When a run may stop.
   *
   * @param loss the loss to reach, if there is one
   * @param flops the operations in which another rate reached it
   */
  record Goal(OptionalDouble loss, double flops) {
    /** Returns the goal of a run that no other one gives up. */
    static Goal of(OptionalDouble loss) {
      return new Goal(loss, Double.POSITIVE_INFINITY);
    }

    boolean isDone(Curve curve) {
      return curve.last().flops() > flops
          || (loss.isPresent() && curve.reaches(loss.getAsDouble()).isPresent());
    }
  }

  private final ComparisonRunner runner;
  private final Comparison comparison;
  private final ComparisonDirectory files;
  private final Candidate candidate;
  private final long seed;
  private final double rate;
  private final Goal goal;
  private final List<Curve.Point> points = new ArrayList<>();
  private OptionalLong diverged = OptionalLong.empty();
  private double seconds;
  private long mark;
  private double saving;
  private double unsaved = Double.POSITIVE_INFINITY;

  CandidateRun(ComparisonRunner runner, Candidate candidate, long seed, double rate, Goal goal) {
    this.runner = runner;
    this.comparison = runner.comparison();
    this.files = runner.files();
    this.candidate = candidate;
    this.seed = seed;
    this.rate = rate;
    this.goal = goal;
  }

  ComparisonRun make() {
    runner.listener().begun(candidate.name(), seed);
    ComparisonRun.Growing growing =
        candidate
            .growth()
            .map(o -> runner.grow(candidate, o, seed))
            .orElse(ComparisonRun.Growing.NONE);
    OptionalDouble sourceFlops = runner.sourceFlops(candidate);
    if (candidate.growth().isEmpty()) {
      Map<String, HostArray> values =
          comparison.large.spec().initialValuesOnDemand(DType.FLOAT32, seed);
      TrainingSetup setup = setup(comparison.large, Moments.NONE, Map.of(), Set.of());
      train(comparison.large, values, setup, growing, sourceFlops);
    } else {
      try (Checkpoint checkpoint = comparison.ligo.open(files.grown(candidate.name(), seed))) {
        TaskModel<?> model = checkpoint.model().forTask(comparison.task()).withHead();
        Moments moments = checkpoint.moments().map(f -> read(f, checkpoint)).orElse(Moments.NONE);
        train(
            model,
            checkpoint.valuesOnDemand(model.spec(), seed),
            setup(
                model,
                moments,
                checkpoint.layerOrigins(),
                checkpoint.freshParameters(model.spec())),
            growing,
            sourceFlops);
      }
    }
    ComparisonRun run = sofar(growing, sourceFlops);
    files.done(run);
    return run;
  }

  private ComparisonRun sofar(ComparisonRun.Growing growing, OptionalDouble sourceFlops) {
    String machine = runner.backend().info().describe();
    return new ComparisonRun(
        candidate.name(), seed, rate, growing, sourceFlops, machine, diverged, points);
  }

  private TrainingSetup setup(
      TaskModel<?> model, Moments moments, Map<String, LayerOrigins> origins, Set<String> fresh) {
    DataRequest request = comparison.training.apply(seed);
    return new TrainingSetup(
        model.batchSpecs(request.batchSize(), request.sequenceLength()),
        candidate.training().strategies(),
        candidate.small().map(comparison.ligo::small),
        moments,
        origins,
        fresh);
  }

  private void train(
      TaskModel<?> model,
      Map<String, HostArray> values,
      TrainingSetup setup,
      ComparisonRun.Growing growing,
      OptionalDouble sourceFlops) {
    ComparisonOptions options = comparison.options;
    BatchSource train = runner.data().training(seed);
    BatchSource held = runner.data().heldOut();
    seconds = growing.seconds();
    try (TrainingDirectory work = work();
        Trainer trainer =
            new Trainer(
                runner.backend(), model, values, options.training(candidate, rate, seed), setup)) {
      work.saved().ifPresent(s -> goOn(trainer, s));
      try {
        long steps = options.training().steps();
        while (evaluated() < steps && !isDone()) {
          mark = System.nanoTime();
          trainer.run(nextEvaluation(), train, Optional.empty(), this);
          evaluate(trainer, held, growing, work);
          runner.listener().evaluated(sofar(growing, sourceFlops));
          if (evaluated() < steps && !isDone()) {
            save(trainer, work);
          }
        }
        if (options.keepModels()) {
          keep(model.spec(), trainer, sourceFlops);
        }
      } catch (DivergenceException e) {
        diverged = OptionalLong.of(e.step());
      } catch (CancelledException e) {
        throw saved(trainer, work, e);
      }
      work.delete();
    }
  }

  /** Returns the last step that was evaluated, −1 before the first evaluation. */
  private long evaluated() {
    return points.isEmpty() ? -1 : points.get(points.size() - 1).step();
  }

  /** Returns the step of the next evaluation; the first is before any training. */
  private long nextEvaluation() {
    TrainingOptions training = comparison.options.training();
    return Math.min(training.steps(), points.size() * training.evaluateEvery());
  }

  /** Saves the state of a run that is cancelled, and returns the error that says so. */
  private CancelledException saved(Trainer trainer, TrainingDirectory work, CancelledException e) {
    long step = trainer.steps();
    if (step == 0) {
      return e;
    }
    if (step > evaluated()) {
      work.metrics(RunJson.time(step, seconds));
    }
    work.save(step, trainer.currentState());
    return new CancelledException(
        String.format(
            Locale.ROOT,
            "%s; candidate '%s' with seed %d is saved after step %d.",
            e.getMessage().replaceAll("\\.$", ""),
            candidate.name(),
            seed,
            step),
        e);
  }

  private TrainingDirectory work() {
    JsonObject own = runner.description().deepCopy();
    own.addProperty("candidate", candidate.name());
    own.addProperty("seed", seed);
    own.addProperty("learning_rate", rate);
    own.addProperty(RunIdentity.BACKEND, runner.backend().info().engineOnDevice());
    Path run = files.run(candidate.name(), seed, rate);
    return TrainingDirectory.open(run, new RunIdentity(own, comparison.options.changeable()), true);
  }

  private void goOn(Trainer trainer, TrainingDirectory.Saved saved) {
    Path work = TrainingDirectory.beside(files.run(candidate.name(), seed, rate));
    boolean whole = true;
    for (JsonObject written : saved.metrics()) {
      JsonValue line = JsonValue.of(written, problem -> ComparisonDirectory.damaged(work, problem));
      seconds = RunJson.seconds(line);
      if (RunJson.isPoint(line)) {
        Curve.Point p = RunJson.point(line);
        whole &= p.step() == nextEvaluation();
        points.add(p);
      }
    }
    if (!whole || nextEvaluation() < saved.step()) {
      throw ComparisonDirectory.damaged(work, "evaluations are missing");
    }
    trainer.restore(saved.step(), saved.values());
  }

  /** Saves the state after steps, if that has taken little of the time so far. */
  private void save(Trainer trainer, TrainingDirectory work) {
    if (trainer.steps() == 0 || saving > SAVING * unsaved) {
      return;
    }
    long begun = System.nanoTime();
    work.save(trainer.steps(), trainer.currentState());
    saving = (System.nanoTime() - begun) / 1e9;
    unsaved = 0;
  }

  private boolean isDone() {
    return !points.isEmpty()
        && !comparison.options.toTheEnd()
        && goal.isDone(new Curve(candidate.name(), points));
  }

  private void evaluate(
      Trainer trainer, BatchSource held, ComparisonRun.Growing growing, TrainingDirectory work) {
    double loss = trainer.measureWhole(held, this).get("loss");
    double flops = growing.flops() + trainer.flops(trainer.steps());
    Curve.Point p = new Curve.Point(trainer.steps(), flops, seconds, loss);
    points.add(p);
    work.metrics(RunJson.of(p));
  }

  /** Writes the model as it is now, unless an interrupted run came that far. */
  private void keep(ModelSpec<?> model, Trainer trainer, OptionalDouble sourceFlops) {
    Path to = files.model(candidate.name(), seed, rate);
    if (Files.exists(to)) {
      return;
    }
    Curve.Point last = points.get(points.size() - 1);
    JsonObject record = new JsonObject();
    record.addProperty("task", comparison.task());
    record.addProperty("candidate", candidate.name());
    record.addProperty("seed", seed);
    record.addProperty("learning_rate", rate);
    record.addProperty("steps", trainer.steps());
    record.addProperty("loss", last.loss());
    record.addProperty("flops", last.flops());
    sourceFlops.ifPresent(f -> record.addProperty(Checkpoint.TOTAL_FLOPS, f + last.flops()));
    try (CheckpointWriter writer =
        CheckpointWriter.create(
            to,
            model,
            model.dialect(),
            n -> FileDType.F32,
            Map.of(
                "ligo.trained",
                comparison.task() + ", " + Wording.count(trainer.steps(), "step")))) {
      trainer.currentValues().forEach(writer::write);
      writer.finish(
          comparison.otherFiles,
          new ModelCard(model, to.getFileName().toString())
              .paragraph("A run of a comparison with ligo, in `training.json`.")
              .text(),
          Map.of(Checkpoint.TRAINING, record));
    }
  }

  @Override
  public void progress(Work.Progress progress) {
    if (progress.learning().isPresent()) {
      long now = System.nanoTime();
      seconds += (now - mark) / 1e9;
      unsaved += (now - mark) / 1e9;
    }
    runner.listener().progress(progress);
    mark = System.nanoTime();
  }

  @Override
  public boolean isCancelled() {
    return runner.listener().isCancelled();
  }

  private static Moments read(MomentsFile file, Checkpoint checkpoint) {
    try (file) {
      return file.onDemand(checkpoint.shapes());
    }
  }
}
