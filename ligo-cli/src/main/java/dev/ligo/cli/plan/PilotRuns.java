package dev.ligo.cli.plan;

import dev.ligo.api.Backend;
import dev.ligo.api.DType;
import dev.ligo.api.Wording;
import dev.ligo.cli.console.Format;
import dev.ligo.cli.console.Progress;
import dev.ligo.core.data.BatchSource;
import dev.ligo.core.data.DataRequest;
import dev.ligo.core.data.ProgressListener;
import dev.ligo.core.data.Work;
import dev.ligo.core.model.ModelShape;
import dev.ligo.core.model.ModelSpec;
import dev.ligo.core.model.TaskModel;
import dev.ligo.core.plan.Pilot;
import dev.ligo.core.plan.PlanException;
import dev.ligo.core.plan.PowerLaw;
import dev.ligo.core.train.Optimizer;
import dev.ligo.core.train.Schedule;
import dev.ligo.core.train.Trainer;
import dev.ligo.core.train.TrainingOptions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Short runs of the large model and of each small one. Half of their compute is the large model's,
 * the rest is shared by the small ones alike.
 *
 * @param budget what is planned, a share of which the runs take
 * @param share the share
 * @param train the data to train on
 * @param held the held-out data
 * @param peak the highest learning rate, at which it stays
 * @param optimizer how parameters change
 * @param evaluationBatches the most batches that an evaluation measures
 */
