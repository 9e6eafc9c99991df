package com.example.olmo2;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import dev.ligo.api.Backend;
import dev.ligo.api.DType;
import dev.ligo.api.HostArray;
import dev.ligo.api.NamedTensors;
import dev.ligo.api.Program;
import dev.ligo.api.Tensor;
import dev.ligo.api.Tensors;
import dev.ligo.core.Checkpoint;
import dev.ligo.core.Ligo;
import dev.ligo.core.checkpoint.SafetensorsFile;
import dev.ligo.core.model.ModelSpec;
import java.nio.file.Path;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.IntUnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** OLMo 2 against golden files of the public Python {@code transformers}. */
@ParameterizedClass
@ValueSource(strings = {"pytorch", "tensorflow"})
class Olmo2GoldenTest {
  static final Path GOLDEN = Path.of("src/test/resources/golden/olmo2");

  /** Outputs in float32, in which Python computes norms and softmax too. */
  static final double OUTPUT = 1e-5;

  /** Gradients: sums over all positions of products of such outputs. */
  private static final double GRADIENT = 1e-4;

  private static final OpenBackends BACKENDS = new OpenBackends();

  private final Ligo ligo = Ligo.create();
  private final Backend backend;

  @AfterAll
  static void close() {
    BACKENDS.close();
  }

  Olmo2GoldenTest(String name) {
    backend = BACKENDS.get(name);
  }

  private static SafetensorsFile golden(String of) {
    return SafetensorsFile.open(GOLDEN.resolve(of).resolve("golden.safetensors"));
  }

  @ParameterizedTest
  @CsvSource({
    "lm, canonical, true",
    "lm-tied-one-key, canonical, true",
    "lm-sharded, canonical, true",
    "base, without prefix, false"
  })
  void outputsLossAndGradientsAreThoseOfPython(String of, String dialect, boolean headed) {
    for (DType dtype : new DType[] {DType.FLOAT32, DType.FLOAT64}) {
      try (SafetensorsFile golden = golden(of);
          Checkpoint checkpoint = ligo.open(GOLDEN.resolve(of))) {
        assertThat(checkpoint.dialect().name()).isEqualTo(dialect);
        ModelSpec<?> model = checkpoint.model();
        assertThat(model.hasHead(Computing.TASK)).isEqualTo(headed);
        SortedMap<String, HostArray> found =
            Computing.run(
                backend,
                headed ? learning(model) : weighing(model),
                checkpoint.values(),
                headed ? labelled(golden) : weighed(golden),
                dtype);
        found.forEach(
            (output, values) -> {
              String stored =
                  output.startsWith("grad/")
                      ? "grad/" + checkpoint.dialect().place(output.substring(5)).tensor()
                      : output;
              assertThat(Computing.error(values, golden.read(stored)))
                  .as("%s in %s", output, dtype)
                  .isLessThanOrEqualTo(output.startsWith("grad/") ? GRADIENT : OUTPUT);
            });
        assertThat(found.keySet())
            .filteredOn(n -> n.startsWith("grad/"))
            .hasSize(checkpoint.shapes().size());
      }
    }
  }

  /** Hidden states, logits, loss and gradients of a model with a head. */
  private static Program learning(ModelSpec<?> model) {
    return (t, in) -> {
      NamedTensors w = in.under("parameter/");
      NamedTensors x = in.under("batch/");
      Tensors.ValueAndGradients vg =
          t.valueAndGradients(v -> model.forTask(Computing.TASK).loss(t, v, x, false), w);
      return vg.gradients()
          .prefixed("grad/")
          .with("loss", vg.value())
          .with("last_hidden_state", model.forward(t, w, x, false).get("hidden"))
          .with("logits", model.forTask(Computing.TASK).logits(t, w, x, false));
    };
  }

  /** Hidden states, R1 · hidden states and its gradients. */
  private static Program weighing(ModelSpec<?> model) {
    return (t, in) -> {
      NamedTensors w = in.under("parameter/");
      NamedTensors x = in.under("batch/");
      Tensors.ValueAndGradients vg =
          t.valueAndGradients(
              v -> {
                Tensor hidden = model.forward(t, v, x, false).get("hidden");
                return new Tensors.Loss(hidden.mul(x.get("R1")).sum());
              },
              w);
      return vg.gradients()
          .prefixed("grad/")
          .with("loss", vg.value())
          .with("last_hidden_state", model.forward(t, w, x, false).get("hidden"));
    };
  }

