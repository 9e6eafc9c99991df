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
      Map<String, TensorSpec> specs = new TreeMap<>();
      batch.forEach((n, a) -> specs.put(n, a.spec()));
      Procedure.Course course =
          new LayerDropping(RATE)
              .course(
                  new Procedure.Setting(model, task, specs, DType.FLOAT64, 1, 3, Optional.empty()));
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
