package dev.ligo.it.bert;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import dev.ligo.api.Backend;
import dev.ligo.api.BackendOptions;
import dev.ligo.api.Backends;
import dev.ligo.api.Computation;
import dev.ligo.api.DType;
import dev.ligo.api.DeviceArray;
import dev.ligo.api.HostArray;
import dev.ligo.api.NamedTensors;
import dev.ligo.api.Program;
import dev.ligo.api.Shape;
import dev.ligo.api.Tensor;
import dev.ligo.api.Tensors;
import dev.ligo.core.Checkpoint;
import dev.ligo.core.Ligo;
import dev.ligo.core.model.Model;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** BERT against golden files of the public Python {@code transformers}. */
class BertGoldenTest {
  private static final String POSITIONS = "bert.embeddings.position_embeddings.weight";
  private static final String WORDS = "bert.embeddings.word_embeddings.weight";

  private static final HostArray NONE = HostArray.of(Shape.of(0), new float[0]);

  private static Backend backend;
  private static Ligo ligo;

  @BeforeAll
  static void open() {
    backend = Backends.open("pytorch", BackendOptions.cpu().withThreads(1));
    ligo = Ligo.create();
  }

  @AfterAll
  static void close() {
    backend.close();
  }

  @ParameterizedTest
  @CsvSource({
    "mlm-gelu, FLOAT32",
    "mlm-gelu, FLOAT64",
    "mlm-gelu-new, FLOAT32",
    "mlm-gelu-new, FLOAT64",
    "mlm-relu-legacy, FLOAT32",
    "mlm-relu-legacy, FLOAT64",
    "mlm-sharded, FLOAT32",
    "mlm-sharded, FLOAT64"
  })
  void maskedLanguageModel(String name, DType dtype) {
    try (Golden golden = new Golden(name);
        Checkpoint checkpoint = ligo.open(golden.directory())) {
      Model<?> model = checkpoint.model();
      assertThat(model.hasHead("masked-lm")).isTrue();
      checkOutputs(golden, model, checkpoint.values(), dtype);
      SortedMap<String, HostArray> found =
          run(
              gradients(model, "masked-lm"),
              checkpoint.values(),
              labelled(golden, dtype, golden.ids("labels")),
              dtype);
      checkLossAndGradients(golden, found, dtype);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"FLOAT32", "FLOAT64"})
  void classification(DType dtype) {
    try (Golden golden = new Golden("classification");
        Checkpoint checkpoint = ligo.open(golden.directory())) {
      Model<?> model = checkpoint.model();
      assertThat(model.hasHead("classification")).isTrue();
      SortedMap<String, HostArray> batch = tokens(golden);
      batch.put("labels", golden.ids("labels"));
      SortedMap<String, HostArray> logits =
          run(outputs(model, "classification"), checkpoint.values(), batch, dtype);
      double tolerance = dtype == DType.FLOAT32 ? Golden.OUTPUT : Golden.DOUBLE;
      assertThat(Golden.error(logits.get("logits"), golden.get("logits")))
          .isLessThanOrEqualTo(tolerance);
      SortedMap<String, HostArray> found =
          run(gradients(model, "classification"), checkpoint.values(), batch, dtype);
      checkLossAndGradients(golden, found, dtype);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"FLOAT32", "FLOAT64"})
  void encoderWithoutHead(DType dtype) {
    try (Golden golden = new Golden("base");
        Checkpoint checkpoint = ligo.open(golden.directory())) {
      Model<?> model = checkpoint.model();
      assertThat(model.heads()).isEmpty();
      Program loss =
          (t, in) -> {
            Tensors.ValueAndGradients vg =
                t.valueAndGradients(
                    w -> {
                      Tensor hidden = model.forward(t, w, in.under("batch/"), false).get("hidden");
                      Tensor pooled = pooled(w, hidden);
                      Tensor value =
                          hidden
                              .mul(in.get("batch/R1"))
                              .sum()
                              .add(pooled.mul(in.get("batch/R2")).sum());
                      return new Tensors.Loss(
                          value,
                          NamedTensors.of(
                              Map.of("last_hidden_state", hidden, "pooler_output", pooled)));
                    },
                    in.under("parameter/"));
            return vg.gradients().prefixed("grad/").with(vg.auxiliaries()).with("loss", vg.value());
          };
      SortedMap<String, HostArray> batch = tokens(golden);
      batch.put("R1", golden.get("R1").as(dtype));
      batch.put("R2", golden.get("R2").as(dtype));
      SortedMap<String, HostArray> found = run(loss, checkpoint.values(), batch, dtype);
      double tolerance = dtype == DType.FLOAT32 ? Golden.OUTPUT : Golden.DOUBLE;
      for (String name : new String[] {"last_hidden_state", "pooler_output"}) {
        assertThat(Golden.error(found.get(name), golden.get(name)))
            .as(name)
            .isLessThanOrEqualTo(tolerance);
      }
      checkLossAndGradients(golden, found, dtype);
    }
  }

