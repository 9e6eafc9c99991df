package dev.ligo.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ligo.api.Computation;
import dev.ligo.api.CostAnalysis;
import dev.ligo.api.DType;
import dev.ligo.api.HostArray;
import dev.ligo.api.NamedTensors;
import dev.ligo.api.Program;
import dev.ligo.api.Shape;
import dev.ligo.api.TensorSpec;
import dev.ligo.core.data.BatchSource;
import dev.ligo.core.data.DataRequest;
import dev.ligo.core.data.SeededRandom;
import dev.ligo.core.model.ModelSpec;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What a family computes. */
final class ForwardChecks {
  /** The step of the differences: its truncation error is about 1e-10, its rounding 1e-11. */
  private static final double STEP = 1e-5;

  /** The scalars of each parameter whose gradient is compared. */
  private static final int SAMPLE = 2;

  /** Beside the largest gradient of a task, what differences can't tell from zero. */
  private static final double NOTHING = 1e-3;

  private static final String MASK = "attention_mask";

  /** A place that later tokens would see, and that has a token before it to see. */
  private static final int HOLE = 1;

  private ForwardChecks() {}

  /** Every task has a scalar loss and logits of rows, by shapes alone, and more to compute. */
  static void shapesAndCost(Family family) {
    ModelSpec<?> small = family.small();
    ModelSpec<?> large = family.large();
    for (String task : family.tasks()) {
      Map<String, TensorSpec> specs = new TreeMap<>();
      small.parameterSpecs(DType.FLOAT32).forEach((n, s) -> specs.put("parameter/" + n, s));
      Map<String, TensorSpec> batch = small.forTask(task).batchSpecs(Family.BATCH, Family.SEQUENCE);
      batch.forEach((n, s) -> specs.put("batch/" + n, s));
      CostAnalysis analysis =
          CostAnalysis.of(
              (t, in) ->
                  NamedTensors.of(
                          "logits",
                          small
                              .forTask(task)
                              .logits(t, in.under("parameter/"), in.under("batch/"), false))
                      .with("loss", Family.loss(small, task, t, in).value()),
              specs);
      assertThat(analysis.outputs().get("loss").shape()).isEqualTo(Shape.scalar());
      assertThat(analysis.outputs().get("logits").shape().rank()).as("axes of logits").isEqualTo(2);
      assertThat(small.forTask(task).forwardFlops(batch)).as("operations of " + task).isPositive();
      assertThat(large.forTask(task).forwardFlops(batch))
          .as("operations of the larger model")
          .isGreaterThan(small.forTask(task).forwardFlops(batch));
    }
  }

  /** The loss is finite, and its gradients are those of finite differences, in float64. */
  static void gradients(Family family, double tolerance) {
    ModelSpec<?> model = family.small();
    for (String task : family.tasks()) {
      Map<String, HostArray> values = Family.values(model, 1);
      Map<String, HostArray> inputs = Family.inputs(values, family.batch(model, task, 2));
      Program derivatives =
          (t, in) ->
              t.valueAndGradients(
                      v -> model.forTask(task).loss(t, v, in.under("batch/"), false),
                      in.under("parameter/"))
                  .gradients();
      Map<String, HostArray> gradients = family.run(derivatives, inputs);
      double all = gradients.values().stream().mapToDouble(ForwardChecks::largest).max().orElse(0);
      Program loss = (t, in) -> NamedTensors.of("loss", Family.loss(model, task, t, in).value());
      try (Computation c = family.backend().compile(loss)) {
        gradients.forEach(
            (name, gradient) -> {
              double allowed = tolerance * Math.max(largest(gradient), NOTHING * all);
              SeededRandom random = new SeededRandom(3, name);
              for (int n = 0; n < SAMPLE; n++) {
                int i = random.nextInt(gradient.size());
                double difference =
                    (moved(family, c, inputs, name, i, STEP)
                            - moved(family, c, inputs, name, i, -STEP))
                        / (2 * STEP);
                assertThat(Math.abs(gradient.get(i) - difference))
                    .as(
                        "the gradient of %s for %s at %d is %s, by differences %s",
                        task, name, i, gradient.get(i), difference)
                    .isLessThanOrEqualTo(allowed);
              }
            });
      }
    }
  }

  private static double largest(HostArray array) {
    return Doubles.of(array).magnitude();
  }

  private static double moved(
      Family family,
      Computation loss,
      Map<String, HostArray> inputs,
      String name,
      int i,
      double by) {
    HostArray before = inputs.get("parameter/" + name);
    HostArray after = HostArray.of(before.shape(), before.toDoubles());
    after.set(i, after.get(i) + by);
    Map<String, HostArray> moved = new TreeMap<>(inputs);
    moved.put("parameter/" + name, after);
    double value = family.run(loss, moved).get("loss").get(0);
    assertThat(value).as("the loss").isFinite();
    return value;
  }

