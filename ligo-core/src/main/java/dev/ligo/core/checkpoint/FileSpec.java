package dev.ligo.core.checkpoint;

import dev.ligo.api.Shape;

/**
 * What is known of a tensor in a file without its values.
 *
 * @param dtype the element type in the file
 * @param shape the extents
 */
public record FileSpec(FileDType dtype, Shape shape) {
  /**
   * {@return the number of bytes that the elements take in the file}
   *
   * @throws ArithmeticException if that is 2⁶³ or more
   */
  public long bytes() {
    return Math.multiplyExact(shape.size(), dtype.bytes());
  }

  @Override
  public String toString() {
    return dtype + shape.toString();
  }
}
