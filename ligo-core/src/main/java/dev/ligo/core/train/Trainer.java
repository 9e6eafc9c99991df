package dev.ligo.core.train;

import dev.ligo.api.Backend;
import dev.ligo.api.DType;
import dev.ligo.api.HostArray;
import dev.ligo.api.TensorSpec;
import dev.ligo.api.Wording;
import dev.ligo.core.data.BatchSource;
import dev.ligo.core.data.BatchesAhead;
import dev.ligo.core.data.ProgressListener;
import dev.ligo.core.data.Work;
import dev.ligo.core.io.ArraysOnDemand;
import dev.ligo.core.model.Parameter;
import dev.ligo.core.model.StackTransform;
import dev.ligo.core.model.TaskModel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Trains a model on a task. Parameters that the task does not use stay as they are. Data, masks and
 * dropout follow from the step's number, so that a run that was stopped and continued gives what an
 * uninterrupted one gives.
 */
public final class Trainer implements AutoCloseable {
  private static final Logger LOGGER = LoggerFactory.getLogger(Trainer.class);

  /** No evaluation was made yet. */
  private static final long NEVER = -1;

  private final TrainingOptions options;
  private final TaskModel<?> model;
  private final Work work;
  private final Map<String, TensorSpec> batch;
  private final CombinedStrategy plan;
  private final SortedMap<String, HostArray> unused = new TreeMap<>();
  private final TrainingState optimization;
  private final Optional<Rounds> rounds;
  private final SortedMap<String, HostArray> momenta;
  private final Map<List<Integer>, Evaluation> evaluations = new HashMap<>();
  private final Function<StackTransform, Evaluation> evaluation;
  private final Map<Integer, Long> stepFlops = new HashMap<>();
  private long evaluatedAt = NEVER;

  /**
   * Puts a model on a device, for plain training.
   *
   * @param backend the backend to compute on
   * @param model the model
   * @param values the values of all parameters, by name
   * @param options how to train
   */
  public Trainer(
      Backend backend, TaskModel<?> model, Map<String, HostArray> values, TrainingOptions options) {
    this(backend, model, values, options, TrainingSetup.plain(Map.of()));
  }

  /**
   * Puts a model on a device.
   *
   * @param backend the backend to compute on
   * @param model the model
   * @param values the values of all parameters, by name
   * @param options how to train
   * @param setup what is done beside plain training
   * @throws TrainingException if a strategy is not defined for the run
   */
  public Trainer(
      Backend backend,
      TaskModel<?> model,
      Map<String, HostArray> values,
      TrainingOptions options,
      TrainingSetup setup) {
    this(backend, model, values, options, setup, Optional.empty(), Optional.empty());
  }

  /**
   * Puts a model on a device, and has other machines compute.
   *
   * @param backend the backend to compute on
   * @param model the model
   * @param values the values of all parameters, by name
   * @param options how to train
   * @param setup what is done beside plain training
   * @param elsewhere what computes the gradients, where that is not this backend: what {@link
   *     #gradients} returns of the same model, options and setup
   * @param rounds how workers train by themselves, if they do: by what {@link #rounds} returns
   * @throws TrainingException if a strategy is not defined for the run
   */
  public Trainer(
      Backend backend,
      TaskModel<?> model,
      Map<String, HostArray> values,
      TrainingOptions options,
      TrainingSetup setup,
      Optional<GradientSource> elsewhere,
      Optional<Rounds> rounds) {
    this.rounds = rounds;
    this.options = options;
    this.model = model;
    this.work = new Work("training", model.unit(), options.steps());
    this.batch = setup.batch();
    Set<String> used = model.used();
    Set<String> trained = new TreeSet<>(values.keySet());
    trained.retainAll(used);
    for (String name : values.keySet()) {
      if (!trained.contains(name)) {
        unused.put(name, values.get(name));
      }
    }
    Map<String, HostArray> variables = new ArraysOnDemand(trained, values::get);
    this.momenta = rounds.isPresent() ? Rounds.momenta(variables) : new TreeMap<>();
    this.plan = plan(model, values.values().iterator().next().dtype(), options, setup);
    this.optimization =
        new TrainingState(
            backend,
            plan.variants(),
            options.optimizer(),
            variables,
            setup.moments().of(used),
            plan.constants(),
            decayed(model)::contains,
            options.microBatches(),
            elsewhere);
    this.evaluation = route -> new Evaluation(backend, model, route);
  }

