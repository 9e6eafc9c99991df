package dev.ligo.it.bench;

/** Says that a benchmark lacks something and how to provide it. */
final class SkippedException extends RuntimeException {
  private static final long serialVersionUID = 1;

  SkippedException(String message) {
    super(message);
  }
}
