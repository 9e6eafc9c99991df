package dev.ligo.it.backends;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ligo.api.Backend;
import dev.ligo.api.BackendException;
import dev.ligo.api.BackendOptions;
import dev.ligo.api.Backends;
import dev.ligo.api.Computation;
import dev.ligo.api.Device;
import dev.ligo.api.DeviceArray;
import dev.ligo.api.HostArray;
import dev.ligo.api.IllegalUseException;
import dev.ligo.api.Program;
import dev.ligo.api.Shape;
import dev.ligo.api.Tensor;
import dev.ligo.api.UnknownNameException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bad input is refused by a typed error, and both engines of the process go on. */
class BadInputTest {
  private static final Program TWICE = (t, in) -> in.map((n, x) -> x.add(x));

  private final BothBackends backends = BothBackends.open();

  @AfterEach
  void bothGoOn() {
    backends.assertNothingIsLeft();
    backends.all().forEach(b -> assertThat(twice(b)).containsExactly(2, 4));
    backends.close();
  }

  private static double[] twice(Backend backend) {
    try (Computation c = backend.compile(TWICE);
        DeviceArray x = backend.array(HostArray.of(Shape.of(2), 1f, 2f));
        DeviceArray y = c.run(Map.of("x", x)).get("x")) {
      return y.toHost().toDoubles();
    }
  }

  private Backend backend(String name) {
    return backends.all().stream().filter(b -> b.name().equals(name)).findFirst().orElseThrow();
  }

  @Test
  void aBackendThatIsAbsentIsAnsweredWithThoseThereAre() {
    assertThatThrownBy(() -> Backends.open("tensorflwo"))
        .isInstanceOf(UnknownNameException.class)
        .hasMessageContaining("pytorch")
        .hasMessageContaining("tensorflow");
  }

  @ParameterizedTest
  @ValueSource(strings = {"pytorch", "tensorflow"})
  void aDeviceThatIsAbsentIsNotReplaced(String name) {
    BackendOptions absent =
        BackendOptions.cpu().withThreads(1).withDevice(new Device(Device.Kind.CUDA, 99));
    assertThatThrownBy(() -> Backends.open(name, absent))
        .isInstanceOf(BackendException.class)
        .hasMessageContaining("device cuda:99 was asked for");
  }

  @ParameterizedTest
  @ValueSource(strings = {"pytorch", "tensorflow"})
  void anArrayOfTheOtherEngineIsRefused(String name) {
    Backend backend = backend(name);
    Backend other = backend(name.equals("pytorch") ? "tensorflow" : "pytorch");
    try (Computation c = backend.compile(TWICE);
        DeviceArray x = other.array(HostArray.of(Shape.of(2), 1f, 2f))) {
      assertThatThrownBy(() -> c.run(Map.of("x", x)))
          .isInstanceOf(IllegalUseException.class)
          .hasMessage(
              "input 'x' lives on another backend, "
                  + other.name()
                  + " on cpu; copy it with toHost() and array().");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"pytorch", "tensorflow"})
  void aTensorOfTheOtherEnginesProgramIsRefused(String name) {
    Backend backend = backend(name);
    Backend other = backend(name.equals("pytorch") ? "tensorflow" : "pytorch");
    List<Tensor> leaked = new ArrayList<>();
    Program mixing =
        (t, in) -> {
          // While this program is applied, the other engine applies one that hands its tensor out.
          run(
              other,
              (u, there) -> {
                leaked.add(there.get("x"));
                return there;
              });
          return in.map((n, x) -> x.add(leaked.get(0)));
        };
    assertThatThrownBy(() -> run(backend, mixing))
        .isInstanceOf(IllegalUseException.class)
        .hasMessage("a tensor of one program was used in another; pass its value as an input.");
  }

  private static void run(Backend backend, Program program) {
    try (Computation c = backend.compile(program);
        DeviceArray x = backend.array(HostArray.of(Shape.of(2), 1f, 2f))) {
      c.run(Map.of("x", x)).values().forEach(DeviceArray::close);
    }
  }
}