  private static Set<String> decayed(TaskModel<?> model) {
    Set<String> decayed = new HashSet<>();
    for (Parameter p : model.spec().layout().parameters()) {
      for (int l = 0; p.decays() && l < model.spec().layout().layers(p); l++) {
        decayed.add(p.at(l));
      }
    }
    return decayed;
  }

  private static CombinedStrategy plan(
      TaskModel<?> model, DType dtype, TrainingOptions options, TrainingSetup setup) {
    return new CombinedStrategy(
        setup.strategies(),
        new TrainingStrategy.Context(
            model,
            setup.batch(),
            dtype,
            options.steps(),
            options.seed(),
            setup.small(),
            setup.origins()),
        setup.fresh(),
        options.checkpointActivations());
  }

  /**
   * Returns what computes the gradients of a run's micro-batches for a trainer on another machine.
   *
   * @param backend the backend to compute on
   * @param model the model
   * @param dtype that of the parameters
   * @param options how to train
   * @param setup what is done beside plain training
   * @return the gradients, to be closed
   * @throws TrainingException if a strategy is not defined for the run
   */
  public static BackendGradients gradients(
      Backend backend,
      TaskModel<?> model,
      DType dtype,
      TrainingOptions options,
      TrainingSetup setup) {
    CombinedStrategy plan = plan(model, dtype, options, setup);
    return new BackendGradients(backend, plan.variants(), plan.constants());
  }

  /**
   * Returns what makes the steps of a run's workers for a trainer on another machine.
   *
   * @param backend the backend to compute on
   * @param model the model
   * @param dtype that of the parameters
   * @param options how to train
   * @param setup what is done beside plain training
   * @return the workers, to be closed
   * @throws TrainingException if a strategy is not defined for the run
   */
  public static BackendRounds rounds(
      Backend backend,
      TaskModel<?> model,
      DType dtype,
      TrainingOptions options,
      TrainingSetup setup) {
    CombinedStrategy plan = plan(model, dtype, options, setup);
    Moments moments = setup.moments().of(model.used());
    return new BackendRounds(
        variables ->
            new TrainingState(
                backend,
                plan.variants(),
                options.optimizer(),
                variables,
                moments,
                plan.constants(),
                decayed(model)::contains,
                1,
                Optional.empty()),
        plan::variant);
  }

  /**
   * Takes up a run that was interrupted, see {@link TrainingState#restore}, and evaluated.
   *
   * @param step the number of steps done
   * @param state the arrays of a saved state
   */
  public void restore(long step, Map<String, HostArray> state) {
    restore(step, state, true);
  }

  /**
   * Takes up a run that was interrupted, see {@link TrainingState#restore}.
   *
   * @param step the number of steps done
   * @param state the arrays of a saved state
   * @param evaluated whether the evaluation at this step, if there is to be one, was made
   */
  public void restore(long step, Map<String, HostArray> state, boolean evaluated) {
    Set<String> own = new TreeSet<>(state.keySet());
    own.removeAll(momenta.keySet());
    momenta.replaceAll((n, a) -> state.getOrDefault(n, a));
    optimization.restore(step, new ArraysOnDemand(own, state::get), plan::variant);
    evaluatedAt = evaluated ? step : NEVER;
  }

  /**
   * {@return the floating-point operations of the first steps of the run: three times the forward
   * ones where a gradient flows, the forward ones alone elsewhere, as of a teacher} The setup names
   * the batches.
   *
   * @param steps the number of steps
   */
  public double flops(long steps) {
    double sum = 0;
    for (long step = 1; step <= steps; step++) {
      sum += stepFlops.computeIfAbsent(plan.variant(step), this::variantFlops);
    }
    return sum;
  }

