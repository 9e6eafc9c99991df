package dev.ligo.core.train;

import dev.ligo.api.Backend;
import dev.ligo.api.DType;
import dev.ligo.api.DeviceArray;
import dev.ligo.api.HostArray;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What the dampings of a run's variants hand to {@link UpdateProgram}: their shares, which it holds
 * on the device once for all variants, and the factors of each step.
 */
final class Dampings implements AutoCloseable {
  private final Backend backend;
  private final DType dtype;
  private final SortedMap<String, DeviceArray> shares = new TreeMap<>();

  /**
   * Creates those of a run.
   *
   * @param dtype that of the variables
   */
  Dampings(Backend backend, DType dtype) {
    this.backend = backend;
    this.dtype = dtype;
  }

  /** Puts the shares that a variant's dampings have of variables on the device. */
  void add(Map<String, StrategyPlan.Damping> dampings, Set<String> variables) {
    dampings.forEach(
        (damping, d) ->
            d.shares()
                .forEach(
                    (variable, values) -> {
                      if (variables.contains(variable)) {
                        shares.computeIfAbsent(
                            UpdateProgram.share(damping, variable),
                            n -> backend.array(values.as(dtype)));
                      }
                    }));
  }

  /** Returns the shares that dampings have of variables, as inputs of a step. */
  Map<String, DeviceArray> shares(Set<String> dampings, Set<String> variables) {
    Map<String, DeviceArray> all = new TreeMap<>();
    for (String damping : dampings) {
      for (String variable : variables) {
        String name = UpdateProgram.share(damping, variable);
        if (shares.containsKey(name)) {
          all.put(name, shares.get(name));
        }
      }
    }
    return all;
  }

  /** Returns the factors of dampings at a step, as inputs of it. */
  Map<String, HostArray> factors(Map<String, StrategyPlan.Damping> dampings, long step) {
    Map<String, HostArray> all = new TreeMap<>();
    dampings.forEach(
        (damping, d) ->
            all.put(
                UpdateProgram.factor(damping),
                HostArray.scalar(dtype, d.factor().applyAsDouble(step))));
    return all;
  }

  @Override
  public void close() {
    shares.values().forEach(DeviceArray::close);
  }
}
