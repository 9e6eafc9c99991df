package dev.ligo.it.golden;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import dev.ligo.api.DType;
import dev.ligo.api.HostArray;
import dev.ligo.api.LigoException;
import dev.ligo.api.NamedTensors;
import dev.ligo.api.Program;
import dev.ligo.api.Shape;
import dev.ligo.api.Tensor;
import dev.ligo.api.Tensors;
import dev.ligo.core.Checkpoint;
import dev.ligo.core.Ligo;
import dev.ligo.core.fixtures.VanishingGradients;
import dev.ligo.core.model.ModelSpec;
import dev.ligo.core.model.Predictor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A family against golden files of the public Python implementation: outputs, loss and gradients on
 * every backend in both dtypes, and mistakes that this must catch. A family says what its cases,
 * batches and mistakes are.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class GoldenTest {
  private static final HostArray NONE = HostArray.of(Shape.of(0), new float[0]);

  private final String family;
  private final GoldenBackends backends = new GoldenBackends();
  final Ligo ligo = Ligo.create();

  GoldenTest(String family) {
    this.family = family;
  }

  /**
   * A checkpoint with what was computed from it.
   *
   * @param name the directory
   * @param task the task whose head it has, or nothing where the loss is R1 · hidden states + R2 ·
   *     pooled ones
   */
  record Case(String name, Optional<String> task) {
    static Case of(String name, String task) {
      return new Case(name, Optional.of(task));
    }

    static Case headless(String name) {
      return new Case(name, Optional.empty());
    }

    @Override
    public String toString() {
      return name;
    }
  }

  /** A mistake in one place. */
  record Mistake(
      String what,
      Case of,
      UnaryOperator<JsonObject> config,
      UnaryOperator<Map<String, HostArray>> values,
      UnaryOperator<Map<String, HostArray>> batch) {
    static Mistake none(Case of) {
      return new Mistake("none", of, c -> c, v -> v, b -> b);
    }

    static Mistake inConfig(Case of, String key, Object value) {
      return new Mistake(
          key + " " + value,
          of,
          json -> {
            json.add(key, new com.google.gson.Gson().toJsonTree(value));
            return json;
          },
          v -> v,
          b -> b);
    }

    static Mistake inValue(String what, Case of, String name, UnaryOperator<HostArray> change) {
      return new Mistake(
          what,
          of,
          c -> c,
          values -> {
            assertThat(values).containsKey(name);
            values.computeIfPresent(name, (n, a) -> change.apply(a));
            return values;
          },
          b -> b);
    }

    static Mistake without(Case of, String array) {
      return new Mistake(
          "no " + array,
          of,
          c -> c,
          v -> v,
          batch -> {
            assertThat(batch).containsKey(array);
            batch.remove(array);
            return batch;
          });
    }

    @Override
    public String toString() {
      return what + " in " + of;
    }
  }

  abstract List<Case> cases();

  abstract List<Mistake> mistakes();

  /** Returns the batch for which the golden logits are, with labels where it has some. */
  abstract SortedMap<String, HostArray> batch(Golden golden, Case of, DType dtype);

  /** Returns the batch for which the golden loss is. */
  SortedMap<String, HostArray> lossBatch(Golden golden, Case of, DType dtype) {
    return batch(golden, of, dtype);
  }

  Stream<Arguments> runs() {
    List<Arguments> all = new ArrayList<>();
    for (String backend : GoldenBackends.NAMES) {
      for (Case c : cases()) {
        for (DType dtype : List.of(DType.FLOAT32, DType.FLOAT64)) {
          all.add(Arguments.of(backend, c, dtype));
        }
      }
    }
    return all.stream();
  }

  Stream<Arguments> predictions() {
    return GoldenBackends.NAMES.stream()
        .flatMap(backend -> cases().stream().map(c -> Arguments.of(backend, c)));
  }

  Stream<Arguments> plantings() {
    return GoldenBackends.NAMES.stream()
        .flatMap(backend -> mistakes().stream().map(m -> Arguments.of(backend, m)));
  }

  @AfterAll
  void close() {
    backends.close();
  }

  Golden golden(Case of) {
    return new Golden(family, of.name());
  }

  @ParameterizedTest
  @MethodSource("runs")
  void outputsLossAndGradientsAreThoseOfPython(String backend, Case of, DType dtype) {
    try (Golden golden = golden(of);
        Checkpoint checkpoint = ligo.open(golden.directory())) {
      of.task().ifPresent(t -> assertThat(checkpoint.model().hasHead(t)).isTrue());
      SortedMap<String, HostArray> outputs =
          backends.run(
              backend,
              outputs(checkpoint.model(), of),
              checkpoint.values(),
              batch(golden, of, dtype),
              dtype);
      double tolerance = dtype == DType.FLOAT32 ? Golden.OUTPUT : Golden.DOUBLE;
      assertThat(outputs).containsKey("last_hidden_state");
      outputs.forEach(
          (name, found) -> {
            HostArray reference = golden.get(name);
            assertThat(Golden.error(found.reshape(reference.shape()), reference))
                .as("%s, relative to its largest value; %s", name, what(backend, of, dtype))
                .isLessThanOrEqualTo(tolerance);
          });
      checkLossAndGradients(backend, of, golden, checkpoint, dtype);
    }
  }

  @ParameterizedTest
  @MethodSource("predictions")
  void aPredictorComputesThoseOfPythonWithoutLabels(String backend, Case of) {
    try (Golden golden = golden(of);
        Checkpoint checkpoint = ligo.open(golden.directory());
        Predictor predictor = ligo.predictor(checkpoint, backends.get(backend))) {
      SortedMap<String, HostArray> batch = batch(golden, of, DType.FLOAT32);
      batch.keySet().removeIf(n -> n.matches("labels|next_ids|masked_labels|.*weights"));
      check(golden, "last_hidden_state", predictor.hiddenStates(batch));
      if (of.task().isPresent()) {
        assertThat(predictor.model().name()).isEqualTo(of.task().get());
        check(golden, "logits", predictor.logits(batch));
      } else if (predictor.model().hasHead()) { // tied, without parameters of its own
        assertThat(predictor.logits(batch).isFinite()).isTrue();
      } else {
        assertThatThrownBy(() -> predictor.logits(batch))
            .isInstanceOf(LigoException.class)
            .hasMessageContaining("has no head");
      }
    }
  }

  private static void check(Golden golden, String name, HostArray found) {
    HostArray reference = golden.get(name);
    assertThat(Golden.error(found.reshape(reference.shape()), reference))
        .as(name)
        .isLessThanOrEqualTo(Golden.OUTPUT);
  }

  private void checkLossAndGradients(
      String backend, Case of, Golden golden, Checkpoint checkpoint, DType dtype) {
    SortedMap<String, HostArray> batch = lossBatch(golden, of, dtype);
    for (String name : List.of("R1", "R2")) {
      if (golden.has(name)) {
        batch.put(name, golden.get(name).as(dtype));
      }
    }
    SortedMap<String, HostArray> found =
        backends.run(backend, gradients(checkpoint.model(), of), checkpoint.values(), batch, dtype);
    assertThat(Golden.error(found.get("loss"), golden.get("loss")))
        .as("the loss, relative; %s", what(backend, of, dtype))
        .isLessThanOrEqualTo(dtype == DType.FLOAT32 ? Golden.OUTPUT : Golden.DOUBLE);
    double tolerance = dtype == DType.FLOAT32 ? Golden.GRADIENT : Golden.DOUBLE;
    Map<String, HostArray> references = golden.gradients();
    double largest = references.values().stream().mapToDouble(Golden::largest).max().orElseThrow();
    Set<String> vanishing = VanishingGradients.of(references);
    Map<String, String> names = names(checkpoint);
    for (String name : references.keySet()) {
      if (checkpoint.model().layout().ties().containsKey(name)) {
        continue; // of two biases of an untied head only one is computed with
      }
      HostArray reference = references.get(name);
      // Of a gradient that vanishes both sides hold the rounding of the others.
      double scale = vanishing.contains(name) ? largest : Golden.largest(reference);
      HostArray gradient = found.getOrDefault("grad/" + names.getOrDefault(name, name), NONE);
      assertThat(Golden.error(gradient, reference, scale))
          .as("the gradient of %s, relative to %.1e; %s", name, scale, what(backend, of, dtype))
          .isLessThanOrEqualTo(tolerance);
    }
  }

  private static String what(String backend, Case of, DType dtype) {
    return "case " + of + " on " + backend + " in " + dtype;
  }

  /**
   * Our names by those of the files: files of base models lack the prefix of the canonical ones.
   */
  private static Map<String, String> names(Checkpoint checkpoint) {
    Map<String, String> names = new TreeMap<>();
    checkpoint
        .shapes()
        .keySet()
        .forEach(
            n -> {
              names.put(checkpoint.dialect().place(n).tensor(), n);
              names.put(n, n);
            });
    return names;
  }

  @ParameterizedTest
  @MethodSource("plantings")
  void aPlantedMistakeIsCaught(String backend, Mistake mistake) {
    assertThat(error(backend, mistake))
        .as("what the planted mistake changes, %s on %s", mistake, backend)
        .isGreaterThan(Golden.OUTPUT);
  }

  @ParameterizedTest
  @MethodSource("runs")
  void withoutAPlantedMistakeNothingIsCaught(String backend, Case of, DType dtype) {
    if (dtype == DType.FLOAT32) {
      assertThat(error(backend, Mistake.none(of))).isLessThanOrEqualTo(Golden.OUTPUT);
    }
  }

  /**
   * Returns the error of the logits, or of hidden states without a head, with a mistake planted.
   */
  private double error(String backend, Mistake m) {
    try (Golden golden = golden(m.of());
        Checkpoint checkpoint = ligo.open(golden.directory())) {
      ModelSpec<?> model =
          ModelSpec.of(
              checkpoint.model().architecture(),
              m.config().apply(checkpoint.model().json()),
              n -> checkpoint.shapes().containsKey(n));
      SortedMap<String, HostArray> found =
          backends.run(
              backend,
              outputs(model, m.of()),
              m.values().apply(checkpoint.values()),
              m.batch().apply(batch(golden, m.of(), DType.FLOAT32)),
              DType.FLOAT32);
      String name = m.of().task().isPresent() ? "logits" : "last_hidden_state";
      HostArray reference = golden.get(name);
      return Golden.error(found.get(name).reshape(reference.shape()), reference);
    }
  }

  private static Program outputs(ModelSpec<?> model, Case of) {
    return (t, in) -> {
      NamedTensors w = in.under("parameter/");
      NamedTensors batch = in.under("batch/");
      NamedTensors hidden =
          NamedTensors.of("last_hidden_state", model.forward(t, w, batch, false).get("hidden"));
      return of.task()
          .map(task -> hidden.with("logits", model.forTask(task).logits(t, w, batch, false)))
          .orElse(hidden);
    };
  }

  private static Program gradients(ModelSpec<?> model, Case of) {
    return (t, in) -> {
      NamedTensors batch = in.under("batch/");
      Tensors.ValueAndGradients vg =
          t.valueAndGradients(
              w ->
                  of.task()
                      .map(task -> model.forTask(task).loss(t, w, batch, false))
                      .orElseGet(() -> weighted(model, t, w, batch)),
              in.under("parameter/"));
      return vg.gradients().prefixed("grad/").with("loss", vg.value());
    };
  }

  /** The loss of a model without a head. */
  private static Tensors.Loss weighted(
      ModelSpec<?> model, Tensors t, NamedTensors w, NamedTensors batch) {
    Tensor hidden = model.forward(t, w, batch, false).get("hidden");
    Tensor loss = hidden.mul(batch.get("R1")).sum();
    Optional<String> pooler =
        model.layout().shapes().keySet().stream()
            .filter(n -> n.endsWith("pooler.dense.weight"))
            .findFirst();
    // The pooler as the Python model has it, since no task of an encoder without head asks for it.
    return new Tensors.Loss(
        pooler
            .map(
                n ->
                    hidden
                        .slice(1, 0, 1)
                        .reshape(hidden.shape().dim(0), -1)
                        .linear(w.get(n), w.get(n.replace("weight", "bias")))
                        .tanh()
                        .mul(batch.get("R2"))
                        .sum()
                        .add(loss))
            .orElse(loss));
  }

  /** Returns arrays of integers as batches hold them, those of the names that the file has. */
  static SortedMap<String, HostArray> ids(Golden golden, String... names) {
    SortedMap<String, HostArray> m = new TreeMap<>();
    for (String name : names) {
      if (golden.has(name)) {
        m.put(name, golden.ids(name));
      }
    }
    return m;
  }

  /** Returns the labels of a classifier's batch, each example of which counts. */
  static SortedMap<String, HostArray> labels(Golden golden, DType dtype) {
    SortedMap<String, HostArray> m = ids(golden, "labels");
    HostArray weights = HostArray.zeros(dtype, m.get("labels").shape());
    for (int i = 0; i < weights.size(); i++) {
      weights.set(i, 1);
    }
    m.put("weights", weights);
    return m;
  }

  /** Returns zeros in the place of an array. */
  static HostArray zeros(HostArray of) {
    return HostArray.zeros(of.dtype(), of.shape());
  }

  /** Returns a table whose rows are those of another, the first one moved to the end. */
  static HostArray rowsShifted(HostArray table) {
    HostArray shifted = HostArray.zeros(table.dtype(), table.shape());
    int width = table.shape().dim(1);
    for (int i = 0; i < table.size(); i++) {
      shifted.set(i, table.get((i + width) % table.size()));
    }
    return shifted;
  }
}