  private static SortedMap<String, HostArray> weighed(SafetensorsFile golden) {
    SortedMap<String, HostArray> batch = Computing.tokens(golden);
    batch.put("R1", golden.read("R1"));
    return batch;
  }

  /** The public model compares a prediction with the label at the next place. */
  private static SortedMap<String, HostArray> labelled(SafetensorsFile golden) {
    SortedMap<String, HostArray> batch = Computing.tokens(golden);
    HostArray labels = golden.read("labels").as(DType.INT32);
    HostArray next = HostArray.zeros(DType.INT32, labels.shape());
    HostArray weights = HostArray.zeros(DType.FLOAT32, labels.shape());
    int columns = labels.shape().dim(1);
    for (int i = 0; i < labels.size(); i++) {
      if (i % columns != columns - 1 && labels.get(i + 1) != -100) {
        next.set(i, labels.get(i + 1));
        weights.set(i, 1);
      }
    }
    batch.put("next_ids", next);
    batch.put("next_weights", weights);
    return batch;
  }

  // Mistakes that the test above must catch: each planted alone.

  @ParameterizedTest
  @CsvSource({
    "lm, none",
    "lm, another base of frequencies",
    "lm, another epsilon",
    "lm, another activation",
    "lm, units of a pair side by side",
    "lm, keys of the other group",
    "lm, gate for up",
    "lm-tied-one-key, none",
    "lm-tied-one-key, another base of frequencies",
    "lm-tied-one-key, no scale of the last norm"
  })
  void aPlantedMistakeIsCaught(String of, String mistake) {
    try (SafetensorsFile golden = golden(of);
        Checkpoint checkpoint = ligo.open(GOLDEN.resolve(of))) {
      JsonObject json = checkpoint.model().json();
      Map<String, HostArray> values = new TreeMap<>(checkpoint.values());
      int width = headWidth(json);
      switch (mistake) {
        case "another base of frequencies" ->
            json.getAsJsonObject("rope_parameters").addProperty("rope_theta", 500.0);
        case "another epsilon" -> json.addProperty("rms_norm_eps", 1e-2);
        case "another activation" -> json.addProperty("hidden_act", "gelu");
        case "units of a pair side by side" -> {
          // The order of Meta's own files: unit 2i turns with 2i + 1.
          IntUnaryOperator order = i -> i - i % width + i % width / 2 + i % 2 * (width / 2);
          values.replaceAll((n, a) -> n.matches(".*[qk]_proj.weight") ? rows(a, order) : a);
        }
        case "keys of the other group" -> {
          int all = width * json.get("num_key_value_heads").getAsInt();
          values.replaceAll(
              (n, a) -> n.endsWith("k_proj.weight") ? rows(a, i -> (i + width) % all) : a);
        }
        case "gate for up" ->
            values.replaceAll(
                (n, a) -> n.contains("gate") ? values.get(n.replace("gate", "up")) : a);
        case "no scale of the last norm" ->
            values.computeIfPresent(
                "model.norm.weight", (n, a) -> HostArray.of(a.shape(), ones(a.size())));
        default -> assertThat(mistake).isEqualTo("none");
      }
      ModelSpec<?> model =
          ModelSpec.of(
              checkpoint.model().architecture(), json, n -> checkpoint.shapes().containsKey(n));
      HostArray found =
          Computing.run(
                  backend, Computing.logits(model), values, Computing.tokens(golden), DType.FLOAT32)
              .get("logits");
      double error = Computing.error(found, golden.read("logits"));
      if (mistake.equals("none")) {
        assertThat(error).isLessThanOrEqualTo(OUTPUT);
      } else {
        assertThat(error).isGreaterThan(100 * OUTPUT);
      }
    }
  }

  private static int headWidth(JsonObject json) {
    return json.has("head_dim")
        ? json.get("head_dim").getAsInt()
        : json.get("hidden_size").getAsInt() / json.get("num_attention_heads").getAsInt();
  }

  /** Returns a matrix whose row i is another's row. */
  private static HostArray rows(HostArray a, IntUnaryOperator from) {
    HostArray out = HostArray.zeros(a.dtype(), a.shape());
    int width = a.shape().dim(1);
    for (int i = 0; i < a.size(); i++) {
      out.set(i, a.get(from.applyAsInt(i / width) * width + i % width));
    }
    return out;
  }

  private static float[] ones(int n) {
    float[] ones = new float[n];
    java.util.Arrays.fill(ones, 1);
    return ones;
  }
}
