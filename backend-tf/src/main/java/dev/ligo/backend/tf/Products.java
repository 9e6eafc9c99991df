package dev.ligo.backend.tf;

import dev.ligo.api.DType;
import dev.ligo.api.Precision;
import dev.ligo.api.Shape;
import java.util.List;
import java.util.stream.IntStream;

/** Products of matrices, in the precision of the engine. */
final class Products {
  private final Trace trace;
  private final Precision precision;

  Products(Trace trace, Precision precision) {
    this.trace = trace;
    this.precision = precision;
  }

  /**
   * Returns a product, each operand transposed first if asked.
   *
   * <p>TensorFlow makes the gradients of products over more than two axes by an operation that
   * oneDNN does not compute, in twice the time. It is left to do so where operands broadcast.
   */
  Output matmul(Handle a, boolean transposeA, Handle b, boolean transposeB) {
    Shape left = trace.shape(a);
    Shape right = trace.shape(b);
    if (!IntStream.range(0, Math.max(left.rank(), right.rank()) - 2)
        .allMatch(i -> left.rank() == right.rank() && left.dim(i) == right.dim(i))) {
      return product(trace.operation("BatchMatMulV2"), a, transposeA, b, transposeB);
    }
    return trace.part(
        plain(a, transposeA, b, transposeB),
        List.of(a, b),
        dy ->
            List.of(
                transposeA ? plain(b, transposeB, dy, true) : plain(dy, false, b, !transposeB),
                transposeB ? plain(dy, true, a, transposeA) : plain(a, !transposeA, dy, false)));
  }

  /** Returns a product that no tape records; the operands do not broadcast. */
  Output plain(Handle a, boolean transposeA, Handle b, boolean transposeB) {
    boolean matrices = trace.shape(a).rank() == 2;
    Trace.Operation operation = trace.unrecorded(matrices ? "MatMul" : "BatchMatMulV2");
    return product(operation, a, transposeA, b, transposeB);
  }

  private Output product(
      Trace.Operation operation, Handle a, boolean transposeA, Handle b, boolean transposeB) {
    boolean rounded = precision != Precision.FLOAT32 && trace.floating(a) == DType.FLOAT32;
    boolean matrices = trace.shape(a).rank() == 2 && trace.shape(b).rank() == 2;
    Output product =
        operation
            .in(rounded ? trace.bfloat16(a) : a, rounded ? trace.bfloat16(b) : b)
            .with(matrices ? "transpose_a" : "adj_x", transposeA)
            .with(matrices ? "transpose_b" : "adj_y", transposeB)
            .make();
    return rounded ? trace.cast(product, DType.FLOAT32) : product;
  }
}
