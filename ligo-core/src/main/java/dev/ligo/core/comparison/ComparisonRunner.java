package dev.ligo.core.comparison;

import com.google.gson.JsonObject;
import dev.ligo.api.Backend;
import dev.ligo.api.DType;
import dev.ligo.api.HostArray;
import dev.ligo.core.Checkpoint;
import dev.ligo.core.CheckpointWriter;
import dev.ligo.core.Growth;
import dev.ligo.core.ModelCard;
import dev.ligo.core.checkpoint.CheckpointException;
import dev.ligo.core.checkpoint.FileDType;
import dev.ligo.core.data.BatchSource;
import dev.ligo.core.data.DataRequest;
import dev.ligo.core.data.ProgressListener;
import dev.ligo.core.data.Work;
import dev.ligo.core.growth.GrowthPlan;
import dev.ligo.core.growth.LayerOrigins;
import dev.ligo.core.growth.apply.FunctionDrift;
import dev.ligo.core.growth.learn.OperatorTraining;
import dev.ligo.core.model.ModelSpec;
import dev.ligo.core.model.TaskModel;
import dev.ligo.core.train.DivergenceException;
import dev.ligo.core.train.Moments;
import dev.ligo.core.train.MomentsFile;
import dev.ligo.core.train.Trainer;
import dev.ligo.core.train.TrainingDirectory;
import dev.ligo.core.train.TrainingSetup;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedMap;

/**
 * Makes the runs of a comparison: grows and trains, and goes on where a run was interrupted.
 *
 * @param comparison says what is compared
 * @param data what models are trained and evaluated on
 * @param description what must not change while results are added
 * @param files where runs stand
 */
