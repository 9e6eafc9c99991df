package dev.ligo.testkit;

import static dev.ligo.testkit.OperationCase.ALL;

import dev.ligo.api.DType;
import dev.ligo.api.Shape;
import java.util.ArrayList;
import java.util.List;

/** Look-ups by integer indices of both widths and of every rank, along every axis. */
final class LookUpCases {
  private final List<OperationCase> cases = new ArrayList<>();

  private LookUpCases() {}

  static List<OperationCase> all() {
    LookUpCases c = new LookUpCases();
    for (DType index : List.of(DType.INT32, DType.INT64)) {
      c.takes(index);
      c.gathers(index);
    }
    c.specials();
    return c.cases;
  }

  /** What is looked up stays what it is, and what is not does not show, as in a sum of products. */
  private void specials() {
    Input x = Input.exactly(Shape.of(3, 1), Double.NaN, 1, Double.NEGATIVE_INFINITY);
    Input last = Input.exactly(Shape.of(2), 1, 2).of(DType.INT32);
    cases.add(
        OperationCase.of(
                "take",
                List.of(x, last),
                (t, v) -> v.get(0).take(v.get(1), 0),
                v -> Oracle.take(v.get(0), v.get(1), 0))
            .described("NaN and infinities")
            .valuesOnly());
    Input rows = Input.exactly(Shape.of(2, 1), 1, 2).of(DType.INT32);
    cases.add(
        OperationCase.of(
                "gather",
                List.of(x, rows),
                (t, v) -> v.get(0).gather(v.get(1), 0),
                v -> Oracle.gather(v.get(0), v.get(1), 0))
            .described("NaN and infinities")
            .valuesOnly());
  }

  private void takes(DType index) {
    take(index, 0, dims(5), dims());
    take(index, 0, dims(5), dims(7));
    take(index, -1, dims(5), dims(2, 3));
    take(index, 0, dims(4, 3), dims());
    take(index, 0, dims(4, 3), dims(6));
    take(index, 0, dims(4, 3), dims(2, 3));
    take(index, 1, dims(4, 3), dims(2));
    take(index, -1, dims(2, 3), dims(2, 1, 2));
    take(index, 1, dims(2, 3, 2), dims(2, 2));
    take(index, 0, dims(3, 2, 1), dims(2, 1, 2));
    take(index, 2, dims(2, 1, 3, 2), dims(4));
    take(index, -1, dims(2, 1, 3, 2), dims());
    take(index, 0, dims(4, 3), dims(0));
    take(index, 1, dims(2, 3), dims(2, 0));
    take(index, 0, dims(4, 0), dims(3));
    take(index, 0, dims(0, 2), dims(0));
  }

  private void take(DType index, int axis, int[] shape, int[] indices) {
    int bound = Shape.of(shape).dim(axis);
    List<Input> inputs =
        List.of(Input.normal(shape), Input.indices(index, Math.max(bound, 1), indices));
    cases.add(
        OperationCase.of(
                "take",
                inputs,
                (t, x) -> x.get(0).take(x.get(1), axis),
                x -> Oracle.take(x.get(0), x.get(1), axis))
            .described("axis " + axis)
            .on(ALL));
  }

  private void gathers(DType index) {
    gather(index, 0, dims(5), dims(3));
    gather(index, 1, dims(2, 5), dims(2, 3));
    gather(index, -1, dims(4, 3), dims(4, 1));
    gather(index, 0, dims(4, 3), dims(6, 3));
    gather(index, 1, dims(2, 3, 2), dims(2, 4, 2));
    gather(index, 2, dims(2, 1, 3, 2), dims(2, 1, 5, 2));
    gather(index, -1, dims(2, 3), dims(2, 0));
    gather(index, 1, dims(0, 3), dims(0, 2));
  }

  private void gather(DType index, int axis, int[] shape, int[] indices) {
    int bound = Shape.of(shape).dim(axis);
    List<Input> inputs = List.of(Input.normal(shape), Input.indices(index, bound, indices));
    cases.add(
        OperationCase.of(
                "gather",
                inputs,
                (t, x) -> x.get(0).gather(x.get(1), axis),
                x -> Oracle.gather(x.get(0), x.get(1), axis))
            .described("axis " + axis)
            .on(ALL));
  }

  private static int[] dims(int... dims) {
    return dims;
  }
}
