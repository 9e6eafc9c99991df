package dev.ligo.core.experiment;

import java.util.List;
import java.util.OptionalDouble;

/**
 * A run of one candidate with one seed.
 *
 * @param candidate the candidate's name
 * @param seed the seed
 * @param learningRate the highest learning rate
 * @param growing what growing took
 * @param sourceFlops the floating-point operations of all training that the source had, if they are
 *     known; 0 for a model from scratch
 * @param points the evaluations, the first before any training; their FLOPs and seconds include
 *     those of growing
 */
public record StudyRun(
    String candidate,
    long seed,
    double learningRate,
    Cost growing,
    OptionalDouble sourceFlops,
    List<Curve.Point> points) {
  /**
   * What something took.
   *
   * @param flops floating-point operations, three times the forward ones for training
   * @param seconds wall time
   */
  public record Cost(double flops, double seconds) {
    /** Nothing. */
    public static final Cost NONE = new Cost(0, 0);
  }

  /** How many times the forward operations training is counted where nothing else is asked for. */
  public static final int CONVENTION = 3;

  /** Copies the points. */
  public StudyRun {
    points = List.copyOf(points);
  }

  /** Returns the validation loss before any training. */
  public double firstLoss() {
    return points.get(0).loss();
  }

  /** Returns the last evaluation. */
  public Curve.Point last() {
    return points.get(points.size() - 1);
  }

  /**
   * Returns this run with its operations counted by another convention: all of them are scaled, so
   * that of a teacher, which is run forwards alone, is said to cost less than it does.
   */
  StudyRun counted(int convention) {
    double scale = (double) convention / CONVENTION;
    return new StudyRun(
        candidate,
        seed,
        learningRate,
        new Cost(scale * growing.flops(), growing.seconds()),
        sourceFlops.isPresent()
            ? OptionalDouble.of(scale * sourceFlops.getAsDouble())
            : sourceFlops,
        points.stream()
            .map(p -> new Curve.Point(p.step(), scale * p.flops(), p.seconds(), p.loss()))
            .toList());
  }

  /** Returns the curve. */
  public Curve curve() {
    return new Curve(candidate, points);
  }
}
