package dev.ligo.core.experiment;

import dev.ligo.api.LigoException;

/** A study that cannot be made as it was described, or whose earlier results do not fit it. */
public final class StudyException extends LigoException {
  private static final long serialVersionUID = 1;

  /** Creates one with what is wrong and what to do. */
  public StudyException(String message) {
    super(message);
  }

  /** Creates one with its cause. */
  public StudyException(String message, Throwable cause) {
    super(message, cause);
  }
}
