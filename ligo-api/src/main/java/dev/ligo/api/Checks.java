package dev.ligo.api;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Refuses operands whose dtypes or shapes an operation is not defined for. */
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

  /** Whether two shapes have the same extents along all axes but one. */
  static boolean equalBut(int axis, Shape a, Shape b) {
    return a.rank() == b.rank() && a.withDim(axis, 0).equals(b.withDim(axis, 0));
  }

  static void sameDType(String operation, TensorSpec a, TensorSpec b) {
    if (a.dtype() != b.dtype()) {
      throw new TensorException(
          operation + " of " + a + " and " + b + ": dtypes never mix implicitly.");
    }
  }

  static void floating(String operation, TensorSpec x) {
    if (!x.dtype().isFloating()) {
      throw new TensorException(operation + " needs a floating dtype, found " + x + ".");
    }
  }

  static void number(String operation, TensorSpec x) {
    if (x.dtype() == DType.BOOL) {
      throw new TensorException(operation + " needs numbers, found " + x + "; cast it first.");
    }
  }

  static void bool(String operation, TensorSpec x) {
    if (x.dtype() != DType.BOOL) {
      throw new TensorException(operation + " needs truth values, found " + x + ".");
    }
  }

  static void integer(String what, TensorSpec x) {
    if (!x.dtype().isInteger()) {
      throw new TensorException(what + " are int32 or int64, found " + x + ".");
    }
  }

  static void lastAxis(String operation, TensorSpec x) {
    floating(operation, x);
    if (x.shape().rank() == 0 || x.shape().dim(-1) == 0) {
      throw new TensorException(
          operation + " needs at least one element in the last axis, found " + x.shape() + ".");
    }
  }

  static void vector(String what, TensorSpec like, TensorSpec v, int extent) {
    sameDType(what, like, v);
    if (!v.shape().equals(Shape.of(extent))) {
      throw new TensorException(what + " needs shape (" + extent + "), found " + v.shape() + ".");
    }
  }

  /** Refuses a step of AdamW whose tensors do not fit the parameters. */
  static void adamW(
      List<AdamW.State> states, List<Tensor> gradients, Optional<Tensor> scale, AdamW.Step step) {
    if (states.size() != gradients.size()) {
      throw new TensorException(
          "AdamW needs a gradient for each parameter, found "
              + gradients.size()
              + " for "
              + states.size()
              + ".");
    }
    List<Tensor> scalars = new ArrayList<>();
    scale.ifPresent(scalars::add);
    scalars.addAll(
        List.of(step.learningRate(), step.step(), step.correction1(), step.correction2()));
    for (int i = 0; i < states.size(); i++) {
      adamW(states.get(i), gradients.get(i), scalars);
    }
  }

  private static void adamW(AdamW.State state, Tensor gradient, List<Tensor> scalars) {
    TensorSpec parameter = state.parameter().spec();
    for (Tensor x : List.of(gradient, state.first(), state.second())) {
      sameDType("AdamW", parameter, x.spec());
      if (!x.shape().equals(parameter.shape())) {
        throw new TensorException(
            "AdamW needs a gradient and moments of the parameter's shape "
                + parameter.shape()
                + ", found "
                + x.shape()
                + ".");
      }
    }
    floating("AdamW", parameter);
    for (Tensor x : scalars) {
      sameDType("AdamW's step", parameter, x.spec());
      if (x.shape().rank() != 0) {
        throw new TensorException("AdamW's step needs scalars, found shape " + x.shape() + ".");
      }
    }
  }
}
