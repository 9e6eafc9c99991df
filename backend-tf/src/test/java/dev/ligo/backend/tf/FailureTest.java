package dev.ligo.backend.tf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ligo.api.BackendException;
import dev.ligo.api.DType;
import dev.ligo.api.DeviceArray;
import dev.ligo.api.HostArray;
import dev.ligo.api.IllegalUseException;
import dev.ligo.api.NamedTensors;
import dev.ligo.api.Program;
import dev.ligo.api.Shape;
import dev.ligo.api.TensorSpec;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A run that fails leaves nothing behind, and says what happened. */
class FailureTest {
  private static final Shape HUGE = Shape.of(1 << 30, 1 << 22);

  private final OpenBackend b = OpenBackend.onCpu();
  private final DeviceArray x = b.array(HostArray.of(Shape.of(2), 1f, 2f));

  @AfterEach
  void theEngineGoesOn() {
    assertThat(b.backend().liveArrays()).isOne();
    try (DeviceArray y =
        b.backend()
            .compile((t, in) -> NamedTensors.of("y", in.get("x").add(1)))
            .run(Map.of("x", x))
            .get("y")) {
      assertThat(y.toHost().toFloats()).containsExactly(2, 3);
    }
    b.close();
  }

  private void run(Program program) {
    OpenBackend.closeAll(b.backend().compile(program).run(Map.of("x", x)));
  }

  /** TensorFlow asks again for ten seconds, whether memory has come free. */
  @Test
  void outOfMemoryIsSaidSo() {
    assertThatThrownBy(
            () -> run((t, in) -> NamedTensors.of("y", in.get("x").sum().broadcastTo(HUGE).add(1))))
        .isInstanceOf(BackendException.class)
        .hasMessageContaining("ran out of memory on cpu while running a program")
        .hasMessageContaining("smaller batch");
  }

  @Test
  void anIndexOutOfRangeIsRefused() {
    assertThatThrownBy(
            () ->
                run(
                    (t, in) ->
                        NamedTensors.of(
                            "y", in.get("x").take(t.constant(HostArray.of(Shape.of(1), 5)), 0))))
        .isInstanceOf(BackendException.class)
        .hasMessageContaining("TensorFlow failed on cpu while running a program: indices[0] = 5");
  }

  @Test
  void aProgramThatFailsLeavesNoFunction() {
    assertThatThrownBy(
            () ->
                run(
                    (t, in) -> {
                      in.get("x").exp();
                      throw new ArithmeticException("on purpose");
                    }))
        .isInstanceOf(ArithmeticException.class);
    assertThat(b.engine().hasFunction(1)).isFalse();
  }

  /** A second release of a handle in TensorFlow would kill the process. */
  @Test
  void anArrayIsReleasedOnce() {
    Handle array = b.engine().upload(HostArray.of(Shape.of(1), 3f));
    b.engine().release(array);
    b.engine().release(array);
    TensorSpec spec = new TensorSpec(DType.FLOAT32, Shape.of(1));
    assertThatThrownBy(() -> b.engine().download(array, spec))
        .isInstanceOf(IllegalUseException.class);
  }

  /** It is freed when the last run that reads it has ended. */
  @Test
  void anArrayInUseIsNotFreed() {
    Array array = (Array) b.engine().upload(HostArray.of(Shape.of(1), 3f));
    assertThat(array.hold()).isTrue();
    b.engine().release(array);
    TensorSpec spec = new TensorSpec(DType.FLOAT32, Shape.of(1));
    assertThat(b.engine().download(array, spec).toFloats()).containsExactly(3);
    array.drop();
    assertThat(array.hold()).isFalse();
  }
}
