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
import dev.ligo.core.model.Model;
import dev.ligo.core.model.Route;
import dev.ligo.core.train.LayerDropping;
import dev.ligo.core.train.Procedure;
import dev.ligo.core.train.TokenDropping;
import dev.ligo.core.train.TrainingException;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What a family owes to training procedures. */
final class ProcedureChecks {
  /** High enough that of two examples one skips some layer. */
  private static final double RATE = 0.6;

  private static final double TOLERANCE = 1e-10;

  private ProcedureChecks() {}

  /**
   * A layer that is run on some of the examples gives what it gives on all of them: it uses no
   * other tensor of the batch than those that it is handed.
   */
  static void layersOfSomeExamples(Family family) {
    Model<?> model = family.small();
    for (String task : family.tasks()) {
      Map<String, HostArray> batch = family.batch(model, task, 2);
      Procedure.Course course = new LayerDropping(RATE).course(setting(model, task, batch));
      Map<String, HostArray> drawn = course.inputs(1, 0, batch);
      Map<String, HostArray> inputs = new TreeMap<>();
      Family.inputs(Family.values(model, 1), batch).forEach(inputs::put);
      drawn.forEach((n, a) -> inputs.put("drawn/" + n, a));
      Program dropped =
          (t, in) -> logits(model, task, in, s -> course.route(0, s, t, in.under("drawn/")), t);
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
    Model<?> model = family.small().resized(family.larger());
    for (String task : family.tasks()) {
      Map<String, HostArray> batch = family.batch(model, task, 2);
      Map<String, HostArray> values = Family.values(model, 1);
      Program plain = (t, in) -> logits(model, task, in, Route.ALL, t);
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
      Model<?> model,
      String task,
      Map<String, HostArray> batch,
      Map<String, HostArray> values,
      double share) {
    Procedure.Course course = new TokenDropping(share).course(setting(model, task, batch));
    Map<String, HostArray> inputs = new TreeMap<>(Family.inputs(values, batch));
    course.inputs(1, 0, batch).forEach((n, a) -> inputs.put("drawn/" + n, a));
    Program program =
        (t, in) -> logits(model, task, in, s -> course.route(0, s, t, in.under("drawn/")), t);
    return family.run(program, inputs).get("logits").toDoubles();
  }

  private static Procedure.Setting setting(
      Model<?> model, String task, Map<String, HostArray> batch) {
    Map<String, TensorSpec> specs = new TreeMap<>();
    batch.forEach((n, a) -> specs.put(n, a.spec()));
    return new Procedure.Setting(model, task, specs, DType.FLOAT64, 1, 3, Optional.empty());
  }

  private static NamedTensors logits(
      Model<?> model, String task, NamedTensors in, Route route, Tensors t) {
    return NamedTensors.of(
        "logits",
        model.scores(task, t, in.under("parameter/"), in.under("batch/"), false, route).logits());
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
