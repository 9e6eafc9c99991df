package dev.ligo.it.backends;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ligo.api.Backend;
import dev.ligo.api.BackendOptions;
import dev.ligo.api.Backends;
import dev.ligo.api.DType;
import dev.ligo.api.DeviceArray;
import dev.ligo.api.HostArray;
import dev.ligo.api.NamedTensors;
import dev.ligo.api.Program;
import dev.ligo.api.Shape;
import dev.ligo.api.Tensor;
import dev.ligo.api.Tensors;
import dev.ligo.it.TestBackends;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The loss over a vocabulary, which engines compute some rows at a time, is the plain one. */
class VocabularyLossTest {
  /** More than engines take at once; the last rows are fewer. */
  private static final int ROWS = 600;

  private static final int FEATURES = 5;
  private static final int CLASSES = 9000;

  /** Some thousand roundings of 1.1e-16 in a sum; relative to the largest magnitude. */
  private static final double TOLERANCE = 1e-12;

  static Stream<String> engines() {
    return TestBackends.names().stream().filter(name -> !name.equals("plain"));
  }

  @ParameterizedTest
  @MethodSource("engines")
  void chunksChangeNothing(String engine) {
    Map<String, HostArray> inputs =
        Map.of(
            "x", normal(1, ROWS, FEATURES),
            "weight", normal(2, CLASSES, FEATURES),
            "bias", normal(3, CLASSES),
            "weights", normal(4, ROWS));
    try (Backend plain = Backends.open("plain", BackendOptions.cpu());
        Backend backend = TestBackends.open(engine)) {
      Map<String, HostArray> expected = run(plain, loss(false), inputs);
      for (boolean again : new boolean[] {false, true}) {
        run(backend, loss(again), inputs)
            .forEach((name, array) -> assertNear(name, array, expected.get(name)));
      }
    }
  }

  /**
   * Returns the loss and its gradients.
   *
   * @param again whether the loss is computed again on the way back
   */
  private static Program loss(boolean again) {
    return (t, in) -> {
      var found =
          t.valueAndGradients(
              v -> new Tensors.Loss(again ? t.recomputed(() -> of(t, v)) : of(t, v)), in);
      return found.gradients().with("loss", found.value());
    };
  }

  private static Tensor of(Tensors t, NamedTensors v) {
    int[] labels = IntStream.range(0, ROWS).map(i -> i * 37 % CLASSES).toArray();
    return v.get("x")
        .linearCrossEntropy(
            v.get("weight"),
            Optional.of(v.get("bias")),
            t.constant(HostArray.of(Shape.of(ROWS), labels)),
            v.get("weights"))
        .mul(0.3);
  }

  private static Map<String, HostArray> run(
      Backend backend, Program program, Map<String, HostArray> inputs) {
    Map<String, DeviceArray> arrays = backend.arrays(inputs);
    try (var computation = backend.compile(program)) {
      Map<String, HostArray> out = new TreeMap<>();
      computation
          .run(arrays)
          .forEach(
              (name, array) -> {
                out.put(name, array.toHost());
                array.close();
              });
      return out;
    } finally {
      arrays.values().forEach(DeviceArray::close);
    }
  }

  private static void assertNear(String name, HostArray found, HostArray expected) {
    double largest =
        IntStream.range(0, expected.size())
            .mapToDouble(i -> Math.abs(expected.get(i)))
            .max()
            .orElseThrow();
    for (int i = 0; i < expected.size(); i++) {
      assertThat(Math.abs(found.get(i) - expected.get(i)))
          .as("%s at %d", name, i)
          .isLessThanOrEqualTo(TOLERANCE * largest);
    }
  }

  private static HostArray normal(long seed, int... dims) {
    Random random = new Random(seed);
    HostArray a = HostArray.zeros(DType.FLOAT64, Shape.of(dims));
    for (int i = 0; i < a.size(); i++) {
      a.set(i, random.nextGaussian());
    }
    return a;
  }
}
