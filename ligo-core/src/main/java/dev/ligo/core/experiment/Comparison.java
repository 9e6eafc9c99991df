package dev.ligo.core.experiment;

import dev.ligo.api.Backend;
import dev.ligo.api.HostArray;
import dev.ligo.api.TensorSpec;
import dev.ligo.core.data.BatchSource;
import dev.ligo.core.model.Model;
import dev.ligo.core.train.Optimization;
import dev.ligo.core.train.Optimizer;
import dev.ligo.core.train.Schedule;
import dev.ligo.core.train.Trainer;
import dev.ligo.core.train.TrainingException;
import dev.ligo.core.train.TrainingOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Trains several beginnings of one model at equal compute: each arm has the same data in the same
 * order, the same optimiser and peak learning rate, and as many steps as its budget of
 * floating-point operations leaves after what it spent on growing. The arms take turns, so that
 * their curves grow side by side and a change of the machine's speed meets all of them.
 */
public final class Comparison implements AutoCloseable {
  /**
   * How a model begins.
   *
   * @param name what the arm is called
   * @param values the values of all parameters
   * @param flops the floating-point operations that were spent on them
   * @param seconds the wall time that was spent on them
   */
  public record Arm(
      String name, SortedMap<String, HostArray> values, double flops, double seconds) {}

  /**
   * How all arms are trained.
   *
   * @param task the task of the model
   * @param steps the number of steps of an arm that has spent nothing; it sets the budget
   * @param evaluations the number of evaluations of an arm, besides the one before the first step
   * @param evaluationBatches the most batches that an evaluation measures
   * @param learningRate the peak of the learning rate
   * @param warmup the share of an arm's steps over which the rate rises
   * @param optimizer how parameters change
   * @param seed what dropout draws from
   */
  public record Options(
      String task,
      long steps,
      int evaluations,
      long evaluationBatches,
      double learningRate,
      double warmup,
      Optimizer optimizer,
      long seed) {}

  /** Hears of evaluations. */
  @FunctionalInterface
  public interface Listener {
    /** Hears of a point that was added to an arm's curve. */
    void evaluated(String arm, Curve.Point point);
  }

  /** An arm in training. */
  private static final class Runner implements Trainer.Listener, AutoCloseable {
    private final Arm arm;
    private final TrainingOptions options;
    private final Trainer trainer;
    private final double stepFlops;
    private final Listener listener;
    private final List<Curve.Point> points = new ArrayList<>();
    private double seconds;
    private long resumed;

    Runner(Arm arm, TrainingOptions options, Trainer trainer, double stepFlops, Listener listener) {
      this.arm = arm;
      this.options = options;
      this.trainer = trainer;
      this.stepFlops = stepFlops;
      this.listener = listener;
      this.seconds = arm.seconds();
    }

    /** Trains until the next evaluation; false if there is none left. */
    boolean advance(BatchSource train, BatchSource held) {
      long next = Math.min(options.steps(), trainer.steps() + options.evaluateEvery());
      if (trainer.steps() == options.steps()) {
        return false;
      }
      resumed = System.nanoTime();
      trainer.run(next, train, Optional.of(held), this);
      return true;
    }

    @Override
    public void stepped(Optimization.Step step, double learningRate) {
      long now = System.nanoTime();
      seconds += (now - resumed) / 1e9;
      resumed = now;
    }

    @Override
    public void evaluated(long step, Map<String, Double> metrics) {
      Curve.Point p =
          new Curve.Point(step, arm.flops() + step * stepFlops, seconds, metrics.get("loss"));
      points.add(p);
      listener.evaluated(arm.name(), p);
      resumed = System.nanoTime();
    }

    @Override
    public void close() {
      trainer.close();
    }
  }

  private final List<Runner> runners = new ArrayList<>();
  private final double budget;

  /**
   * Puts the arms on a device.
   *
   * @param batch the specs of the batches that they are trained on
   * @throws TrainingException if an arm has spent the whole budget before training
   */
  public Comparison(
      Backend backend,
      Model<?> model,
      List<Arm> arms,
      Map<String, TensorSpec> batch,
      Options options,
      Listener listener) {
    double stepFlops = 3.0 * model.forwardFlops(options.task(), batch);
    this.budget = options.steps() * stepFlops;
    try {
      for (Arm arm : arms) {
        long steps = (long) ((budget - arm.flops()) / stepFlops);
        if (steps < options.evaluations()) {
          throw new TrainingException(
              "growing '"
                  + arm.name()
                  + "' costs as much as "
                  + options.steps()
                  + " training steps; compare over more steps.");
        }
        TrainingOptions training = training(options, steps);
        Trainer trainer = new Trainer(backend, model, options.task(), arm.values(), training);
        runners.add(new Runner(arm, training, trainer, stepFlops, listener));
      }
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  private static TrainingOptions training(Options o, long steps) {
    Schedule schedule =
        new Schedule(
            Schedule.Decay.LINEAR, o.learningRate(), Math.round(o.warmup() * steps), steps, 0);
    long every = (steps + o.evaluations() - 1) / o.evaluations();
    return new TrainingOptions(
        steps, 1, schedule, o.optimizer(), every, o.evaluationBatches(), o.seed());
  }

  /** Returns the floating-point operations that each arm may spend. */
  public double budget() {
    return budget;
  }

  /** Trains all arms to the end of their budget and returns their curves, in the arms' order. */
  public List<Curve> run(BatchSource train, BatchSource held) {
    boolean advanced = true;
    while (advanced) {
      advanced = false;
      for (Runner r : runners) {
        advanced |= r.advance(train, held);
      }
    }
    return runners.stream().map(r -> new Curve(r.arm.name(), r.points)).toList();
  }

  /** Returns the parameters of the arms as they are, by the arms' names. */
  public SortedMap<String, SortedMap<String, HostArray>> values() {
    SortedMap<String, SortedMap<String, HostArray>> m = new TreeMap<>();
    runners.forEach(r -> m.put(r.arm.name(), r.trainer.values()));
    return m;
  }

  @Override
  public void close() {
    runners.forEach(Runner::close);
  }
}