record PilotRuns(
    Budget budget,
    double share,
    DataRequest train,
    DataRequest held,
    double peak,
    Optimizer optimizer,
    long evaluationBatches) {
  private static final int EVALUATIONS = 24;

  /** Below it there are too few points after the rise of the rate to tell a curve by. */
  static final long FEWEST_STEPS = 2 * EVALUATIONS;

  /** The large model has one of so many parts of a pilot's compute, small ones share the other. */
  private static final int LARGE_PART = 2;

  /** What is left of a whole number of steps when it is computed from a share. */
  private static final double ROUNDING = 1e-6;

  /** Shares are named in so many parts of the whole: to a tenth of a percent. */
  private static final double SHARES = 1e3;

  /** The part of a run, from its beginning, that no curve is fitted to: the rate rises there. */
  private static final double LEFT_OUT = 0.25;

  /**
   * A run that was made.
   *
   * @param steps its steps
   * @param first its loss before any
   * @param points its losses after a quarter of its steps, by the share of the budget's
   */
  record Run(long steps, double first, List<PowerLaw.Point> points) {
    double last() {
      return points.get(points.size() - 1).loss();
    }
  }

  /**
   * What the runs say.
   *
   * @param large the large model's run
   * @param pilot its curve, carried on
   * @param small each small model's run
   */
  record Findings(Run large, Pilot pilot, Map<SmallModel, Run> small) {
    /** Returns what a small model lacks of the large one's fall of loss, by length. */
    PowerLaw unlearned(SmallModel model) {
      return pilot.unlearned(curve(model), small.get(model).points());
    }

    PowerLaw curve(SmallModel model) {
      return PowerLaw.fit(small.get(model).points());
    }
  }

  /**
   * Returns the least share of a budget that gives runs long enough to tell anything by; above 1
   * where none does.
   */
  static double leastShare(Budget budget, List<SmallModel> small) {
    double part = FEWEST_STEPS * LARGE_PART;
    for (SmallModel s : small) {
      double cost = budget.stepFlops(s.model()) / budget.stepFlops();
      part = Math.max(part, FEWEST_STEPS * LARGE_PART * small.size() * cost);
    }
    return Math.ceil(SHARES * part / budget.steps()) / SHARES;
  }

  /** Returns the option that asks for pilots of a share. */
  static String option(double share) {
    return "--pilot " + Wording.number(Math.round(SHARES * share) / (SHARES / 100)) + "%";
  }

  /**
   * Refuses a share that gives runs too short to tell anything by, before any is made.
   *
   * @throws PlanException if it does
   */
  void requireLongEnough(List<SmallModel> small) {
    String expected =
        "a pilot trains each model for at least " + Format.count(FEWEST_STEPS, "step") + ", ";
    double least = leastShare(budget, small);
    if (least > 1) {
      throw new PlanException(
          expected
              + "for which a budget of "
              + Format.count(budget.steps(), "step")
              + " is too short at any share; leave --pilot out, or plan for at least "
              + Format.count(Math.round(Math.ceil(least * budget.steps())), "step")
              + ".");
    }
    if (share < least) {
      List<String> found = new ArrayList<>();
      found.add(
          Format.count(largeSteps())
              + " of the large model, "
              + ModelShape.of(budget.large()).text());
      small.forEach(
          s -> found.add(Format.count(steps(s, small.size())) + " of " + s.shape().text()));
      throw new PlanException(
          expected
              + "found a share that gives "
              + String.join(", ", found)
              + "; try "
              + option(least)
              + " or more, or leave --pilot out.");
    }
  }

  private long largeSteps() {
    return steps(budget.stepFlops(), LARGE_PART);
  }

  private long steps(SmallModel model, int models) {
    long steps = steps(budget.stepFlops(model.model()), LARGE_PART * models);
    return Math.min(steps, budget.steps());
  }

  private long steps(double stepFlops, int part) {
    double steps = share * budget.flops() / part / stepFlops;
    return (long) (steps + ROUNDING); // the least share gives the fewest steps
  }

  /** Makes the runs. */
  Findings make(ModelSpec<?> large, List<SmallModel> small, Backend backend, Progress progress) {
    Run own = run(large, largeSteps(), backend, progress);
    Pilot pilot = Pilot.of(own.first(), own.points());
    Map<SmallModel, Run> runs = new LinkedHashMap<>();
    for (SmallModel s : small) {
      runs.put(s, run(s.model(), steps(s, small.size()), backend, progress));
    }
    return new Findings(own, pilot, runs);
  }

  private Run run(ModelSpec<?> spec, long steps, Backend backend, Progress progress) {
    TaskModel<?> model = spec.forPretraining().withHead();
    progress.line(
        "pilot: "
            + Format.count(model.spec().layout().size(), "parameter")
            + ", "
            + Format.count(steps, "step"));
    Schedule schedule =
        new Schedule(Schedule.Decay.CONSTANT, peak, TrainingOptions.warmup(steps), steps, 0);
    TrainingOptions options =
        new TrainingOptions(
            steps, 1, schedule, optimizer, steps / EVALUATIONS, evaluationBatches, train.seed());
    Losses losses = new Losses(progress);
    BatchSource data = model.batches(train);
    BatchSource evaluation = model.batches(held);
    try (Trainer trainer =
        new Trainer(
            backend, model, model.spec().initialValues(DType.FLOAT32, train.seed()), options)) {
      trainer.run(steps, data, Optional.of(evaluation), losses);
    }
    List<PowerLaw.Point> points = new ArrayList<>();
    losses.bySteps.forEach(
        (step, loss) -> {
          if (step > LEFT_OUT * steps) {
            points.add(new PowerLaw.Point((double) step / budget.steps(), loss));
          }
        });
    return new Run(steps, losses.bySteps.get(0L), points);
  }

  /** Follows a run, and takes note of its evaluations. */
  private static final class Losses implements ProgressListener {
    private final Progress progress;
    private final Map<Long, Double> bySteps = new LinkedHashMap<>();

    Losses(Progress progress) {
      this.progress = progress;
    }

    @Override
    public void progress(Work.Progress made) {
      progress.progress(made);
    }

    @Override
    public void evaluated(long step, Map<String, Double> metrics) {
      bySteps.put(step, metrics.get("loss"));
    }

    @Override
    public boolean isCancelled() {
      return progress.isCancelled();
    }
  }
}
