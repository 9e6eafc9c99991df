package dev.ligo.backend.djl;

import ai.djl.engine.Engine;
import ai.djl.engine.StandardCapabilities;
import ai.djl.util.ClassLoaderUtils;
import ai.djl.util.Platform;
import ai.djl.util.Utils;
import dev.ligo.api.BackendException;
import dev.ligo.api.Device;
import dev.ligo.api.spi.NvidiaDriver;
import dev.ligo.api.spi.PackedLibraries;
import dev.ligo.api.spi.Requirement;
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
  private static final String CLASSIFIER = "classifier";

  private Natives() {}

  /** Returns why torch could not be loaded here, or empty, without loading anything. */
  static Optional<String> obstacle() {
    if (isNamed()) {
      return Optional.empty(); // looked at when they are loaded, so that no other engine is taken
    }
    String platform = platform();
    List<String> found =
        bundled().stream().flatMap(p -> Stream.ofNullable(p.getProperty(CLASSIFIER))).toList();
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
            + " "
            + NamedLibraries.PATH
            + " to an installed libtorch.");
  }

  /** Whether the user named a directory of libraries. */
  private static boolean isNamed() {
    return NamedLibraries.ofProcess(NamedLibraries.PATH).isPresent();
  }

  /** Returns the libraries that the user named or could name, if DJL's own is there. */
  private static Optional<NamedLibraries> named() {
    return JniLibrary.ofClassPath(platform())
        .map(
            jni ->
                new NamedLibraries(
                    NamedLibraries::ofProcess, jni, Utils.getEngineCacheDir("pytorch")));
  }

  /** Returns what computing on a GPU needs, in the order in which to see to it. */
  static List<Requirement> requirementsOfGpu() {
    List<Requirement> all = new ArrayList<>(List.of(NvidiaDriver.requirement()));
    Optional<String> bundled =
        bundled().stream()
            .filter(p -> p.getProperty(CLASSIFIER, "").equals(platform()))
            .map(p -> p.getProperty("flavor", ""))
            .filter(flavor -> flavor.startsWith("cu"))
            .findFirst();
    if (bundled.isPresent() && !isNamed()) {
      all.add(Requirement.met("libraries for CUDA", bundled.get() + " on the class path"));
    } else {
      named().ifPresent(libraries -> all.addAll(libraries.requirements(true)));
    }
    return all;
  }

  /** Returns what the libraries of the class path say of themselves, as DJL looks for them. */
  private static List<Properties> bundled() {
    List<Properties> all = new ArrayList<>();
    try {
      for (URL url :
          Collections.list(ClassLoaderUtils.getContextClassLoader().getResources(PROPERTIES))) {
        Properties properties = new Properties();
        try (InputStream in = url.openStream()) {
          properties.load(in);
        }
        all.add(properties);
      }
    } catch (IOException e) {
      throw new BackendException("cannot read " + PROPERTIES + " from the class path.", e);
    }
    return all;
  }

  /**
   * Returns the libraries of the class path and where DJL looks for them. It would unpack them
   * itself, but says nothing meanwhile, and of two processes that begin at once one may delete what
   * the other has unpacked.
   */
  static Optional<PackedLibraries> packed() {
    if (isNamed()) {
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
    if (Boolean.getBoolean(offline)) { // or else DJL may fetch what does not fit
      named().ifPresent(NamedLibraries::check);
    }
    try {
      return Engine.getEngine("PyTorch");
    } catch (RuntimeException | LinkageError | AssertionError e) {
      throw new BackendException(
          named()
              .flatMap(libraries -> libraries.obstacle(NvidiaDriver.requirement()))
              .orElseGet(
                  () ->
                      "PyTorch's native libraries could not be loaded ("
                          + rootMessage(e)
                          + "); check that the jars of DJL and of the natives are of versions that"
                          + " belong together, and that DJL_CACHE_DIR (by default .djl.ai in the"
                          + " home directory) is writable."),
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
      for (int i = 0; i < Torch.gpus(engine); i++) {
        devices.add(new Device(Device.Kind.CUDA, i));
      }
    }
    return devices;
  }
}