  /**
   * The pooler as the Python model has it, since no task of an encoder without head asks for it.
   */
  private static Tensor pooled(NamedTensors w, Tensor hidden) {
    return hidden
        .slice(1, 0, 1)
        .reshape(hidden.shape().dim(0), -1)
        .linear(w.get("bert.pooler.dense.weight"), w.get("bert.pooler.dense.bias"))
        .tanh();
  }

  // Mistakes that the test above must catch: each planted alone.

  @ParameterizedTest
  @CsvSource({"mlm-gelu, gelu_new", "mlm-gelu-new, gelu", "mlm-relu-legacy, gelu"})
  void aSwappedActivationIsCaught(String name, String activation) {
    assertThat(
            planted(
                name,
                json -> {
                  json.addProperty("hidden_act", activation);
                  return json;
                },
                v -> v,
                b -> b))
        .isGreaterThan(Golden.OUTPUT);
  }

  @Test
  void aShiftedPositionIsCaught() {
    assertThat(planted("mlm-gelu", j -> j, BertGoldenTest::shiftPositions, b -> b))
        .isGreaterThan(Golden.OUTPUT);
  }

  @Test
  void aDroppedMaskIsCaught() {
    assertThat(
            planted(
                "mlm-gelu",
                j -> j,
                v -> v,
                b -> {
                  b.remove("attention_mask");
                  return b;
                }))
        .isGreaterThan(Golden.OUTPUT);
  }

  @Test
  void anotherEpsilonIsCaught() {
    assertThat(
            planted(
                "mlm-gelu-new",
                json -> {
                  json.addProperty("layer_norm_eps", 1e-12);
                  return json;
                },
                v -> v,
                b -> b))
        .isGreaterThan(Golden.OUTPUT);
  }

  @Test
  void withoutAPlantedMistakeNothingIsCaught() {
    assertThat(planted("mlm-gelu", j -> j, v -> v, b -> b)).isLessThanOrEqualTo(Golden.OUTPUT);
  }

  /** Returns the error of the logits with mistakes planted in config, values and batch. */
  private static double planted(
      String name,
      UnaryOperator<JsonObject> config,
      UnaryOperator<Map<String, HostArray>> values,
      UnaryOperator<Map<String, HostArray>> batch) {
    try (Golden golden = new Golden(name);
        Checkpoint checkpoint = ligo.open(golden.directory())) {
      Model<?> model =
          Model.of(
              checkpoint.model().architecture(),
              config.apply(checkpoint.model().json()),
              n -> checkpoint.shapes().containsKey(n));
      Map<String, HostArray> all = labelled(golden, DType.FLOAT32, everyPosition(golden));
      SortedMap<String, HostArray> found =
          run(
              outputs(model, "masked-lm"),
              values.apply(checkpoint.values()),
              batch.apply(all),
              DType.FLOAT32);
      HostArray logits = golden.get("logits");
      return Golden.error(found.get("logits").reshape(logits.shape()), logits);
    }
  }

  private static Map<String, HostArray> shiftPositions(Map<String, HostArray> values) {
    HostArray table = values.get(POSITIONS);
    HostArray shifted = HostArray.zeros(table.dtype(), table.shape());
    int width = table.shape().dim(1);
    for (int i = 0; i < table.size(); i++) {
      shifted.set(i, table.get((i + width) % table.size()));
    }
    values.put(POSITIONS, shifted);
    return values;
  }

  // Running.

  private static void checkOutputs(
      Golden golden, Model<?> model, SortedMap<String, HostArray> values, DType dtype) {
    SortedMap<String, HostArray> found =
        run(
            outputs(model, "masked-lm"),
            values,
            labelled(golden, dtype, everyPosition(golden)),
            dtype);
    double tolerance = dtype == DType.FLOAT32 ? Golden.OUTPUT : Golden.DOUBLE;
    HostArray hidden = golden.get("last_hidden_state");
    HostArray logits = golden.get("logits");
    assertThat(Golden.error(found.get("hidden"), hidden)).isLessThanOrEqualTo(tolerance);
    assertThat(Golden.error(found.get("logits").reshape(logits.shape()), logits))
        .isLessThanOrEqualTo(tolerance);
  }

