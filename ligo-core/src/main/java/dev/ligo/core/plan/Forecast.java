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
 * the family itself was measured at about this size, and else that between families.
 *
 * @param evidence what was measured
 * @param family the family's name
 * @param parameters those of the large model
 */
public record Forecast(Evidence evidence, String family, long parameters) {
  /** How many times larger or smaller a model may be than one that was measured, to count as it. */
  public static final double NEAR = 10;

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
    /** The family itself, at about this size. */
    FAMILY,
    /** The family itself, at another size. */
    OTHER_SIZE,
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
   */
  public record Proposal(Small small, String method, GrowthPoint point, Estimate net, Basis basis) {
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
    Estimate worth = worth(small.kind(), method);
    Unlearned unlearned =
        small.unlearned().orElseGet(() -> evidence.unlearned(family, small.kind()));
    GrowthPoint point = GrowthPoint.exchanged(unlearned, worth.mean(), small.cost());
    Estimate lacks = unlearned.at().apply(point.length());
    Estimate net =
        worth
            .times(1 - lacks.mean())
            .with(worth.mean() * lacks.deviation())
            .plus(point.net() - point.saving());
    return new Proposal(small, method, point, net, basis());
  }

  private Basis basis() {
    return evidence
        .of(family)
        .map(f -> isNear(f) ? Basis.FAMILY : Basis.OTHER_SIZE)
        .orElse(Basis.OTHER_FAMILIES);
  }

  private boolean isNear(Evidence.Field field) {
    double times = (double) parameters / field.parameters();
    return times <= NEAR && times >= 1 / NEAR;
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

  /** Returns what a small model is worth that has learned all that scratch learns. */
  private Estimate worth(Evidence.Kind kind, String method) {
    Optional<Evidence.Field> own = evidence.of(family);
    Optional<List<Double>> seeds = own.flatMap(f -> worth(f, kind, method));
    if (seeds.isPresent() && isNear(own.orElseThrow())) {
      return Estimate.ofNext(seeds.get());
    }
    List<Double> families =
        evidence.fields().stream()
            .flatMap(f -> worth(f, kind, method).stream())
            .map(Forecast::mean)
            .toList();
    Estimate spread = families.size() > 1 ? Estimate.ofNext(families) : betweenFamilies();
    return new Estimate(seeds.map(Forecast::mean).orElse(mean(families)), spread.deviation());
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
