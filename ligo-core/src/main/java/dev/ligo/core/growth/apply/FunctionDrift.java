package dev.ligo.core.growth.apply;

import dev.ligo.api.Backend;
import dev.ligo.api.DType;
import dev.ligo.api.HostArray;
import dev.ligo.core.growth.GrowthOperator;
import dev.ligo.core.growth.GrowthPlan;
import dev.ligo.core.model.Predictor;
import dev.ligo.core.model.TaskModel;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/** Measures how far a growth changes what a model computes. */
public final class FunctionDrift {
  private FunctionDrift() {}

  /**
   * {@return the largest difference of the logits before and after growing, in relation to the
   * largest of those before, in float32 and without dropout}
   *
   * @param backend where the models run
   * @param plan what grows, amended by the operator
   * @param operator the operator
   * @param task the task whose logits are compared; both models have its head
   * @param source reads a parameter of the small model by its name
   * @param batch a batch of the task
   */
  public static double measure(
      Backend backend,
      GrowthPlan plan,
      GrowthOperator operator,
      String task,
      Function<String, HostArray> source,
      Map<String, HostArray> batch) {
    Map<String, HostArray> small = new TreeMap<>();
    plan.small().layout().shapes().keySet().forEach(n -> small.put(n, source.apply(n)));
    HostArray before = logits(backend, plan.small().forTask(task), small, batch);
    small.clear();
    Map<String, HostArray> large = new TreeMap<>();
    new OperatorApplication(operator, source, () -> backend).run(large::put);
    HostArray after = logits(backend, plan.large().forTask(task), large, batch);
    double difference = 0;
    double largest = 0;
    for (int i = 0; i < before.size(); i++) {
      difference = Math.max(difference, Math.abs(after.get(i) - before.get(i)));
      largest = Math.max(largest, Math.abs(before.get(i)));
    }
    return difference / largest;
  }

  private static HostArray logits(
      Backend backend,
      TaskModel<?> model,
      Map<String, HostArray> values,
      Map<String, HostArray> batch) {
    Map<String, HostArray> single = new TreeMap<>();
    values.forEach((n, a) -> single.put(n, a.as(DType.FLOAT32)));
    try (Predictor predictor = new Predictor(backend, model, single)) {
      return predictor.logits(batch);
    }
  }
}
