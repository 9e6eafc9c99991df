package dev.ligo.core.growth.learn;

import dev.ligo.api.Backend;
import dev.ligo.api.Computation;
import dev.ligo.api.DType;
import dev.ligo.api.DeviceArray;
import dev.ligo.api.HostArray;
import dev.ligo.api.TensorSpec;
import dev.ligo.core.model.TaskModel;
import dev.ligo.core.train.Objective;
import dev.ligo.core.train.TrainingState;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Trains the large model for some steps from where an operator puts it, by the operator's own rule
 * and rate. There the gradient for the operator is taken, as if the way did not depend on the
 * operator: to first order (Nichol et al., arXiv 1803.02999).
 *
 * @param backend the backend to compute on
 * @param large the large model with its task
 * @param objective grows the large model's parameters
 * @param constants the constants of the objective
 * @param options how the operator learns
 * @param steps the steps of the large model before each of the operator
 */
record LookAhead(
    Backend backend,
    TaskModel<?> large,
    OperatorObjective objective,
    Map<String, HostArray> constants,
    OperatorTraining.Options options,
    int steps) {
  /** Returns the large model's loss as a function of its own parameters. */
  Objective training() {
    return (t, parameters, none, batch) -> large.loss(t, parameters, batch, options.dropout());
  }

  /** Returns the dtypes and shapes of the large model's parameters that its loss depends on. */
  Map<String, TensorSpec> parameters(DType dtype) {
    Map<String, TensorSpec> specs = new TreeMap<>();
    large
        .spec()
        .layout()
        .shapes()
        .forEach((n, shape) -> specs.put(n, new TensorSpec(dtype, shape)));
    specs.keySet().retainAll(large.used());
    return specs;
  }

  /**
   * Trains on the first batches, one in a step, and returns the others, each with how far the
   * parameters moved.
   *
   * @param variables the variables of the operator
   * @param rate the learning rate
   * @param seed what dropout draws from
   */
  List<Map<String, HostArray>> moved(
      Map<String, DeviceArray> variables,
      List<Map<String, HostArray>> batches,
      double rate,
      long seed) {
    if (steps == 0) {
      return batches;
    }
    Map<String, HostArray> begun = grown(variables);
    Map<String, HostArray> moves = new TreeMap<>();
    try (TrainingState inner =
        new TrainingState(
            backend,
            training(),
            options.optimizer(),
            begun,
            Map.of(),
            name -> begun.get(name).shape().rank() > 1,
            1)) {
      for (int i = 0; i < steps; i++) {
        inner.step(List.of(batches.get(i)), rate, seed + i);
      }
      inner
          .variables()
          .forEach((n, a) -> moves.put(OperatorObjective.AHEAD + n, minus(a, begun.get(n))));
    }
    List<Map<String, HostArray>> others = new ArrayList<>();
    for (Map<String, HostArray> batch : batches.subList(steps, batches.size())) {
      Map<String, HostArray> with = new TreeMap<>(batch);
      with.putAll(moves);
      others.add(with);
    }
    return others;
  }

  /** Returns the large model's parameters that the variables make. */
  private Map<String, HostArray> grown(Map<String, DeviceArray> variables) {
    Map<String, HostArray> named = new TreeMap<>();
    constants.forEach((n, a) -> named.put("constant/" + n, a));
    Map<String, DeviceArray> uploaded = backend.arrays(named);
    Map<String, HostArray> grown = new TreeMap<>();
    try (Computation growth =
        backend.compile(
            (t, in) -> objective.grow(t, in.under("variable/"), in.under("constant/")))) {
      Map<String, DeviceArray> inputs = new TreeMap<>(uploaded);
      variables.forEach((n, a) -> inputs.put("variable/" + n, a));
      growth
          .run(inputs)
          .forEach(
              (n, a) -> {
                grown.put(n, a.toHost());
                a.close();
              });
    } finally {
      uploaded.values().forEach(DeviceArray::close);
    }
    return grown;
  }

  private static HostArray minus(HostArray a, HostArray b) {
    HostArray difference = HostArray.zeros(a.dtype(), a.shape());
    for (int i = 0; i < a.size(); i++) {
      difference.set(i, a.get(i) - b.get(i));
    }
    return difference;
  }
}
