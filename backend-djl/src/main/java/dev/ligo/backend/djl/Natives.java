package dev.ligo.backend.djl;

import ai.djl.engine.Engine;
import ai.djl.engine.StandardCapabilities;
import ai.djl.util.ClassLoaderUtils;
import ai.djl.util.Platform;
import ai.djl.util.Utils;
import dev.ligo.api.BackendException;
import dev.ligo.api.Device;
import dev.ligo.api.spi.PackedLibraries;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Stream;

/** Torch's native libraries: whether they are there, and the loading of them. */
final class Natives {
  private static final String PROPERTIES = "native/lib/pytorch.properties";

  private Natives() {}

  /** Returns why torch could not be loaded here, or empty, without loading anything. */
  static Optional<String> obstacle() {
    if (installed().isPresent()) {
      return Optional.empty();
    }
    String platform = platform();
    List<String> found = bundled();
    if (found.stream().anyMatch(classifier -> classifier.endsWith(platform))) {
      return Optional.empty();
    }
    String what = found.isEmpty() ? "are missing" : "are for " + found + ", this is " + platform;
    return Optional.of(
        "PyTorch's native libraries "
            + what
            + "; put the jar ai.djl.pytorch:pytorch-native-cpu with classifier '"
            + platform
            + "' on the class path (it cannot stand on the module path), or set"
            + " PYTORCH_LIBRARY_PATH to an installed libtorch.");
  }

  /** Returns the directory of a libtorch that the user named. */
  private static Optional<String> installed() {
    String name = "PYTORCH_LIBRARY_PATH";
    return Optional.ofNullable(System.getenv(name))
        .or(() -> Optional.ofNullable(System.getProperty(name)));
  }

  /** Returns the platforms whose libraries are on the class path, as DJL looks for them. */
  private static List<String> bundled() {
    List<String> classifiers = new ArrayList<>();
    try {
      for (URL url :
          Collections.list(ClassLoaderUtils.getContextClassLoader().getResources(PROPERTIES))) {
        Properties properties = new Properties();
        try (InputStream in = url.openStream()) {
          properties.load(in);
        }
        Optional.ofNullable(properties.getProperty("classifier")).ifPresent(classifiers::add);
      }
    } catch (IOException e) {
      throw new BackendException("cannot read " + PROPERTIES + " from the class path.", e);
    }
    return classifiers;
  }

  /**
   * Returns the libraries of the class path and where DJL looks for them. It would unpack them
   * itself, but says nothing meanwhile, and of two processes that begin at once one may delete what
   * the other has unpacked.
   */
  static Optional<PackedLibraries> packed() {
    if (installed().isPresent()) {
      return Optional.empty();
    }
    Platform platform = Platform.detectPlatform("pytorch");
    if (platform.isPlaceholder()) {
      return Optional.empty(); // none for this platform: DJL has the words for it
    }
    String flavor = platform.getFlavor();
    String classifier = platform.getClassifier();
    String name = platform.getVersion() + "-" + flavor + "-" + classifier;
    ClassLoader loader = ClassLoaderUtils.getContextClassLoader();
    // DJL looks whether this one is there: so it comes last.
    String last = System.mapLibraryName("torch");
    return Optional.of(
        new PackedLibraries(
            Utils.getEngineCacheDir("pytorch").resolve(name),
            Stream.of(platform.getLibraries())
                .sorted(Comparator.comparing(last::equals))
                .map(file -> "pytorch/" + flavor + "/" + classifier + "/" + file)
                .flatMap(file -> Stream.ofNullable(loader.getResource(file)))
                .toList()));
  }

  private static String platform() {
    String os = System.getProperty("os.name").toLowerCase(Locale.ROOT);
    String arch = System.getProperty("os.arch");
    String prefix = os.startsWith("win") ? "win" : os.startsWith("mac") ? "osx" : os;
    return prefix + "-" + (arch.equals("amd64") ? "x86_64" : arch);
  }

  /**
   * Loads torch, once in a process. Unless the user decided otherwise, DJL is told to stay offline:
   * by default it reports its use, and downloads natives that are missing.
   */
  static Engine load() {
    String offline = "ai.djl.offline";
    if (System.getProperty(offline) == null) {
      System.setProperty(offline, "true");
    }
    try {
      return Engine.getEngine("PyTorch");
    } catch (RuntimeException | LinkageError | AssertionError e) {
      throw new BackendException(
          "PyTorch's native libraries could not be loaded ("
              + rootMessage(e)
              + "); check that the jars of DJL and of the natives are of versions that belong"
              + " together, and that DJL_CACHE_DIR (by default .djl.ai in the home directory) is"
              + " writable.",
          e);
    }
  }

  private static String rootMessage(Throwable e) {
    Throwable root = e;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root.getMessage() == null
        ? root.toString()
        : root.getMessage().lines().findFirst().orElse("");
  }

  /** Returns how many threads torch takes of itself. The first call precedes the first run. */
  static int defaultThreads() {
    return Defaults.THREADS;
  }

  /** Keeps torch's own number of threads, read before anyone changes it. */
  private static final class Defaults {
    static final int THREADS = Torch.threads();
  }

  /** Returns the devices that the loaded libraries can compute on. */
  static List<Device> devices(Engine engine) {
    List<Device> devices = new ArrayList<>(List.of(Device.CPU));
    if (engine.hasCapability(StandardCapabilities.CUDA)) {
      for (int i = 0; i < engine.getGpuCount(); i++) {
        devices.add(new Device(Device.Kind.CUDA, i));
      }
    }
    return devices;
  }
}
