package dev.ligo.core.comparison;

import dev.ligo.api.LigoException;

/** A comparison that cannot be made as it was described, or whose earlier results do not fit it. */
public final class ComparisonException extends LigoException {
  private static final long serialVersionUID = 1;

  /** Creates one with what is wrong and what to do. */
  public ComparisonException(String message) {
    super(message);
  }

  /** Creates one with its cause. */
  public ComparisonException(String message, Throwable cause) {
    super(message, cause);
  }
}
