package dev.ligo.core.growth.learn;

import com.google.gson.JsonObject;
import dev.ligo.api.Backend;
import dev.ligo.api.CancelledException;
import dev.ligo.api.CostAnalysis;
import dev.ligo.api.DType;
import dev.ligo.api.HostArray;
import dev.ligo.api.NamedTensors;
import dev.ligo.api.Shape;
import dev.ligo.api.TensorSpec;
import dev.ligo.api.Wording;
import dev.ligo.core.data.BatchSource;
import dev.ligo.core.data.BatchesAhead;
import dev.ligo.core.data.ProgressListener;
import dev.ligo.core.data.Work;
import dev.ligo.core.growth.GrowthException;
import dev.ligo.core.growth.GrowthOperator;
import dev.ligo.core.growth.GrowthPlan;
import dev.ligo.core.model.TaskModel;
import dev.ligo.core.train.BackendGradients;
import dev.ligo.core.train.GradientSource;
import dev.ligo.core.train.Objective;
import dev.ligo.core.train.Optimizer;
import dev.ligo.core.train.Schedule;
import dev.ligo.core.train.TrainingDirectory;
import dev.ligo.core.train.TrainingException;
import dev.ligo.core.train.TrainingOptions;
import dev.ligo.core.train.TrainingState;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Learns an operator: some hundred steps on the large model's own loss over the factors, and what
 * else {@link GrowthOperator#learned} says, with the small model's parameters frozen (Wang et al.,
 * section 3.2).
 */
public final class OperatorTraining {
  /**
   * How to learn.
   *
   * @param schedule the learning rate, whose number of steps is that of the training
   * @param optimizer how factors change; its weight decay applies to no factor, since it would draw
   *     the large model to zero, but to a fresh head's matrices
   * @param dropout whether the large model's dropout applies
   * @param dtype what to compute in
   * @param microBatches the batches that make a step together
   */
  public record Options(
      Schedule schedule, Optimizer optimizer, boolean dropout, DType dtype, int microBatches) {
    /** The number of steps where none is named. */
    public static final long STEPS = 100;

    /** The highest learning rate where none is named. */
    public static final double LEARNING_RATE = 3e-4;

    /**
     * Refuses a number of batches that is out of its range.
     *
     * @param schedule the learning rate, whose number of steps is that of the training
     * @param optimizer how factors change
     * @param dropout whether the large model's dropout applies
     * @param dtype what to compute in
     * @param microBatches the batches that make a step together
     */
    public Options {
      TrainingOptions.requireMicroBatches(microBatches);
    }

    /**
     * Creates options with one batch in a step.
     *
     * @param schedule the learning rate, whose number of steps is that of the training
     * @param optimizer how factors change
     * @param dropout whether the large model's dropout applies
     * @param dtype what to compute in
     */
    public Options(Schedule schedule, Optimizer optimizer, boolean dropout, DType dtype) {
      this(schedule, optimizer, dropout, dtype, 1);
    }

    /** {@return the default of everything: {@value #STEPS} steps at {@value #LEARNING_RATE}} */
    public static Options defaults() {
      return of(STEPS, LEARNING_RATE);
    }

    /**
     * {@return what was found to work: AdamW, a short warm-up and a linear fall}
     *
     * @param steps the number of steps
     * @param learningRate the highest learning rate
     */
    public static Options of(long steps, double learningRate) {
      return new Options(
          new Schedule(
              Schedule.Decay.LINEAR,
              learningRate,
              Math.min(steps, Math.max(1, steps / 10)),
              steps,
              0),
          Optimizer.adamW(Optimizer.WEIGHT_DECAY),
          true,
          DType.FLOAT32);
    }

    /**
     * {@return these options over another number of steps, with the same share of warm-up}
     *
     * @param steps the number of steps
     */
    public Options withSteps(long steps) {
      return new Options(schedule.over(steps), optimizer, dropout, dtype, microBatches);
    }

    /**
     * {@return these options with or without the large model's dropout}
     *
     * @param applied whether the large model's dropout applies
     */
    public Options withDropout(boolean applied) {
      return new Options(schedule, optimizer, applied, dtype, microBatches);
    }

    /**
     * {@return these options with another dtype to compute in}
     *
     * @param other the dtype
     */
    public Options withDtype(DType other) {
      return new Options(schedule, optimizer, dropout, other, microBatches);
    }

    /**
     * {@return these options with another rule by which factors change}
     *
     * @param other the optimizer
     */
    public Options with(Optimizer other) {
      return new Options(schedule, other, dropout, dtype, microBatches);
    }

    /**
     * {@return these options with another number of batches that make a step together}
     *
     * @param count the number of batches
     */
    public Options withMicroBatches(int count) {
      return new Options(schedule, optimizer, dropout, dtype, count);
    }

    /** {@return the options in words, from which they can be told from others} */
    @Override
    public String toString() {
      return schedule
          + "; "
          + optimizer
          + (dropout ? "; with dropout; " : "; ")
          + dtype
          + (microBatches == 1 ? "" : "; " + microBatches + " batches in a step");
    }
  }

