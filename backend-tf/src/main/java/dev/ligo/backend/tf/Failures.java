package dev.ligo.backend.tf;

import dev.ligo.api.BackendException;
import dev.ligo.api.Device;

/** Words what TensorFlow answered: one line, and what to try. */
final class Failures {
  private Failures() {}

  /** Returns the error for something that the engine could not do on a device. */
  static BackendException of(String doing, Device device, TfException e) {
    String line = line(e).replaceFirst("^\\{\\{function_node [^}]*}} ", "");
    if (e.isOutOfMemory()) {
      return new BackendException(
          "TensorFlow ran out of memory on %s while %s (%s); use a smaller batch or a shorter sequence, or close arrays that are no longer needed."
              .formatted(device, doing, line),
          e);
    }
    return new BackendException(
        "TensorFlow failed on %s while %s: %s".formatted(device, doing, line), e);
  }

  static String line(Throwable e) {
    return String.valueOf(e.getMessage())
        .lines()
        .filter(l -> !l.isBlank())
        .findFirst()
        .orElse("no message")
        .strip();
  }
}
