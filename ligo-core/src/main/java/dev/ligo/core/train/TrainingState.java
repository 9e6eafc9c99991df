package dev.ligo.core.train;

import dev.ligo.api.AdamW;
import dev.ligo.api.Backend;
import dev.ligo.api.Computation;
import dev.ligo.api.CostAnalysis;
import dev.ligo.api.DType;
import dev.ligo.api.DeviceArray;
import dev.ligo.api.HostArray;
import dev.ligo.api.TensorSpec;
import dev.ligo.core.io.ArraysOnDemand;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.LongToIntFunction;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * An objective being minimized on a device: holds the variables, the optimizer's moments and the
 * constants there, and closes them.
 */
public final class TrainingState implements AutoCloseable {
  /**
   * What a step found out.
   *
   * @param step the number of the step, from 1
   * @param loss the loss before the step, averaged over micro-batches
   * @param gradientNorm the norm of all gradients together, before clipping
   * @param sums the objective's sums, added over micro-batches
   */
  public record Step(long step, double loss, double gradientNorm, Map<String, Double> sums) {}

  private static final String VARIABLE = "variable/";
  private static final String FIRST = "first/";
  private static final String SECOND = "second/";

  /**
   * A kind of step.
   *
   * @param program the whole step
   * @param computation what this backend does of it
   * @param trained the variables that it changes
   * @param dampings how far they follow the optimizer
   */
  private record Kind(
      TrainingProgram program,
      Computation computation,
      Set<String> trained,
      SortedMap<String, StrategyPlan.Damping> dampings) {}

  private final Backend backend;
  private final Optimizer optimizer;
  private final DType dtype;
  private final int microBatches;
  private final Optional<GradientSource> elsewhere;
  private final List<Kind> kinds = new ArrayList<>();
  private final StepCounts counts;
  private final SortedMap<String, TensorSpec> constantSpecs = new TreeMap<>();
  private final SortedMap<String, DeviceArray> constants = new TreeMap<>();
  private final Dampings dampings;
  private final SortedMap<String, DeviceArray> state = new TreeMap<>();
  private long step;

  /**
   * Puts variables and constants on a device, with moments of zero.
   *
   * @param backend the backend to compute on
   * @param objective the loss, as a function of the variables
   * @param optimizer the rule by which gradients change variables
   * @param variables the variables' initial values, of one floating dtype
   * @param constants the constants' values
   * @param decays whether weight decay applies to a variable
   * @param microBatches how many batches make a step
   * @param elsewhere what computes the gradients, where that is not this backend; the constants are
   *     its own then
   */
  public TrainingState(
      Backend backend,
      Objective objective,
      Optimizer optimizer,
      Map<String, HostArray> variables,
      Map<String, HostArray> constants,
      Predicate<String> decays,
      int microBatches,
      Optional<GradientSource> elsewhere) {
    this(
        backend,
        List.of(new Variant(objective)),
        optimizer,
        variables,
        Moments.NONE,
        constants,
        decays,
        microBatches,
        elsewhere);
  }

  /**
   * Puts variables and constants on a device, with moments of zero, where gradients are computed.
   *
   * @param backend the backend to compute on
   * @param objective the loss, as a function of the variables
   * @param optimizer the rule by which gradients change variables
   * @param variables the variables' initial values, of one floating dtype
   * @param constants the constants' values
   * @param decays whether weight decay applies to a variable
   * @param microBatches how many batches make a step
   */
  public TrainingState(
      Backend backend,
      Objective objective,
      Optimizer optimizer,
      Map<String, HostArray> variables,
      Map<String, HostArray> constants,
      Predicate<String> decays,
      int microBatches) {
    this(
        backend,
        objective,
        optimizer,
        variables,
        constants,
        decays,
        microBatches,
        Optional.empty());
  }