  /**
   * What learning gave.
   *
   * @param operator the learned operator
   * @param losses the loss of each step's batch, before the step
   * @param scalars how many numbers were learned, those of fresh parameters apart
   * @param movement how far the factors moved, ‖F − F₀‖ / ‖F₀‖ over all of them
   * @param flops the floating-point operations, three times the forward ones
   * @param seconds the wall time
   */
  public record Result(
      GrowthOperator operator,
      List<Double> losses,
      long scalars,
      double movement,
      long flops,
      double seconds) {
    /**
     * Copies the losses.
     *
     * @param operator the learned operator
     * @param losses the loss of each step's batch, before the step
     * @param scalars how many numbers were learned, those of fresh parameters apart
     * @param movement how far the factors moved, ‖F − F₀‖ / ‖F₀‖ over all of them
     * @param flops the floating-point operations, three times the forward ones
     * @param seconds the wall time
     */
    public Result {
      losses = List.copyOf(losses);
    }
  }

  /** The steps between states: factors are small beside the model. */
  private static final long SAVE_EVERY = 10;

  /** What is done, as listeners are told. */
  private static final String LEARNING = "learning the operator";

  private static final String LOSS = "loss";

  /** The name of the losses in a saved state, beside the variables. */
  private static final String LOSSES = "losses";

  private OperatorTraining() {}

  /**
   * Learns the factors of an operator.
   *
   * @param backend the backend to compute on
   * @param plan what grows
   * @param start the operator whose factors are the initial values
   * @param task the task of the large model whose loss is minimized
   * @param source reads a parameter of the small model by its name
   * @param data the data
   * @param options how to learn
   * @param seed what random numbers are drawn from
   * @param listener follows the steps
   * @return the learned operator and the losses on the way
   * @throws GrowthException if the operator has nothing to learn
   * @throws dev.ligo.api.CancelledException if the work is cancelled
   * @throws dev.ligo.core.train.DivergenceException if the loss is not finite
   */
  public static Result run(
      Backend backend,
      GrowthPlan plan,
      GrowthOperator start,
      String task,
      Function<String, HostArray> source,
      BatchSource data,
      Options options,
      long seed,
      ProgressListener listener) {
    return run(
        backend,
        plan,
        start,
        task,
        source,
        data,
        options,
        seed,
        listener,
        Optional.empty(),
        Optional.empty());
  }