  private long variantFlops(int variant) {
    Map<String, HostArray> zeros = new TreeMap<>();
    batch.forEach((n, s) -> zeros.put(n, HostArray.zeros(s.dtype(), s.shape())));
    Map<String, TensorSpec> specs = new TreeMap<>();
    plan.batch(1, 0, zeros).forEach((n, a) -> specs.put(n, a.spec()));
    return optimization.flops(variant, specs);
  }

  /**
   * Trains up to a step, and evaluates before the first step and wherever the options say.
   *
   * @param until the number of the last step to make, at most that of the options
   * @param train the data to train on
   * @param held the data to evaluate on, if there is any
   * @param listener follows steps, evaluations and their batches
   * @throws TrainingException if evaluations are to be made within a round
   * @throws DivergenceException if the loss is not finite
   * @throws dev.ligo.api.CancelledException if the work is cancelled: between two steps, so that
   *     {@link #state} is that of the last one, and this method goes on from there
   * @throws dev.ligo.core.data.DataException if a batch cannot be read; the state is that of the
   *     last step, too
   */
  public void run(
      long until, BatchSource train, Optional<BatchSource> held, ProgressListener listener) {
    rounds.ifPresent(r -> r.requireEvaluated(held, options));
    evaluateIfDue(held, listener);
    int micro = options.microBatches();
    long begun = System.nanoTime();
    try (BatchesAhead ahead = new BatchesAhead(train, Math.multiplyExact(until, micro))) {
      for (long step = steps() + 1; step <= until; step = steps() + 1) {
        work.begin(listener);
        List<Prepared> prepared = new ArrayList<>();
        for (long next = step; next <= lastBeside(step, until); next++) {
          prepared.add(prepare(next, ahead, listener));
        }
        copy(step); // once the batches are there: a run that fails without one goes on from before
        List<TrainingState.Step> made =
            rounds.isPresent() ? round(rounds.get(), prepared) : List.of(step(prepared.get(0)));
        for (int i = 0; i < made.size(); i++) {
          TrainingState.Step s = made.get(i);
          Prepared p = prepared.get(i);
          work.done(
              listener,
              s.step(),
              new Work.Learning(s.loss(), p.rate(), s.gradientNorm(), p.units()));
        }
        evaluateIfDue(held, listener);
      }
      long took = Math.max(1, System.nanoTime() - begun);
      LOGGER.info(
          "waited for batches {} % of the time",
          Wording.number(Math.round(1e4 * ahead.waited() / took) / 100.0));
    }
  }

  /** A step that can be made. */
  private record Prepared(
      long step, double rate, List<Map<String, HostArray>> batches, long units) {}

  private Prepared prepare(long step, BatchesAhead ahead, ProgressListener listener) {
    int micro = options.microBatches();
    List<Map<String, HostArray>> batches = new ArrayList<>();
    long units = 0;
    for (int i = 0; i < micro; i++) {
      Work.check(listener, "training"); // a step may have many
      Map<String, HostArray> read = ahead.batch((step - 1) * micro + i);
      units += model.units(read);
      batches.add(plan.batch(step, i, read));
    }
    return new Prepared(step, options.schedule().at(step), batches, units);
  }

  /** Returns the last of the steps that are made together with one. */
  private long lastBeside(long step, long until) {
    long last = step;
    while (rounds.isPresent()
        && last < until
        && last % rounds.get().steps() != 0
        && plan.copies(last + 1).isEmpty()) {
      last++;
    }
    return last;
  }

  private TrainingState.Step step(Prepared p) {
    return optimization.step(
        plan.variant(p.step()), p.batches(), p.rate(), options.seed() + p.step());
  }

  private List<TrainingState.Step> round(Rounds how, List<Prepared> prepared) {
    List<RoundSource.LocalStep> steps = new ArrayList<>();
    for (Prepared p : prepared) {
      steps.add(
          new RoundSource.LocalStep(
              plan.variant(p.step()),
              p.rate(),
              GradientSource.MicroBatch.of(p.batches(), options.seed() + p.step())));
    }
    long done = steps();
    SortedMap<String, HostArray> before = optimization.state();
    RoundSource.Sum sum = how.workers().round(new RoundSource.Request(done, before, steps));
    optimization.restore(done + steps.size(), how.after(before, momenta, sum), plan::variant);
    List<TrainingState.Step> made = new ArrayList<>();
    for (int i = 0; i < steps.size(); i++) {
      double loss = sum.losses().get(i) / sum.workers();
      double norm = sum.norms().get(i) / sum.workers();
      made.add(new TrainingState.Step(done + i + 1, loss, norm, Map.of()));
    }
    return made;
  }

