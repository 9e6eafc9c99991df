package dev.ligo.backend.plain;

import java.util.Arrays;

/** Positions of elements: how far apart neighbours along each axis lie. */
public final class Strides {
  private Strides() {}

  /** Returns the strides of an array in row-major order. */
  public static int[] rowMajor(int[] dims) {
    int[] strides = new int[dims.length];
    int stride = 1;
    for (int a = dims.length - 1; a >= 0; a--) {
      strides[a] = stride;
      stride *= dims[a];
    }
    return strides;
  }

  /** Returns the strides with which an array is read as if it had the shape it broadcasts to. */
  public static int[] broadcast(int[] dims, int rank) {
    int[] own = rowMajor(dims);
    int[] strides = new int[rank];
    int lead = rank - dims.length;
    for (int a = 0; a < dims.length; a++) {
      strides[lead + a] = dims[a] == 1 ? 0 : own[a];
    }
    return strides;
  }

  /** Returns the positions offset + Σ index·stride of all indices below dims, in their order. */
  public static int[] positions(int[] dims, int offset, int[] strides) {
    int[] positions = {offset};
    for (int a = 0; a < dims.length; a++) {
      int[] next = new int[positions.length * dims[a]];
      int n = 0;
      for (int position : positions) {
        for (int i = 0; i < dims[a]; i++) {
          next[n++] = position + i * strides[a];
        }
      }
      positions = next;
    }
    return positions;
  }

  /** Returns the strides with that of some axes 0: along them one element stands for all. */
  static int[] fixed(int[] strides, int... axes) {
    int[] fixed = strides.clone();
    Arrays.stream(axes).forEach(a -> fixed[a] = 0);
    return fixed;
  }
}
