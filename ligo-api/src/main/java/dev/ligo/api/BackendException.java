package dev.ligo.api;

/**
 * A backend that cannot be opened (natives missing, device absent) or an engine that failed while
 * it ran (out of memory, for instance).
 */
public final class BackendException extends LigoException {
  private static final long serialVersionUID = 1L;

  /**
   * Creates an error with its message.
   *
   * @param message what was being done, what was expected, what was found and what to try
   */
  public BackendException(String message) {
    super(message);
  }

  /**
   * Creates an error with its message and cause.
   *
   * @param message what was being done, what was expected, what was found and what to try
   * @param cause what went wrong below
   */
  public BackendException(String message, Throwable cause) {
    super(message, cause);
  }
}
