package dev.ligo.api;

/**
 * The root of every error that ligo reports. A message is one line: what was being done, what was
 * expected, what was found, what to try.
 */
public class LigoException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Creates an error with its message. */
  public LigoException(String message) {
    super(message);
  }

  /** Creates an error with its message and cause. */
  public LigoException(String message, Throwable cause) {
    super(message, cause);
  }
}
