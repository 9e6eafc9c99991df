package dev.ligo.testkit;

import dev.ligo.api.DType;
import dev.ligo.api.HostArray;
import dev.ligo.api.Shape;
import java.util.Arrays;
import java.util.function.ToDoubleFunction;

/** An immutable array of doubles, read by index: what the oracles compute on. */
final class Doubles {
  private final Shape shape;
  private final double[] data;

  private Doubles(Shape shape, double[] data) {
    this.shape = shape;
    this.data = data;
  }

  /** Returns the array whose element at each index is what the function gives for it. */
  static Doubles of(Shape shape, ToDoubleFunction<int[]> element) {
    double[] data = new double[Math.toIntExact(shape.size())];
    for (int i = 0; i < data.length; i++) {
      data[i] = element.applyAsDouble(index(shape, i));
    }
    return new Doubles(shape, data);
  }

  /** Returns the array with the given elements in row-major order. */
  static Doubles of(Shape shape, double... data) {
    if (data.length != shape.size()) {
      throw new IllegalArgumentException(data.length + " elements for shape " + shape);
    }
    return new Doubles(shape, data.clone());
  }

  /** Returns a host array's elements. */
  static Doubles of(HostArray array) {
    return new Doubles(array.shape(), array.toDoubles());
  }

  /** Returns the index of a row-major position. */
  private static int[] index(Shape shape, int position) {
    int[] index = new int[shape.rank()];
    int rest = position;
    for (int a = index.length - 1; a >= 0; a--) {
      index[a] = rest % shape.dim(a);
      rest /= shape.dim(a);
    }
    return index;
  }

  /**
   * Returns the element at an index as NumPy's broadcasting finds it: leading axes that this array
   * lacks are passed over, and along an axis of extent 1 every index stands for the one there is.
   */
  double at(int... index) {
    int skipped = index.length - shape.rank();
    int position = 0;
    for (int a = 0; a < shape.rank(); a++) {
      int extent = shape.dim(a);
      position = position * extent + (extent == 1 ? 0 : index[skipped + a]);
    }
    return data[position];
  }

  /** Returns the element at a row-major position. */
  double flat(int position) {
    return data[position];
  }

  Shape shape() {
    return shape;
  }

  int size() {
    return data.length;
  }

  /** Returns a copy in which one element, at a row-major position, is another. */
  Doubles with(int position, double value) {
    double[] changed = data.clone();
    changed[position] = value;
    return new Doubles(shape, changed);
  }

  /** Returns the elements in the same order under another shape. */
  Doubles reshape(Shape to) {
    return of(to, data);
  }

  /** Returns the elements in a dtype, rounded to it. */
  HostArray as(DType dtype) {
    HostArray array = HostArray.zeros(dtype, shape);
    for (int i = 0; i < data.length; i++) {
      array.set(i, data[i]);
    }
    return array;
  }

  /** Returns the largest magnitude among the finite elements, 0 if there is none. */
  double magnitude() {
    double largest = 0;
    for (double d : data) {
      if (Double.isFinite(d)) {
        largest = Math.max(largest, Math.abs(d));
      }
    }
    return largest;
  }

  /** Returns where a row-major position lies, as in {@code [1, 0, 2]}. */
  String whereIs(int position) {
    return Arrays.toString(index(shape, position));
  }
}
