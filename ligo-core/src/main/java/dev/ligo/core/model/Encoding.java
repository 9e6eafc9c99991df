package dev.ligo.core.model;

/**
 * How a parameter is stored: the model computes with scale · (offset + value). A norm that
 * multiplies by 1 + weight has the offset 1; a table of embeddings that are multiplied by √(hidden
 * size) has that scale.
 *
 * <p>What grows is what the model computes with. So a growth method need not know how it is stored:
 * where two models differ in the scale, or a method multiplies a value that has an offset, the
 * stored values follow.
 *
 * @param offset what is added to the value
 * @param scale what the sum is multiplied by, not 0
 */
public record Encoding(double offset, double scale) {
  /** The model computes with the value itself. */
  public static final Encoding PLAIN = new Encoding(0, 1);

  /** The model computes with 1 + value. */
  public static final Encoding ONE_PLUS = new Encoding(1, 1);

  /**
   * {@return how a value is stored that the model multiplies by a number}
   *
   * @param scale the number, not 0
   */
  public static Encoding scaled(double scale) {
    return new Encoding(0, scale);
  }

  /** {@return this encoding with another scale} */
  Encoding withScale(double other) {
    return new Encoding(offset, other);
  }

  /**
   * {@return values with which the model computes with {@link #scale}: zeros after an offset of 1}
   */
  public Initializer one() {
    return new Initializer(1 - offset, 0);
  }
}