  /**
   * Puts variables, their moments and constants on a device.
   *
   * @param variants the kinds of steps that there will be
   * @param moments those that there are; the rest begin as zeros
   */
  TrainingState(
      Backend backend,
      List<Variant> variants,
      Optimizer optimizer,
      Map<String, HostArray> variables,
      Moments moments,
      Map<String, HostArray> constants,
      Predicate<String> decays,
      int microBatches,
      Optional<GradientSource> elsewhere) {
    if (variables.isEmpty()) {
      throw new TrainingException("there is nothing to train: no variables.");
    }
    this.backend = backend;
    this.optimizer = optimizer;
    this.microBatches = microBatches;
    this.elsewhere = elsewhere;
    this.dtype = variables.values().iterator().next().dtype();
    List<Set<String>> trained =
        variants.stream()
            .map(
                v ->
                    variables.keySet().stream()
                        .filter(v.trains())
                        .collect(Collectors.toUnmodifiableSet()))
            .toList();
    this.dampings = new Dampings(backend, dtype);
    this.counts = new StepCounts(variables.keySet(), trained, moments.ages());
    try {
      for (int i = 0; i < variants.size(); i++) {
        UpdateProgram update = new UpdateProgram(optimizer, counts::group, decays);
        TrainingProgram program =
            new TrainingProgram(
                new GradientProgram(variants.get(i).objective()), update, microBatches);
        Computation computation = backend.compile(elsewhere.isPresent() ? update : program);
        kinds.add(new Kind(program, computation, trained.get(i), variants.get(i).dampings()));
        dampings.add(variants.get(i).dampings(), variables.keySet());
      }
      constants.forEach((n, a) -> constantSpecs.put("constant/" + n, a.spec()));
      if (elsewhere.isEmpty()) {
        constants.forEach((n, a) -> this.constants.put("constant/" + n, backend.array(a)));
      }
      variables.forEach((n, a) -> put(VARIABLE + n, a));
      if (optimizer.kind() == Optimizer.Kind.ADAMW) {
        for (String n : variables.keySet()) {
          TensorSpec variable = state.get(VARIABLE + n).spec();
          put(FIRST + n, begun(moments.first(), n, variable));
          put(SECOND + n, begun(moments.second(), n, variable));
        }
      }
    } catch (RuntimeException | Error e) {
      close();
      throw e;
    }
  }

  private static HostArray begun(Map<String, HostArray> moments, String name, TensorSpec variable) {
    HostArray m = moments.get(name);
    if (m == null) {
      return HostArray.zeros(variable.dtype(), variable.shape());
    }
    if (!m.shape().equals(variable.shape())) {
      throw new TrainingException(
          "the optimizer's state of '"
              + name
              + "' has shape "
              + m.shape()
              + ", the parameter "
              + variable.shape()
              + "; it is of another model.");
    }
    return m.as(variable.dtype());
  }

  private void put(String name, HostArray values) {
    DeviceArray old = state.put(name, backend.array(values));
    if (old != null) {
      old.close();
    }
  }

  /**
   * Takes up a run that was interrupted.
   *
   * @param step the number of steps done
   * @param saved what {@link #state} returned then
   * @throws TrainingException if names or shapes are not this optimization's
   */
  public void restore(long step, Map<String, HostArray> saved) {
    restore(step, saved, s -> 0);
  }

  /**
   * Takes up a run that was interrupted.
   *
   * @param variant tells of each step that was done, from 1, the number of its variant
   */
  void restore(long step, Map<String, HostArray> saved, LongToIntFunction variant) {
    if (!saved.keySet().equals(state.keySet())) {
      throw new TrainingException(
          "the saved state has other variables than this run; continue it with the same model and"
              + " optimizer.");
    }
    saved.forEach(
        (n, a) -> {
          if (!a.spec().equals(state.get(n).spec())) {
            throw new TrainingException(
                "the saved state's '"
                    + n
                    + "' is "
                    + a.spec()
                    + ", this run's "
                    + state.get(n).spec()
                    + ".");
          }
          put(n, a);
        });
    this.step = step;
    counts.reset();
    for (long s = 1; s <= step; s++) {
      counts.add(variant.applyAsInt(s));
    }
  }

  /** Gives a variable the values of another one. */
  void copy(String to, String from) {
    put(VARIABLE + to, state.get(VARIABLE + from).toHost());
  }

