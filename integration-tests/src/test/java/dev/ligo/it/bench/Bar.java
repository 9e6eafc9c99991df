package dev.ligo.it.bench;

import java.util.Locale;

/**
 * What is to be reached.
 *
 * @param limit the least or the most
 * @param atLeast whether the limit is the least
 */
record Bar(double limit, boolean atLeast) {
  static Bar atLeast(double limit) {
    return new Bar(limit, true);
  }

  static Bar atMost(double limit) {
    return new Bar(limit, false);
  }

  boolean isMetBy(double value) {
    return atLeast ? value >= limit : value <= limit;
  }

  @Override
  public String toString() {
    return (atLeast ? "≥ " : "≤ ") + String.format(Locale.ROOT, "%.4g", limit);
  }
}
