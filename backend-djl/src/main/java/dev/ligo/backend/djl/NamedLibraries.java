package dev.ligo.backend.djl;

import dev.ligo.api.BackendException;
import dev.ligo.api.spi.Requirement;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The libraries of an installed torch that the user names by three settings of DJL's: the
 * directory, the version and the flavor. They are looked at before DJL loads them: it would take
 * others for a directory without them, and crash later with those of another version.
 *
 * @param settings the value of a setting by its name, if there is one
 * @param jni DJL's own library of the class path, which they have to go with
 * @param cache where DJL keeps what it has unpacked or was given
 */
record NamedLibraries(Function<String, Optional<String>> settings, JniLibrary jni, Path cache) {
  static final String PATH = "PYTORCH_LIBRARY_PATH";
  static final String VERSION = "PYTORCH_VERSION";
  static final String FLAVOR = "PYTORCH_FLAVOR";

  private static final Pattern PYTHON = Pattern.compile("(?m)^__version__ *= *'([^']+)'");
  private static final Pattern NUMBERS = Pattern.compile("^\\d+\\.\\d+\\.\\d+");

  /** Returns the value of a setting as DJL reads it: of the environment, or else of the JVM. */
  static Optional<String> ofProcess(String name) {
    return Optional.ofNullable(System.getenv(name))
        .or(() -> Optional.ofNullable(System.getProperty(name)))
        .filter(value -> !value.isEmpty());
  }

  /**
   * Refuses libraries that DJL would not load, or would not work with.
   *
   * @throws BackendException if one of the settings is wrong, with what to set
   */
  void check() {
    List<Requirement> checks =
        settings.apply(PATH).isPresent() ? requirements(false) : versionAlone().stream().toList();
    for (Requirement r : checks) {
      if (!r.isMet()) {
        throw new BackendException(r + ".");
      }
    }
  }

  /**
   * Returns why libraries for CUDA could not be loaded where the driver is missing: one of them is
   * linked with the driver's. Empty for those of the CPU, or with a driver.
   */
  Optional<String> obstacle(Requirement driver) {
    return settings
        .apply(FLAVOR)
        .filter(f -> settings.apply(PATH).isPresent() && !f.equals(JniLibrary.CPU))
        .filter(f -> !driver.isMet())
        .map(f -> "%s, or set %s from %s to %s.".formatted(driver, FLAVOR, f, JniLibrary.CPU));
  }

  /** A version of its own makes DJL look for libraries in the network. */
  private Optional<Requirement> versionAlone() {
    return settings
        .apply(VERSION)
        .filter(version -> !version.equals(jni.torch()))
        .map(
            version ->
                Requirement.missing(
                    VERSION,
                    "'" + version + "', and no " + PATH + " names its libraries",
                    "set both, or none"));
  }

  /**
   * Returns what is needed of the settings, met or not.
   *
   * @param cuda whether to compute on a GPU: libraries for the CPU alone will not do then
   */
  List<Requirement> requirements(boolean cuda) {
    List<Requirement> all = new ArrayList<>();
    Optional<Path> directory = directory();
    all.add(libraries(directory, cuda));
    if (directory.isPresent() && hasOwnJni(directory.get())) {
      all.add(Requirement.met("JNI library", "a build of its own"));
      return all;
    }
    directory.ifPresent(d -> all.add(version(d)));
    all.add(flavor(directory, cuda));
    return all;
  }

  /** Returns the first directory of the path that has libtorch, as DJL looks for it. */
  private Optional<Path> directory() {
    String library = System.mapLibraryName("torch");
    return settings.apply(PATH).stream()
        .flatMap(path -> Stream.of(path.split(File.pathSeparator)))
        .map(Path::of)
        .map(p -> p.endsWith(library) && p.getParent() != null ? p.getParent() : p)
        .filter(p -> Files.isRegularFile(p.resolve(library)))
        .findFirst();
  }

  private Requirement libraries(Optional<Path> directory, boolean cuda) {
    String remedy =
        "set it to the directory torch/lib of an installed torch "
            + jni.torch()
            + (cuda ? " for CUDA, as scripts/cuda.sh of ligo's sources does" : ", or unset it");
    if (directory.isEmpty()) {
      return Requirement.missing(
          PATH,
          settings
              .apply(PATH)
              .map(p -> "'" + p + "' has no " + System.mapLibraryName("torch"))
              .orElse("not set"),
          remedy);
    }
    if (cuda && !hasCuda(directory.get())) {
      return Requirement.missing(
          PATH, directory.get() + " has no " + cudaLibrary() + ": it is for the CPU", remedy);
    }
    return Requirement.met(PATH, directory.get().toString());
  }

