package dev.ligo.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ligo.api.DType;
import dev.ligo.api.HostArray;
import dev.ligo.api.NamedTensors;
import dev.ligo.api.Program;
import dev.ligo.api.Shape;
import dev.ligo.api.Tensor;
import dev.ligo.api.TensorSpec;
import dev.ligo.api.Tensors;
import dev.ligo.core.model.ModelSpec;
import dev.ligo.core.model.StackTransform;
import dev.ligo.core.train.StrategyPlan;
import dev.ligo.core.train.TrainingException;
import dev.ligo.core.train.TrainingStrategy;
import dev.ligo.core.train.strategy.LayerDropping;
import dev.ligo.core.train.strategy.TokenDropping;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What a family owes to training strategies. */
final class StrategyChecks {
  /** High enough that of two examples one skips some layer. */
  private static final double RATE = 0.6;

  private static final double TOLERANCE = 1e-10;

  private StrategyChecks() {}

  /**
   * A layer that is run on some of the examples gives what it gives on all of them: it uses no
   * other tensor of the batch than those that it is handed.
   */
  static void layersOfSomeExamples(Family family) {
    ModelSpec<?> model = family.small();
    for (String task : family.tasks()) {
      Map<String, HostArray> batch = family.batch(model, task, 2);
      StrategyPlan plan = new LayerDropping(RATE).plan(context(model, task, batch));
      Map<String, HostArray> drawn = plan.inputs(1, 0, batch);
      Map<String, HostArray> inputs = new TreeMap<>();
      Family.inputs(Family.values(model, 1), batch).forEach(inputs::put);
      drawn.forEach((n, a) -> inputs.put("drawn/" + n, a));
      Program dropped =
          (t, in) -> logits(model, task, in, s -> plan.route(0, s, t, in.under("drawn/")), t);
      Program gated =
          (t, in) ->
              logits(
                  model,
                  task,
                  in,
                  s ->
                      s.each(
                          (l, layer) ->
                              (h, along) -> {
                                Tensor passes = t.constant(passes(drawn, s.name(), l, s.size()));
                                return passes.where(layer.apply(h, along), h);
                              }),
                  t);
      Closeness.assertClose(
          "logits of " + task + " with examples that skip layers",
          family.run(dropped, inputs).get("logits"),
          Doubles.of(family.run(gated, inputs).get("logits")),
          TOLERANCE);
    }
  }

  /** Deep enough that a first and a last layer see every token, some tokens may skip the others. */
  static void layersOfSomeTokens(Family family) {
    ModelSpec<?> model = family.large();
    for (String task : family.tasks()) {
      Map<String, HostArray> batch = family.batch(model, task, 2);
      Map<String, HostArray> values = Family.values(model, 1);
      Program plain = (t, in) -> logits(model, task, in, StackTransform.ALL, t);
      double[] all = family.run(plain, Family.inputs(values, batch)).get("logits").toDoubles();
      try {
        assertThat(withTokens(family, model, task, batch, values, 0))
            .as("logits of %s with no token dropped", task)
            .isEqualTo(all);
        assertThat(withTokens(family, model, task, batch, values, RATE))
            .as("logits of %s with tokens dropped", task)
            .hasSameSizeAs(all)
            .isNotEqualTo(all);
      } catch (TrainingException e) {
        // One token, or fewer than 3 layers: nothing to skip.
        assertThat(e).hasMessageContaining("token dropping needs");
      }
    }
  }

  private static double[] withTokens(
      Family family,
      ModelSpec<?> model,
      String task,
      Map<String, HostArray> batch,
      Map<String, HostArray> values,
      double share) {
    StrategyPlan plan = new TokenDropping(share).plan(context(model, task, batch));
    Map<String, HostArray> inputs = new TreeMap<>(Family.inputs(values, batch));
    plan.inputs(1, 0, batch).forEach((n, a) -> inputs.put("drawn/" + n, a));
    Program program =
        (t, in) -> logits(model, task, in, s -> plan.route(0, s, t, in.under("drawn/")), t);
    return family.run(program, inputs).get("logits").toDoubles();
  }

  private static TrainingStrategy.Context context(
      ModelSpec<?> model, String task, Map<String, HostArray> batch) {
    Map<String, TensorSpec> specs = new TreeMap<>();
    batch.forEach((n, a) -> specs.put(n, a.spec()));
    return new TrainingStrategy.Context(
        model.forTask(task), specs, DType.FLOAT64, 1, 3, Optional.empty());
  }

  private static NamedTensors logits(
      ModelSpec<?> model, String task, NamedTensors in, StackTransform route, Tensors t) {
    return NamedTensors.of(
        "logits",
        model
            .forTask(task)
            .scores(t, in.under("parameter/"), in.under("batch/"), false, route)
            .logits());
  }

  /** Which examples pass a layer, (examples, 1, 1). */
  private static HostArray passes(
      Map<String, HostArray> drawn, String stack, int layer, int layers) {
    HostArray order = drawn.get(stack + "/order");
    int examples = order.shape().dim(1);
    assertThat(examples).isEqualTo(Family.BATCH);
    double due = 0;
    int before = 0;
    int dropped = 0;
    for (int l = 0; l <= layer; l++) {
      due += RATE * (l + 1) / layers * examples;
      dropped = Math.min(examples - 1, (int) Math.round(due) - before);
      before += dropped;
    }
    boolean[] passes = new boolean[examples];
    for (int i = 0; i < examples - dropped; i++) {
      passes[(int) order.get(layer * examples + i)] = true;
    }
    return HostArray.of(Shape.of(examples, 1, 1), passes);
  }
}
