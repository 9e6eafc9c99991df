package dev.ligo.core.growth;

import dev.ligo.api.LigoException;

/** A growth that is not defined: for the sizes, the family or the operator at hand. */
public final class GrowthException extends LigoException {
  private static final long serialVersionUID = 1L;

  /**
   * Creates an error with its message.
   *
   * @param message what was being done, what was expected, what was found and what to try
   */
  public GrowthException(String message) {
    super(message);
  }
}
