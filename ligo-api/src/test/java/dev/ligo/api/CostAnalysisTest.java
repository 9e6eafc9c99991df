package dev.ligo.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ligo.api.Tensors.Loss;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class CostAnalysisTest {
  private static TensorSpec f32(int... dims) {
    return new TensorSpec(DType.FLOAT32, Shape.of(dims));
  }

  @Test
  void aProductCostsTwiceItsExtents() {
    Map<String, TensorSpec> inputs = Map.of("a", f32(4, 7, 5), "b", f32(5, 3), "c", f32(4, 7, 3));
    Program plain = (t, in) -> NamedTensors.of("y", in.get("a").matmul(in.get("b")));
    assertThat(CostAnalysis.of(plain, inputs).flops()).isEqualTo(2L * 4 * 7 * 5 * 3);
    Program transposed =
        (t, in) -> NamedTensors.of("y", in.get("a").matmul(true, in.get("c"), false));
    assertThat(CostAnalysis.of(transposed, inputs).flops()).isEqualTo(2L * 4 * 5 * 7 * 3);
  }

  @Test
  void elementwiseOperationsAreNotCounted() {
    Program program = (t, in) -> NamedTensors.of("y", in.get("x").add(1).softmax().gelu().sum());
    assertThat(CostAnalysis.of(program, Map.of("x", f32(100, 100))).flops()).isZero();
  }

  @Test
  void anEncoderLayerCostsWhatTheFormulaSays() {
    int batch = 3;
    int n = 16;
    int heads = 4;
    int h = 32;
    int f = 128;
    Map<String, TensorSpec> inputs = new TreeMap<>();
    inputs.put("x", f32(batch, n, h));
    for (String name : new String[] {"q", "k", "v", "o"}) {
      inputs.put(name, f32(h, h));
    }
    inputs.put("up", f32(f, h));
    inputs.put("down", f32(h, f));
    inputs.put("b", f32(h));
    CostAnalysis cost =
        CostAnalysis.of(
            (t, in) -> {
              Tensor x = in.get("x");
              Tensor q = split(x.linear(in.get("q"), in.get("b")), heads);
              Tensor k = split(x.linear(in.get("k")), heads);
              Tensor v = split(x.linear(in.get("v")), heads);
              Tensor a =
                  q.attention(k, v, Optional.empty(), 0.1, 0.1)
                      .permute(0, 2, 1, 3)
                      .reshape(x.shape());
              Tensor y = t.scopeOf(() -> a.linear(in.get("o")).add(x));
              return NamedTensors.of(
                  "y", y.linear(in.get("up")).gelu().linear(in.get("down")).add(y));
            },
            inputs);
    long projections = 4L * 2 * batch * n * h * h;
    long attention = 2L * 2 * batch * n * n * h;
    long feedForward = 2L * 2 * batch * n * h * f;
    assertThat(cost.flops()).isEqualTo(projections + attention + feedForward);
    assertThat(cost.outputs()).containsExactly(Map.entry("y", f32(batch, n, h)));
  }

  private static Tensor split(Tensor x, int heads) {
    return x.reshape(x.shape().dim(0), x.shape().dim(1), heads, -1).permute(0, 2, 1, 3);
  }

  @Test
  void aLossIsCountedOnceForwards() {
    Program program =
        (t, in) -> {
          var result =
              t.valueAndGradients(
                  v ->
                      new Loss(
                          v.get("w").matmul(v.get("w")).sum(), NamedTensors.of("w", v.get("w"))),
                  in);
          return result
              .gradients()
              .prefixed("gradient ")
              .with(result.auxiliaries())
              .with("loss", result.value());
        };
    CostAnalysis cost = CostAnalysis.of(program, Map.of("w", f32(5, 5)));
    assertThat(cost.flops()).isEqualTo(2 * 125);
    assertThat(cost.outputs())
        .containsEntry("gradient w", f32(5, 5))
        .containsEntry("w", f32(5, 5))
        .containsEntry("loss", f32());
  }

  @Test
  void aModelOfAnySizeIsAnalysed() {
    int hidden = 1 << 20;
    Program program = (t, in) -> NamedTensors.of("y", in.get("x").linear(in.get("w")));
    CostAnalysis cost =
        CostAnalysis.of(program, Map.of("x", f32(1 << 12, hidden), "w", f32(hidden, hidden)));
    assertThat(cost.flops()).isEqualTo(1L << 53);
  }

  @Test
  void moreOperationsThanCanBeCountedAreRefused() {
    int wide = 1 << 21;
    Program twice =
        (t, in) -> NamedTensors.of("y", in.get("x").linear(in.get("w")).linear(in.get("w")));
    // Each product has 2⁶² operations.
    Map<String, TensorSpec> inputs = Map.of("x", f32(1 << 19, wide), "w", f32(wide, wide));
    assertThatThrownBy(() -> CostAnalysis.of(twice, inputs))
        .isInstanceOf(LigoException.class)
        .hasMessageStartingWith("expected a run of at most 9223372036854775807 operations");
  }
}
