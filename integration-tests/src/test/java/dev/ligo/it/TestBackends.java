package dev.ligo.it;

import dev.ligo.api.Backend;
import dev.ligo.api.Backends;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The backends that tests compute on: PyTorch and TensorFlow, or those that {@code LIGO_BACKENDS}
 * in the environment, or {@code -Dligo.backends} of the tests' JVM, names between commas.
 */
public final class TestBackends {
  /** The backends without a word. */
  private static final List<String> ENGINES = List.of("pytorch", "tensorflow");

  private TestBackends() {}

  /** Returns the names of the backends to test on, at least one. */
  public static List<String> names() {
    return Optional.ofNullable(System.getProperty("ligo.backends"))
        .or(() -> Optional.ofNullable(System.getenv("LIGO_BACKENDS")))
        .filter(names -> !names.isBlank())
        .map(names -> Arrays.stream(names.split(",", -1)).map(String::strip).toList())
        .orElse(ENGINES);
  }

  /** Returns the name of the backend that is taken where one is enough. */
  public static String first() {
    return names().get(0);
  }

  static boolean hasPyTorch() {
    return names().contains("pytorch");
  }

  static boolean hasTensorFlow() {
    return names().contains("tensorflow");
  }

  /** Opens a backend, on one thread of the processor unless {@code LIGO_DEVICE} names a device. */
  public static Backend open(String name) {
    return Backends.open(name, DeviceUnderTest.options());
  }
}
