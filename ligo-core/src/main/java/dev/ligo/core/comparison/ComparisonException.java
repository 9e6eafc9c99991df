package dev.ligo.core.comparison;

import dev.ligo.api.LigoException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A comparison that cannot be made as it was described, or whose earlier results do not fit it. */
public final class ComparisonException extends LigoException {
  private static final long serialVersionUID = 1;

  /** What may help, for a caller that knows how its users say so. */
  public enum Remedy {
    /** To add to the results that are there. */
    RESUME,
    /** To name another source for one of the candidates. */
    SOURCE,
    /** To allow that the data are gone through more often. */
    EPOCHS
  }

  private final transient Optional<Remedy> remedy;

  /**
   * Creates one with a message.
   *
   * @param message what was being done, what was expected, what was found and what to try
   */
  public ComparisonException(String message) {
    this(message, null, Optional.empty());
  }

  /**
   * Creates one with a message and a cause.
   *
   * @param message what was being done, what was expected, what was found and what to try
   * @param cause what went wrong below
   */
  public ComparisonException(String message, Throwable cause) {
    this(message, cause, Optional.empty());
  }

  ComparisonException(String message, Remedy remedy) {
    this(message, null, Optional.of(remedy));
  }

  ComparisonException(String message, Throwable cause, Remedy remedy) {
    this(message, cause, Optional.of(remedy));
  }

  private ComparisonException(String message, @Nullable Throwable cause, Optional<Remedy> remedy) {
    super(message, cause);
    this.remedy = remedy;
  }

  /** {@return what may help, if that is known} */
  public Optional<Remedy> remedy() {
    return remedy;
  }
}
