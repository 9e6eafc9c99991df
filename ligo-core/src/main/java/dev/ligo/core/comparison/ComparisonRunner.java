package dev.ligo.core.comparison;

import com.google.gson.JsonObject;
import dev.ligo.api.Backend;
import dev.ligo.api.HostArray;
import dev.ligo.core.Checkpoint;
import dev.ligo.core.Growth;
import dev.ligo.core.growth.GrowthPlan;
import dev.ligo.core.growth.apply.FunctionDrift;
import dev.ligo.core.growth.learn.OperatorTraining;
import dev.ligo.core.train.DivergenceException;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;

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
      CandidateRun.Goal goal = new CandidateRun.Goal(target, least);
      ComparisonRun run =
          files
              .done(candidate.name(), seed, rate)
              .filter(r -> isWhole(r, goal))
              .orElseGet(() -> new CandidateRun(this, candidate, seed, rate, goal).make());
      listener.done(
          run, target.isPresent() ? run.curve().reaches(target.getAsDouble()) : Optional.empty());
      least = Math.min(least, run.flopsTo(target));
    }
    comparison.finish(files, candidate, seed);
  }

  /** Makes a part, unless it was made before. */
  void run(Candidate candidate, Comparison.Part part) {
    if (part.rate().isEmpty()) {
      candidate.growth().ifPresent(o -> grow(candidate, o, part.seed()));
      return;
    }
    double rate = part.rate().get();
    CandidateRun.Goal goal = CandidateRun.Goal.of(part.target());
    if (files.done(candidate.name(), part.seed(), rate).filter(r -> isWhole(r, goal)).isEmpty()) {
      new CandidateRun(this, candidate, part.seed(), rate, goal).make();
    }
  }

  private boolean isWhole(ComparisonRun run, CandidateRun.Goal goal) {
    return comparison.isWhole(files, run, goal);
  }

  /** Returns what training the models that a run makes use of took: each of them once. */
  OptionalDouble sourceFlops(Candidate candidate) {
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
  ComparisonRun.Growing grow(Candidate candidate, Candidate.Origin origin, long seed) {
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
              .resume(true)
              .allowChanged(comparison.options.changeable())
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
}
