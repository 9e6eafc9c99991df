package dev.ligo.api;

/** The one place where an operation's dtypes and shapes are refused. */
final class Checks {
  private Checks() {}

  /** Returns the shape to which two shapes broadcast. */
  static Shape broadcast(String operation, Shape a, Shape b) {
    int rank = Math.max(a.rank(), b.rank());
    int[] d = new int[rank];
    for (int i = 1; i <= rank; i++) {
      int x = i <= a.rank() ? a.dim(-i) : 1;
      int y = i <= b.rank() ? b.dim(-i) : 1;
      if (x != y && x != 1 && y != 1) {
        throw new TensorException(
            operation
                + " of "
                + a
                + " and "
                + b
                + ": the shapes do not broadcast against each other.");
      }
      d[rank - i] = x == 1 ? y : x;
    }
    return Shape.of(d);
  }

  static void sameDType(String operation, Tensor a, Tensor b) {
    if (a.dtype() != b.dtype()) {
      throw new TensorException(
          operation + " of " + a.spec() + " and " + b.spec() + ": dtypes never mix implicitly.");
    }
  }

  static void floating(String operation, Tensor x) {
    if (!x.dtype().isFloating()) {
      throw new TensorException(operation + " needs a floating dtype, found " + x.spec() + ".");
    }
  }

  static void number(String operation, Tensor x) {
    if (x.dtype() == DType.BOOL) {
      throw new TensorException(
          operation + " needs numbers, found " + x.spec() + "; cast it first.");
    }
  }

  static void bool(String operation, Tensor x) {
    if (x.dtype() != DType.BOOL) {
      throw new TensorException(operation + " needs truth values, found " + x.spec() + ".");
    }
  }

  static void integer(String what, Tensor x) {
    if (!x.dtype().isInteger()) {
      throw new TensorException(what + " are int32 or int64, found " + x.spec() + ".");
    }
  }

  static void lastAxis(String operation, Tensor x) {
    floating(operation, x);
    if (x.shape().rank() == 0 || x.shape().dim(-1) == 0) {
      throw new TensorException(
          operation + " needs at least one element in the last axis, found " + x.shape() + ".");
    }
  }

  static void vector(String what, Tensor like, Tensor v, int extent) {
    sameDType(what, like, v);
    if (!v.shape().equals(Shape.of(extent))) {
      throw new TensorException(what + " needs shape (" + extent + "), found " + v.shape() + ".");
    }
  }
}
