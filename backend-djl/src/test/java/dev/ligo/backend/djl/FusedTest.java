package dev.ligo.backend.djl;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ligo.api.Backend;
import dev.ligo.api.BackendOptions;
import dev.ligo.api.Computation;
import dev.ligo.api.DType;
import dev.ligo.api.DeviceArray;
import dev.ligo.api.HostArray;
import dev.ligo.api.NamedTensors;
import dev.ligo.api.Shape;
import dev.ligo.api.Tensor;
import dev.ligo.api.Tensors;
import dev.ligo.api.Tensors.Loss;
import dev.ligo.api.spi.BackendProvider;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each fused operation gives the value and the gradients of its composition. */
class FusedTest {
  /** Enough of them for the fused attention. */
  private static final int KEYS = 256;

  private static final Map<String, Shape> ATTENTION =
      Map.of("q", Shape.of(2, 2, 5, 8), "k", Shape.of(2, 2, KEYS, 8), "v", Shape.of(2, 2, KEYS, 8));

  private record Case(
      String name, Map<String, Shape> shapes, BiFunction<Tensors, NamedTensors, Tensor> operation) {
    @Override
    public String toString() {
      return name;
    }
  }

  static List<Case> cases() {
    Shape three = Shape.of(2, 3, 5);
    Shape weight = Shape.of(4, 5);
    Shape bias = Shape.of(4);
    Shape eight = Shape.of(8);
    return List.of(
        new Case(
            "linear",
            Map.of("x", three, "w", weight, "b", bias),
            (t, v) -> v.get("x").linear(v.get("w"), v.get("b"))),
        new Case(
            "linear of a vector",
            Map.of("x", Shape.of(5), "w", weight, "b", bias),
            (t, v) -> v.get("x").linear(v.get("w"), v.get("b"))),
        new Case(
            "linear without bias",
            Map.of("x", three, "w", weight),
            (t, v) -> v.get("x").linear(v.get("w"))),
        new Case(
            "layerNorm",
            Map.of("x", Shape.of(2, 3, 8), "gamma", eight, "beta", eight),
            (t, v) -> v.get("x").layerNorm(v.get("gamma"), v.get("beta"), 1e-5)),
        new Case("softmax", Map.of("x", three), (t, v) -> v.get("x").softmax()),
        new Case("logSoftmax", Map.of("x", three), (t, v) -> v.get("x").logSoftmax()),
        new Case("gelu", Map.of("x", three), (t, v) -> v.get("x").gelu()),
        new Case("geluTanh", Map.of("x", three), (t, v) -> v.get("x").geluTanh()),
        new Case("silu", Map.of("x", three), (t, v) -> v.get("x").silu()),
        new Case(
            "crossEntropy",
            Map.of("x", weight),
            (t, v) -> v.get("x").crossEntropy(t.constant(HostArray.of(bias, 0, 4, 2, 2)))),
        new Case(
            "linearCrossEntropy",
            Map.of("x", Shape.of(600, 5), "w", Shape.of(9000, 5), "weights", Shape.of(600)),
            (t, v) -> linearCrossEntropy(t, v, Optional.empty())),
        new Case(
            "linearCrossEntropy with a bias",
            Map.of(
                "x", Shape.of(600, 5),
                "w", Shape.of(9000, 5),
                "b", Shape.of(9000),
                "weights", Shape.of(600)),
            (t, v) -> linearCrossEntropy(t, v, Optional.of(v.get("b")))),
        new Case(
            "linearCrossEntropy of a constant weight",
            Map.of("x", Shape.of(600, 5), "weights", Shape.of(600)),
            (t, v) ->
                linearCrossEntropy(
                    t,
                    v.with("w", t.constant(OpenBackend.normal(v.get("x").dtype(), 3, 9, 5))),
                    Optional.empty())),
        new Case("attention", ATTENTION, (t, v) -> attention(v, Optional.empty())),
        new Case(
            "attention with a mask", ATTENTION, (t, v) -> attention(v, Optional.of(mask(t, v)))),
        new Case(
            "attention with a learned bias",
            Map.of(
                "q", ATTENTION.get("q"),
                "k", ATTENTION.get("k"),
                "v", ATTENTION.get("v"),
                "bias", Shape.of(2, 5, KEYS)),
            (t, v) -> attention(v, Optional.of(v.get("bias")))),
        new Case(
            "attention of rank 3, narrower values",
            Map.of("q", Shape.of(2, 5, 8), "k", Shape.of(2, KEYS, 8), "v", Shape.of(2, KEYS, 6)),
            (t, v) -> attention(v, Optional.empty())));
  }

