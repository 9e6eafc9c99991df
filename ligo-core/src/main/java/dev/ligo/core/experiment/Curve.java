package dev.ligo.core.experiment;

import java.util.List;

/**
 * A validation curve.
 *
 * @param arm the name of the arm
 * @param points the evaluations in their order
 */
public record Curve(String arm, List<Point> points) {
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

  /** Copies the points. */
  public Curve {
    points = List.copyOf(points);
  }

  /** Returns the first evaluation, before any training step. */
  public Point first() {
    return points.get(0);
  }

  /** Returns the last evaluation. */
  public Point last() {
    return points.get(points.size() - 1);
  }
}
