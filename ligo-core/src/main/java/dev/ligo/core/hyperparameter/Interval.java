package dev.ligo.core.hyperparameter;

/**
 * The numbers between two ends.
 *
 * @param least the lower end, which may be −∞
 * @param closedBelow whether the lower end belongs to the interval
 * @param most the upper end, which may be ∞
 * @param closedAbove whether the upper end belongs to the interval
 */
public record Interval(double least, boolean closedBelow, double most, boolean closedAbove) {
  /**
   * {@return [least, most]}
   *
   * @param least the lower end
   * @param most the upper end
   */
  public static Interval closed(double least, double most) {
    return new Interval(least, true, most, true);
  }

  /**
   * {@return (least, most)}
   *
   * @param least the lower end
   * @param most the upper end
   */
  public static Interval open(double least, double most) {
    return new Interval(least, false, most, false);
  }

  /**
   * {@return [least, most)}
   *
   * @param least the lower end
   * @param most the upper end
   */
  public static Interval closedOpen(double least, double most) {
    return new Interval(least, true, most, false);
  }

  /**
   * {@return (least, most]}
   *
   * @param least the lower end
   * @param most the upper end
   */
  public static Interval openClosed(double least, double most) {
    return new Interval(least, false, most, true);
  }

  /**
   * {@return the finite numbers that are at least one}
   *
   * @param least the end, which is included
   */
  public static Interval atLeast(double least) {
    return closedOpen(least, Double.POSITIVE_INFINITY);
  }

  /**
   * {@return the finite numbers above one}
   *
   * @param least the end, which is left out
   */
  public static Interval above(double least) {
    return open(least, Double.POSITIVE_INFINITY);
  }

  /**
   * {@return whether a number lies in the interval; NaN lies in none}
   *
   * @param value the value
   */
  public boolean contains(double value) {
    return (value > least || (closedBelow && value == least))
        && (value < most || (closedAbove && value == most));
  }

  /** Returns the interval in words that follow "a number". */
  @Override
  public String toString() {
    if (least == Double.NEGATIVE_INFINITY && contains(Double.POSITIVE_INFINITY)) {
      return "or inf";
    }
    boolean unbounded = most == Double.POSITIVE_INFINITY && !closedAbove;
    if (unbounded && least != Double.NEGATIVE_INFINITY) {
      return (closedBelow ? "of at least " : "above ") + text(least);
    }
    return "in "
        + (closedBelow ? "[" : "(")
        + text(least)
        + ", "
        + text(most)
        + (closedAbove ? "]" : ")");
  }

  /** Returns a number without the decimals that it does not need. */
  private static String text(double value) {
    return Double.isInfinite(value)
        ? Domain.Real.text(value)
        : value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
  }
}
