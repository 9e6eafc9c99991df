package dev.ligo.it.golden;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import com.google.gson.JsonObject;
import dev.ligo.api.DType;
import dev.ligo.api.HostArray;
import dev.ligo.api.NamedTensors;
import dev.ligo.api.Program;
import dev.ligo.api.Shape;
import dev.ligo.api.Tensor;
import dev.ligo.api.Tensors;
import dev.ligo.core.Checkpoint;
import dev.ligo.core.Ligo;
import dev.ligo.core.fixtures.VanishingGradients;
import dev.ligo.core.model.ConfigOverrides;
import dev.ligo.core.model.ModelSpec;
import dev.ligo.core.model.TaskModel;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

/** ViT, DeiT and CaiT against golden files of the public Python transformers and timm. */
@ParameterizedClass
@FieldSource("dev.ligo.it.golden.GoldenBackends#NAMES")
class VisionGoldenTest {
  private static final Ligo LIGO = Ligo.create();
  private static GoldenBackends backends;

  private final String backend;

  VisionGoldenTest(String backend) {
    this.backend = backend;
  }

  @BeforeAll
  static void open() {
    backends = new GoldenBackends();
  }

  @AfterAll
  static void close() {
    backends.close();
  }

  @ParameterizedTest
  @CsvSource({
    "vit, vit, canonical, classification",
    "vit-timm, vit, timm, classification",
    "vit-no-qkv-bias, vit, canonical, classification",
    "deit, deit, canonical, distilled-classification",
    "deit-timm, deit, timm, distilled-classification",
    "deit-class-token, deit, canonical, classification",
    "cait, cait, timm, classification",
    "cait-head-48, cait, timm, classification",
    "cait-no-qkv-bias, cait, timm, classification"
  })
  void outputsLossAndGradients(String name, String family, String dialect, String task) {
    for (DType dtype : new DType[] {DType.FLOAT32, DType.FLOAT64}) {
      try (Golden golden = new Golden("vit", name);
          Checkpoint checkpoint = LIGO.open(golden.directory())) {
        ModelSpec<?> model = checkpoint.model();
        assertThat(model.architecture().name()).isEqualTo(family);
        assertThat(checkpoint.dialect().name()).isEqualTo(dialect);
        assertThat(model.heads()).extracting(h -> h.name()).containsExactly(task);
        SortedMap<String, HostArray> found =
            backends.run(
                backend,
                ImageBatch.outputs(model),
                checkpoint.values(),
                ImageBatch.of(golden, dtype),
                dtype);
        double tolerance = dtype == DType.FLOAT32 ? Golden.OUTPUT : Golden.DOUBLE;
        for (String output : new String[] {"hidden", "logits"}) {
          assertThat(Golden.error(found.get(output), golden.get(output)))
              .as("%s in %s", output, dtype)
              .isLessThanOrEqualTo(tolerance);
        }
        Program program =
            (t, in) -> {
              TaskModel<?> classifier = model.forTask(task);
              NamedTensors w = in.under("parameter/");
              NamedTensors batch = in.under("batch/");
              Tensors.ValueAndGradients vg =
                  t.valueAndGradients(v -> classifier.loss(t, v, batch, true), w);
              return vg.gradients()
                  .prefixed("grad/")
                  .with("loss", vg.value())
                  .with("held_out", classifier.loss(t, w, batch, false).value());
            };
        SortedMap<String, HostArray> losses =
            backends.run(
                backend, program, checkpoint.values(), ImageBatch.of(golden, dtype), dtype);
        checkLossAndGradients(golden, checkpoint, losses, dtype);
        assertThat(losses.get("held_out").toDoubles()[0])
            .as("the loss of the logits that both libraries predict by, in %s", dtype)
            .isCloseTo(crossEntropy(golden), withinPercentage(100 * tolerance));
      }
    }
  }

  /** Returns the mean cross-entropy of a golden file's logits. */
  private static double crossEntropy(Golden golden) {
    double[] logits = golden.get("logits").toDoubles();
    double[] labels = golden.ids("labels").toDoubles();
    int classes = logits.length / labels.length;
    double sum = 0;
    for (int row = 0; row < labels.length; row++) {
      double exponentials = 0;
      for (int c = 0; c < classes; c++) {
        exponentials += Math.exp(logits[row * classes + c]);
      }
      sum += Math.log(exponentials) - logits[row * classes + (int) labels[row]];
    }
    return sum / labels.length;
  }

