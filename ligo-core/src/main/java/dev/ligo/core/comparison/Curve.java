package dev.ligo.core.comparison;

import java.util.List;
import java.util.Optional;

/**
 * A validation curve.
 *
 * @param name whose curve it is
 * @param points the evaluations in their order
 */
public record Curve(String name, List<Point> points) {
  /**
   * An evaluation.
   *
   * @param step the number of training steps before it
   * @param flops the floating-point operations before it, those of growing included
   * @param seconds the wall time of training before it, that of growing included and that of
   *     evaluating left out
   * @param loss the validation loss
   */
  public record Point(long step, double flops, double seconds, double loss) {}

  /**
   * Copies the points.
   *
   * @param name whose curve it is
   * @param points the evaluations in their order
   */
  public Curve {
    points = List.copyOf(points);
  }

  /** {@return the first evaluation, before any training step} */
  public Point first() {
    return points.get(0);
  }

  /**
   * {@return where the curve has reached a loss: the first of two consecutive evaluations at or
   * below it}
   *
   * @param loss the loss to reach
   */
  public Optional<Point> reaches(double loss) {
    for (int i = 1; i < points.size(); i++) {
      if (points.get(i - 1).loss() <= loss && points.get(i).loss() <= loss) {
        return Optional.of(points.get(i - 1));
      }
    }
    return Optional.empty();
  }

  /** {@return the last evaluation} */
  public Point last() {
    return points.get(points.size() - 1);
  }
}
