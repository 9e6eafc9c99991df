package dev.ligo.backend.tf;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ligo.api.Computation;
import dev.ligo.api.DType;
import dev.ligo.api.DeviceArray;
import dev.ligo.api.HostArray;
import dev.ligo.api.NamedTensors;
import dev.ligo.api.Shape;
import dev.ligo.api.Tensor;
import dev.ligo.api.Tensors.Loss;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Programs are traced once, and differentiated as graphs. */
class TraceTest {
  private final OpenBackend b = OpenBackend.onCpu();

  @AfterEach
  void nothingIsLeft() {
    assertThat(b.backend().liveArrays()).isZero();
    b.close();
  }

  @Test
  void aProgramIsTracedOnceForEachSignature() {
    try (Computation c =
        b.backend().compile((t, in) -> NamedTensors.of("y", in.get("x").dropout(0.5)))) {
      for (int i = 0; i < 10; i++) {
        for (int n : new int[] {2, 3}) {
          try (DeviceArray x = b.array(HostArray.zeros(DType.FLOAT32, Shape.of(n)))) {
            OpenBackend.closeAll(c.run(Map.of("x", x), Map.of(), i));
          }
        }
      }
    }
    assertThat(b.engine().traces()).isEqualTo(2);
  }

  @Test
  void aClosedComputationLeavesNoFunction() {
    Computation c = b.backend().compile((t, in) -> NamedTensors.of("y", in.get("x").neg()));
    try (DeviceArray x = b.scalar(DType.FLOAT32, 1)) {
      OpenBackend.closeAll(c.run(Map.of("x", x)));
    }
    assertThat(b.engine().hasFunction(1)).isTrue();
    c.close();
    assertThat(b.engine().hasFunction(1)).isFalse();
  }

  @Test
  void aProgramWithoutOutputsRuns() {
    assertThat(b.backend().compile((t, in) -> NamedTensors.empty()).run(Map.of())).isEmpty();
  }

  private double[] gradient(UnaryOperator<Tensor> loss, double... at) {
    try (Computation c =
            b.backend()
                .compile(
                    (t, in) ->
                        t.valueAndGradients(w -> new Loss(loss.apply(w.get("x"))), in)
                            .gradients());
        DeviceArray x = b.array(HostArray.of(Shape.of(at.length), at));
        DeviceArray g = c.run(Map.of("x", x)).get("x")) {
      return g.toHost().toDoubles();
    }
  }

  /** TensorFlow joins the gradients of all parts, and fails where one has none. */
  @Test
  void aSplitMayBeUsedInPart() {
    assertThat(gradient(x -> x.split(0, 1, 2).get(1).square().sum(), 5, 2, 3))
        .containsExactly(0, 4, 6);
    assertThat(
            gradient(
                x -> {
                  List<Tensor> parts = x.split(0, 1, 1, 1);
                  Tensor inner = parts.get(2).broadcastTo(Shape.of(2)).split(0, 1, 1).get(0);
                  return inner.mul(parts.get(0)).sum();
                },
                5,
                2,
                3))
        .containsExactly(3, 0, 5);
  }

  @Test
  void aPartMayBeUsedWithoutGradient() {
    assertThat(
            gradient(
                x -> {
                  List<Tensor> parts = x.split(0, 1, 2);
                  Tensor chosen = parts.get(0).less(parts.get(0).square()).cast(DType.FLOAT64);
                  return parts.get(1).mul(chosen).sum();
                },
                2,
                7,
                8))
        .containsExactly(0, 1, 1);
  }

  /** TensorFlow fails for a variable that the value does not reach at all. */
  @Test
  void whatIsNotReachedHasNoGradient() {
    assertThat(gradient(x -> x.sum().stopGradient(), 5, 2)).containsExactly(0, 0);
    assertThat(gradient(x -> x.less(x).cast(DType.FLOAT64).sum(), 5, 2)).containsExactly(0, 0);
    assertThat(gradient(x -> x.argMax(0).cast(DType.FLOAT64), 5, 2)).containsExactly(0, 0);
  }
}
