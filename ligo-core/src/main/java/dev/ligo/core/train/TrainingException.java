package dev.ligo.core.train;

import dev.ligo.api.LigoException;

/** A training run that cannot go on, or cannot be continued. */
public class TrainingException extends LigoException {
  private static final long serialVersionUID = 1L;

  /**
   * Creates an error with its message.
   *
   * @param message what was being done, what was expected, what was found and what to try
   */
  public TrainingException(String message) {
    super(message);
  }

  /**
   * Creates an error with its message and cause.
   *
   * @param message what was being done, what was expected, what was found and what to try
   * @param cause what went wrong below
   */
  public TrainingException(String message, Throwable cause) {
    super(message, cause);
  }
}
