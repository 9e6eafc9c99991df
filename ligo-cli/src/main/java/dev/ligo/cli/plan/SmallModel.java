package dev.ligo.cli.plan;

import dev.ligo.api.LigoException;
import dev.ligo.core.Ligo;
import dev.ligo.core.comparison.Candidate;
import dev.ligo.core.comparison.Comparison;
import dev.ligo.core.growth.GrowthMethod;
import dev.ligo.core.model.Axis;
import dev.ligo.core.model.ModelSpec;
import dev.ligo.core.model.Sizes;
import dev.ligo.core.plan.Evidence;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A model that could be trained first and grown into the large one.
 *
 * @param kind in what it is smaller
 * @param model the model
 * @param back the sizes that it grows back to
 */
record SmallModel(Evidence.Kind kind, ModelSpec<?> model, Sizes back) {
  private static final int PARTS = 2;

  /**
   * Returns the models of half a large one's layers, half its width, or both, as far as there are
   * such, each of which grows back into it.
   */
  static List<SmallModel> of(ModelSpec<?> large) {
    List<SmallModel> all = new ArrayList<>();
    Optional<Integer> layers = size(large, large.layout().stacks().values().stream(), true);
    Optional<Integer> hidden =
        size(large, large.layout().axes().values().stream().map(Axis.Width::size), false);
    for (Evidence.Kind kind : Evidence.Kind.values()) {
      boolean deepens = kind != Evidence.Kind.WIDTH;
      boolean widens = kind != Evidence.Kind.DEPTH;
      if ((layers.isPresent() || !deepens) && (hidden.isPresent() || !widens)) {
        of(large, kind, layers.filter(n -> deepens), hidden.filter(n -> widens))
            .ifPresent(all::add);
      }
    }
    return all;
  }

  /** Returns the size that asking for changes nothing: that is what it is now. */
  private static Optional<Integer> size(
      ModelSpec<?> large, Stream<Integer> found, boolean ofLayers) {
    return found
        .distinct()
        .filter(n -> n >= PARTS)
        .filter(
            n ->
                resized(large, ofLayers ? Sizes.SAME.withLayers(n) : Sizes.SAME.withHidden(n))
                    .filter(m -> m.json().equals(large.json()))
                    .isPresent())
        .findFirst();
  }

  private static Optional<SmallModel> of(
      ModelSpec<?> large, Evidence.Kind kind, Optional<Integer> layers, Optional<Integer> hidden) {
    Sizes half = Sizes.SAME;
    Sizes back = Sizes.SAME;
    if (layers.isPresent()) {
      half = half.withLayers(layers.get() / PARTS);
      back = back.withLayers(layers.get());
    }
    if (hidden.isPresent()) {
      half = half.withHidden(hidden.get() / PARTS);
      back = back.withHidden(hidden.get());
    }
    Sizes grown = back;
    return resized(large, half)
        .filter(
            small ->
                resized(small, grown)
                    .filter(m -> m.layout().shapes().equals(large.layout().shapes()))
                    .isPresent())
        .map(small -> new SmallModel(kind, small, grown));
  }

  private static Optional<ModelSpec<?>> resized(ModelSpec<?> model, Sizes sizes) {
    try {
      return Optional.of(model.resized(sizes));
    } catch (LigoException e) {
      return Optional.empty(); // heads that would not come out whole
    }
  }

  /** Returns those of the methods by which it grows into the large model. */
  Set<String> methods(Ligo ligo, Set<String> measured) {
    return ligo.methods().values().stream()
        .filter(m -> measured.contains(m.name()))
        .filter(this::grows)
        .map(GrowthMethod::name)
        .collect(Collectors.toSet());
  }

  private boolean grows(GrowthMethod method) {
    if (method.learns()) {
      return true; // takes any sizes, and its factors are large
    }
    try {
      Comparison.requireDefined(Candidate.grown(method.name(), method, Path.of("")), model, back);
      return true;
    } catch (LigoException e) {
      return false;
    }
  }

  /** Returns what it is, in words. */
  String text() {
    return switch (kind) {
      case BOTH -> "half the layers and half the width";
      case DEPTH -> "half the layers";
      case WIDTH -> "half the width";
    };
  }
}
