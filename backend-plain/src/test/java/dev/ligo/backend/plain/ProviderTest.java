package dev.ligo.backend.plain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ligo.api.Backend;
import dev.ligo.api.BackendException;
import dev.ligo.api.BackendOptions;
import dev.ligo.api.Backends;
import dev.ligo.api.Computation;
import dev.ligo.api.Device;
import dev.ligo.api.DeviceArray;
import dev.ligo.api.HostArray;
import dev.ligo.api.Shape;
import dev.ligo.api.spi.BackendProvider;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The backend is found as a service, describes itself, and refuses what it cannot be. */
class ProviderTest {
  @Test
  void isFoundByNameAndComputes() {
    try (Backend backend = Backends.open("plain");
        Computation twice = backend.compile((t, in) -> in.map((n, x) -> x.add(x)));
        DeviceArray x = backend.array(HostArray.of(Shape.of(2), 1.0, 2.0));
        DeviceArray y = twice.run(Map.of("x", x)).get("x")) {
      assertThat(y.toHost().toDoubles()).containsExactly(2, 4);
      assertThat(backend.info().engine()).isEqualTo("plain Java");
      assertThat(backend.info().devices()).containsExactly(Device.CPU);
    }
  }

  @Test
  void isNeverTheDefault() {
    assertThat(Backends.available())
        .filteredOn(s -> s.name().equals("plain"))
        .singleElement()
        .satisfies(s -> assertThat(s.purpose()).contains("for tests: slow and exact"));
    assertThatThrownBy(Backends::preferred)
        .isInstanceOf(BackendException.class)
        .hasMessageContaining("'plain': for tests: slow and exact, opened by its name alone");
  }

  @Test
  void aDeviceIsNotReplacedByTheProcessor() {
    BackendOptions cuda = BackendOptions.cpu().withDevice(new Device(Device.Kind.CUDA, 0));
    assertThatThrownBy(() -> Backends.open("plain", cuda))
        .isInstanceOf(BackendException.class)
        .hasMessageContaining("cuda:0")
        .hasMessageContaining("cpu");
  }

  @Test
  void theModuleAndTheClassPathProvideTheSame() throws IOException {
    Module module = PlainBackendProvider.class.getModule();
    assumeTrue(module.isNamed());
    var provided =
        module.getDescriptor().provides().stream()
            .filter(p -> p.service().equals(BackendProvider.class.getName()))
            .findFirst()
            .orElseThrow();
    try (InputStream in =
            module.getResourceAsStream("META-INF/services/" + BackendProvider.class.getName());
        BufferedReader lines =
            new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
      assertThat(lines.lines().toList()).isEqualTo(provided.providers());
    }
  }
}
