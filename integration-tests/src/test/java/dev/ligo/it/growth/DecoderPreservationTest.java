package dev.ligo.it.growth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ligo.api.Backend;
import dev.ligo.api.Computation;
import dev.ligo.api.DType;
import dev.ligo.api.DeviceArray;
import dev.ligo.api.HostArray;
import dev.ligo.api.NamedTensors;
import dev.ligo.core.Checkpoint;
import dev.ligo.core.Ligo;
import dev.ligo.core.checkpoint.FileDType;
import dev.ligo.core.checkpoint.SafetensorsFile;
import dev.ligo.core.fixtures.TinyModel;
import dev.ligo.core.growth.GrowthMethod;
import dev.ligo.core.growth.GrowthOperator;
import dev.ligo.core.growth.GrowthPlan;
import dev.ligo.core.growth.Preservation;
import dev.ligo.core.model.Axis;
import dev.ligo.core.model.ModelSpec;
import dev.ligo.core.model.Sizes;
import dev.ligo.it.TestBackends;
import dev.ligo.it.golden.GoldenCheckpoints;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Decoders with rotary positions, as transformers wrote them, grown by every method: 4 heads of
 * queries on 2 of keys, windows, caps, tied and untied heads. Logits of the whole sequence.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DecoderPreservationTest {
  /** Float64 roundings through a few layers. */
  private static final double EXACT = 1e-10;

  /** LiGO's factors, which begin in float32. */
  private static final double SINGLE = 1e-6;

  /** Logits that move further changed by more than roundings. */
  private static final double DRIFT = 1e-3;

  /** Some hundred roundings of 2^-9, which partly cancel, relative to the largest logit. */
  private static final double HALF = 5e-2;

  private static final Ligo LIGO = Ligo.create();
  private final Backend plain = TestBackends.open("plain");

  @TempDir Path directory;

  @AfterAll
  void close() {
    plain.close();
  }

  /** A method with some of its values, layers in multiples, hidden size, heads, and the claim. */
  private static final String[] GROWTHS = {
    "lemon, , 1, 24, 6, =",
    "lemon, , 1, 20, 4, =",
    "lemon, , 2, 40, 10, =",
    "lemon, , 2, 16, 4, =",
    "hypercloning, , 1, 32, 8, =",
    "hypercloning, , 1, 48, 12, =",
    "fpi, order=circular, 1, 32, 8, =",
    "fpi, , 1, 24, 6, !",
    "net2net, , 2, 16, 4, =",
    "net2net, , 1, 24, 6, !",
    "llama-pro, , 2, 16, 4, =",
    "staged, , 1, 32, 8, =",
    "staged, , 2, 16, 4, =",
    "staged, , 2, 32, 8, =",
    "ligo, start=lemon depth_noise=0 width_noise=0, 2, 24, 6, ~",
    "aki, , 1, 32, 8, !",
    "stack, , 2, 16, 4, !",
    "interpolation, , 2, 16, 4, !",
    "mslt, , 2, 16, 4, !",
    "copy, , 2, 24, 6, !"
  };

  /** Those with heads that grow whole and a head to score, in float32. */
  private static List<String> checkpoints() {
    return GoldenCheckpoints.names().stream().filter(DecoderPreservationTest::isHeaded).toList();
  }

  private static boolean isHeaded(String name) {
    try (Checkpoint c = LIGO.open(GoldenCheckpoints.directory(name))) {
      return !c.model().heads().isEmpty()
          && c.dtype() == FileDType.F32
          && c.model().layout().axes().values().stream().anyMatch(Axis.Width::wholeHeads);
    }
  }

  static List<Object[]> growths() {
    List<Object[]> all = new ArrayList<>();
    for (String checkpoint : checkpoints()) {
      for (String growth : GROWTHS) {
        all.add(new Object[] {checkpoint, growth});
      }
    }
    return all;
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("growths")
  void theFunctionStaysWhereItIsClaimedTo(String name, String growth) {
    String[] parts = growth.split(",\\s*", -1);
    boolean stays = !parts[5].equals("!");
    GrowthMethod method = method(parts[0], parts[1]);
    try (Checkpoint small = LIGO.open(GoldenCheckpoints.directory(name))) {
      GrowthPlan plan = GrowthPlan.of(small.model(), sizes(small, parts));
      if (!method.learns()) { // what is learned promises nothing, however it begins
        assertThat(method.preservation(plan).degree())
            .isEqualTo(stays ? Preservation.Degree.EXACT : Preservation.Degree.CHANGED);
      }
      GrowthOperator operator = method.operator(plan, 3);
      Map<String, HostArray> values = float64(small);
      double drift =
          TinyModel.drift(
              logits(name, small.model(), values),
              logits(
                  name,
                  plan.amendedBy(operator).large(),
                  TinyModel.grown(plain, operator, values)));
      if (stays) {
        assertThat(drift).isLessThanOrEqualTo(parts[5].equals("=") ? EXACT : SINGLE);
      } else {
        assertThat(drift).isGreaterThan(DRIFT);
      }
    }
  }

  /**
   * In half precision what copies bits keeps the function, and what computes rounds once: 1 + w
   * where it is scaled, the table that √(hidden size) multiplies, and shares that are no powers of
   * two.
   */
  @ParameterizedTest
  @CsvSource({
    "gemma2/lm-uncapped, llama-pro, , 2, 16, 4, 0",
    "gemma2/lm-uncapped, staged, , 2, 16, 4, 0",
    "gemma2/lm-uncapped, hypercloning, snr=inf, 1, 32, 8, 1",
    "gemma2/lm-uncapped, hypercloning, snr=inf, 1, 64, 16, 0",
    "gemma2/lm-uncapped, lemon, , 1, 24, 6, 1",
    "llama/lm-half, llama-pro, , 2, 16, 4, 0",
    "llama/lm-half, hypercloning, snr=inf, 1, 32, 8, 0",
    "llama/lm-half, lemon, , 1, 24, 6, 1"
  })
  void halfPrecisionRoundsOnlyWhatIsComputed(
      String name, String method, String value, int times, int hidden, int heads, int rounded) {
    Path grown = directory.resolve("grown");
    try (Checkpoint small = LIGO.open(GoldenCheckpoints.directory(name))) {
      String[] parts = {
        method, "", Integer.toString(times), Integer.toString(hidden), Integer.toString(heads)
      };
      Sizes sizes = sizes(small, parts);
      GrowthMethod by = method(method, value == null ? "" : value);
      LIGO.grow(small, by).to(sizes).save(grown);
      try (Checkpoint large = LIGO.open(grown)) {
        assertThat(large.dtype()).isEqualTo(small.dtype());
        double drift =
            TinyModel.drift(
                logits(name, small.model(), float64(small)),
                logits(name, large.model(), float64(large)));
        if (rounded == 0) {
          assertThat(drift).isLessThanOrEqualTo(EXACT);
        } else {
          assertThat(drift).isBetween(EXACT, HALF);
        }
      }
    }
  }

  private static GrowthMethod method(String name, String value) {
    GrowthMethod method = LIGO.method(name);
    if (value.isEmpty()) {
      return method;
    }
    for (String each : value.split(" ", -1)) {
      String[] pair = each.split("=", -1);
      method = method.with(method.values().parse(pair[0], pair[1]), LIGO::method);
    }
    return method;
  }

  private static Sizes sizes(Checkpoint small, String[] parts) {
    int layers = small.model().json().get("num_hidden_layers").getAsInt();
    return Sizes.SAME
        .withLayers(layers * Integer.parseInt(parts[2]))
        .withHidden(Integer.parseInt(parts[3]))
        .withHeads(Integer.parseInt(parts[4]));
  }

  private static Map<String, HostArray> float64(Checkpoint checkpoint) {
    Map<String, HostArray> values = new TreeMap<>();
    checkpoint.shapes().keySet().forEach(n -> values.put(n, checkpoint.read(n).as(DType.FLOAT64)));
    return values;
  }

  /** Returns the logits of the golden file's tokens. */
  private HostArray logits(String name, ModelSpec<?> model, Map<String, HostArray> values) {
    Map<String, HostArray> in = new TreeMap<>();
    values.forEach((n, a) -> in.put("parameter/" + n, a));
    Path file = GoldenCheckpoints.directory(name).resolve("golden.safetensors");
    try (SafetensorsFile golden = SafetensorsFile.open(file)) {
      for (String n : new String[] {"input_ids", "attention_mask"}) {
        in.put("batch/" + n, golden.read(n).as(DType.INT32));
      }
    }
    String task = model.heads().get(model.heads().size() - 1).name();
    Map<String, DeviceArray> inputs = plain.arrays(in);
    try (Computation computation =
            plain.compile(
                (t, x) ->
                    NamedTensors.of(
                        "logits",
                        model
                            .forTask(task)
                            .logits(t, x.under("parameter/"), x.under("batch/"), false)));
        DeviceArray logits = computation.run(inputs).get("logits")) {
      return logits.toHost();
    } finally {
      inputs.values().forEach(DeviceArray::close);
    }
  }
}