  private static String cudaLibrary() {
    return System.mapLibraryName("torch_cuda");
  }

  private static boolean hasCuda(Path directory) {
    return Files.exists(directory.resolve(cudaLibrary()));
  }

  /**
   * Whether there is a build of DJL's library for just these libraries: beside them, or in the
   * cache, where that of the class path is unpacked to as well, but for its own version alone.
   */
  private boolean hasOwnJni(Path directory) {
    Optional<String> other = settings.apply(VERSION).filter(v -> !v.equals(jni.torch()));
    return holdsJni(directory)
        || other
            .flatMap(v -> settings.apply(FLAVOR).map(f -> v + "-" + f + "-" + jni.platform()))
            .filter(name -> holdsJni(cache.resolve(name)))
            .isPresent();
  }

  private static boolean holdsJni(Path directory) {
    String library = System.mapLibraryName("djl_torch");
    try (Stream<Path> files = Files.list(directory)) {
      return files.anyMatch(f -> f.getFileName().toString().endsWith(library));
    } catch (IOException e) {
      return false;
    }
  }

  private Requirement version(Path directory) {
    Optional<String> installed = installed(directory);
    if (installed.isPresent() && !numbers(installed.get()).equals(jni.torch())) {
      return Requirement.missing(
          "torch's version",
          "%s in %s, and DJL's library is built for %s"
              .formatted(installed.get(), directory, jni.torch()),
          "install torch " + jni.torch() + " and set " + PATH + " to its directory torch/lib");
    }
    Optional<String> set = settings.apply(VERSION);
    if (set.isPresent() && !set.get().equals(jni.torch())) {
      return Requirement.missing(
          VERSION,
          "'" + set.get() + "', and DJL's library is built for " + jni.torch(),
          "set it to " + jni.torch());
    }
    return Requirement.met("torch's version", installed.orElse(jni.torch()));
  }

  /** Returns the version that an installation for Python, or one for C++, says that it is of. */
  private static Optional<String> installed(Path directory) {
    Path parent = directory.toAbsolutePath().getParent();
    if (parent == null) {
      return Optional.empty();
    }
    Matcher python = PYTHON.matcher(read(parent.resolve("version.py")));
    return python.find()
        ? Optional.of(python.group(1))
        : Optional.of(read(parent.resolve("build-version")).strip()).filter(v -> !v.isEmpty());
  }

  /** Returns a version without the flavor of the build. */
  private static String numbers(String version) {
    Matcher m = NUMBERS.matcher(version);
    return m.find() ? m.group() : version;
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return "";
    }
  }

  private Requirement flavor(Optional<Path> directory, boolean cuda) {
    boolean wanted = cuda || directory.map(NamedLibraries::hasCuda).orElse(true);
    Optional<String> best = jni.flavor(wanted);
    if (best.isEmpty()) {
      return Requirement.missing(
          FLAVOR,
          "DJL's library is built for " + jni.flavors() + " alone on this platform",
          "take " + (wanted ? "libraries for the CPU" : "the libraries of the class path"));
    }
    Optional<String> set = settings.apply(FLAVOR);
    String remedy = "set it to " + best.get();
    if (set.isEmpty()) {
      return Requirement.missing(FLAVOR, "not set", remedy);
    }
    String flavor = set.get();
    if (!jni.flavors().contains(flavor)) {
      return Requirement.missing(
          FLAVOR, "'" + flavor + "', and DJL's library is built for " + jni.flavors(), remedy);
    }
    boolean onGpu = !flavor.equals(JniLibrary.CPU);
    if (cuda && !onGpu) {
      return Requirement.missing(FLAVOR, "'" + flavor + "', which uses no GPU", remedy);
    }
    if (onGpu && !wanted) {
      return Requirement.missing(
          FLAVOR, "'" + flavor + "', and " + directory.get() + " has no " + cudaLibrary(), remedy);
    }
    return Requirement.met(FLAVOR, flavor);
  }
}
