package dev.ligo.core.growth;

/**
 * What a method says of a plan: whether the large model computes what the small one does.
 *
 * @param degree how nearly it does
 * @param reason why, as the end of a sentence
 */
public record Preservation(Degree degree, String reason) {
  /** How nearly a function is kept. */
  public enum Degree {
    /** Up to rounding. */
    EXACT,
    /** Up to a small error that the reason names. */
    NEAR,
    /** Not at all, or nothing is known. */
    CHANGED
  }

  /**
   * {@return that the function stays, up to rounding}
   *
   * @param reason why, as the end of a sentence
   */
  public static Preservation exact(String reason) {
    return new Preservation(Degree.EXACT, reason);
  }

  /**
   * {@return that the function stays, up to an error}
   *
   * @param reason why, as the end of a sentence
   */
  public static Preservation near(String reason) {
    return new Preservation(Degree.NEAR, reason);
  }

  /**
   * {@return that the function changes}
   *
   * @param reason why, as the end of a sentence
   */
  public static Preservation changed(String reason) {
    return new Preservation(Degree.CHANGED, reason);
  }

  /**
   * {@return the weaker of two claims, for a plan that needs both}
   *
   * @param other what else holds
   */
  public Preservation and(Preservation other) {
    return other.degree.compareTo(degree) > 0 ? other : this;
  }

  /**
   * {@return the claim for a source whose config was set other values: what stays is not the
   * function of its files}
   *
   * @param values the values, such as "hidden_act=relu"
   */
  public Preservation ofSourceWith(String values) {
    return degree == Degree.CHANGED
        ? this
        : new Preservation(
            degree,
            reason
                + "; that is the function of the source with "
                + values
                + ", not that of its own config");
  }

  @Override
  public String toString() {
    return switch (degree) {
      case EXACT -> "the function stays: " + reason;
      case NEAR -> "the function nearly stays: " + reason;
      case CHANGED -> "the function changes: " + reason;
    };
  }
}