  @ParameterizedTest
  @CsvSource({"vit-base, FLOAT32", "vit-base, FLOAT64", "deit-base, FLOAT32", "deit-base, FLOAT64"})
  void encoderWithoutHead(String name, DType dtype) {
    try (Golden golden = new Golden("vit", name);
        Checkpoint checkpoint = LIGO.open(golden.directory())) {
      ModelSpec<?> model = checkpoint.model();
      assertThat(model.heads()).isEmpty();
      assertThat(checkpoint.dialect().name()).isEqualTo("encoder without prefix");
      Program program =
          (t, in) -> {
            Tensors.ValueAndGradients vg =
                t.valueAndGradients(
                    w -> {
                      Tensor hidden = model.forward(t, w, in.under("batch/"), false).get("hidden");
                      Tensor loss = hidden.mul(in.get("batch/R1")).sum();
                      return new Tensors.Loss(loss, NamedTensors.of("hidden", hidden));
                    },
                    in.under("parameter/"));
            return vg.gradients().prefixed("grad/").with(vg.auxiliaries()).with("loss", vg.value());
          };
      SortedMap<String, HostArray> batch = ImageBatch.of(golden, dtype);
      batch.put("R1", golden.get("R1").as(dtype));
      SortedMap<String, HostArray> found =
          backends.run(backend, program, checkpoint.values(), batch, dtype);
      assertThat(Golden.error(found.get("hidden"), golden.get("hidden")))
          .isLessThanOrEqualTo(dtype == DType.FLOAT32 ? Golden.OUTPUT : Golden.DOUBLE);
      checkLossAndGradients(golden, checkpoint, found, dtype);
    }
  }

