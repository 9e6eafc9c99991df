package dev.ligo.backend.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ligo.api.Backend;
import dev.ligo.api.BackendException;
import dev.ligo.api.BackendOptions;
import dev.ligo.api.Backends;
import dev.ligo.api.Device;
import dev.ligo.api.spi.BackendProvider;
import dev.ligo.api.spi.PackedLibraries;
import dev.ligo.api.spi.Requirement;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The backend is found as a service, and says why it cannot be opened. */
class ProviderTest {
  private final BackendProvider provider = new DjlBackendProvider();

  @Test
  void isFoundByName() {
    try (Backend b = Backends.open("pytorch")) {
      assertThat(b.info().engine()).isEqualTo("PyTorch");
      assertThat(b.info().version()).matches("\\d+\\.\\d+\\.\\d+");
      assertThat(b.info().device()).isEqualTo(Device.CPU);
      assertThat(b.info().devices()).contains(Device.CPU);
      assertThat(b.info().threads()).isPositive();
    }
  }

  /** If the engine looked for them elsewhere, it would unpack them once more. */
  @Test
  void theEngineTakesTheLibrariesFromWhereTheyAreUnpacked() throws IOException {
    Path mapped = Path.of("/proc/self/maps");
    assumeTrue(Files.exists(mapped), "a system that tells what a process has loaded");
    Optional<PackedLibraries> packed = provider.libraries();
    assumeTrue(packed.isPresent(), "libraries in a jar, and not those of the system");
    try (Backend b = Backends.open("pytorch")) {
      assertThat(b.info().devices()).isNotEmpty();
      Path directory = packed.get().directory().toRealPath();
      assertThat(Files.readString(mapped)).contains(" " + directory + "/lib");
    }
    packed
        .get()
        .unpack(
            (bytes, total) -> {
              throw new AssertionError("something is left to be unpacked");
            });
  }

  @Test
  void theModuleAndTheClassPathProvideTheSame() throws IOException {
    Module module = DjlBackendProvider.class.getModule();
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

  @Test
  void anAbsentDeviceIsNoReasonToTakeAnother() {
    Device absent = new Device(Device.Kind.CUDA, 999);
    assertThatThrownBy(() -> provider.open(BackendOptions.cpu().withDevice(absent)))
        .isInstanceOf(BackendException.class)
        .hasMessageContaining("device cuda:999 was asked for, PyTorch found [cpu")
        .hasMessageMatching(".*(choose one of these|or compute on cpu)\\.");
  }

  @Test
  void aGpuNeedsItsDriverFirst() {
    assertThat(provider.requirements(Device.Kind.CPU)).isEmpty();
    assertThat(provider.requirements(Device.Kind.CUDA))
        .first()
        .extracting(Requirement::name)
        .isEqualTo("NVIDIA driver");
  }

  @Test
  void missingNativesAreSaidToBeMissing() throws IOException {
    try (URLClassLoader empty = new URLClassLoader(new URL[0], null)) {
      assertThat(obstacleSeenBy(empty))
          .hasValueSatisfying(
              why ->
                  assertThat(why)
                      .startsWith("PyTorch's native libraries are missing")
                      .contains("pytorch-native-cpu"));
    }
  }

  @Test
  void nativesOfAnotherPlatformAreNamed(@TempDir Path directory) throws IOException {
    Path properties = directory.resolve("native/lib/pytorch.properties");
    Files.createDirectories(properties.getParent());
    Files.writeString(properties, "classifier=plan9-pdp11\n");
    try (URLClassLoader other = new URLClassLoader(new URL[] {directory.toUri().toURL()}, null)) {
      assertThat(obstacleSeenBy(other))
          .hasValueSatisfying(why -> assertThat(why).contains("are for [plan9-pdp11], this is "));
    }
  }

  private Optional<String> obstacleSeenBy(ClassLoader loader) {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(loader);
    try {
      return provider.obstacle();
    } finally {
      thread.setContextClassLoader(before);
    }
  }
}
