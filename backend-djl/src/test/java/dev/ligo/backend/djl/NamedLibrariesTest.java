package dev.ligo.backend.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ligo.api.BackendException;
import dev.ligo.api.spi.Requirement;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Libraries that the user names are looked at before they are loaded; here they are empty files.
 */
class NamedLibrariesTest {
  private static final JniLibrary JNI =
      new JniLibrary("linux-x86_64", "2.7.1", List.of("cpu", "cu128"));

  @TempDir Path scratch;
  private final Map<String, String> settings = new TreeMap<>();
  private Path lib;

  /** As PyPI's torch is installed, with the settings that go with it. */
  @BeforeEach
  void install() throws IOException {
    lib = Files.createDirectories(scratch.resolve("torch/lib"));
    touch(lib, "torch");
    touch(lib, "torch_cuda");
    version("2.7.1+cu126");
    settings.put(NamedLibraries.PATH, lib.toString());
    settings.put(NamedLibraries.VERSION, "2.7.1");
    settings.put(NamedLibraries.FLAVOR, "cu128");
  }

  private static void touch(Path directory, String library) throws IOException {
    Files.createFile(directory.resolve(System.mapLibraryName(library)));
  }

  private void version(String version) throws IOException {
    Files.writeString(
        scratch.resolve("torch/version.py"),
        "__all__ = ['__version__', 'cuda']\n__version__ = '" + version + "'\ncuda = '12.6'\n");
  }

  private NamedLibraries libraries() {
    return new NamedLibraries(
        name -> Optional.ofNullable(settings.get(name)), JNI, scratch.resolve("cache"));
  }

  private void isRefused(String why) {
    assertThatThrownBy(() -> libraries().check())
        .isInstanceOf(BackendException.class)
        .hasMessage(why);
  }

  private void isTaken() {
    assertThatCode(() -> libraries().check()).doesNotThrowAnyException();
  }

  @Test
  void theRightOnesMeetEverything() {
    isTaken();
    assertThat(libraries().requirements(true))
        .containsExactly(
            Requirement.met("PYTORCH_LIBRARY_PATH", lib.toString()),
            Requirement.met("torch's version", "2.7.1+cu126"),
            Requirement.met("PYTORCH_FLAVOR", "cu128"));
  }

  @Test
  void withoutSettingsEachStepIsNamed() {
    settings.clear();
    isTaken();
    assertThat(libraries().requirements(true))
        .extracting(Requirement::toString)
        .containsExactly(
            "PYTORCH_LIBRARY_PATH: not set; set it to the directory torch/lib of an installed torch"
                + " 2.7.1 for CUDA, as scripts/cuda.sh of ligo's sources does",
            "PYTORCH_FLAVOR: not set; set it to cu128");
  }

  @Test
  void aDirectoryWithoutLibrariesIsRefused() {
    settings.put(NamedLibraries.PATH, "/nowhere");
    isRefused(
        "PYTORCH_LIBRARY_PATH: '/nowhere' has no "
            + System.mapLibraryName("torch")
            + "; set it to the directory torch/lib of an installed torch 2.7.1, or unset it.");
  }

  /** DJL takes a path of several, and the library itself. */
  @Test
  void itIsFoundAsDjlFindsIt() {
    settings.put(NamedLibraries.PATH, "/nowhere" + File.pathSeparator + lib);
    isTaken();
    settings.put(NamedLibraries.PATH, lib.resolve(System.mapLibraryName("torch")).toString());
    isTaken();
  }

  @Test
  void librariesOfAnotherVersionAreRefused() throws IOException {
    version("2.15.0+cpu");
    isRefused(
        "torch's version: 2.15.0+cpu in "
            + lib
            + ", and DJL's library is built for 2.7.1; install torch 2.7.1 and set"
            + " PYTORCH_LIBRARY_PATH to its directory torch/lib.");
  }

  /** As libtorch for C++ says it. */
  @Test
  void anInstallationForOtherLanguagesNamesItsVersionToo() throws IOException {
    Files.delete(scratch.resolve("torch/version.py"));
    isTaken();
    Files.writeString(scratch.resolve("torch/build-version"), "2.6.0+cu124\n");
    assertThatThrownBy(() -> libraries().check()).hasMessageContaining("2.6.0+cu124");
  }