  private void copy(long step) {
    plan.copies(step).forEach(c -> optimization.copy(c.getKey(), c.getValue()));
  }

  private void evaluateIfDue(Optional<BatchSource> held, ProgressListener listener) {
    long step = steps();
    long every = options.evaluateEvery();
    boolean due = step == options.steps() || (every != TrainingOptions.AT_END && step % every == 0);
    if (held.isPresent() && due && evaluatedAt != step) {
      Map<String, Double> metrics = measure(held.get(), listener);
      evaluatedAt = step;
      listener.evaluated(step, metrics);
    }
  }

  /**
   * {@return the task's metrics of the parameters as they are}
   *
   * @param held the batches to measure on
   * @param listener follows the batches
   * @throws dev.ligo.api.CancelledException if the work is cancelled
   */
  public Map<String, Double> measure(BatchSource held, ProgressListener listener) {
    return measure(held, plan.measured(Math.max(1, steps())), listener);
  }

  /**
   * {@return the metrics of the whole model, also where a strategy leaves layers out that are to
   * come: those of models of one size}
   *
   * @param held the batches to measure on
   * @param listener follows the batches
   * @throws dev.ligo.api.CancelledException if the work is cancelled
   */
  public Map<String, Double> measureWhole(BatchSource held, ProgressListener listener) {
    return measure(held, CombinedStrategy.Measured.WHOLE, listener);
  }

  private Map<String, Double> measure(
      BatchSource held, CombinedStrategy.Measured measured, ProgressListener listener) {
    long batches = Math.min(options.evaluationBatches(), held.batchesPerPass());
    if (steps() == 0) {
      copy(1); // as the first step will
    }
    return evaluations
        .computeIfAbsent(measured.key(), k -> evaluation.apply(measured.route()))
        .metrics(optimization.deviceVariables(), held, batches, listener);
  }

  /** {@return the number of steps done} */
  public long steps() {
    return optimization.steps();
  }

  /** {@return a copy of all parameters} */
  public SortedMap<String, HostArray> values() {
    return new TreeMap<>(currentValues());
  }

  /**
   * {@return all parameters, each copied from the device when it is asked for, as it is then: for
   * whoever handles one at a time}
   */
  public Map<String, HostArray> currentValues() {
    Map<String, HostArray> trained = optimization.currentVariables();
    Set<String> names = new TreeSet<>(unused.keySet());
    names.addAll(trained.keySet());
    return new ArraysOnDemand(names, n -> unused.containsKey(n) ? unused.get(n) : trained.get(n));
  }

  /**
   * {@return a copy of the trained parameters and the optimizer's moments, for {@link #restore}}
   */
  public SortedMap<String, HostArray> state() {
    SortedMap<String, HostArray> all = optimization.state();
    all.putAll(momenta);
    return all;
  }

  /** {@return what {@link #state} copies, each array when it is asked for, as it is then} */
  public Map<String, HostArray> currentState() {
    if (momenta.isEmpty()) {
      return optimization.currentState();
    }
    Map<String, HostArray> all = new TreeMap<>(optimization.currentState());
    all.putAll(momenta);
    return all;
  }

  /**
   * {@return a copy of the optimizer's moments}
   *
   * @throws TrainingException if the optimizer has none
   */
  public Moments moments() {
    Moments m = currentMoments();
    return new Moments(new TreeMap<>(m.first()), new TreeMap<>(m.second()), m.ages());
  }

  /**
   * {@return the optimizer's moments, each copied when it is asked for, as it is then}
   *
   * @throws TrainingException if the optimizer has none
   */
  public Moments currentMoments() {
    return optimization.currentMoments();
  }

  @Override
  public void close() {
    evaluations.values().forEach(Evaluation::close);
    optimization.close();
  }
}