  /** Of more rows than a chunk has, the last of which is not full. */
  private static Tensor linearCrossEntropy(Tensors t, NamedTensors v, Optional<Tensor> bias) {
    int classes = v.get("w").shape().dim(0);
    Tensor labels =
        t.constant(
            HostArray.of(Shape.of(600), IntStream.range(0, 600).map(i -> i % classes).toArray()));
    return v.get("x").linearCrossEntropy(v.get("w"), bias, labels, v.get("weights"));
  }

  private static Tensor attention(NamedTensors v, Optional<Tensor> bias) {
    return v.get("q").attention(v.get("k"), v.get("v"), bias, 0.3, 0);
  }

  private static Tensor mask(Tensors t, NamedTensors v) {
    HostArray mask = HostArray.zeros(v.get("q").dtype(), Shape.of(2, 1, 1, KEYS));
    for (int i = 0; i < KEYS; i += 3) {
      mask.set(i, Double.NEGATIVE_INFINITY);
    }
    return t.constant(mask);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void equalsTheCompositionInFloat64(Case c) {
    compare(c, DType.FLOAT64, 1e-12);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void equalsTheCompositionInFloat32(Case c) {
    compare(c, DType.FLOAT32, 1e-5);
  }

  /** Compares with an error of at most the given part of the largest element. */
  private static void compare(Case c, DType dtype, double tolerance) {
    Map<String, HostArray> fused = run(new DjlBackendProvider(), c, dtype);
    Map<String, HostArray> composed = run(new ComposedProvider(), c, dtype);
    assertThat(fused.keySet()).isEqualTo(composed.keySet());
    fused.forEach(
        (name, array) -> {
          double[] expected = composed.get(name).toDoubles();
          double[] actual = array.toDoubles();
          double largest = Arrays.stream(expected).map(Math::abs).max().orElse(0);
          assertThat(largest).as(name).isPositive();
          for (int i = 0; i < expected.length; i++) {
            assertThat(Math.abs(actual[i] - expected[i]))
                .as("%s[%d] of %s", name, i, dtype)
                .isLessThanOrEqualTo(tolerance * largest);
          }
        });
  }

  private static Map<String, HostArray> run(BackendProvider provider, Case c, DType dtype) {
    try (Backend b = Backend.open(provider, BackendOptions.cpu().withThreads(1))) {
      Map<String, DeviceArray> variables = new TreeMap<>();
      c.shapes()
          .forEach(
              (name, shape) ->
                  variables.put(
                      name, b.array(OpenBackend.normal(dtype, name.hashCode(), shape.dims()))));
      Computation computation = b.compile((t, in) -> valueAndGradients(c, t, in));
      Map<String, HostArray> host = new TreeMap<>();
      computation.run(variables).forEach((name, array) -> host.put(name, array.toHost()));
      return host;
    }
  }

  /** Weights the result by something uneven: the gradient of a softmax's sum is 0. */
  private static NamedTensors valueAndGradients(Case c, Tensors t, NamedTensors in) {
    var r =
        t.valueAndGradients(
            v -> {
              Tensor y = c.operation().apply(t, v);
              int n = Math.toIntExact(y.shape().size());
              Tensor weights = t.constant(OpenBackend.normal(y.dtype(), 5, n)).reshape(y.shape());
              return new Loss(y.mul(weights).sum(), NamedTensors.of(Map.of("result", y)));
            },
            in);
    Map<String, Tensor> out = new TreeMap<>(r.gradients().asMap());
    out.put("result", r.auxiliaries().get("result"));
    return NamedTensors.of(out);
  }
}
