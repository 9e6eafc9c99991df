package dev.ligo.core.comparison;

import com.google.gson.JsonObject;
import dev.ligo.api.CancelledException;
import dev.ligo.core.Checkpoint;
import dev.ligo.core.Training;
import dev.ligo.core.checkpoint.JsonValue;
import dev.ligo.core.data.BatchSource;
import dev.ligo.core.data.ProgressListener;
import dev.ligo.core.data.Work;
import dev.ligo.core.train.DivergenceException;
import dev.ligo.core.train.RunIdentity;
import dev.ligo.core.train.Trainer;
import dev.ligo.core.train.TrainingDirectory;
import dev.ligo.core.train.TrainingOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

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
      Training scratch = comparison.ligo.train(comparison.large, comparison.otherFiles, seed);
      train(scratch, growing, sourceFlops);
    } else {
      try (Checkpoint checkpoint = comparison.ligo.open(files.grown(candidate.name(), seed))) {
        Training grown = comparison.ligo.train(checkpoint, comparison.task(), seed);
        if (checkpoint.hasOptimizerState()) {
          grown.beginWithOptimizerState();
        }
        train(grown.sourceName(grownModel()), growing, sourceFlops);
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

  /** Returns what is trained, in words that say it without its directory, which others may move. */
  private String grownModel() {
    return family() + " grown by " + candidate.name() + " with seed " + seed;
  }

  /** Returns the title of the trained model's card. */
  private String title() {
    return candidate.growth().isPresent()
        ? grownModel() + ", trained"
        : family() + " trained from scratch with seed " + seed;
  }

  private String family() {
    return comparison.large.spec().architecture().name();
  }

  private void train(Training training, ComparisonRun.Growing growing, OptionalDouble sourceFlops) {
    ComparisonOptions options = comparison.options;
    BatchSource train = runner.data().training(seed);
    BatchSource held = runner.data().heldOut();
    training
        .data(comparison.training.apply(seed), train)
        .evaluateOn(comparison.evaluation, held)
        .options(options.training(candidate, rate, seed))
        .strategies(
            candidate.training().strategies(), candidate.small().map(comparison.ligo::small))
        .backend(runner.backend());
    seconds = growing.seconds();
    try (TrainingDirectory work = work();
        Trainer trainer = training.trainer()) {
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
          keep(training, trainer, work);
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
  private void keep(Training training, Trainer trainer, TrainingDirectory work) {
    Path to = files.model(candidate.name(), seed, rate);
    if (!Files.exists(to)) {
      training.write(
          to, title(), trainer, work.changes(), points.stream().map(RunJson::metrics).toList());
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
}
