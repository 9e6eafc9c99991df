package dev.ligo.core.recipe;

import dev.ligo.api.LigoException;

/** A recipe is refused; the message says where and why. */
public final class RecipeException extends LigoException {
  private static final long serialVersionUID = 1L;

  /**
   * Creates an error with its message.
   *
   * @param message what was being done, what was expected, what was found and what to try
   */
  public RecipeException(String message) {
    super(message);
  }

  /**
   * Creates an error with its cause.
   *
   * @param message what was being done, what was expected, what was found and what to try
   * @param cause what went wrong below
   */
  public RecipeException(String message, Throwable cause) {
    super(message, cause);
  }
}
