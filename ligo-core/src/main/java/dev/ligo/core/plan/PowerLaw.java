package dev.ligo.core.plan;

import java.util.List;
import java.util.OptionalDouble;
import java.util.function.DoubleUnaryOperator;

/**
 * A loss that falls as a power of how long a model was trained: L(x) = floor + scale · x^−exponent,
 * with a floor and a scale of at least 0 (Kaplan et al., "Scaling Laws for Neural Language Models",
 * 2020; the floor as in Hoffmann et al., "Training Compute-Optimal Large Language Models", 2022).
 *
 * @param floor what is never passed, in the loss's unit
 * @param scale what is above the floor at x = 1, in the loss's unit
 * @param exponent the power, above 0
 * @param deviation the standard deviation of the points from the curve, in the loss's unit; 0 for a
 *     law that was not fitted
 */
public record PowerLaw(double floor, double scale, double exponent, double deviation) {
  /** A curve of three values needs one point more. */
  public static final int FEWEST_POINTS = 4;

  private static final double LOWEST_EXPONENT = 0.01;
  private static final double HIGHEST_EXPONENT = 5;

  /**
   * A measured loss.
   *
   * @param at how long the model was trained, above 0: in steps or operations, or as a share
   * @param loss the loss
   */
  public record Point(double at, double loss) {}

  /**
   * {@return the law with the least squared distance from points}
   *
   * @param points at least {@value #FEWEST_POINTS} with values of {@code at} that differ
   * @throws PlanException if there are fewer, or one is not finite or not above 0
   */
  public static PowerLaw fit(List<Point> points) {
    long different = points.stream().mapToDouble(Point::at).distinct().count();
    if (different < FEWEST_POINTS) {
      throw new PlanException(
          "a curve of loss needs at least "
              + FEWEST_POINTS
              + " points, found "
              + different
              + "; train for longer, or evaluate more often.");
    }
    for (Point p : points) {
      if (!(p.at() > 0) || !Double.isFinite(p.at()) || !Double.isFinite(p.loss())) {
        throw new PlanException(
            "a curve of loss needs finite losses after the first step, found a loss of "
                + p.loss()
                + "; try a lower learning rate.");
      }
    }
    // Powers of numbers around 1, whatever the unit is.
    double unit =
        Math.exp(points.stream().mapToDouble(p -> Math.log(p.at())).average().orElseThrow());
    List<Point> scaled = points.stream().map(p -> new Point(p.at() / unit, p.loss())).toList();
    DoubleUnaryOperator distance = c -> -with(scaled, c).deviation();
    PowerLaw best = with(scaled, Maximum.of(distance, LOWEST_EXPONENT, HIGHEST_EXPONENT));
    return new PowerLaw(
        best.floor(),
        best.scale() * Math.pow(unit, best.exponent()),
        best.exponent(),
        best.deviation());
  }

  /** Returns the best law of an exponent: least squares of the two other values. */
  private static PowerLaw with(List<Point> points, double exponent) {
    int n = points.size();
    double sumX = 0;
    double sumXx = 0;
    double sumY = 0;
    double sumXy = 0;
    for (Point p : points) {
      double x = Math.pow(p.at(), -exponent);
      sumX += x;
      sumXx += x * x;
      sumY += p.loss();
      sumXy += x * p.loss();
    }
    double scale = (n * sumXy - sumX * sumY) / (n * sumXx - sumX * sumX);
    double floor = (sumY - scale * sumX) / n;
    if (scale < 0) {
      scale = 0;
      floor = Math.max(0, sumY / n);
    } else if (floor < 0) {
      floor = 0;
      scale = Math.max(0, sumXy / sumXx);
    }
    PowerLaw law = new PowerLaw(floor, scale, exponent, 0);
    double squares = points.stream().mapToDouble(p -> square(law.at(p.at()) - p.loss())).sum();
    return new PowerLaw(floor, scale, exponent, Math.sqrt(squares / n));
  }

  private static double square(double d) {
    return d * d;
  }

  /**
   * {@return the loss}
   *
   * @param x how long the model is trained, above 0
   */
  public double at(double x) {
    return floor + scale * Math.pow(x, -exponent);
  }

  /**
   * {@return how the loss changes with x, 0 or less}
   *
   * @param x how long the model is trained, above 0
   */
  public double slope(double x) {
    return -exponent * scale * Math.pow(x, -exponent - 1);
  }

  /**
   * {@return how long it takes to a loss; empty if it is never reached}
   *
   * @param loss the loss to reach
   */
  public OptionalDouble reaches(double loss) {
    return loss > floor && scale > 0
        ? OptionalDouble.of(Math.pow((loss - floor) / scale, -1 / exponent))
        : OptionalDouble.empty();
  }
}
