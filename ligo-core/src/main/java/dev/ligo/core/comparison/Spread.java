package dev.ligo.core.comparison;

import java.util.List;
import java.util.OptionalDouble;

/**
 * A figure over the seeds of a comparison.
 *
 * @param values the figure for each seed, in their order; empty where a run did not get there
 */
public record Spread(List<OptionalDouble> values) {
  /**
   * Copies the values.
   *
   * @param values the figure for each seed, in their order; empty where a run did not get there
   */
  public Spread {
    values = List.copyOf(values);
  }

  /** {@return whether every run got there} */
  public boolean isComplete() {
    return !values.isEmpty() && values.stream().allMatch(OptionalDouble::isPresent);
  }

  /** {@return the mean, if every run got there: leaving out those that did not would flatter} */
  public OptionalDouble mean() {
    return isComplete()
        ? values.stream().mapToDouble(OptionalDouble::getAsDouble).average()
        : OptionalDouble.empty();
  }

  /** {@return the sample's standard deviation, if there are two seeds or more and all got there} */
  public OptionalDouble deviation() {
    if (!isComplete() || values.size() == 1) {
      return OptionalDouble.empty();
    }
    if (values.stream().distinct().count() == 1) {
      return OptionalDouble.of(0); // and not what rounding makes of it
    }
    double mean = mean().getAsDouble();
    double squares = values.stream().mapToDouble(v -> Math.pow(v.getAsDouble() - mean, 2)).sum();
    return OptionalDouble.of(Math.sqrt(squares / (values.size() - 1)));
  }
}
