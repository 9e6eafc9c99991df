package dev.ligo.backend.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ligo.api.BackendException;
import dev.ligo.api.DType;
import dev.ligo.api.DeviceArray;
import dev.ligo.api.HostArray;
import dev.ligo.api.NamedTensors;
import dev.ligo.api.Program;
import dev.ligo.api.Shape;
import dev.ligo.api.Tensor;
import dev.ligo.api.Tensors;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A run that fails leaves nothing behind, and says what happened. */
class FailureTest {
  private static final class Boom extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  private final OpenBackend b = OpenBackend.onCpu();
  private final DeviceArray x = b.array(HostArray.of(Shape.of(2), 1f, 2f));
  private boolean recording;

  @BeforeEach
  void recordOnThisThread() {
    recording = Torch.isRecording();
    Torch.setRecording(true);
  }

  @AfterEach
  void nothingIsLeft() {
    assertThat(Torch.isRecording()).isTrue();
    assertThat(b.strayArrays()).isZero();
    assertThat(b.liveArrays()).isOne();
    try (DeviceArray y =
        b.backend()
            .compile((t, in) -> NamedTensors.of(Map.of("y", in.get("x").add(1))))
            .run(Map.of("x", x))
            .get("y")) {
      assertThat(y.toHost().toFloats()).containsExactly(2, 3);
    }
    b.close();
    Torch.setRecording(recording);
  }

  private void assertBoom(Program program) {
    assertThatThrownBy(() -> b.backend().compile(program).run(Map.of("x", x)))
        .isInstanceOf(Boom.class);
  }

  private static Tensor fail() {
    throw new Boom();
  }

  @Test
  void inTheProgram() {
    assertBoom((t, in) -> NamedTensors.of(Map.of("y", in.get("x").add(1).add(fail()))));
  }

  @Test
  void inAScope() {
    assertBoom(
        (t, in) ->
            NamedTensors.of(
                Map.of(
                    "y", t.scopeOf(() -> in.get("x").add(1).add(t.scopeOf(FailureTest::fail))))));
  }

  @Test
  void inALoss() {
    assertBoom(
        (t, in) ->
            t.valueAndGradients(w -> new Tensors.Loss(w.get("x").square().sum().add(fail())), in)
                .gradients());
  }

  @Test
  void inAScopeOfALoss() {
    assertBoom(
        (t, in) ->
            t.valueAndGradients(
                    w -> new Tensors.Loss(t.scopeOf(() -> w.get("x").exp().add(fail()))), in)
                .gradients());
  }

  @Test
  void afterTheGradients() {
    assertBoom(
        (t, in) -> {
          var r = t.valueAndGradients(w -> new Tensors.Loss(w.get("x").square().sum()), in);
          return NamedTensors.of(Map.of("y", r.value().add(fail())));
        });
  }

  @Test
  void outOfMemoryIsSaidSo() {
    assertThatThrownBy(
            () ->
                b.backend()
                    .compile(
                        (t, in) -> {
                          Tensor huge =
                              t.full(DType.FLOAT32, Shape.of(1 << 30, 1 << 22), 1); // a view
                          return NamedTensors.of(Map.of("y", huge.add(1)));
                        })
                    .run(Map.of("x", x)))
        .isInstanceOf(BackendException.class)
        .hasMessageContaining("ran out of memory on cpu while running a program")
        .hasMessageContaining("smaller batch")
        .hasRootCauseInstanceOf(ai.djl.engine.EngineException.class);
  }

  @Test
  void outOfMemoryInALossLeavesNoTape() {
    assertThatThrownBy(
            () ->
                b.backend()
                    .compile(
                        (t, in) ->
                            t.valueAndGradients(
                                    w ->
                                        new Tensors.Loss(
                                            w.get("x")
                                                .sum()
                                                .broadcastTo(Shape.of(1 << 30, 1 << 22))
                                                .square()
                                                .sum()),
                                    in)
                                .gradients())
                    .run(Map.of("x", x)))
        .isInstanceOf(BackendException.class);
  }

  @Test
  void anIndexOutOfRangeIsRefusedByTorch() {
    assertThatThrownBy(
            () ->
                b.backend()
                    .compile(
                        (t, in) ->
                            NamedTensors.of(
                                Map.of(
                                    "y",
                                    in.get("x").take(t.constant(HostArray.of(Shape.of(1), 5)), 0))))
                    .run(Map.of("x", x)))
        .isInstanceOf(BackendException.class)
        .hasMessageContaining("index out of range");
  }

  @Test
  void donatedInputsAreReleasedToo() {
    List<DeviceArray> gift = List.of(b.array(HostArray.of(Shape.of(1), 1f)));
    assertThatThrownBy(
            () ->
                b.backend()
                    .compile((t, in) -> NamedTensors.of(Map.of("y", fail())))
                    .run(Map.of("x", x), Map.of("gift", gift.get(0)), 0))
        .isInstanceOf(Boom.class);
  }
}
