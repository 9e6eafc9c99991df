package dev.ligo.api;

/**
 * A tensor, array, computation or backend that is used where it may not be: after it was closed,
 * outside the program it belongs to, or with another backend's.
 */
public final class IllegalUseException extends LigoException {
  private static final long serialVersionUID = 1L;

  /**
   * Creates an error with its message.
   *
   * @param message what was being done, what was expected, what was found and what to try
   */
  public IllegalUseException(String message) {
    super(message);
  }
}