  /**
   * Learns the factors of an operator as {@link #run(Backend, GrowthPlan, GrowthOperator, String,
   * Function, BatchSource, Options, long, ProgressListener)} does, and keeps the state in a
   * directory: every tenth step, after the last, and where the work is cancelled.
   *
   * @param backend the backend to compute on
   * @param plan what grows
   * @param start the operator whose factors are the initial values
   * @param task the task of the large model whose loss is minimized
   * @param source reads a parameter of the small model by its name
   * @param data the data
   * @param options how to learn
   * @param seed what random numbers are drawn from
   * @param listener follows the steps
   * @param kept where the state is kept and an interrupted learning is taken up, if anywhere
   * @param elsewhere what computes the gradients, where that is not the backend: what {@link
   *     #gradients} returns of the same operator and options
   * @return the learned operator and the losses on the way
   * @throws GrowthException if the operator has nothing to learn
   * @throws dev.ligo.api.CancelledException if the work is cancelled
   * @throws dev.ligo.core.train.DivergenceException if the loss is not finite
   */
  public static Result run(
      Backend backend,
      GrowthPlan plan,
      GrowthOperator start,
      String task,
      Function<String, HostArray> source,
      BatchSource data,
      Options options,
      long seed,
      ProgressListener listener,
      Optional<TrainingDirectory> kept,
      Optional<GradientSource> elsewhere) {
    long begun = System.nanoTime();
    TaskModel<?> large = plan.large().forTask(task);
    OperatorObjective objective = new OperatorObjective(large, start, options.dropout());
    Map<String, HostArray> constants = objective.constants(source, options.dtype());
    Map<String, HostArray> variables = objective.variables(constants, options.dtype());
    if (variables.isEmpty()) {
      throw new GrowthException(
          "there is nothing to learn: the target has the sizes of the source; name a larger one.");
    }
    if (elsewhere.isPresent() && start.learned().lookAhead() > 0) {
      throw new GrowthException(
          "with look_ahead an operator learns on one machine, where the large model is trained for"
              + " some steps; leave out look_ahead, or what computes gradients elsewhere.");
    }
    Schedule schedule = options.schedule();
    Work work = new Work(LEARNING, large.unit(), schedule.steps());
    List<Double> losses = new ArrayList<>();
    Map<String, HostArray> learned;
    int micro = options.microBatches();
    LookAhead ahead =
        new LookAhead(backend, large, objective, constants, options, start.learned().lookAhead());
    int each = ahead.steps() + micro;
    Map<String, HostArray> first = data.batch(0);
    long flops =
        flops(
            schedule.steps(),
            micro,
            forward(objective, specs(variables), specs(constants), first),
            ahead.steps(),
            forward(ahead.training(), ahead.parameters(options.dtype()), Map.of(), first));
    try (BatchesAhead read = new BatchesAhead(data, Math.multiplyExact(schedule.steps(), each));
        TrainingState optimization =
            new TrainingState(
                backend,
                objective,
                options.optimizer(),
                variables,
                constants,
                name -> OperatorObjective.decays(name, variables.get(name)),
                micro,
                elsewhere)) {
      Optional<TrainingDirectory.Saved> saved = kept.flatMap(TrainingDirectory::saved);
      saved.ifPresent(r -> restore(optimization, r, losses));
      double before = saved.map(TrainingDirectory.Saved::seconds).orElse(0.0);
      try {
        for (long step = optimization.steps() + 1; step <= schedule.steps(); step++) {
          work.begin(listener);
          double rate = schedule.at(step);
          List<Map<String, HostArray>> batches = new ArrayList<>();
          for (int i = 0; i < each; i++) {
            Work.check(listener, LEARNING);
            batches.add(read.batch((step - 1) * each + i));
          }
          TrainingState.Step s =
              optimization.step(
                  ahead.moved(optimization.deviceVariables(), batches, rate, seed + step),
                  rate,
                  seed + step);
          losses.add(s.loss());
          double seconds = before + (System.nanoTime() - begun) / 1e9;
          kept.ifPresent(d -> d.metrics(line(s, seconds)));
          if (step % SAVE_EVERY == 0 || step == schedule.steps()) {
            kept.ifPresent(d -> d.save(optimization.steps(), state(optimization, losses)));
          }
          work.done(
              listener,
              step,
              new Work.Learning(
                  s.loss(),
                  rate,
                  s.gradientNorm(),
                  batches.stream().mapToLong(large::units).sum()));
        }
      } catch (CancelledException e) {
        if (optimization.steps() > saved.map(TrainingDirectory.Saved::step).orElse(0L)) {
          kept.ifPresent(d -> d.save(optimization.steps(), state(optimization, losses)));
        }
        throw e;
      }
      learned = optimization.variables();
    }
    return new Result(
        objective.learned(learned),
        losses,
        OperatorObjective.scalars(variables),
        objective.movement(variables, learned),
        flops,
        (System.nanoTime() - begun) / 1e9);
  }

