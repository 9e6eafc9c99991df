package dev.ligo.backend.tf;

/** Reports the status that TensorFlow returned instead of a result. */
final class TfException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final boolean outOfMemory;

  TfException(String message, boolean outOfMemory) {
    super(message);
    this.outOfMemory = outOfMemory;
  }

  boolean isOutOfMemory() {
    return outOfMemory;
  }
}
