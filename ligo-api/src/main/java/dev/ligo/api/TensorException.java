package dev.ligo.api;

/** Shapes or dtypes that do not fit an operation, found before any backend is reached. */
public final class TensorException extends LigoException {
  private static final long serialVersionUID = 1L;

  /**
   * Creates an error with its message.
   *
   * @param message what was being done, what was expected, what was found and what to try
   */
  public TensorException(String message) {
    super(message);
  }
}
