package dev.ligo.cli.plan;

import dev.ligo.api.LigoException;
import dev.ligo.core.Ligo;
import dev.ligo.core.comparison.Candidate;
import dev.ligo.core.comparison.Comparison;
import dev.ligo.core.growth.GrowthMethod;
import dev.ligo.core.model.ModelShape;
import dev.ligo.core.model.ModelSpec;
import dev.ligo.core.model.Sizes;
import dev.ligo.core.plan.Evidence;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A model that could be trained first and grown into the large one.
 *
 * @param kind in what it is smaller
 * @param model the model
 * @param shape its layers and its width
 * @param back the sizes that it grows back to
 */
record SmallModel(Evidence.Kind kind, ModelSpec<?> model, ModelShape shape, Sizes back) {
  private static final int PARTS = 2;

  /**
   * Returns the models of half a large one's layers, half its width, or both, as far as there are
   * such, each of which grows back into it.
   */
  static List<SmallModel> of(ModelSpec<?> large) {
    ModelShape whole = ModelShape.of(large);
    return Stream.of(Evidence.Kind.values()).flatMap(k -> of(large, whole, k).stream()).toList();
  }

  private static Optional<SmallModel> of(ModelSpec<?> large, ModelShape whole, Evidence.Kind kind) {
    OptionalInt layers = whole.layers();
    OptionalInt hidden = whole.hidden();
    Sizes half = Sizes.SAME;
    Sizes back = Sizes.SAME;
    if (kind != Evidence.Kind.WIDTH) {
      if (layers.isEmpty() || layers.getAsInt() < PARTS) {
        return Optional.empty();
      }
      back = back.withLayers(layers.getAsInt());
      layers = OptionalInt.of(layers.getAsInt() / PARTS);
      half = half.withLayers(layers.getAsInt());
    }
    if (kind != Evidence.Kind.DEPTH) {
      if (hidden.isEmpty() || hidden.getAsInt() < PARTS) {
        return Optional.empty();
      }
      back = back.withHidden(hidden.getAsInt());
      hidden = OptionalInt.of(hidden.getAsInt() / PARTS);
      half = half.withHidden(hidden.getAsInt());
    }
    ModelShape shape = new ModelShape(layers, hidden);
    Sizes grown = back;
    return ModelShape.resized(large, half)
        .filter(
            small ->
                ModelShape.resized(small, grown)
                    .filter(m -> m.layout().shapes().equals(large.layout().shapes()))
                    .isPresent())
        .map(small -> new SmallModel(kind, small, shape, grown));
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
}
