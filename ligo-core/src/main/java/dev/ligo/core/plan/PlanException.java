package dev.ligo.core.plan;

import dev.ligo.api.LigoException;

/** What cannot be planned: too few measurements, or figures that contradict each other. */
public final class PlanException extends LigoException {
  private static final long serialVersionUID = 1L;

  /**
   * Creates one.
   *
   * @param message what was expected, what was found and what to try
   */
  public PlanException(String message) {
    super(message);
  }
}
