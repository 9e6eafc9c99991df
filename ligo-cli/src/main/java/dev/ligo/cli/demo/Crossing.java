package dev.ligo.cli.demo;

import dev.ligo.core.comparison.Curve;
import java.util.Optional;

/**
 * Where a curve first reaches the final loss of another one.
 *
 * @param loss that loss
 * @param flops the floating-point operations after which it is reached
 * @param baseline those that the other one took
 */
record Crossing(double loss, double flops, double baseline) {
  /** Returns where a curve reaches the final loss of a baseline, if it does. */
  static Optional<Crossing> of(Curve curve, Curve baseline) {
    Curve.Point goal = baseline.last();
    return curve
        .reaches(goal.loss())
        .map(there -> new Crossing(goal.loss(), there.flops(), goal.flops()));
  }

  /** Returns the share of the baseline's compute that it took. */
  double share() {
    return flops / baseline;
  }

  /** Returns the share of the baseline's compute that was saved. */
  double saved() {
    return 1 - share();
  }
}
