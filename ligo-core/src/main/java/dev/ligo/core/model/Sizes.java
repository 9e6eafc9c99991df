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
 * @param vocabulary the number of tokens
 */
public record Sizes(
    OptionalInt layers,
    OptionalInt hidden,
    OptionalInt heads,
    OptionalInt intermediate,
    OptionalInt vocabulary) {
  /** No size: everything stays. */
  public static final Sizes SAME =
      new Sizes(OptionalInt.empty(), OptionalInt.empty(), OptionalInt.empty(), OptionalInt.empty());

  /**
   * Creates sizes that keep the vocabulary.
   *
   * @param layers the number of layers
   * @param hidden the hidden size
   * @param heads the number of attention heads
   * @param intermediate the width of the feed-forward layers
   */
  public Sizes(
      OptionalInt layers, OptionalInt hidden, OptionalInt heads, OptionalInt intermediate) {
    this(layers, hidden, heads, intermediate, OptionalInt.empty());
  }

  /**
   * {@return these sizes with a number of layers}
   *
   * @param n the number of layers
   */
  public Sizes withLayers(int n) {
    return new Sizes(OptionalInt.of(n), hidden, heads, intermediate, vocabulary);
  }

  /**
   * {@return these sizes with a hidden size}
   *
   * @param n the hidden size
   */
  public Sizes withHidden(int n) {
    return new Sizes(layers, OptionalInt.of(n), heads, intermediate, vocabulary);
  }

  /**
   * {@return these sizes with a number of heads}
   *
   * @param n the number of heads
   */
  public Sizes withHeads(int n) {
    return new Sizes(layers, hidden, OptionalInt.of(n), intermediate, vocabulary);
  }

  /**
   * {@return these sizes with a feed-forward width}
   *
   * @param n the width between the feed-forward layers
   */
  public Sizes withIntermediate(int n) {
    return new Sizes(layers, hidden, heads, OptionalInt.of(n), vocabulary);
  }

  /**
   * {@return these sizes with a number of tokens}
   *
   * @param n the number of tokens, which the tables of embeddings and the heads get
   */
  public Sizes withVocabulary(int n) {
    return new Sizes(layers, hidden, heads, intermediate, OptionalInt.of(n));
  }
}
