package dev.ligo.api;

/**
 * A backend that cannot be opened (natives missing, device absent) or an engine that failed while
 * it ran (out of memory, for instance).
 */
public final class BackendException extends LigoException {
  private static final long serialVersionUID = 1L;

  /** Creates an error with its message. */
  public BackendException(String message) {
    super(message);
  }

  /** Creates an error with its message and cause. */
  public BackendException(String message, Throwable cause) {
    super(message, cause);
  }
}
