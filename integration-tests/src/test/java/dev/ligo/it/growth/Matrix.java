package dev.ligo.it.growth;

import dev.ligo.api.HostArray;

/** Explicit float64 matrices: the textbook's definitions, written without the library's code. */
final class Matrix {
  private final int rows;
  private final int columns;
  private final double[] values;

  private Matrix(int rows, int columns) {
    this.rows = rows;
    this.columns = columns;
    this.values = new double[rows * columns];
  }

  static Matrix zeros(int rows, int columns) {
    return new Matrix(rows, columns);
  }

  static Matrix identity(int n) {
    Matrix m = zeros(n, n);
    for (int i = 0; i < n; i++) {
      m.values[i * n + i] = 1;
    }
    return m;
  }

  /** Returns the matrix of a row-major array, or one of its layers. */
  static Matrix of(HostArray a, int layer) {
    int rows = a.shape().dim(-2);
    int columns = a.shape().dim(-1);
    Matrix m = zeros(rows, columns);
    for (int i = 0; i < m.values.length; i++) {
      m.values[i] = a.get(layer * rows * columns + i);
    }
    return m;
  }

  double get(int i, int j) {
    return values[i * columns + j];
  }

  /** A ⊗ B: the block (i, j) is A[i, j] · B. */
  Matrix kronecker(Matrix b) {
    Matrix m = zeros(rows * b.rows, columns * b.columns);
    for (int i = 0; i < m.rows; i++) {
      for (int j = 0; j < m.columns; j++) {
        m.values[i * m.columns + j] =
            get(i / b.rows, j / b.columns) * b.get(i % b.rows, j % b.columns);
      }
    }
    return m;
  }

  Matrix times(Matrix b) {
    Matrix m = zeros(rows, b.columns);
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < b.columns; j++) {
        for (int k = 0; k < columns; k++) {
          m.values[i * b.columns + j] += get(i, k) * b.get(k, j);
        }
      }
    }
    return m;
  }

  double[] times(double[] v) {
    double[] out = new double[rows];
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        out[i] += get(i, j) * v[j];
      }
    }
    return out;
  }

  /** Puts a block into this matrix, in place. */
  void put(int row, int column, Matrix block, double scale) {
    for (int i = 0; i < block.rows; i++) {
      for (int j = 0; j < block.columns; j++) {
        values[(row + i) * columns + column + j] += scale * block.get(i, j);
      }
    }
  }

  /** vec: the columns one below the other. */
  static double[] vec(HostArray a) {
    int rows = a.shape().dim(0);
    int columns = a.shape().rank() == 1 ? 1 : a.shape().dim(1);
    double[] v = new double[rows * columns];
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        v[j * rows + i] = a.get(i * columns + j);
      }
    }
    return v;
  }
}
