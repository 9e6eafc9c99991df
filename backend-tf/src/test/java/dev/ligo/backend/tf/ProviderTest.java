package dev.ligo.backend.tf;

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
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The backend is found as a service, and says why it cannot be opened. */
class ProviderTest {
  private final BackendProvider provider = new TfBackendProvider();

  @Test
  void isFoundByName() {
    try (Backend b = Backends.open("tensorflow", BackendOptions.cpu().withThreads(1))) {
      assertThat(b.info().engine()).isEqualTo("TensorFlow");
      assertThat(b.info().version()).matches("\\d+\\.\\d+\\.\\d+");
      assertThat(b.info().device()).isEqualTo(Device.CPU);
      assertThat(b.info().devices()).contains(Device.CPU);
      assertThat(b.info().threads()).isOne();
    }
  }

  /** If the engine looked for them elsewhere, it would unpack them once more. */
  @Test
  void theEngineTakesTheLibrariesFromWhereTheyAreUnpacked() throws IOException {
    Path mapped = Path.of("/proc/self/maps");
    assumeTrue(Files.exists(mapped), "a system that tells what a process has loaded");
    Optional<PackedLibraries> packed = provider.libraries();
    assumeTrue(packed.isPresent(), "libraries in a jar, and not those of the system");
    try (Backend b = Backends.open("tensorflow", BackendOptions.cpu().withThreads(1))) {
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
    Module module = TfBackendProvider.class.getModule();
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
    BackendOptions options = BackendOptions.cpu().withThreads(1).withDevice(absent);
    assertThatThrownBy(() -> provider.open(options))
        .isInstanceOf(BackendException.class)
        .hasMessageContaining("device cuda:999 was asked for, TensorFlow found [cpu")
        .hasMessageMatching(".*(choose one of these|or compute on cpu)\\.");
  }

  @Test
  void nativesThatAreHereAreNoObstacle() {
    assertThat(provider.obstacle()).isEmpty();
    assertThat(Natives.obstacle("linux-x86_64", List.of("linux-x86_64-gpu"))).isEmpty();
  }

  @Test
  void aGpuNeedsItsDriverFirst() {
    assertThat(provider.requirements(Device.Kind.CPU)).isEmpty();
    assertThat(provider.requirements(Device.Kind.CUDA))
        .extracting(Requirement::name)
        .containsExactly("NVIDIA driver", "libraries for CUDA");
  }

  @Test
  void aGpuNeedsLibrariesOfItsOwn() {
    String cpu = "linux-x86_64";
    String gpu = "linux-x86_64-gpu";
    assertThat(Natives.gpuLibraries(cpu, List.of(gpu)))
        .isEqualTo(Requirement.met("libraries for CUDA", gpu));
    assertThat(Natives.gpuLibraries(cpu, List.of(cpu, gpu)).isMet()).isFalse();
    assertThat(Natives.gpuLibraries(cpu, List.of(cpu)))
        .hasToString(
            "libraries for CUDA: those found are for [linux-x86_64]; put the jar"
                + " org.tensorflow:tensorflow-core-native with classifier 'linux-x86_64-gpu' in the"
                + " place of the other, as Maven's profile 'cuda' of ligo's sources does");
    assertThat(Natives.gpuLibraries("macosx-arm64", List.of("macosx-arm64")).found())
        .isEqualTo("none are published for macosx-arm64");
  }

  @Test
  void missingNativesAreSaidToBeMissing() {
    assertThat(Natives.obstacle("linux-arm64", List.of()))
        .hasValue(
            "TensorFlow's native libraries are missing; put the jar"
                + " org.tensorflow:tensorflow-core-native with classifier 'linux-arm64' on the"
                + " module path or the class path, beside the one without classifier.");
  }

  @Test
  void nativesOfAnotherPlatformAreNamed() {
    assertThat(Natives.obstacle("macosx-arm64", List.of("linux-x86_64")))
        .hasValueSatisfying(
            why ->
                assertThat(why)
                    .startsWith(
                        "TensorFlow's native libraries are for [linux-x86_64], this is"
                            + " macosx-arm64;"));
  }

  @Test
  void aPlatformWithoutNativesIsSaidToHaveNone() {
    assertThat(Natives.obstacle("plan9-pdp11", List.of("linux-x86_64")))
        .hasValueSatisfying(why -> assertThat(why).endsWith("alone: take another backend."));
  }
}
