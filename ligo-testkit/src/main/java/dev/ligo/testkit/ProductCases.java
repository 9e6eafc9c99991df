package dev.ligo.testkit;

import static dev.ligo.testkit.OperationCase.binary;

import dev.ligo.api.Shape;
import dev.ligo.api.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Matrix products in every transposition, with batch axes that broadcast and empty extents. */
final class ProductCases {
  /** Batch axes of the left and the right factor. */
  private static final int[][][] BATCHES = {
    {{}, {}}, {{2}, {2}}, {{2}, {}}, {{}, {2}}, {{2, 1}, {3}}, {{1, 2}, {3, 1}}, {{2, 3}, {2, 3}},
  };

  /** Extents m, k, n of (m, k)·(k, n). */
  private static final int[] EXTENTS = {2, 3, 4};

  private static final int[][] OTHER_EXTENTS = {
    {1, 3, 1}, {3, 1, 2}, {1, 1, 1}, {0, 3, 2}, {2, 3, 0}, {2, 0, 3},
  };

  private final List<OperationCase> cases = new ArrayList<>();

  private ProductCases() {}

  static List<OperationCase> all() {
    ProductCases c = new ProductCases();
    for (boolean transposeA : new boolean[] {false, true}) {
      for (boolean transposeB : new boolean[] {false, true}) {
        for (int[][] batch : BATCHES) {
          c.matmul(batch, EXTENTS, transposeA, transposeB);
        }
        for (int[] extents : OTHER_EXTENTS) {
          c.matmul(BATCHES[0], extents, transposeA, transposeB);
          c.matmul(BATCHES[3], extents, transposeA, transposeB);
        }
      }
    }
    c.matmul(new int[][] {{0}, {0}}, EXTENTS, false, true);
    c.matmul(new int[][] {{0}, {1}}, EXTENTS, true, false);
    c.plain();
    return c.cases;
  }

  private void matmul(int[][] batch, int[] mkn, boolean transposeA, boolean transposeB) {
    Input a = matrix(batch[0], mkn[0], mkn[1], transposeA);
    Input b = matrix(batch[1], mkn[1], mkn[2], transposeB);
    cases.add(
        binary(
                "matmul",
                a,
                b,
                (x, y) -> x.matmul(transposeA, y, transposeB),
                (x, y) -> Oracle.matmul(x, transposeA, y, transposeB))
            .described((transposeA ? "Aᵀ" : "A") + (transposeB ? "·Bᵀ" : "·B")));
  }

  private static Input matrix(int[] batch, int rows, int columns, boolean transposed) {
    int[] dims = Arrays.copyOf(batch, batch.length + 2);
    dims[batch.length] = transposed ? columns : rows;
    dims[batch.length + 1] = transposed ? rows : columns;
    return Input.normal(dims);
  }

  private void plain() {
    Input a = Input.normal(2, 3);
    Input b = Input.normal(3, 2);
    cases.add(binary("matmul", a, b, Tensor::matmul, Oracle::matmul).described("no transposition"));
    Input long1 = Input.normal(2, 300);
    Input long2 = Input.normal(300, 2);
    cases.add(
        binary("matmul", long1, long2, Tensor::matmul, Oracle::matmul).described("long sums"));
    Input special = Input.exactly(Shape.of(2, 2), Double.NaN, 1, 1, Double.POSITIVE_INFINITY);
    Input ones = Input.exactly(Shape.of(2, 2), 1, 1, 1, 2);
    cases.add(
        binary("matmul", special, ones, Tensor::matmul, Oracle::matmul)
            .described("NaN and infinities")
            .valuesOnly());
  }
}
