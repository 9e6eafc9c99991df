package dev.ligo.it.bench;

import java.util.Optional;

/**
 * One line of what was found.
 *
 * @param name what was measured
 * @param measured the figure
 * @param unit its unit
 * @param comparison what it is held against, measured in the same run; without one, the figure
 *     itself is held against the bar
 * @param bar what is to be reached, if anything is
 */
record Result(
    String name, double measured, String unit, Optional<Comparison> comparison, Optional<Bar> bar) {
  /**
   * A figure beside another.
   *
   * @param with what the other is
   * @param floor the other figure, in the same unit
   * @param ratio measured over floor, each at its best: what other work on the machine touches
   *     least
   * @param medianRatio the median of the ratios of the rounds
   */
  record Comparison(String with, double floor, double ratio, double medianRatio) {}

  /** A figure that nothing is held against. */
  static Result of(String name, double measured, String unit) {
    return new Result(name, measured, unit, Optional.empty(), Optional.empty());
  }

  Result against(String with, double floor, double ratio, double medianRatio) {
    return new Result(
        name, measured, unit, Optional.of(new Comparison(with, floor, ratio, medianRatio)), bar);
  }

  Result bar(Bar limit) {
    return new Result(name, measured, unit, comparison, Optional.of(limit));
  }

  /** Returns whether the bar is reached, or empty if there is none. */
  Optional<Boolean> met() {
    return bar.map(b -> b.isMetBy(comparison.map(Comparison::ratio).orElse(measured)));
  }
}
