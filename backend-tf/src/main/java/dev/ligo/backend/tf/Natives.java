package dev.ligo.backend.tf;

import dev.ligo.api.BackendException;
import dev.ligo.api.Device;
import dev.ligo.api.LigoException;
import dev.ligo.api.spi.NvidiaDriver;
import dev.ligo.api.spi.PackedLibraries;
import dev.ligo.api.spi.Requirement;
import java.io.IOException;
import java.net.JarURLConnection;
import java.net.URL;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.regex.Pattern;
import org.bytedeco.javacpp.Loader;
import org.tensorflow.internal.c_api.global.tensorflow;

/** TensorFlow's native libraries: whether they are there, and the loading of them. */
final class Natives {
  private static final String DIRECTORY = "org/tensorflow/internal/c_api/";

  /** The platforms that natives are published for, by their classifiers. */
  private static final List<String> PUBLISHED =
      List.of("linux-x86_64", "linux-x86_64-gpu", "linux-arm64", "macosx-arm64", "windows-x86_64");

  private static final Pattern LIBRARY = Pattern.compile("[^/]+\\.(so(\\.\\d+)*|dylib|dll)");

  private Natives() {}

  /** Returns why TensorFlow could not be loaded here, or empty, without loading anything. */
  static Optional<String> obstacle() {
    return obstacle(platform(), found());
  }

  /** Returns the platforms whose natives are there. */
  private static List<String> found() {
    return PUBLISHED.stream().filter(Natives::isPresent).toList();
  }

  /** Returns what computing on a kind of device needs, in the order in which to see to it. */
  static List<Requirement> requirements(Device.Kind kind) {
    return kind == Device.Kind.CUDA
        ? List.of(NvidiaDriver.requirement(), gpuLibraries(platform(), found()))
        : List.of();
  }

  /** Returns the need of natives for a GPU on some platform, where those of others were found. */
  static Requirement gpuLibraries(String platform, List<String> found) {
    String name = "libraries for CUDA";
    String gpu = platform + "-gpu";
    if (!PUBLISHED.contains(gpu)) {
      return Requirement.missing(
          name, "none are published for " + platform, "take another platform or backend");
    }
    // Where both are, those for the CPU are taken.
    if (found.contains(gpu) && !found.contains(platform)) {
      return Requirement.met(name, gpu);
    }
    return Requirement.missing(
        name,
        found.isEmpty() ? "none" : "those found are for " + found,
        "put the jar org.tensorflow:tensorflow-core-native with classifier '"
            + gpu
            + "' in the place of the other, as Maven's profile 'cuda' of ligo's sources does");
  }

  /** Returns the same for some platform, where natives of others were found. */
  static Optional<String> obstacle(String platform, List<String> found) {
    if (found.contains(platform) || found.contains(platform + "-gpu")) {
      return Optional.empty();
    }
    String what = found.isEmpty() ? "are missing" : "are for " + found + ", this is " + platform;
    return Optional.of(
        "TensorFlow's native libraries "
            + what
            + "; "
            + (PUBLISHED.contains(platform)
                ? "put the jar org.tensorflow:tensorflow-core-native with classifier '"
                    + platform
                    + "' on the module path or the class path, beside the one without classifier."
                : "they are published for " + PUBLISHED + " alone: take another backend."));
  }

  /** Whether the library of a platform is where JavaCPP looks for it. */
  private static boolean isPresent(String classifier) {
    return library(classifier).isPresent();
  }

  private static Optional<URL> library(String classifier) {
    String name =
        classifier.startsWith("windows")
            ? "jnitensorflow.dll"
            : "libjnitensorflow." + (classifier.startsWith("macosx") ? "dylib" : "so");
    return Optional.ofNullable(
        tensorflow.class.getClassLoader().getResource(DIRECTORY + classifier + "/" + name));
  }

  /**
   * Returns the libraries of this platform and where JavaCPP looks for them. It would unpack them
   * itself, and takes those that are there and have the size and the time that the jar says; but it
   * tells nobody how far it is.
   */
  static Optional<PackedLibraries> packed() {
    Optional<URL> found = library(platform()).or(() -> library(platform() + "-gpu"));
    if (found.isEmpty() || !found.get().getProtocol().equals("jar")) {
      return Optional.empty(); // what lies in a directory is taken from there
    }
    String url = found.get().toString();
    String base = url.substring(0, url.indexOf("!/") + 2);
    String directory = url.substring(base.length(), url.lastIndexOf('/') + 1);
    try {
      JarURLConnection connection = (JarURLConnection) found.get().openConnection();
      connection.setUseCaches(false);
      try (JarFile jar = connection.getJarFile()) {
        List<URL> libraries = new ArrayList<>();
        for (JarEntry entry : Collections.list(jar.entries())) {
          String name = entry.getName();
          if (name.startsWith(directory)
              && LIBRARY.matcher(name.substring(directory.length())).matches()) {
            libraries.add(new URL(base + name));
          }
        }
        Path cache = Loader.getCacheDir().toPath().resolve(Path.of(jar.getName()).getFileName());
        return Optional.of(new PackedLibraries(cache.resolve(directory), libraries));
      }
    } catch (IOException e) {
      throw new BackendException(
          "TensorFlow's native libraries cannot be read from "
              + base
              + ": "
              + LigoException.reason(e)
              + "; fetch the jar anew.",
          e);
    }
  }

  /** Returns this platform by JavaCPP's name for it. */
  static String platform() {
    String os = System.getProperty("os.name").toLowerCase(Locale.ROOT);
    String arch = System.getProperty("os.arch");
    String prefix = os.startsWith("win") ? "windows" : os.startsWith("mac") ? "macosx" : os;
    return prefix
        + "-"
        + switch (arch) {
          case "amd64" -> "x86_64";
          case "aarch64" -> "arm64";
          default -> arch;
        };
  }

  /**
   * Loads TensorFlow, once in a process, and returns its version. Unless the user decided
   * otherwise, JavaCPP, which loads it, is told to mind its own memory alone: by default it refuses
   * to allocate where the whole process is larger than four Java heaps, as one with tensors is.
   */
  static String load() {
    String limit = "org.bytedeco.javacpp.maxPhysicalBytes";
    if (System.getProperty(limit) == null) {
      System.setProperty(limit, "0");
    }
    try {
      return Tf.version();
    } catch (RuntimeException | LinkageError e) {
      throw new BackendException(
          "TensorFlow's native libraries could not be loaded ("
              + rootMessage(e)
              + "); check that both jars of org.tensorflow:tensorflow-core-native, with and without"
              + " classifier, are of one version, and that JavaCPP's cache"
              + " (org.bytedeco.javacpp.cachedir, by default .javacpp/cache in the home directory)"
              + " is writable.",
          e);
    }
  }

  private static String rootMessage(Throwable e) {
    Throwable root = e;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root.getMessage() == null ? root.toString() : Failures.line(root);
  }
}
