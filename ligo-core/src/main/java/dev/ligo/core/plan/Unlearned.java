package dev.ligo.core.plan;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.DoubleFunction;

/**
 * How a small model learns: the share of scratch's fall of loss that it still lacks, by the length
 * of its training. Lengths are steps as a share of those from scratch.
 *
 * @param at what it lacks after a training of some length
 * @param shortest the shortest training to consider
 * @param longest the longest training to consider
 */
public record Unlearned(DoubleFunction<Estimate> at, double shortest, double longest) {
  /** A law has no shortest training, but one that is very short. */
  private static final double SHORT = 1e-3;

  /** The deviation of a curve that may be all wrong, as a share of what it says. */
  private static final double FOREIGN = 1;

  /**
   * {@return what a law says, as certain as it was fitted}
   *
   * @param law the share that is lacking, by length
   * @param longest the longest training to consider
   */
  public static Unlearned of(PowerLaw law, double longest) {
    return new Unlearned(
        x -> new Estimate(Math.min(1, law.at(x)), law.deviation()), SHORT * longest, longest);
  }

  /**
   * {@return what was measured of a family itself, between its points in a straight line over the
   * logarithm of the length}
   *
   * @param points at least two
   */
  public static Unlearned measured(List<PowerLaw.Point> points) {
    List<PowerLaw.Point> curve = sorted(points);
    return new Unlearned(
        x -> new Estimate(between(curve, x), 0),
        curve.get(0).at(),
        curve.get(curve.size() - 1).at());
  }

  /**
   * {@return what was measured of other families: the mean of their curves, as certain as they
   * agree. One curve alone is not certain at all}
   *
   * @param curves the curves, at least one, of at least two points each
   */
  public static Unlearned ofOthers(List<List<PowerLaw.Point>> curves) {
    List<List<PowerLaw.Point>> all = curves.stream().map(Unlearned::sorted).toList();
    double shortest = all.stream().mapToDouble(c -> c.get(0).at()).max().orElse(1);
    double longest = all.stream().mapToDouble(c -> c.get(c.size() - 1).at()).max().orElse(1);
    return new Unlearned(x -> ofOthers(all, x), shortest, longest);
  }

  private static Estimate ofOthers(List<List<PowerLaw.Point>> curves, double x) {
    List<Double> values = curves.stream().map(c -> between(c, x)).toList();
    return values.size() > 1
        ? Estimate.ofNext(values)
        : new Estimate(values.get(0), FOREIGN * values.get(0));
  }

  /** {@return the same for a small model of other sizes, of which it may be all wrong} */
  Unlearned ofOtherSizes() {
    return new Unlearned(x -> at.apply(x).with(FOREIGN * at.apply(x).mean()), shortest, longest);
  }

  private static List<PowerLaw.Point> sorted(List<PowerLaw.Point> points) {
    List<PowerLaw.Point> sorted = new ArrayList<>(points);
    sorted.sort(Comparator.comparingDouble(PowerLaw.Point::at));
    return sorted;
  }

  /** Returns what a curve has at a place; before its first point and after its last, theirs. */
  private static double between(List<PowerLaw.Point> curve, double x) {
    PowerLaw.Point before = curve.get(0);
    for (PowerLaw.Point after : curve) {
      if (x <= after.at()) {
        double whole = Math.log(after.at() / before.at());
        double part = whole == 0 ? 0 : Math.log(x / before.at()) / whole;
        return before.loss() + Math.max(0, part) * (after.loss() - before.loss());
      }
      before = after;
    }
    return before.loss();
  }
}
