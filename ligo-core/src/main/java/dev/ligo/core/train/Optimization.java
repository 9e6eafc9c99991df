package dev.ligo.core.train;

import dev.ligo.api.AdamW;
import dev.ligo.api.Backend;
import dev.ligo.api.Computation;
import dev.ligo.api.DType;
import dev.ligo.api.DeviceArray;
import dev.ligo.api.HostArray;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * An objective being minimised on a device: holds the variables, the optimiser's moments and the
 * constants there, and closes them.
 */
public final class Optimization implements AutoCloseable {
  /**
   * What a step found out.
   *
   * @param step the number of the step, from 1
   * @param loss the loss before the step, averaged over micro-batches
   * @param gradientNorm the norm of all gradients together, before clipping
   * @param sums the objective's sums, added over micro-batches
   */
  public record Step(long step, double loss, double gradientNorm, Map<String, Double> sums) {}

  private final Backend backend;
  private final Optimizer optimizer;
  private final DType dtype;
  private final int microBatches;
  private final Computation computation;
  private final SortedMap<String, DeviceArray> constants = new TreeMap<>();
  private SortedMap<String, DeviceArray> state = new TreeMap<>();
  private long step;

  /**
   * Begins with moments of zero.
   *
   * @param variables the variables' initial values, of one floating dtype
   * @param constants the constants' values
   * @param decays whether weight decay applies to a variable
   * @param microBatches how many batches a step averages over
   */
  public Optimization(
      Backend backend,
      Objective objective,
      Optimizer optimizer,
      Map<String, HostArray> variables,
      Map<String, HostArray> constants,
      Predicate<String> decays,
      int microBatches) {
    if (variables.isEmpty()) {
      throw new TrainingException("there is nothing to train: no variables.");
    }
    this.backend = backend;
    this.optimizer = optimizer;
    this.microBatches = microBatches;
    this.dtype = variables.values().iterator().next().dtype();
    this.computation =
        backend.compile(new TrainingProgram(objective, optimizer, decays, microBatches));
    try {
      constants.forEach((n, a) -> this.constants.put("constant/" + n, backend.array(a)));
      variables.forEach((n, a) -> put("variable/" + n, a));
      if (optimizer.kind() == Optimizer.Kind.ADAMW) {
        variables.forEach(
            (n, a) -> {
              put("first/" + n, HostArray.zeros(a.dtype(), a.shape()));
              put("second/" + n, HostArray.zeros(a.dtype(), a.shape()));
            });
      }
    } catch (RuntimeException e) {
      close();
      throw e;
    }
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
    if (!saved.keySet().equals(state.keySet())) {
      throw new TrainingException(
          "the saved state has other variables than this run; continue it with the same model and optimizer.");
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
  }

  /**
   * Makes one step.
   *
   * @param batches one batch for each micro-batch
   * @param learningRate the learning rate of this step
   * @param seed what dropout draws from
   * @throws TrainingException if the loss is not finite; the variables are lost then
   */
  public Step step(List<? extends Map<String, HostArray>> batches, double learningRate, long seed) {
    if (batches.size() != microBatches) {
      throw new TrainingException(
          "a step takes " + microBatches + " micro-batches, found " + batches.size() + ".");
    }
    Map<String, HostArray> fresh = new TreeMap<>();
    for (int i = 0; i < microBatches; i++) {
      String prefix = "batch/" + i + "/";
      batches.get(i).forEach((n, a) -> fresh.put(prefix + n, a));
    }
    step++;
    fresh.put("step/learning_rate", HostArray.scalar(dtype, learningRate));
    if (optimizer.kind() == Optimizer.Kind.ADAMW) {
      AdamW c = optimizer.adamW();
      double number = (double) step;
      fresh.put("step/number", HostArray.scalar(dtype, number));
      fresh.put("step/correction1", HostArray.scalar(dtype, 1 - Math.pow(c.beta1(), number)));
      fresh.put("step/correction2", HostArray.scalar(dtype, 1 - Math.pow(c.beta2(), number)));
    }
    Map<String, DeviceArray> uploaded = backend.arrays(fresh);
    SortedMap<String, DeviceArray> out;
    try {
      Map<String, DeviceArray> inputs = new TreeMap<>(uploaded);
      inputs.putAll(constants);
      out = computation.run(inputs, state, seed);
    } finally {
      uploaded.values().forEach(DeviceArray::close);
    }
    return take(out);
  }

  /** Keeps the new state and reads the scalars. */
  private Step take(SortedMap<String, DeviceArray> out) {
    SortedMap<String, DeviceArray> next = new TreeMap<>();
    SortedMap<String, Double> scalars = new TreeMap<>();
    out.forEach(
        (n, a) -> {
          if (state.containsKey(n)) {
            next.put(n, a);
          } else {
            scalars.put(n, a.toHost().get(0));
            a.close();
          }
        });
    state = next;
    double loss = scalars.get("loss");
    double norm = scalars.get("gradient_norm");
    if (!Double.isFinite(loss) || !Double.isFinite(norm)) {
      throw new TrainingException(
          "step "
              + step
              + ": the loss is "
              + loss
              + " and the gradient norm "
              + norm
              + "; lower the learning rate, or look for values that are not finite in the weights.");
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

  /** Returns the number of steps done. */
  public long steps() {
    return step;
  }

  /** Returns the variables on the device, under their names; they end with the next step. */
  public SortedMap<String, DeviceArray> deviceVariables() {
    SortedMap<String, DeviceArray> m = new TreeMap<>();
    state.forEach(
        (n, a) -> {
          if (n.startsWith("variable/")) {
            m.put(n.substring("variable/".length()), a);
          }
        });
    return Collections.unmodifiableSortedMap(m);
  }

  /** Returns a copy of the variables. */
  public SortedMap<String, HostArray> variables() {
    SortedMap<String, HostArray> m = new TreeMap<>();
    deviceVariables().forEach((n, a) -> m.put(n, a.toHost()));
    return m;
  }

  /** Returns a copy of the variables and moments, for {@link #restore}. */
  public SortedMap<String, HostArray> state() {
    SortedMap<String, HostArray> m = new TreeMap<>();
    state.forEach((n, a) -> m.put(n, a.toHost()));
    return m;
  }

  @Override
  public void close() {
    state.values().forEach(DeviceArray::close);
    constants.values().forEach(DeviceArray::close);
    computation.close();
  }
}