  /**
   * Makes one step.
   *
   * @param batches one batch for each micro-batch
   * @param learningRate the learning rate of this step
   * @param seed what dropout draws from
   * @return what the step gave
   * @throws DivergenceException if the loss is not finite; the variables are lost then
   */
  public Step step(List<? extends Map<String, HostArray>> batches, double learningRate, long seed) {
    return step(0, batches, learningRate, seed);
  }

  /**
   * Makes one step of a kind.
   *
   * @param variant the number of its variant
   */
  Step step(
      int variant, List<? extends Map<String, HostArray>> batches, double learningRate, long seed) {
    if (batches.size() != microBatches) {
      throw new TrainingException(
          "a step takes " + microBatches + " micro-batches, found " + batches.size() + ".");
    }
    Map<String, HostArray> fresh = new TreeMap<>();
    Map<String, Double> known = new TreeMap<>();
    if (elsewhere.isPresent()) {
      List<GradientSource.MicroBatch> all = GradientSource.MicroBatch.of(batches, seed);
      Gradients g =
          elsewhere.get().gradients(new GradientSource.Request(variant, variables(), all));
      g.values().forEach((n, a) -> fresh.put("gradient/" + n, a));
      fresh.put("step/share", HostArray.scalar(dtype, g.share()));
      known.put("loss", g.loss() * g.share());
      g.sums().forEach((n, x) -> known.put("sum/" + n, x));
    } else {
      for (int i = 0; i < microBatches; i++) {
        String prefix = "batch/" + i + "/";
        batches.get(i).forEach((n, a) -> fresh.put(prefix + n, a));
      }
    }
    step++;
    counts.add(variant);
    scalars(variant, learningRate, fresh);
    return take(run(kinds.get(variant), fresh, seed), known);
  }

  private SortedMap<String, DeviceArray> run(Kind kind, Map<String, HostArray> fresh, long seed) {
    Map<String, DeviceArray> uploaded = backend.arrays(fresh);
    try {
      Map<String, DeviceArray> inputs = new TreeMap<>(uploaded);
      inputs.putAll(constants);
      inputs.putAll(dampings.shares(kind.dampings().keySet(), kind.trained()));
      Map<String, DeviceArray> donated = new TreeMap<>();
      state.forEach(
          (n, a) -> {
            String name = n.substring(n.indexOf('/') + 1);
            if (kind.trained().contains(name)) {
              donated.put(n, a);
            } else if (n.startsWith(VARIABLE)) {
              inputs.put("constant/frozen/" + name, a);
            }
          });
      return kind.computation().run(inputs, donated, seed);
    } finally {
      uploaded.values().forEach(DeviceArray::close);
    }
  }

  /** Adds the scalars of a step: how far variables move, and by how much moments are biased. */
  private void scalars(int variant, double learningRate, Map<String, HostArray> to) {
    to.put("step/learning_rate", HostArray.scalar(dtype, learningRate));
    to.putAll(dampings.factors(kinds.get(variant).dampings(), step));
    if (optimizer.kind() == Optimizer.Kind.ADAMW) {
      AdamW c = optimizer.adamW();
      counts
          .of(variant)
          .forEach(
              (group, count) -> {
                String prefix = "step/" + group + "/";
                double n = (double) count;
                to.put(prefix + "number", HostArray.scalar(dtype, n));
                to.put(prefix + "correction1", HostArray.scalar(dtype, 1 - Math.pow(c.beta1(), n)));
                to.put(prefix + "correction2", HostArray.scalar(dtype, 1 - Math.pow(c.beta2(), n)));
              });
    }
  }

