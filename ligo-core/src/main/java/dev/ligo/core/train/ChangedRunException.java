package dev.ligo.core.train;

/** An interrupted run that would be continued as another: with other data, another model. */
public final class ChangedRunException extends TrainingException {
  private static final long serialVersionUID = 1L;

  private final boolean allowable;

  /**
   * Creates an error.
   *
   * @param message what differs, and what to try
   * @param allowable whether all that differs may be allowed to, see {@link RunIdentity#CHANGEABLE}
   */
  public ChangedRunException(String message, boolean allowable) {
    super(message);
    this.allowable = allowable;
  }

  /** {@return whether all that differs may be allowed to} */
  public boolean isAllowable() {
    return allowable;
  }
}