record ComparisonRunner(
    Comparison comparison,
    ComparisonData data,
    JsonObject description,
    ComparisonDirectory files,
    Backend backend,
    Comparison.Listener listener) {
  private static final OptionalDouble FREE = OptionalDouble.of(0);

  /** The most of a run's time that saving its state may take. */
  private static final double SAVING = 0.01;

  /**
   * Makes the runs of a candidate with one seed that are not done yet: it is grown once, and
   * trained at each of the rates. A rate that is slower to the target than one before it is given
   * up.
   *
   * @param target the loss at which a run may stop, if there is one
   */
  void run(Candidate candidate, long seed, List<Double> rates, OptionalDouble target) {
    double least = Double.POSITIVE_INFINITY;
    for (double rate : rates) {
      Goal goal = new Goal(target, least);
      ComparisonRun run =
          files
              .done(candidate.name(), seed, rate)
              .filter(r -> isWhole(r, goal))
              .orElseGet(() -> new Run(candidate, seed, rate, goal).make());
      listener.done(
          run, target.isPresent() ? run.curve().reaches(target.getAsDouble()) : Optional.empty());
      least = Math.min(least, run.flopsTo(target));
    }
    if (comparison.options.keepModels()) {
      files.keepGrown(candidate.name(), seed);
    } else {
      files.removeGrown(candidate.name(), seed);
    }
  }

  /** Returns whether a run that is done went as far as is asked for now. */
  private boolean isWhole(ComparisonRun run, Goal goal) {
    if (run.diverged().isPresent()) {
      return true;
    }
    boolean far =
        run.last().step() == comparison.options.training().steps()
            || (!comparison.options.toTheEnd() && goal.isDone(run.curve()));
    return far
        && (!comparison.options.keepModels()
            || Files.exists(files.model(run.candidate(), run.seed(), run.learningRate())));
  }

  private static Moments read(MomentsFile file) {
    try (file) {
      return file.read();
    }
  }

  /** Returns what training the models that a run makes use of took: each of them once. */
  private OptionalDouble sourceFlops(Candidate candidate) {
    Set<Path> sources = new LinkedHashSet<>();
    candidate.growth().ifPresent(o -> sources.add(o.source()));
    candidate.small().ifPresent(sources::add);
    OptionalDouble sum = FREE;
    for (Path path : sources) {
      try (Checkpoint source = comparison.ligo.open(path)) {
        OptionalDouble flops = source.trainingFlops();
        sum =
            sum.isPresent() && flops.isPresent()
                ? OptionalDouble.of(sum.getAsDouble() + flops.getAsDouble())
                : OptionalDouble.empty();
      }
    }
    return sum;
  }

  /** Grows, unless that was done for a run before. */
  private ComparisonRun.Growing grow(Candidate candidate, Candidate.Origin origin, long seed) {
    Optional<ComparisonRun.Growing> earlier = files.growing(candidate.name(), seed);
    if (earlier.isPresent()) {
      return earlier.get();
    }
    long begun = System.nanoTime();
    Path grown = files.grown(candidate.name(), seed);
    try (Checkpoint source = comparison.ligo.open(origin.source())) {
      Growth growth =
          comparison
              .ligo
              .grow(source, origin.method())
              .to(comparison.sizes)
              .backend(backend)
              .training(origin.learning(comparison.options.operator()))
              .optimizerState(candidate.training().optimizerState())
              .seed(seed)
              .listener(comparison.evaluation.progress());
      Growth.Report report =
          (origin.method().learns() ? growth.data(data.training(seed)) : growth).save(grown);
      Optional<OperatorTraining.Result> learning = report.learning();
      ComparisonRun.Growing growing =
          new ComparisonRun.Growing(
              learning.map(l -> (double) l.flops()).orElse(0.0),
              (System.nanoTime() - begun) / 1e9,
              learning.map(ComparisonRunner::learning),
              drift(report, source, grown));
      files.growing(candidate.name(), seed, growing);
      return growing;
    } catch (DivergenceException e) {
      throw new ComparisonException(
          "candidate '"
              + candidate.name()
              + "', seed "
              + seed
              + ": learning its operator, "
              + e.getMessage(),
          e);
    }
  }

  /** Returns how far the logits moved on the first held-out batch; no part of what growing took. */
  private OptionalDouble drift(Growth.Report report, Checkpoint source, Path grown) {
    GrowthPlan plan = report.plan();
    if (!plan.small().hasHead(comparison.task()) || !plan.large().hasHead(comparison.task())) {
      return OptionalDouble.empty();
    }
    Map<String, HostArray> batch = data.heldOut().batch(0);
    try (Checkpoint written = comparison.ligo.open(grown)) {
      return OptionalDouble.of(
          FunctionDrift.measure(
              backend,
              new FunctionDrift.Side(plan.small().forTask(comparison.task()), source::read),
              new FunctionDrift.Side(plan.large().forTask(comparison.task()), written::read),
              batch));
    }
  }

  private static ComparisonRun.Learning learning(OperatorTraining.Result r) {
    List<Double> losses = r.losses();
    return new ComparisonRun.Learning(losses.get(0), losses.get(losses.size() - 1), r.movement());
  }

  /**
   * When a run may stop.
   *
   * @param loss the loss to reach, if there is one
   * @param flops the operations in which another rate reached it
   */
  private record Goal(OptionalDouble loss, double flops) {
    boolean isDone(Curve curve) {
      return curve.last().flops() > flops
          || (loss.isPresent() && curve.reaches(loss.getAsDouble()).isPresent());
    }
  }

  /** One run. */
  private final class Run implements ProgressListener {
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

    Run(Candidate candidate, long seed, double rate, Goal goal) {
      this.candidate = candidate;
      this.seed = seed;
      this.rate = rate;
      this.goal = goal;
    }

    ComparisonRun make() {
      listener.begun(candidate.name(), seed);
      ComparisonRun.Growing growing =
          candidate.growth().map(o -> grow(candidate, o, seed)).orElse(ComparisonRun.Growing.NONE);
      OptionalDouble sourceFlops = sourceFlops(candidate);
      if (candidate.growth().isEmpty()) {
        SortedMap<String, HostArray> values =
            comparison.large.spec().initialValues(DType.FLOAT32, seed);
        train(comparison.large, values, Moments.NONE, Map.of(), growing, sourceFlops);
      } else {
        try (Checkpoint checkpoint = comparison.ligo.open(files.grown(candidate.name(), seed))) {
          TaskModel<?> model = checkpoint.model().forTask(comparison.task()).withHead();
          Moments moments = checkpoint.moments().map(ComparisonRunner::read).orElse(Moments.NONE);
          train(
              model,
              checkpoint.values(model.spec(), seed),
              moments,
              checkpoint.layerOrigins(),
              growing,
              sourceFlops);
        }
      }
      String machine = backend.info().describe();
      ComparisonRun run =
          new ComparisonRun(
              candidate.name(), seed, rate, growing, sourceFlops, machine, diverged, points);
      files.done(run);
      return run;
    }

    private void train(
        TaskModel<?> model,
        SortedMap<String, HostArray> values,
        Moments moments,
        Map<String, LayerOrigins> origins,
        ComparisonRun.Growing growing,
        OptionalDouble sourceFlops) {
      ComparisonOptions options = comparison.options;
      DataRequest request = comparison.training.apply(seed);
      BatchSource train = data.training(seed);
      BatchSource held = data.heldOut();
      seconds = growing.seconds();
      try (TrainingDirectory work = work();
          Trainer trainer =
              new Trainer(
                  backend,
                  model,
                  values,
                  options.training(candidate, rate, seed),
                  new TrainingSetup(
                      model.batchSpecs(request.batchSize(), request.sequenceLength()),
                      candidate.training().strategies(),
                      candidate.small().map(comparison.ligo::small),
                      moments,
                      origins))) {
        work.saved().ifPresent(s -> goOn(trainer, s));
        if (points.isEmpty()) {
          evaluate(trainer, held, growing, work);
        }
        try {
          long steps = options.training().steps();
          while (trainer.steps() < steps && !isDone()) {
            long next = trainer.steps() + options.training().evaluateEvery();
            mark = System.nanoTime();
            trainer.run(Math.min(steps, next), train, Optional.empty(), this);
            evaluate(trainer, held, growing, work);
            if (trainer.steps() < steps && !isDone()) {
              save(trainer, work);
            }
          }
          if (options.keepModels()) {
            keep(model.spec(), trainer, sourceFlops);
          }
        } catch (DivergenceException e) {
          diverged = OptionalLong.of(e.step());
        }
        work.delete();
      }
    }

    private TrainingDirectory work() {
      JsonObject own = description.deepCopy();
      own.addProperty("candidate", candidate.name());
      own.addProperty("seed", seed);
      own.addProperty("learning_rate", rate);
      Path run = files.run(candidate.name(), seed, rate);
      try {
        return TrainingDirectory.open(run, own, true);
      } catch (CheckpointException e) {
        throw ComparisonDirectory.damaged(
            TrainingDirectory.beside(run), "its state cannot be read", e);
      }
    }

    private void goOn(Trainer trainer, TrainingDirectory.Saved saved) {
      long every = comparison.options.training().evaluateEvery();
      Path work = TrainingDirectory.beside(files.run(candidate.name(), seed, rate));
      try {
        saved.metrics().forEach(o -> points.add(RunJson.point(o)));
      } catch (ComparisonException e) {
        throw ComparisonDirectory.damaged(work, e.getMessage(), e);
      }
      if (points.size() != saved.step() / every + 1
          || points.get(points.size() - 1).step() != saved.step()) {
        throw ComparisonDirectory.damaged(work, "evaluations are missing", null);
      }
      trainer.restore(saved.step(), saved.values());
      seconds = points.get(points.size() - 1).seconds();
    }

    /** Saves the state if that has taken little of the time so far. */
    private void save(Trainer trainer, TrainingDirectory work) {
      if (saving > SAVING * unsaved) {
        return;
      }
      long begun = System.nanoTime();
      work.save(trainer.steps(), trainer.state());
      saving = (System.nanoTime() - begun) / 1e9;
      unsaved = 0;
    }

    private boolean isDone() {
      return !comparison.options.toTheEnd() && goal.isDone(new Curve(candidate.name(), points));
    }

    private void evaluate(
        Trainer trainer, BatchSource held, ComparisonRun.Growing growing, TrainingDirectory work) {
      double loss = trainer.measureWhole(held, this).get("loss");
      double flops = growing.flops() + trainer.flops(trainer.steps());
      Curve.Point p = new Curve.Point(trainer.steps(), flops, seconds, loss);
      points.add(p);
      work.metrics(RunJson.of(p));
      listener.evaluated(p);
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
              Map.of("ligo.trained", comparison.task() + ", " + trainer.steps() + " steps"))) {
        trainer.values().forEach(writer::write);
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
      listener.progress(progress);
      mark = System.nanoTime();
    }

    @Override
    public boolean isCancelled() {
      return listener.isCancelled();
    }
  }
}
