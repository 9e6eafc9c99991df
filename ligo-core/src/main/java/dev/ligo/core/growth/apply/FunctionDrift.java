package dev.ligo.core.growth.apply;

import dev.ligo.api.Backend;
import dev.ligo.api.DType;
import dev.ligo.api.HostArray;
import dev.ligo.core.model.Predictor;
import dev.ligo.core.model.TaskModel;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/** Measures how far a growth changes what a model computes. */
public final class FunctionDrift {
  /**
   * A model with its values.
   *
   * @param model the model, with the head of the task whose logits are compared
   * @param values reads a parameter by its name
   */
  public record Side(TaskModel<?> model, Function<String, HostArray> values) {}

  private FunctionDrift() {}

  /**
   * {@return the largest difference of the logits before and after growing, in relation to the
   * largest of those before, in float32 and without dropout} Logits of new tokens have none before,
   * and are not compared.
   *
   * @param backend where the models run
   * @param before the model that has grown
   * @param after what it has become, as it is stored
   * @param batch a batch of the task
   */
  public static double measure(
      Backend backend, Side before, Side after, Map<String, HostArray> batch) {
    HostArray from = logits(backend, before, batch);
    HostArray to = logits(backend, after, batch);
    double difference = 0;
    double largest = 0;
    int each = from.shape().dim(from.shape().rank() - 1);
    int eachAfter = to.shape().dim(to.shape().rank() - 1);
    for (int i = 0; i < from.size(); i++) {
      double logit = to.get(i / each * eachAfter + i % each);
      difference = Math.max(difference, Math.abs(logit - from.get(i)));
      largest = Math.max(largest, Math.abs(from.get(i)));
    }
    return difference / largest;
  }

  private static HostArray logits(Backend backend, Side side, Map<String, HostArray> batch) {
    TaskModel<?> model = side.model();
    Map<String, HostArray> single = new TreeMap<>();
    for (String name : model.spec().layout().shapes().keySet()) {
      single.put(name, side.values().apply(name).as(DType.FLOAT32));
    }
    try (Predictor predictor = new Predictor(backend, model, single)) {
      return predictor.logits(batch);
    }
  }
}
