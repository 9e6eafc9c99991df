package dev.ligo.cli;

import dev.ligo.core.experiment.Curve;
import java.util.List;
import java.util.Optional;

/**
 * Where a curve first reaches the final loss of another one.
 *
 * @param loss that loss
 * @param flops the floating-point operations after which it is reached, on the straight line
 *     between two evaluations
 * @param baseline those that the other one took
 */
record Crossing(double loss, double flops, double baseline) {
  /** Returns where a curve reaches the final loss of a baseline, if it does. */
  static Optional<Crossing> of(Curve curve, Curve baseline) {
    Curve.Point goal = baseline.last();
    List<Curve.Point> points = curve.points();
    for (int i = 0; i < points.size(); i++) {
      if (points.get(i).loss() <= goal.loss()) {
        double flops =
            i == 0 ? points.get(0).flops() : between(points.get(i - 1), points.get(i), goal.loss());
        return Optional.of(new Crossing(goal.loss(), flops, goal.flops()));
      }
    }
    return Optional.empty();
  }

  private static double between(Curve.Point above, Curve.Point below, double loss) {
    double way = (above.loss() - loss) / (above.loss() - below.loss());
    return above.flops() + way * (below.flops() - above.flops());
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
