package dev.ligo.core.data;

import dev.ligo.api.LigoException;

/** Data that cannot be read, or does not fit the model or the run. */
public final class DataException extends LigoException {
  private static final long serialVersionUID = 1L;

  /** Creates an error with its message. */
  public DataException(String message) {
    super(message);
  }

  /** Creates an error with its message and cause. */
  public DataException(String message, Throwable cause) {
    super(message, cause);
  }
}