  /**
   * What a mask leaves out changes nothing elsewhere: another token at a masked position leaves the
   * outputs at all others. Where batches have no {@code attention_mask} and the forward function
   * would read one, as that of a causal family does, it is given one with a hole.
   */
  static void masks(Family family) {
    ModelSpec<?> model = family.small();
    Program outputs =
        (t, in) -> model.forward(t, in.under("parameter/"), in.under("batch/"), false);
    Map<String, HostArray> values = Family.values(model, 1);
    for (String task : family.tasks()) {
      Map<String, HostArray> batch = family.batch(model, task, 2);
      HostArray ids = batch.get("input_ids");
      if (ids == null) {
        continue;
      }
      boolean given = !batch.containsKey(MASK);
      int masked = given ? HOLE : Family.SEQUENCE - 1;
      batch.computeIfAbsent(MASK, n -> holed(ids));
      Map<String, HostArray> inputs = Family.inputs(values, batch);
      if (given && !reads(outputs, inputs)) {
        continue;
      }
      assertThat(batch.get(MASK).get(masked)).as("the place that the mask leaves out").isZero();
      Map<String, HostArray> before = family.run(outputs, inputs);
      HostArray other = HostArray.zeros(ids.dtype(), ids.shape());
      for (int i = 0; i < ids.size(); i++) {
        other.set(i, i == masked ? (ids.get(i) == 1 ? 2 : 1) : ids.get(i));
      }
      batch.put("input_ids", other);
      Map<String, HostArray> after = family.run(outputs, Family.inputs(values, batch));
      before.forEach(
          (name, output) ->
              Closeness.assertClose(
                  name + " when a masked token changes",
                  unmasked(after.get(name), masked),
                  Doubles.of(unmasked(output, masked)),
                  1e-12));
    }
  }

  /** Tells whether outputs depend on the mask, by shapes alone. */
  private static boolean reads(Program outputs, Map<String, HostArray> inputs) {
    Map<String, TensorSpec> specs = new TreeMap<>();
    inputs.forEach((n, a) -> specs.put(n, a.spec()));
    return Reach.of(outputs, specs).used().contains("batch/" + MASK);
  }

  /** A mask of 1 that is 0 at the hole in the first example. */
  private static HostArray holed(HostArray ids) {
    HostArray mask = HostArray.zeros(ids.dtype(), ids.shape());
    for (int i = 0; i < mask.size(); i++) {
      mask.set(i, i == HOLE ? 0 : 1);
    }
    return mask;
  }

  /** An output with its masked position cleared, where it has positions. */
  private static HostArray unmasked(HostArray output, int masked) {
    Shape shape = output.shape();
    boolean positions = shape.rank() > 2 && shape.dim(1) == Family.SEQUENCE;
    HostArray cleared = HostArray.of(shape, output.toDoubles());
    int width = positions ? output.size() / (Family.BATCH * Family.SEQUENCE) : 0;
    for (int i = 0; i < width; i++) {
      cleared.set(masked * width + i, 0);
    }
    return cleared;
  }

  /** The same seed gives the same initial values and the same dropout; another gives others. */
  static void seeds(Family family) {
    ModelSpec<?> model = family.small();
    Map<String, HostArray> first = model.initialValues(DType.FLOAT64, 1);
    Map<String, HostArray> again = model.initialValues(DType.FLOAT64, 1);
    Map<String, HostArray> other = model.initialValues(DType.FLOAT64, 2);
    first.forEach((n, a) -> assertThat(again.get(n).bytes()).as(n).isEqualTo(a.bytes()));
    assertThat(first.keySet()).anyMatch(n -> !other.get(n).bytes().equals(first.get(n).bytes()));
    for (String task : family.tasks()) {
      Program training =
          (t, in) ->
              NamedTensors.of(
                  "loss",
                  model
                      .forTask(task)
                      .loss(t, in.under("parameter/"), in.under("batch/"), true)
                      .value());
      Map<String, HostArray> inputs =
          Family.inputs(Family.values(model, 1), family.batch(model, task, 2));
      double one = Runs.run(family.backend(), training, inputs, 7).get("loss").get(0);
      assertThat(Runs.run(family.backend(), training, inputs, 7).get("loss").get(0))
          .as("the loss with dropout of the same seed")
          .isFinite()
          .isEqualTo(one);
    }
  }

  /** Batches of data have the declared dtypes and shapes, and the same index gives the same. */
  static void batches(Family family, Optional<DataRequest> data) {
    ModelSpec<?> model = family.small();
    data.ifPresent(
        request -> {
          String task = family.tasks().get(0);
          BatchSource source = model.forTask(task).batches(request);
          Map<String, TensorSpec> declared =
              model.forTask(task).batchSpecs(request.batchSize(), request.sequenceLength());
          for (long index : new long[] {0, 1, source.batchesPerPass()}) {
            Map<String, HostArray> batch = source.batch(index);
            Map<String, TensorSpec> found = new TreeMap<>();
            batch.forEach((n, a) -> found.put(n, a.spec()));
            assertThat(found).isEqualTo(new TreeMap<>(declared));
            source
                .batch(index)
                .forEach((n, a) -> assertThat(a.bytes()).isEqualTo(batch.get(n).bytes()));
          }
        });
  }
}
