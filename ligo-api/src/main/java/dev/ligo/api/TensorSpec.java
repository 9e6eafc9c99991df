package dev.ligo.api;

/**
 * What is known of an array without its values.
 *
 * @param dtype the element type
 * @param shape the extents
 */
public record TensorSpec(DType dtype, Shape shape) {
  /** {@return the number of bytes that the elements take} */
  public long bytes() {
    return Math.multiplyExact(shape.size(), dtype.bytes());
  }

  @Override
  public String toString() {
    return dtype.name().toLowerCase(java.util.Locale.ROOT) + shape;
  }
}
