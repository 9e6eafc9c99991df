package dev.ligo.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Backends and arrays: opened, closed, and refused after that without reaching the engine. */
class BackendTest {
  private final FakeEngine engine = new FakeEngine();
  private final Backend backend = open(engine);
  private final HostArray one = HostArray.scalar(DType.FLOAT32, 1);

  private static Backend open(FakeEngine engine) {
    return Backend.open(FakeProvider.of(engine), BackendOptions.cpu());
  }

  @Test
  void aBackendSaysWhatItIs() {
    assertThat(backend.name()).isEqualTo("fake");
    assertThat(backend.info().engine()).isEqualTo("Fake");
    assertThat(backend).hasToString("fake on cpu");
  }

  @Test
  void anObstacleIsTheErrorOfOpening() {
    FakeProvider provider = new FakeProvider("fake", Optional.of("no natives for sparc."), engine);
    assertThatThrownBy(() -> Backend.open(provider, BackendOptions.cpu()))
        .isInstanceOf(BackendException.class)
        .hasMessage("backend 'fake' cannot run here: no natives for sparc.");
  }

  @Test
  void anArrayLivesUntilItIsClosed() {
    DeviceArray x = backend.array(HostArray.of(Shape.of(2), 1f, 2f));
    assertThat(x.spec()).isEqualTo(new TensorSpec(DType.FLOAT32, Shape.of(2)));
    assertThat(x.dtype()).isEqualTo(DType.FLOAT32);
    assertThat(x.shape()).isEqualTo(Shape.of(2));
    assertThat(x.toHost().toFloats()).containsExactly(1, 2);
    assertThat(x).hasToString("DeviceArray float32(2)");
    assertThat(backend.liveArrays()).isEqualTo(1);
    x.close();
    x.close();
    assertThat(backend.liveArrays()).isZero();
    assertThat(x).hasToString("DeviceArray float32(2) (closed)");
  }

  @Test
  void aClosedArrayIsRefused() {
    DeviceArray x = backend.array(one);
    x.close();
    assertThatThrownBy(x::toHost)
        .isInstanceOf(IllegalUseException.class)
        .hasMessage("cannot read an array of float32() that was closed or donated.");
  }

  @Test
  void arraysAreUploadedByName() {
    Map<String, DeviceArray> arrays = backend.arrays(Map.of("b", one, "a", one));
    assertThat(arrays).containsOnlyKeys("a", "b");
    assertThat(backend.liveArrays()).isEqualTo(2);
  }

  @Test
  void anUploadThatFailsLeavesNone() {
    engine.limit(2);
    assertThatThrownBy(() -> backend.arrays(Map.of("a", one, "b", one, "c", one)))
        .isInstanceOf(BackendException.class)
        .hasMessage("out of memory");
    assertThat(backend.liveArrays()).isZero();
  }

  @Test
  void aClosedBackendIsRefused() {
    DeviceArray x = backend.array(one);
    Computation c = backend.compile((t, in) -> in);
    backend.close();
    backend.close();
    String message = "backend 'fake' was used after it was closed.";
    assertThatThrownBy(() -> backend.array(one))
        .isInstanceOf(IllegalUseException.class)
        .hasMessage(message);
    assertThatThrownBy(() -> backend.compile((t, in) -> in))
        .isInstanceOf(IllegalUseException.class)
        .hasMessage(message);
    assertThatThrownBy(x::toHost).isInstanceOf(IllegalUseException.class).hasMessage(message);
    assertThatThrownBy(() -> c.run(Map.of("x", x)))
        .isInstanceOf(IllegalUseException.class)
        .hasMessage(message);
    assertThat(backend.liveArrays()).isZero();
    x.close();
    c.close();
  }

  @Test
  void closingABackendClosesItsComputations() {
    Computation c = backend.compile((t, in) -> in);
    c.run(Map.of("x", backend.array(one)));
    Computation closedBefore = backend.compile((t, in) -> in);
    closedBefore.run(Map.of("x", backend.array(one)));
    closedBefore.close();
    backend.close();
    c.close();
    assertThat(engine.closedExecutables()).isEqualTo(2);
  }
}
