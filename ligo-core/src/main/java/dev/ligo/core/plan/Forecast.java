package dev.ligo.core.plan;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * What growing is expected to save, from what was measured.
 *
 * <p>A small model's learned share of scratch's fall of loss, times what such a share was worth,
 * less what its training costs: {@link GrowthPoint#exchanged}. What it was worth differs from
 * family to family by more than from seed to seed. So the uncertainty is that between seeds where
 * the family itself was measured, and else that between families.
 *
 * <p>How it changes with the size of a model and the length of its training was not measured. A
 * forecast takes it to be the same, and adds the deviation between families once for each power of
 * ten from what was measured.
 *
 * @param evidence what was measured
 * @param family the family's name
 * @param parameters those of the large model
 * @param flops the floating-point operations of training it from scratch
 */
public record Forecast(Evidence evidence, String family, long parameters, double flops) {
  /** As many powers of ten away from what was measured is still about there. */
  private static final double NEAR = 0.5;

  /**
   * A small model that could be grown.
   *
   * @param kind in what it is smaller
   * @param cost what its step costs, as a share of the large model's
   * @param methods those that are defined for it
   * @param unlearned the share of scratch's fall of loss that it lacks, by length, as its own pilot
   *     says; without one it is taken to learn as those that were measured
   */
  public record Small(
      Evidence.Kind kind, double cost, Set<String> methods, Optional<Unlearned> unlearned) {
    /**
     * Copies the names.
     *
     * @param kind in what it is smaller
     * @param cost what its step costs, as a share of the large model's
     * @param methods those that are defined for it
     * @param unlearned the share of scratch's fall of loss that it lacks, by length
     */
    public Small {
      methods = Set.copyOf(methods);
    }
  }

  /** What a forecast rests on. */
  public enum Basis {
    /** The family itself, at about this size and length of training. */
    FAMILY,
    /** The family itself, at another size or length of training. */
    OTHER_SCALE,
    /** Other families. */
    OTHER_FAMILIES
  }

  /**
   * A way of growing, with what is expected of it.
   *
   * @param small what is grown
   * @param method how
   * @param point how long the small model is trained
   * @param net the net saving, as a share of scratch's compute
   * @param basis what that rests on
   * @param isMeasured whether all that it rests on was measured for this family, of about this size
   *     and length of training, and for such a small model
   */
  public record Proposal(
      Small small,
      String method,
      GrowthPoint point,
      Estimate net,
      Basis basis,
      boolean isMeasured) {
    /** {@return whether growing is expected to pay} */
    public Verdict verdict() {
      if (net.mean() <= 0) {
        return Verdict.SCRATCH;
      }
      return net.mean() > net.deviation() ? Verdict.GROW : Verdict.UNSURE;
    }
  }

  /** Whether to grow. */
  public enum Verdict {
    /** The net saving is above 0 by more than its deviation. */
    GROW,
    /** The net saving is above 0, but by less. */
    UNSURE,
    /** Nothing would be saved. */
    SCRATCH
  }

  /**
   * {@return what to do with each small model, that with the highest net saving first; those are
   * left out for which no method is known that always reached scratch's final loss}
   *
   * @param small the small models that could be grown
   * @throws PlanException if fewer than two families were measured
   */
  public List<Proposal> proposals(Collection<Small> small) {
    return small.stream()
        .flatMap(s -> proposal(s).stream())
        .sorted(Comparator.comparingDouble((Proposal p) -> p.net().mean()).reversed())
        .toList();
  }

  private Optional<Proposal> proposal(Small small) {
    return methods(small).stream()
        .map(method -> proposal(small, method))
        .max(Comparator.comparingDouble(p -> p.net().mean()));
  }

  private Proposal proposal(Small small, String method) {
    Estimate between = betweenFamilies(small.kind(), method);
    Estimate worth = ofFamily(small.kind(), method).orElse(between);
    Unlearned unlearned =
        small.unlearned().orElseGet(() -> evidence.unlearned(family, small.kind()));
    GrowthPoint point = GrowthPoint.exchanged(unlearned, worth.mean(), small.cost());
    Estimate lacks = unlearned.at().apply(point.length());
    Estimate net =
        worth
            .times(1 - lacks.mean())
            .with(worth.mean() * lacks.deviation())
            .with(between.deviation() * away())
            .plus(point.net() - point.saving());
    boolean ofSuch = small.kind() == Evidence.Kind.BOTH || small.unlearned().isPresent();
    return new Proposal(small, method, point, net, basis(), ofSuch && basis() == Basis.FAMILY);
  }

  private Basis basis() {
    if (evidence.of(family).isEmpty()) {
      return Basis.OTHER_FAMILIES;
    }
    return away() <= NEAR ? Basis.FAMILY : Basis.OTHER_SCALE;
  }

  /**
   * {@return how far this training is from the nearest one that was measured, of the family where
   * there is one: in powers of ten of parameters and of operations for each parameter}
   */
  public double away() {
    return away(nearest());
  }

  /**
   * {@return the nearest training that was measured, of the family where there is one}
   *
   * @throws PlanException if there is none
   */
  public Evidence.Field nearest() {
    return evidence.of(family).map(List::of).orElse(evidence.fields()).stream()
        .min(Comparator.comparingDouble(this::away))
        .orElseThrow(() -> new PlanException("nothing was measured of any family."));
  }

  private double away(Evidence.Field f) {
    double size = (double) parameters / f.parameters();
    return Math.hypot(Math.log10(size), Math.log10(flops / f.flops() / size));
  }

  /** Returns the comparisons to judge a kind by: that of the family, or else all. */
  private List<Evidence.Field> fields(Evidence.Kind kind) {
    Optional<Evidence.Field> own = evidence.of(family).filter(f -> f.source(kind).isPresent());
    return own.map(List::of)
        .orElseGet(
            () -> evidence.fields().stream().filter(f -> f.source(kind).isPresent()).toList());
  }

  /** Returns the methods that always reached scratch's final loss, wherever a kind was measured. */
  private Set<String> methods(Small small) {
    Set<String> methods = new TreeSet<>(small.methods());
    List<Evidence.Field> fields = fields(small.kind());
    if (fields.isEmpty()) {
      return Set.of();
    }
    methods.removeIf(m -> fields.stream().anyMatch(f -> worth(f, small.kind(), m).isEmpty()));
    return methods;
  }

  private static Optional<List<Double>> worth(Evidence.Field f, Evidence.Kind kind, String method) {
    return f.source(kind).flatMap(s -> s.worth(method));
  }

  /**
   * Returns what a small model of the family is worth that has learned all that scratch learns, as
   * certain as seeds agree.
   */
  private Optional<Estimate> ofFamily(Evidence.Kind kind, String method) {
    return evidence.of(family).flatMap(f -> worth(f, kind, method)).map(Estimate::ofNext);
  }

  /** Returns the same of all families, as certain as they agree. */
  private Estimate betweenFamilies(Evidence.Kind kind, String method) {
    List<Double> families =
        evidence.fields().stream()
            .flatMap(f -> worth(f, kind, method).stream())
            .map(Forecast::mean)
            .toList();
    return families.size() > 1
        ? Estimate.ofNext(families)
        : new Estimate(mean(families), betweenFamilies().deviation());
  }

  /** Returns how what the best method is worth differs between families, for want of better. */
  private Estimate betweenFamilies() {
    List<Double> best = new ArrayList<>();
    for (Evidence.Field f : evidence.fields()) {
      f.sources().stream()
          .filter(s -> s.kind() == Evidence.Kind.BOTH)
          .flatMap(s -> s.savings().keySet().stream().flatMap(m -> s.worth(m).stream()))
          .map(Forecast::mean)
          .max(Comparator.naturalOrder())
          .ifPresent(best::add);
    }
    return Estimate.ofNext(best);
  }

  private static double mean(List<Double> values) {
    return Stream.of(values).flatMap(List::stream).mapToDouble(v -> v).average().orElseThrow();
  }
}
