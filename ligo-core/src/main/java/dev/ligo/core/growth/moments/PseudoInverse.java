package dev.ligo.core.growth.moments;

import java.util.Optional;

/** N = A (AᵀA)⁻¹, the transpose of the pseudo-inverse of a matrix with independent columns. */
final class PseudoInverse {
  /** A pivot this small, relative to the column's square, is a column that depends on others. */
  private static final double DEPENDENT = 1e-12;

  private PseudoInverse() {}

  /**
   * Returns A (AᵀA)⁻¹, or empty if columns depend on each other.
   *
   * @param a A row by row, (rows, columns)
   */
  static Optional<double[]> transposed(double[] a, int rows, int columns) {
    double[] l = gram(a, rows, columns);
    if (!factorise(l, columns)) {
      return Optional.empty();
    }
    double[] n = a.clone();
    for (int row = 0; row < rows; row++) {
      solve(l, columns, n, row * columns);
    }
    return Optional.of(n);
  }

  /** Returns the lower triangle of AᵀA. */
  private static double[] gram(double[] a, int rows, int columns) {
    double[] g = new double[columns * columns];
    for (int row = 0; row < rows; row++) {
      for (int i = 0; i < columns; i++) {
        double v = a[row * columns + i];
        for (int j = 0; v != 0 && j <= i; j++) {
          g[i * columns + j] += v * a[row * columns + j];
        }
      }
    }
    return g;
  }

  /** Puts the Cholesky factor L, with L Lᵀ = G, in the place of G's lower triangle. */
  private static boolean factorise(double[] g, int n) {
    for (int i = 0; i < n; i++) {
      double square = g[i * n + i];
      for (int j = 0; j <= i; j++) {
        double sum = g[i * n + j];
        for (int k = 0; k < j; k++) {
          sum -= g[i * n + k] * g[j * n + k];
        }
        if (j < i) {
          g[i * n + j] = sum / g[j * n + j];
        } else if (sum > DEPENDENT * square) {
          g[i * n + i] = Math.sqrt(sum);
        } else {
          return false;
        }
      }
    }
    return true;
  }

  /** Solves L Lᵀ x = b in the place of b, n entries of x from an offset. */
  private static void solve(double[] l, int n, double[] x, int offset) {
    for (int i = 0; i < n; i++) {
      double sum = x[offset + i];
      for (int k = 0; k < i; k++) {
        sum -= l[i * n + k] * x[offset + k];
      }
      x[offset + i] = sum / l[i * n + i];
    }
    for (int i = n - 1; i >= 0; i--) {
      double v = x[offset + i] / l[i * n + i];
      x[offset + i] = v;
      for (int k = 0; k < i; k++) {
        x[offset + k] -= l[i * n + k] * v;
      }
    }
  }
}