  @Test
  void anotherVersionInTheSettingsIsRefused() {
    settings.put(NamedLibraries.VERSION, "2.6.0");
    isRefused("PYTORCH_VERSION: '2.6.0', and DJL's library is built for 2.7.1; set it to 2.7.1.");
    settings.remove(NamedLibraries.PATH);
    isRefused(
        "PYTORCH_VERSION: '2.6.0', and no PYTORCH_LIBRARY_PATH names its libraries; set both, or"
            + " none.");
  }

  @Test
  void aFlavorThatIsMissingOrUnknownIsRefused() throws IOException {
    settings.remove(NamedLibraries.FLAVOR);
    isRefused("PYTORCH_FLAVOR: not set; set it to cu128.");
    settings.put(NamedLibraries.FLAVOR, "cu129");
    isRefused(
        "PYTORCH_FLAVOR: 'cu129', and DJL's library is built for [cpu, cu128]; set it to cu128.");
    settings.put(NamedLibraries.FLAVOR, "cu128");
    Files.delete(lib.resolve(System.mapLibraryName("torch_cuda")));
    isRefused(
        "PYTORCH_FLAVOR: 'cu128', and %s has no %s; set it to cpu."
            .formatted(lib, System.mapLibraryName("torch_cuda")));
  }

  /** They compute on the CPU, and no GPU. */
  @Test
  void theFlavorForTheCpuIsTakenButDoesNotDoForAGpu() throws IOException {
    settings.put(NamedLibraries.FLAVOR, "cpu");
    isTaken();
    assertThat(libraries().requirements(true).get(2))
        .hasToString("PYTORCH_FLAVOR: 'cpu', which uses no GPU; set it to cu128");
    Files.delete(lib.resolve(System.mapLibraryName("torch_cuda")));
    isTaken();
    assertThat(libraries().requirements(true).get(0).found()).endsWith("it is for the CPU");
  }

  /** Seen on a machine without one: libcaffe2_nvrtc.so asks for libcuda.so.1. */
  @Test
  void thoseForCudaCannotBeLoadedWithoutTheDriver() {
    Requirement none = Requirement.missing("driver", "none", "install it");
    assertThat(libraries().obstacle(none))
        .hasValue("driver: none; install it, or set PYTORCH_FLAVOR from cu128 to cpu.");
    assertThat(libraries().obstacle(Requirement.met("driver", "550.54.15"))).isEmpty();
    settings.put(NamedLibraries.FLAVOR, "cpu");
    assertThat(libraries().obstacle(none)).isEmpty();
  }

  @Test
  void withABuildOfDjlsLibraryBesideThemAnyVersionDoes() throws IOException {
    version("2.11.0+cu130");
    settings.put(NamedLibraries.VERSION, "2.11.0");
    settings.put(NamedLibraries.FLAVOR, "cu130");
    assertThatThrownBy(() -> libraries().check()).hasMessageContaining("2.11.0");
    Path cached = scratch.resolve("cache/2.11.0-cu130-linux-x86_64");
    touch(Files.createDirectories(cached), "djl_torch");
    isTaken();
    assertThat(libraries().requirements(true)).allMatch(Requirement::isMet).hasSize(2);
  }

  /** A JNI library that DJL unpacked from the class path goes with its own version of torch. */
  @Test
  void whatWasUnpackedFitsItsOwnVersionAlone() throws IOException {
    version("2.15.0");
    Path cached = scratch.resolve("cache/2.7.1-cu128-linux-x86_64");
    touch(Files.createDirectories(cached), "djl_torch");
    assertThatThrownBy(() -> libraries().check()).hasMessageContaining("2.15.0");
  }

  @Test
  void theClassPathsLibraryIsRead() {
    Optional<JniLibrary> found = JniLibrary.ofClassPath("linux-x86_64");
    assertThat(found).isPresent();
    assertThat(found.get().torch()).matches("\\d+\\.\\d+\\.\\d+");
    assertThat(found.get().flavors()).contains("cpu").anyMatch(f -> f.startsWith("cu"));
    assertThat(JniLibrary.ofClassPath("plan9-pdp11").get().flavors()).isEmpty();
  }
}
