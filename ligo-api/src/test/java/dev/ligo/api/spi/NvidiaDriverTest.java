package dev.ligo.api.spi;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The driver is known by its files, on systems that are directories here. */
class NvidiaDriverTest {
  /** As a driver of 2024 and one of 2025 with an open module write it. */
  private static final String VERSION =
      """
      NVRM version: NVIDIA UNIX x86_64 Kernel Module  550.54.15  Tue Mar  5 22:23:56 UTC 2024
      GCC version:  gcc version 12.2.0 (Debian 12.2.0-14)
      """;

  private static final String OPEN =
      "NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  580.65.06  Release Build  (root)\n";

  @TempDir Path root;

  private void write(String file, String content) throws IOException {
    Path path = root.resolve(file);
    Files.createDirectories(path.getParent());
    Files.writeString(path, content);
  }

  private Requirement requirement() {
    return NvidiaDriver.requirement(root, Map.of());
  }

  @Test
  void aSystemWithoutItSaysSo() {
    assertThat(requirement().isMet()).isFalse();
    assertThat(requirement())
        .hasToString(
            "NVIDIA driver: there is none, or no GPU (no /proc/driver/nvidia/version, no"
                + " libcuda.so.1); install NVIDIA's driver for Linux until nvidia-smi lists a GPU");
  }

  /** An image of CUDA may bring the library to a machine without a GPU. */
  @Test
  void theLibraryAloneIsNoDriver() throws IOException {
    write("usr/lib64/libcuda.so.1", "");
    assertThat(requirement().isMet()).isFalse();
    assertThat(requirement().found())
        .isEqualTo("there is none, or no GPU (no /proc/driver/nvidia/version)");
  }

  @Test
  void aContainerWithoutAGpuSeesTheKernelAlone() throws IOException {
    write("proc/driver/nvidia/version", VERSION);
    assertThat(requirement().found()).isEqualTo("550.54.15 in the kernel, but no libcuda.so.1");
    assertThat(requirement().remedy()).get().asString().contains("container toolkit");
  }

  @Test
  void bothPartsAreTheDriver() throws IOException {
    write("proc/driver/nvidia/version", OPEN);
    write("proc/driver/nvidia/gpus/0000:01:00.0/information", "Model: H200\n");
    write("usr/lib/x86_64-linux-gnu/libcuda.so.1", "");
    assertThat(requirement()).isEqualTo(Requirement.met("NVIDIA driver", "580.65.06, GPUs: 1"));
  }

  @Test
  void theLibraryIsFoundWhereTheLinkerFindsIt() throws IOException {
    write("proc/driver/nvidia/version", VERSION);
    write("opt/driver/libcuda.so.1", "");
    Map<String, String> environment =
        Map.of("LD_LIBRARY_PATH", "/nowhere::" + root.resolve("opt/driver"));
    assertThat(NvidiaDriver.requirement(root, environment).isMet()).isTrue();
    assertThat(requirement().isMet()).isFalse();
    write("etc/ld.so.cache", "ld.so-1.7.0\0libcuda.so.1\0/opt/driver/libcuda.so.1\0");
    assertThat(requirement().isMet()).isTrue();
  }

  @Test
  void linuxInsideWindowsTakesThatOfWindows() throws IOException {
    write("dev/dxg", "");
    write("usr/lib/wsl/lib/libcuda.so.1", "");
    assertThat(requirement()).isEqualTo(Requirement.met("NVIDIA driver", "that of Windows"));
  }
}