  private static void checkLossAndGradients(
      Golden golden, SortedMap<String, HostArray> found, DType dtype) {
    double tolerance = dtype == DType.FLOAT32 ? Golden.GRADIENT : Golden.DOUBLE;
    assertThat(Golden.error(found.get("loss"), golden.get("loss")))
        .isLessThanOrEqualTo(dtype == DType.FLOAT32 ? Golden.OUTPUT : Golden.DOUBLE);
    double largest =
        golden.gradients().stream()
            .mapToDouble(n -> Golden.largest(golden.get("grad/" + n)))
            .max()
            .orElseThrow();
    assertThat(golden.gradients()).isNotEmpty();
    for (String name : golden.gradients()) {
      if (name.equals("cls.predictions.bias") && !found.containsKey("grad/" + name)) {
        continue; // of an untied head only decoder.bias is computed with
      }
      HostArray reference = golden.get("grad/" + name);
      // A key's bias shifts all scores of a query alike: its true gradient is 0, and both sides
      // hold rounding noise of the other gradients.
      double scale = name.endsWith("key.bias") ? largest : Golden.largest(reference);
      // An encoder's own files lack the prefix of the canonical names.
      HostArray gradient =
          found.getOrDefault("grad/" + name, found.getOrDefault("grad/bert." + name, NONE));
      assertThat(Golden.error(gradient, reference, scale)).as(name).isLessThanOrEqualTo(tolerance);
    }
  }

  private static SortedMap<String, HostArray> tokens(Golden golden) {
    SortedMap<String, HostArray> m = new TreeMap<>();
    for (String name : new String[] {"input_ids", "attention_mask", "token_type_ids"}) {
      m.put(name, golden.ids(name));
    }
    return m;
  }

  private static HostArray everyPosition(Golden golden) {
    return HostArray.zeros(DType.INT32, golden.get("input_ids").shape());
  }

  /** Returns a batch that scores the positions whose label is not −100. */
  private static SortedMap<String, HostArray> labelled(
      Golden golden, DType dtype, HostArray labels) {
    SortedMap<String, HostArray> m = tokens(golden);
    int[] positions =
        java.util.stream.IntStream.range(0, labels.size())
            .filter(i -> labels.get(i) != -100)
            .toArray();
    int[] values = java.util.Arrays.stream(positions).map(i -> (int) labels.get(i)).toArray();
    double[] ones = new double[positions.length];
    java.util.Arrays.fill(ones, 1);
    Shape shape = Shape.of(positions.length);
    m.put("masked_positions", HostArray.of(shape, positions));
    m.put("masked_labels", HostArray.of(shape, values));
    m.put("masked_weights", HostArray.of(shape, ones).as(dtype));
    return m;
  }

  private static Program outputs(Model<?> model, String task) {
    return (t, in) -> {
      NamedTensors w = in.under("parameter/");
      NamedTensors batch = in.under("batch/");
      return model
          .forward(t, w, batch, false)
          .with("logits", model.logits(task, t, w, batch, false));
    };
  }

  private static Program gradients(Model<?> model, String task) {
    return (t, in) -> {
      Tensors.ValueAndGradients vg =
          t.valueAndGradients(
              w -> model.loss(task, t, w, in.under("batch/"), false), in.under("parameter/"));
      return vg.gradients().prefixed("grad/").with("loss", vg.value());
    };
  }

  private static SortedMap<String, HostArray> run(
      Program program, Map<String, HostArray> values, Map<String, HostArray> batch, DType dtype) {
    assertThat(values).containsKey(WORDS);
    Map<String, HostArray> in = new TreeMap<>();
    values.forEach((n, a) -> in.put("parameter/" + n, a.as(dtype)));
    batch.forEach((n, a) -> in.put("batch/" + n, a));
    Map<String, DeviceArray> inputs = backend.arrays(in);
    SortedMap<String, HostArray> out = new TreeMap<>();
    try (Computation computation = backend.compile(program)) {
      computation
          .run(inputs)
          .forEach(
              (n, a) -> {
                out.put(n, a.toHost());
                a.close();
              });
    } finally {
      inputs.values().forEach(DeviceArray::close);
    }
    return out;
  }
}
