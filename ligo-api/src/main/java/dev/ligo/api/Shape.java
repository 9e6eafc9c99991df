package dev.ligo.api;

import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * The extents of an array along its axes; rank 0 is a scalar. Extents may be zero (an empty array)
 * but not negative.
 */
public final class Shape {
  private static final Shape SCALAR = new Shape(new int[0]);

  private final int[] dims;

  private Shape(int[] dims) {
    this.dims = dims;
  }

  /**
   * {@return the shape with the given extents}
   *
   * @param dims the extents
   * @throws TensorException if an extent is negative
   */
  public static Shape of(int... dims) {
    if (dims.length == 0) {
      return SCALAR;
    }
    for (int d : dims) {
      if (d < 0) {
        throw new TensorException(
            "a shape has no negative extents, found " + Arrays.toString(dims) + ".");
      }
    }
    return new Shape(dims.clone());
  }

  /** {@return the shape of rank 0} */
  public static Shape scalar() {
    return SCALAR;
  }

  /** {@return the number of axes} */
  public int rank() {
    return dims.length;
  }

  /**
   * {@return the extent along an axis; negative axes count from the last, −1}
   *
   * @param axis the axis, from 0, or from −1 backwards
   * @throws TensorException if there is no such axis
   */
  public int dim(int axis) {
    return dims[axis(axis)];
  }

  /**
   * {@return the axis as a number from 0, counting negative ones from the last}
   *
   * @param axis the axis, from 0, or from −1 backwards
   * @throws TensorException if there is no such axis
   */
  public int axis(int axis) {
    int a = axis < 0 ? axis + dims.length : axis;
    if (a < 0 || a >= dims.length) {
      throw new TensorException("axis " + axis + " does not exist in shape " + this + ".");
    }
    return a;
  }

  /** {@return the extents as a new array} */
  public int[] dims() {
    return dims.clone();
  }

  /**
   * {@return the number of elements: the product of the extents, 1 for a scalar}
   *
   * @throws TensorException if it exceeds 2⁶³ − 1
   */
  public long size() {
    long n = 1;
    for (int d : dims) {
      if (d != 0 && n > Long.MAX_VALUE / d) {
        throw new TensorException("shape " + this + " has more than 2^63 - 1 elements.");
      }
      n *= d;
    }
    return n;
  }

  /**
   * {@return this shape with another extent along one axis}
   *
   * @param axis the axis, from 0, or from −1 backwards
   * @param extent the extent along it
   */
  public Shape withDim(int axis, int extent) {
    int[] d = dims.clone();
    d[axis(axis)] = extent;
    return of(d);
  }

  /**
   * {@return how many entries of the first axis hold at most so many elements; at least 1}
   *
   * @param elements the most elements
   * @throws TensorException if this is the shape of a scalar
   */
  public int rowsOf(long elements) {
    long each = Math.max(1, withDim(0, 1).size());
    return (int) Math.min(Integer.MAX_VALUE, Math.max(1, elements / each));
  }

  @Override
  public boolean equals(Object o) {
    return o instanceof Shape s && Arrays.equals(dims, s.dims);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(dims);
  }

  /** Returns the extents as in {@code (2, 3)}; {@code ()} for a scalar. */
  @Override
  public String toString() {
    return Arrays.stream(dims)
        .mapToObj(Integer::toString)
        .collect(Collectors.joining(", ", "(", ")"));
  }
}
