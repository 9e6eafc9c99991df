package dev.ligo.core.plan;

import java.util.List;

/**
 * A figure that is expected, with its uncertainty.
 *
 * @param mean what is expected
 * @param deviation the standard deviation of what may come instead, 0 or more
 */
public record Estimate(double mean, double deviation) {
  /**
   * {@return what the next of several values is expected to be: their mean, and the deviation of
   * one more value from it, s · √(1 + 1/n)}
   *
   * @param values at least two
   * @throws PlanException if there are fewer
   */
  public static Estimate ofNext(List<Double> values) {
    int n = values.size();
    if (n < 2) {
      throw new PlanException("an uncertainty needs two values at least, found " + n + ".");
    }
    double mean = values.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
    double squares = values.stream().mapToDouble(v -> (v - mean) * (v - mean)).sum();
    return new Estimate(mean, Math.sqrt(squares / (n - 1) * (1 + 1.0 / n)));
  }

  /**
   * {@return this estimate with the uncertainty of something independent added}
   *
   * @param other the deviation that it brings
   */
  public Estimate with(double other) {
    return new Estimate(mean, Math.hypot(deviation, other));
  }

  /**
   * {@return a multiple of it}
   *
   * @param factor what it is multiplied by
   */
  public Estimate times(double factor) {
    return new Estimate(mean * factor, deviation * Math.abs(factor));
  }

  /**
   * {@return the estimate of something larger}
   *
   * @param known by how much
   */
  public Estimate plus(double known) {
    return new Estimate(mean + known, deviation);
  }
}
