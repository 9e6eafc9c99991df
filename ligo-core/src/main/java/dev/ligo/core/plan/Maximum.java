package dev.ligo.core.plan;

import java.util.function.DoubleUnaryOperator;

/** Finds where a function of one positive number is highest. */
final class Maximum {
  /** As many places are looked at first, so that a second, lower summit is not taken. */
  private static final int PLACES = 400;

  private static final double GOLDEN = (Math.sqrt(5) - 1) / 2;
  private static final int HALVINGS = 80;

  private Maximum() {}

  /**
   * Returns the place of the highest value, by golden sections of the logarithm around the highest
   * of many places.
   *
   * @param from the lowest place, above 0
   * @param to the highest place
   */
  static double of(DoubleUnaryOperator f, double from, double to) {
    double low = Math.log(from);
    double step = (Math.log(to) - low) / PLACES;
    int best = 0;
    for (int i = 1; i <= PLACES; i++) {
      if (value(f, low + i * step) > value(f, low + best * step)) {
        best = i;
      }
    }
    double a = low + Math.max(0, best - 1) * step;
    double b = low + Math.min(PLACES, best + 1) * step;
    for (int i = 0; i < HALVINGS; i++) {
      double left = b - GOLDEN * (b - a);
      double right = a + GOLDEN * (b - a);
      if (value(f, left) >= value(f, right)) {
        b = right;
      } else {
        a = left;
      }
    }
    return Math.exp((a + b) / 2);
  }

  private static double value(DoubleUnaryOperator f, double log) {
    return f.applyAsDouble(Math.exp(log));
  }
}
