package dev.ligo.core.model;

import java.util.OptionalInt;

/**
 * The sizes to grow to. What is not named follows: the feed-forward width keeps its ratio to the
 * hidden size, the head width stays (so the heads follow from the hidden size), the rest stays.
 *
 * @param layers the number of layers
 * @param hidden the hidden size
 * @param heads the number of attention heads
 * @param intermediate the width of the feed-forward layers
 */
public record Sizes(
    OptionalInt layers, OptionalInt hidden, OptionalInt heads, OptionalInt intermediate) {
  /** No size: everything stays. */
  public static final Sizes SAME =
      new Sizes(OptionalInt.empty(), OptionalInt.empty(), OptionalInt.empty(), OptionalInt.empty());

  /**
   * {@return these sizes with a number of layers}
   *
   * @param n the number of layers
   */
  public Sizes withLayers(int n) {
    return new Sizes(OptionalInt.of(n), hidden, heads, intermediate);
  }

  /**
   * {@return these sizes with a hidden size}
   *
   * @param n the hidden size
   */
  public Sizes withHidden(int n) {
    return new Sizes(layers, OptionalInt.of(n), heads, intermediate);
  }

  /**
   * {@return these sizes with a number of heads}
   *
   * @param n the number of heads
   */
  public Sizes withHeads(int n) {
    return new Sizes(layers, hidden, OptionalInt.of(n), intermediate);
  }

  /**
   * {@return these sizes with a feed-forward width}
   *
   * @param n the width between the feed-forward layers
   */
  public Sizes withIntermediate(int n) {
    return new Sizes(layers, hidden, heads, OptionalInt.of(n));
  }
}
