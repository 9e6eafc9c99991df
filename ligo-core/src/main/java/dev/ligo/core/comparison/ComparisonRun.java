package dev.ligo.core.comparison;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * A run of one candidate with one seed.
 *
 * @param candidate the candidate's name
 * @param seed the seed
 * @param learningRate the highest learning rate
 * @param growing what growing took
 * @param sourceFlops the floating-point operations of all training that the source had, if they are
 *     known; 0 for a model from scratch
 * @param machine what computed: engine, device and threads
 * @param diverged the step whose loss was not finite any more, where the run ended
 * @param points the evaluations, the first before any training; their FLOPs and seconds include
 *     those of growing
 */
public record ComparisonRun(
    String candidate,
    long seed,
    double learningRate,
    Growing growing,
    OptionalDouble sourceFlops,
    String machine,
    OptionalLong diverged,
    List<Curve.Point> points) {
  /**
   * What growing took.
   *
   * @param flops floating-point operations of learning an operator, three times the forward ones
   * @param seconds wall time
   * @param learning how an operator was learned, if one was
   * @param drift how far the logits moved, in relation to the largest of the small model; not known
   *     where the small model has no head to compare
   */
  public record Growing(
      double flops, double seconds, Optional<Learning> learning, OptionalDouble drift) {
    /** That of a model that is not grown. */
    public static final Growing NONE = new Growing(0, 0, Optional.empty(), OptionalDouble.empty());
  }

  /**
   * How an operator was learned.
   *
   * @param firstLoss the loss of the first step's batch, before the step
   * @param lastLoss the loss of the last step's batch, before the step
   * @param movement how far the factors moved, ‖F − F₀‖ / ‖F₀‖ over all of them
   */
  public record Learning(double firstLoss, double lastLoss, double movement) {}

  /**
   * Copies the points.
   *
   * @param candidate the candidate's name
   * @param seed the seed
   * @param learningRate the highest learning rate
   * @param growing what growing took
   * @param sourceFlops the floating-point operations of all training that the source had, if they
   *     are known; 0 for a model from scratch
   * @param machine what computed: engine, device and threads
   * @param diverged the step whose loss was not finite any more, where the run ended
   * @param points the evaluations, the first before any training; their FLOPs and seconds include
   *     those of growing
   */
  public ComparisonRun {
    points = List.copyOf(points);
  }

  /** {@return the validation loss before any training} */
  public double firstLoss() {
    return points.get(0).loss();
  }

  /** {@return the last evaluation} */
  public Curve.Point last() {
    return points.get(points.size() - 1);
  }

  /** Returns the validation loss at the end, infinite for a run that diverged. */
  double endLoss() {
    return diverged.isPresent() ? Double.POSITIVE_INFINITY : last().loss();
  }

  /** Returns the operations after which it reached a loss; infinitely many if it did not. */
  double flopsTo(OptionalDouble loss) {
    return loss.isEmpty()
        ? Double.POSITIVE_INFINITY
        : curve()
            .reaches(loss.getAsDouble())
            .map(Curve.Point::flops)
            .orElse(Double.POSITIVE_INFINITY);
  }

  /**
   * {@return this run with its operations counted in another way} All of them are scaled, so that a
   * teacher, which is run forwards alone, is said to cost less than it does; and of the source's
   * training there is what is charged.
   *
   * @param counting how they are counted, where this run has three times the forward operations
   */
  public ComparisonRun counted(Counting counting) {
    return new ComparisonRun(
        candidate,
        seed,
        learningRate,
        new Growing(
            counting.counted(growing.flops()),
            growing.seconds(),
            growing.learning(),
            growing.drift()),
        counting.charged(sourceFlops),
        machine,
        diverged,
        points.stream()
            .map(p -> new Curve.Point(p.step(), counting.counted(p.flops()), p.seconds(), p.loss()))
            .toList());
  }

  /**
   * {@return the curve over all compute: it begins where the training of the source ends, as far as
   * it is known}
   */
  public Curve totalCurve() {
    double source = sourceFlops.orElse(0);
    return new Curve(
        candidate,
        points.stream()
            .map(p -> new Curve.Point(p.step(), source + p.flops(), p.seconds(), p.loss()))
            .toList());
  }

  /** {@return the curve} */
  public Curve curve() {
    return new Curve(candidate, points);
  }
}
