package dev.ligo.testkit;

import dev.ligo.api.HostArray;

/** Compares what a backend gave with a reference. */
final class Closeness {
  private Closeness() {}

  /**
   * Fails if an element is further from the reference than the tolerance times the reference's
   * largest magnitude. NaN equals NaN and an infinity equals itself, and nothing else.
   */
  static void assertClose(String what, HostArray actual, Doubles expected, double tolerance) {
    if (!actual.shape().equals(expected.shape())) {
      throw new AssertionError(
          what + " has shape " + actual.shape() + ", expected " + expected.shape());
    }
    double allowed = tolerance * expected.magnitude();
    int worst = -1;
    double worstError = 0;
    for (int i = 0; i < expected.size(); i++) {
      double error = error(actual.get(i), expected.flat(i));
      if (error > allowed && error > worstError) {
        worst = i;
        worstError = error;
      }
    }
    if (worst >= 0) {
      throw new AssertionError(
          String.format(
              "%s at %s is %s, expected %s: %.1e of the largest magnitude %s, allowed %.1e",
              what,
              expected.whereIs(worst),
              actual.get(worst),
              expected.flat(worst),
              worstError / expected.magnitude(),
              expected.magnitude(),
              tolerance));
    }
  }

  private static double error(double actual, double expected) {
    if (Double.compare(actual, expected) == 0) {
      return 0;
    }
    double difference = Math.abs(actual - expected);
    return Double.isFinite(difference) ? difference : Double.POSITIVE_INFINITY;
  }
}
