package dev.ligo.backend.djl;

import ai.djl.engine.EngineException;
import dev.ligo.api.BackendException;
import dev.ligo.api.Device;
import java.util.Locale;

/** Words what torch threw: one line, and what to try. */
final class Failures {
  private Failures() {}

  /** Returns the error for something that the engine could not do on a device. */
  static BackendException of(String doing, Device device, EngineException e) {
    String all = String.valueOf(e.getMessage());
    String line = all.lines().filter(l -> !l.isBlank()).findFirst().orElse("no message").strip();
    if (isOutOfMemory(all)) {
      return new BackendException(
          "PyTorch ran out of memory on %s while %s (%s); use a smaller batch or a shorter sequence, or close arrays that are no longer needed."
              .formatted(device, doing, line),
          e);
    }
    return new BackendException(
        "PyTorch failed on %s while %s: %s".formatted(device, doing, line), e);
  }

  private static boolean isOutOfMemory(String message) {
    String lower = message.toLowerCase(Locale.ROOT);
    return lower.contains("out of memory")
        || lower.contains("allocate memory")
        || lower.contains("bad_alloc");
  }
}
