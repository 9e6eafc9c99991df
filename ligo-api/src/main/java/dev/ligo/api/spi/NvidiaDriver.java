package dev.ligo.api.spi;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * NVIDIA's driver on Linux, by the files that it shows: nothing of it is loaded or called. It has
 * two parts, a module of the kernel and a library for programs. A container sees the kernel's, but
 * has the library only if it was handed a GPU.
 */
public final class NvidiaDriver {
  private static final String LIBRARY = "libcuda.so.1";
  private static final String NAME = "NVIDIA driver";

  /** Where the library is looked for, besides the linker's own list. */
  private static final List<String> DIRECTORIES =
      List.of(
          "usr/lib/x86_64-linux-gnu",
          "usr/lib/aarch64-linux-gnu",
          "usr/lib64",
          "usr/lib",
          "usr/lib/wsl/lib",
          "usr/local/nvidia/lib64",
          "run/opengl-driver/lib");

  private static final Pattern VERSION = Pattern.compile("\\b\\d{3}\\.\\d+(\\.\\d+)?\\b");

  private NvidiaDriver() {}

  /** {@return whether the driver is there, and what to do if it is not} */
  public static Requirement requirement() {
    return requirement(Path.of("/"), System.getenv());
  }

  /**
   * {@return the same of another system}
   *
   * @param root the root of its files
   * @param environment its environment, of which {@code LD_LIBRARY_PATH} matters
   */
  public static Requirement requirement(Path root, Map<String, String> environment) {
    Optional<String> kernel = kernel(root);
    boolean library = hasLibrary(root, environment);
    if (kernel.isEmpty()) {
      return Requirement.missing(
          NAME,
          "there is none, or no GPU (no /proc/driver/nvidia/version"
              + (library ? "" : ", no " + LIBRARY)
              + ")",
          "install NVIDIA's driver for Linux until nvidia-smi lists a GPU");
    }
    if (!library) {
      return Requirement.missing(
          NAME,
          kernel.get() + " in the kernel, but no " + LIBRARY,
          "hand a GPU to this container, as NVIDIA's container toolkit does, or add the library's"
              + " directory to LD_LIBRARY_PATH");
    }
    return Requirement.met(NAME, kernel.get());
  }

  /** Returns the module of the kernel, in words, if it is loaded. */
  private static Optional<String> kernel(Path root) {
    Path version = root.resolve("proc/driver/nvidia/version");
    if (Files.exists(version)) {
      Matcher number = VERSION.matcher(read(version));
      String words = number.find() ? number.group() : "an unknown version";
      return Optional.of(words + gpus(root.resolve("proc/driver/nvidia/gpus")));
    }
    return Files.exists(root.resolve("dev/dxg")) // Linux inside Windows
        ? Optional.of("that of Windows")
        : Optional.empty();
  }

  private static String gpus(Path directory) {
    try (Stream<Path> each = Files.list(directory)) {
      return ", GPUs: " + each.count();
    } catch (IOException e) {
      return "";
    }
  }

  private static boolean hasLibrary(Path root, Map<String, String> environment) {
    Stream<Path> named =
        Stream.of(environment.getOrDefault("LD_LIBRARY_PATH", "").split(":"))
            .filter(directory -> !directory.isEmpty())
            .map(Path::of);
    return Stream.concat(named, DIRECTORIES.stream().map(root::resolve))
            .anyMatch(directory -> Files.exists(directory.resolve(LIBRARY)))
        || read(root.resolve("etc/ld.so.cache")).contains("/" + LIBRARY);
  }

  /** Returns a file's bytes as characters, none if it cannot be read. */
  private static String read(Path file) {
    try {
      return Files.readString(file, StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      return "";
    }
  }
}