  /**
   * Positions as the library of the checkpoint interpolates them, in float32: so timm computes
   * them, and so a file holds them.
   */
  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "vit-interpolated; image_size=[8,24]",
        "vit-timm-interpolated; model_args.img_size=[12,20]",
        "cait-interpolated; model_args.img_size=[16,8]"
      })
  void positionsForAnotherImageSize(String name, String override) {
    try (Golden golden = new Golden("vit", name);
        Checkpoint checkpoint =
            LIGO.open(golden.directory(), ConfigOverrides.parse(List.of(override)))) {
      SortedMap<String, HostArray> found =
          backends.run(
              backend,
              ImageBatch.outputs(checkpoint.model()),
              checkpoint.values(),
              ImageBatch.of(golden, DType.FLOAT32),
              DType.FLOAT32);
      for (String output : new String[] {"hidden", "logits"}) {
        assertThat(Golden.error(found.get(output), golden.get(output)))
            .as(output)
            .isLessThanOrEqualTo(Golden.OUTPUT);
      }
    }
  }

  private static void checkLossAndGradients(
      Golden golden, Checkpoint checkpoint, SortedMap<String, HostArray> found, DType dtype) {
    assertThat(Golden.error(found.get("loss"), golden.get("loss")))
        .isLessThanOrEqualTo(dtype == DType.FLOAT32 ? Golden.OUTPUT : Golden.DOUBLE);
    double tolerance = dtype == DType.FLOAT32 ? Golden.GRADIENT : Golden.DOUBLE;
    Map<String, HostArray> references = new TreeMap<>();
    for (String name : checkpoint.shapes().keySet()) {
      references.put(name, golden.gradient(checkpoint.dialect().place(name)));
    }
    double largest = references.values().stream().mapToDouble(Golden::largest).max().orElseThrow();
    Set<String> vanishing = VanishingGradients.of(references);
    references.forEach(
        (name, reference) -> {
          double scale = vanishing.contains(name) ? largest : Golden.largest(reference);
          assertThat(Golden.error(found.get("grad/" + name), reference, scale))
              .as("the gradient of %s, relative to %.1e; in %s", name, scale, dtype)
              .isLessThanOrEqualTo(tolerance);
        });
  }

  // Mistakes that the tests above must catch: each planted alone.

  @ParameterizedTest
  @CsvSource({
    "vit, rows and columns of a patch",
    "vit, positions one later",
    "vit, query for key",
    "vit-no-qkv-bias, positions one later",
    "deit, class for distillation token",
    "deit, class for distillation head",
    "deit, positions one later",
    "cait, heads mixed after for before",
    "cait, no layer scale",
    "cait, heads mixed the other way",
    "cait, positions one later"
  })
  void aPlantedMistakeIsCaught(String name, String mistake) {
    assertThat(planted(name, values -> plant(mistake, values), json -> {}))
        .isGreaterThan(100 * Golden.OUTPUT);
  }

  @ParameterizedTest
  @CsvSource({"vit, 1e-5", "deit, 1e-5", "vit-no-qkv-bias, 1e-5"})
  void anotherEpsilonIsCaught(String name, double epsilon) {
    double error = planted(name, values -> {}, json -> json.addProperty("layer_norm_eps", epsilon));
    assertThat(error).isGreaterThan(Golden.DOUBLE * 100);
  }

  @ParameterizedTest
  @ValueSource(strings = {"vit", "deit"})
  void anotherActivationIsCaught(String name) {
    assertThat(planted(name, values -> {}, json -> json.addProperty("hidden_act", "gelu_new")))
        .isGreaterThan(Golden.OUTPUT);
  }

  @ParameterizedTest
  @ValueSource(strings = {"vit", "deit", "cait"})
  void withoutAPlantedMistakeNothingIsCaught(String name) {
    assertThat(planted(name, values -> {}, json -> {})).isLessThanOrEqualTo(Golden.DOUBLE);
  }

  /** Returns the error of the logits, in float64, with mistakes planted in values and config. */
  private double planted(
      String name, Consumer<Map<String, HostArray>> values, Consumer<JsonObject> config) {
    try (Golden golden = new Golden("vit", name);
        Checkpoint checkpoint = LIGO.open(golden.directory())) {
      Map<String, HostArray> all = new TreeMap<>(checkpoint.values());
      values.accept(all);
      JsonObject json = checkpoint.model().json();
      config.accept(json);
      ModelSpec<?> model =
          ModelSpec.of(
              checkpoint.model().architecture(), json, n -> checkpoint.shapes().containsKey(n));
      SortedMap<String, HostArray> found =
          backends.run(
              backend,
              ImageBatch.outputs(model),
              all,
              ImageBatch.of(golden, DType.FLOAT64),
              DType.FLOAT64);
      return Golden.error(found.get("logits"), golden.get("logits"));
    }
  }

  private static void plant(String mistake, Map<String, HostArray> values) {
    switch (mistake) {
      case "rows and columns of a patch" ->
          replace(values, ".*projection\\.weight", VisionGoldenTest::transposed);
      case "heads mixed the other way" ->
          replace(values, ".*proj_[lw]\\.weight", VisionGoldenTest::transposed);
      case "no layer scale" -> replace(values, ".*gamma_.", a -> fill(a, 1));
      case "positions one later" ->
          replace(values, ".*(position_embeddings|pos_embed)", VisionGoldenTest::rotated);
      case "query for key" -> swap(values, "attention.query", "attention.key");
      case "class for distillation token" -> swap(values, "distillation_token", "cls_token");
      case "class for distillation head" ->
          swap(values, "distillation_classifier", "cls_classifier");
      case "heads mixed after for before" -> swap(values, "proj_l", "proj_w");
      default -> throw new IllegalArgumentException(mistake);
    }
  }

  private interface Change {
    HostArray of(HostArray a);
  }

  private static void replace(Map<String, HostArray> values, String regex, Change change) {
    long changed = values.keySet().stream().filter(n -> n.matches(regex)).count();
    assertThat(changed).isPositive();
    values.replaceAll((n, a) -> n.matches(regex) ? change.of(a) : a);
  }

  private static void swap(Map<String, HostArray> values, String one, String other) {
    List<String> names = values.keySet().stream().filter(n -> n.contains(one)).toList();
    assertThat(names).isNotEmpty();
    for (String n : names) {
      HostArray kept = values.get(n);
      values.put(n, values.get(n.replace(one, other)));
      values.put(n.replace(one, other), kept);
    }
  }

  /** The last two axes swapped, which are of one extent. */
  private static HostArray transposed(HostArray a) {
    HostArray out = HostArray.zeros(a.dtype(), a.shape());
    int n = a.shape().dim(-1);
    for (int i = 0; i < a.size(); i++) {
      int row = i / n % n;
      int column = i % n;
      out.set(i - i % (n * n) + column * n + row, a.get(i));
    }
    return out;
  }

  private static HostArray rotated(HostArray a) {
    HostArray out = HostArray.zeros(a.dtype(), a.shape());
    int width = a.shape().dim(-1);
    for (int i = 0; i < a.size(); i++) {
      out.set(i, a.get((i + width) % a.size()));
    }
    return out;
  }

  private static HostArray fill(HostArray a, double value) {
    HostArray out = HostArray.zeros(a.dtype(), Shape.of(a.shape().dims()));
    for (int i = 0; i < a.size(); i++) {
      out.set(i, value);
    }
    return out;
  }
}
