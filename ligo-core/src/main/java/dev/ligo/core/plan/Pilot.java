package dev.ligo.core.plan;

import java.util.List;
import java.util.Locale;

/**
 * Short runs of a large model and of small ones, carried on by their curves to the length of a
 * whole training. Lengths are steps as a share of those from scratch; the rate of all runs is
 * constant after its rise.
 *
 * @param first the large model's loss before any step
 * @param large its loss, by length
 * @param shift how far the losses that were carried on moved when the last third of the points came
 *     in: how much they may yet move
 */
public record Pilot(double first, PowerLaw large, double shift) {
  private static final double KNOWN_BEFORE = 2.0 / 3;

  /**
   * {@return the pilot of a large model}
   *
   * @param first its loss before any step
   * @param points its losses, by length
   * @throws PlanException if there are too few points to fit a curve to two thirds of them, or the
   *     loss did not fall
   */
  public static Pilot of(double first, List<PowerLaw.Point> points) {
    PowerLaw large = PowerLaw.fit(points);
    if (!(large.at(1) < first)) {
      throw new PlanException(
          String.format(
              Locale.ROOT,
              "a pilot's loss should fall below that before its first step, %.3f, found %.3f at the"
                  + " end; try another learning rate.",
              first,
              large.at(1)));
    }
    return new Pilot(first, large, shift(large, points));
  }

  private static double shift(PowerLaw all, List<PowerLaw.Point> points) {
    PowerLaw before = PowerLaw.fit(points.subList(0, (int) (KNOWN_BEFORE * points.size())));
    return Math.abs(all.at(1) - before.at(1));
  }

  /** {@return the large model's loss at the end of a whole training, at a constant rate} */
  public double last() {
    return large.at(1);
  }

  /**
   * {@return the share of the large model's fall of loss that a small one lacks, by length, with
   * the uncertainty of carrying on as its deviation}
   *
   * @param small the small model's curve
   * @param points what it was fitted to
   */
  public PowerLaw unlearned(PowerLaw small, List<PowerLaw.Point> points) {
    double fall = first - last();
    return new PowerLaw(
        (small.floor() - last()) / fall,
        small.scale() / fall,
        small.exponent(),
        Math.hypot(small.deviation(), Math.hypot(shift, shift(small, points))) / fall);
  }
}
