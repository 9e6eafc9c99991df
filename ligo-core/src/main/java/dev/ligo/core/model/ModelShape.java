package dev.ligo.core.model;

import dev.ligo.api.LigoException;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.IntFunction;
import java.util.stream.Stream;

/**
 * How deep and how wide a model is, as far as it can be made deeper and wider.
 *
 * @param layers the number of layers
 * @param hidden the hidden size
 */
public record ModelShape(OptionalInt layers, OptionalInt hidden) {
  /** What the two numbers of {@link #text} are. */
  public static final String LEGEND = "layers × hidden size";

  /**
   * {@return the shape of a model}
   *
   * @param model the model
   */
  public static ModelShape of(ModelSpec<?> model) {
    return new ModelShape(
        size(model, model.layout().stacks().values().stream(), Sizes.SAME::withLayers),
        size(
            model,
            model.layout().axes().values().stream().map(Axis.Width::size),
            Sizes.SAME::withHidden));
  }

  /** Returns the size that asking for changes nothing: that is what it is now. */
  private static OptionalInt size(
      ModelSpec<?> model, Stream<Integer> found, IntFunction<Sizes> asked) {
    return found
        .distinct()
        .mapToInt(n -> n)
        .filter(
            n ->
                resized(model, asked.apply(n))
                    .filter(m -> m.json().equals(model.json()))
                    .isPresent())
        .findFirst();
  }

  /**
   * {@return a model with other sizes, if there can be such a model}
   *
   * @param model the model
   * @param sizes the sizes to have
   */
  public static Optional<ModelSpec<?>> resized(ModelSpec<?> model, Sizes sizes) {
    try {
      return Optional.of(model.resized(sizes));
    } catch (LigoException e) {
      return Optional.empty(); // heads that would not come out whole
    }
  }

  /** {@return what it is, in words: 6 × 128} */
  public String text() {
    if (layers.isPresent() && hidden.isPresent()) {
      return layers.getAsInt() + " × " + hidden.getAsInt();
    }
    return layers.isPresent()
        ? layers.getAsInt() + " layers"
        : hidden.isPresent() ? "hidden size " + hidden.getAsInt() : "one size alone";
  }
}