  /**
   * Returns what computes the gradients of the factors for a learning on another machine.
   *
   * @param backend the backend to compute on
   * @param plan what grows
   * @param start the operator whose factors are the initial values
   * @param task the task of the large model whose loss is minimized
   * @param source reads a parameter of the small model by its name
   * @param options how to learn
   * @return the gradients, to be closed
   */
  public static BackendGradients gradients(
      Backend backend,
      GrowthPlan plan,
      GrowthOperator start,
      String task,
      Function<String, HostArray> source,
      Options options) {
    OperatorObjective objective =
        new OperatorObjective(plan.large().forTask(task), start, options.dropout());
    return new BackendGradients(backend, objective, objective.constants(source, options.dtype()));
  }

  /** Returns the state with the losses of all steps, which the record of a growth tells. */
  private static Map<String, HostArray> state(TrainingState optimization, List<Double> losses) {
    Map<String, HostArray> state = optimization.state();
    double[] all = losses.stream().mapToDouble(Double::doubleValue).toArray();
    state.put(LOSSES, HostArray.of(Shape.of(all.length), all));
    return state;
  }

  private static void restore(
      TrainingState optimization, TrainingDirectory.Saved saved, List<Double> losses) {
    Map<String, HostArray> state = new TreeMap<>(saved.values());
    HostArray all = state.remove(LOSSES);
    if (all == null || all.size() != saved.step()) {
      throw new TrainingException(
          "the saved state after step "
              + saved.step()
              + " has not the losses of all steps; begin again.");
    }
    optimization.restore(saved.step(), state);
    Arrays.stream(all.toDoubles()).forEach(losses::add);
  }

  private static JsonObject line(TrainingState.Step step, double seconds) {
    JsonObject o = new JsonObject();
    o.addProperty("step", step.step());
    o.addProperty("seconds", seconds);
    o.addProperty(LOSS, step.loss());
    return o;
  }

  private static Map<String, TensorSpec> specs(Map<String, HostArray> arrays) {
    Map<String, TensorSpec> specs = new TreeMap<>();
    arrays.forEach((n, a) -> specs.put(n, a.spec()));
    return specs;
  }

  /** Returns the floating-point operations of an objective's forward. */
  private static long forward(
      Objective objective,
      Map<String, TensorSpec> variables,
      Map<String, TensorSpec> constants,
      Map<String, HostArray> batch) {
    Map<String, TensorSpec> inputs = new TreeMap<>();
    variables.forEach((n, a) -> inputs.put("variable/" + n, a));
    constants.forEach((n, a) -> inputs.put("constant/" + n, a));
    batch.forEach((n, a) -> inputs.put("batch/" + n, a.spec()));
    return CostAnalysis.of(
            (t, in) ->
                NamedTensors.of(
                    LOSS,
                    objective
                        .loss(t, in.under("variable/"), in.under("constant/"), in.under("batch/"))
                        .value()),
            inputs)
        .flops();
  }

  /**
   * Returns the floating-point operations of a learning, three times those of its forward.
   *
   * @param micro the batches of a step
   * @param forward the forward operations of one
   * @param ahead the steps of the large model before a step
   * @param inner the forward operations of one
   * @throws TrainingException if they are more than can be counted
   */
  private static long flops(long steps, int micro, long forward, int ahead, long inner) {
    try {
      long step =
          Math.addExact(Math.multiplyExact(micro, forward), Math.multiplyExact(ahead, inner));
      return Math.multiplyExact(steps, Math.multiplyExact(3L, step));
    } catch (ArithmeticException e) {
      throw new TrainingException(
          "the operator would learn in more than "
              + Long.MAX_VALUE
              + " operations: "
              + Wording.count(steps, "step")
              + " of "
              + Wording.number(3.0 * micro * forward + 3.0 * ahead * inner)
              + "; name fewer steps.",
          e);
    }
  }
}
