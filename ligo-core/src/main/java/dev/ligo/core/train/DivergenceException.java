package dev.ligo.core.train;

/** Training whose loss or gradient is not finite any more: it can be begun again, not continued. */
public final class DivergenceException extends TrainingException {
  private static final long serialVersionUID = 1L;

  private final long step;

  /**
   * Creates an error.
   *
   * @param step the step, from 1, whose loss or gradient is not finite
   * @param message what was found and what to do
   */
  public DivergenceException(long step, String message) {
    super(message);
    this.step = step;
  }

  /** {@return the step, from 1, whose loss or gradient is not finite} */
  public long step() {
    return step;
  }
}
