package dev.ligo.core.comparison;

import dev.ligo.api.Backend;
import dev.ligo.api.HostArray;
import dev.ligo.api.TensorSpec;
import dev.ligo.core.data.BatchSource;
import dev.ligo.core.data.ProgressListener;
import dev.ligo.core.data.Work;
import dev.ligo.core.model.ModelSpec;
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
import java.util.function.ToLongFunction;

/**
 * Trains several beginnings of one model at equal compute: each arm has the same data in the same
 * order, the same optimizer and peak learning rate, and as many steps as its budget of
 * floating-point operations leaves after what it spent on growing. The arms take turns from one
 * share of the budget to the next and are evaluated there, so that their curves grow side by side,
 * have their points at equal compute, and a change of the machine's speed meets all of them.
 */
public final class EqualComputeTraining implements AutoCloseable {
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
   * @param evaluations the number of equal shares of the budget after which arms are evaluated,
   *     besides before their first step; a share that an arm spent on growing has no evaluation
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

  /** Hears of a comparison. */
  @FunctionalInterface
  public interface Listener {
    /**
     * Hears of a training step of an arm.
     *
     * @param done the steps of all arms together so far
     * @param total the steps that they will make
     */
    default void stepped(String arm, long done, long total) {}

    /** Hears of a point that was added to an arm's curve. */
    void evaluated(String arm, Curve.Point point);

    /** Returns whether the work shall end, see {@link ProgressListener#isCancelled}. */
    default boolean isCancelled() {
      return false;
    }

    /** Hears that no arm is behind a share of the budget any more; the first is 0. */
    default void spent(double share) {}
  }

  /** An arm in training. */
  private final class Runner implements ProgressListener, AutoCloseable {
    private final Arm arm;
    private final TrainingOptions options;
    private final Trainer trainer;
    private final List<Curve.Point> points = new ArrayList<>();
    private double seconds;
    private long resumed;

    Runner(Arm arm, TrainingOptions options, Trainer trainer) {
      this.arm = arm;
      this.options = options;
      this.trainer = trainer;
      this.seconds = arm.seconds();
    }

    /** Evaluates the parameters as they are. */
    void evaluate(BatchSource held) {
      double loss = trainer.measure(held, this).get("loss");
      double flops = arm.flops() + trainer.steps() * stepFlops;
      Curve.Point p = new Curve.Point(trainer.steps(), flops, seconds, loss);
      points.add(p);
      listener.evaluated(arm.name(), p);
    }

    /**
     * Trains until some of the budget is spent and evaluates, unless that much was spent before.
     */
    void spend(double flops, BatchSource train, BatchSource held) {
      long until = Math.min(options.steps(), Math.round((flops - arm.flops()) / stepFlops));
      if (until > trainer.steps()) {
        resumed = System.nanoTime();
        trainer.run(until, train, Optional.empty(), this);
        evaluate(held);
      }
    }

    @Override
    public void progress(Work.Progress progress) {
      if (progress.learning().isPresent()) {
        long now = System.nanoTime();
        seconds += (now - resumed) / 1e9;
        listener.stepped(arm.name(), steps(r -> r.trainer.steps()), steps(r -> r.options.steps()));
        resumed = System.nanoTime();
      }
    }

    @Override
    public boolean isCancelled() {
      return listener.isCancelled();
    }

    @Override
    public void close() {
      trainer.close();
    }
  }

  private final List<Runner> runners = new ArrayList<>();
  private final Listener listener;
  private final int shares;
  private final double stepFlops;
  private final double budget;

  /**
   * Puts the arms on a device.
   *
   * @param batch the specs of the batches that they are trained on
   * @throws TrainingException if an arm has spent the whole budget before training
   */
  public EqualComputeTraining(
      Backend backend,
      ModelSpec<?> model,
      List<Arm> arms,
      Map<String, TensorSpec> batch,
      Options options,
      Listener listener) {
    this.listener = listener;
    this.shares = options.evaluations();
    this.stepFlops = 3.0 * model.forTask(options.task()).forwardFlops(batch);
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
        Trainer trainer =
            new Trainer(backend, model.forTask(options.task()), arm.values(), training);
        runners.add(new Runner(arm, training, trainer));
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
    return new TrainingOptions(
        steps, 1, schedule, o.optimizer(), steps, o.evaluationBatches(), o.seed());
  }

  /** Returns the floating-point operations that each arm may spend. */
  public double budget() {
    return budget;
  }

  private long steps(ToLongFunction<Runner> steps) {
    return runners.stream().mapToLong(steps).sum();
  }

  /** Trains all arms to the end of their budget and returns their curves, in the arms' order. */
  public List<Curve> run(BatchSource train, BatchSource held) {
    runners.forEach(r -> r.evaluate(held));
    listener.spent(0);
    for (int i = 1; i <= shares; i++) {
      double share = (double) i / shares;
      runners.forEach(r -> r.spend(share * budget, train, held));
      listener.spent(share);
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