  /**
   * Returns the floating-point operations of a step: three times the forward ones where a gradient
   * flows, the forward ones alone elsewhere.
   *
   * @param batch the dtypes and shapes of each micro-batch's arrays
   */
  long flops(int variant, Map<String, TensorSpec> batch) {
    Kind kind = kinds.get(variant);
    Map<String, TensorSpec> inputs = new TreeMap<>(constantSpecs);
    state.forEach(
        (n, a) -> {
          String name = n.substring(n.indexOf('/') + 1);
          boolean trained = kind.trained().contains(name);
          if (trained || n.startsWith(VARIABLE)) {
            inputs.put(trained ? n : "constant/frozen/" + name, a.spec());
          }
        });
    for (int i = 0; i < microBatches; i++) {
      String prefix = "batch/" + i + "/";
      batch.forEach((n, s) -> inputs.put(prefix + n, s));
    }
    dampings
        .shares(kind.dampings().keySet(), kind.trained())
        .forEach((n, a) -> inputs.put(n, a.spec()));
    Map<String, HostArray> scalars = new TreeMap<>();
    scalars(variant, 0, scalars);
    scalars.forEach((n, a) -> inputs.put(n, a.spec()));
    return CostAnalysis.of(kind.program(), inputs).trainingFlops();
  }

  /** Keeps the new state and reads the scalars, beside those that are known. */
  private Step take(SortedMap<String, DeviceArray> out, Map<String, Double> known) {
    SortedMap<String, Double> scalars = new TreeMap<>(known);
    SortedMap<String, DeviceArray> read = new TreeMap<>(out);
    read.keySet().removeAll(state.keySet());
    try {
      state.replaceAll((n, a) -> out.getOrDefault(n, a));
      read.forEach((n, a) -> scalars.put(n, a.toHost().get(0)));
    } finally {
      read.values().forEach(DeviceArray::close);
    }
    double loss = scalars.get("loss");
    double norm = scalars.get("gradient_norm");
    if (!Double.isFinite(loss) || !Double.isFinite(norm)) {
      throw new DivergenceException(
          step,
          "step "
              + step
              + ": the loss is "
              + loss
              + " and the gradient norm "
              + norm
              + "; lower the learning rate, or look for values that are not finite in the"
              + " weights.");
    }
    SortedMap<String, Double> sums = new TreeMap<>();
    scalars.forEach(
        (n, v) -> {
          if (n.startsWith("sum/")) {
            sums.put(n.substring("sum/".length()), v);
          }
        });
    return new Step(step, loss, norm, sums);
  }

  /** {@return the number of steps done} */
  public long steps() {
    return step;
  }

  /** {@return the variables on the device, under their names; they end with the next step} */
  public SortedMap<String, DeviceArray> deviceVariables() {
    SortedMap<String, DeviceArray> m = new TreeMap<>();
    state.forEach(
        (n, a) -> {
          if (n.startsWith(VARIABLE)) {
            m.put(n.substring(VARIABLE.length()), a);
          }
        });
    return Collections.unmodifiableSortedMap(m);
  }

  /** {@return a copy of the variables} */
  public SortedMap<String, HostArray> variables() {
    return new TreeMap<>(current(VARIABLE));
  }

  /** {@return a copy of the variables and moments, for {@link #restore}} */
  public SortedMap<String, HostArray> state() {
    return new TreeMap<>(currentState());
  }

  /** Returns the variables and moments of the moment, each copied when it is asked for. */
  Map<String, HostArray> currentState() {
    return new ArraysOnDemand(state.keySet(), n -> state.get(n).toHost());
  }

  /** Returns the variables of the moment, each copied when it is asked for. */
  Map<String, HostArray> currentVariables() {
    return current(VARIABLE);
  }

  private Map<String, HostArray> current(String kind) {
    return new ArraysOnDemand(deviceVariables().keySet(), n -> state.get(kind + n).toHost());
  }

  /**
   * Returns AdamW's moments of the moment, each copied when it is asked for.
   *
   * @throws TrainingException if the optimizer has none
   */
  Moments currentMoments() {
    if (optimizer.kind() != Optimizer.Kind.ADAMW) {
      throw new TrainingException("plain gradient descent has no state to keep.");
    }
    Map<String, Long> ages = new TreeMap<>();
    deviceVariables().keySet().forEach(n -> ages.put(n, counts.count(n)));
    return new Moments(current(FIRST), current(SECOND), ages);
  }

  @Override
  public void close() {
    state.values().forEach(DeviceArray::close);
    constants.values().forEach(DeviceArray::close);
    dampings.close();
    kinds.forEach(k -> k.computation().close());
  }
}
