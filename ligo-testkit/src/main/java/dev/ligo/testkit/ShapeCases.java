package dev.ligo.testkit;

import static dev.ligo.testkit.OperationCase.ALL;
import static dev.ligo.testkit.OperationCase.unary;

import dev.ligo.api.Shape;
import dev.ligo.api.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;

/** What moves elements without changing them: for every dtype. */
final class ShapeCases {
  private final List<OperationCase> cases = new ArrayList<>();

  private ShapeCases() {}

  static List<OperationCase> all() {
    ShapeCases c = new ShapeCases();
    c.reshapes();
    c.permutations();
    c.broadcasts();
    c.slices();
    c.pads();
    c.splits();
    c.joins();
    c.specials();
    return c.cases;
  }

  private void add(
      String operation,
      String detail,
      int[] shape,
      UnaryOperator<Tensor> program,
      UnaryOperator<Doubles> oracle) {
    cases.add(unary(operation, Input.normal(shape), program, oracle).described(detail).on(ALL));
  }

  private void reshapes() {
    int[][][] fromTo = {
      {{}, {1, 1}},
      {{1}, {}},
      {{6}, {2, 3}},
      {{2, 3}, {3, 2}},
      {{2, 3, 4}, {4, 6}},
      {{2, 3, 4}, {2, 3, 2, 2}},
      {{2, 1, 3, 2}, {12}},
      {{2, 0}, {0, 3}},
      {{2, 3}, {2, 3}},
    };
    for (int[][] s : fromTo) {
      Shape to = Shape.of(s[1]);
      add("reshape", "to " + to, s[0], x -> x.reshape(to), x -> x.reshape(to));
    }
    add("reshape", "to (2, -1)", dims(3, 4), x -> x.reshape(2, -1), x -> x.reshape(Shape.of(2, 6)));
    add("reshape", "to (-1)", dims(2, 0), x -> x.reshape(-1), x -> x.reshape(Shape.of(0)));
    add("expandDims", "axis 0", dims(), x -> x.expandDims(0), x -> x.reshape(Shape.of(1)));
    add(
        "expandDims",
        "axis 1",
        dims(2, 3),
        x -> x.expandDims(1),
        x -> x.reshape(Shape.of(2, 1, 3)));
    add(
        "expandDims",
        "axis -1",
        dims(2, 3),
        x -> x.expandDims(-1),
        x -> x.reshape(Shape.of(2, 3, 1)));
    add(
        "expandDims",
        "axis 0",
        dims(2, 0, 3),
        x -> x.expandDims(0),
        x -> x.reshape(Shape.of(1, 2, 0, 3)));
  }

  private void permutations() {
    int[][][] shapesAndOrders = {
      {{}, {}},
      {{3}, {0}},
      {{2, 3}, {1, 0}},
      {{2, 3}, {-1, -2}},
      {{2, 3}, {0, 1}},
      {{2, 3, 4}, {2, 0, 1}},
      {{2, 3, 4}, {1, 0, 2}},
      {{2, 1, 3, 2}, {0, 2, 1, 3}},
      {{2, 1, 3, 2}, {3, 2, 1, 0}},
      {{2, 0, 3}, {1, 2, 0}},
    };
    for (int[][] s : shapesAndOrders) {
      int[] order = s[1];
      add(
          "permute",
          "order " + Arrays.toString(order),
          s[0],
          x -> x.permute(order),
          x -> Oracle.permute(x, order));
    }
    for (int[] shape : new int[][] {{2, 3}, {2, 3, 4}, {2, 1, 3, 2}, {3, 0}}) {
      add("transpose", "", shape, Tensor::transpose, Oracle::transpose);
    }
  }

  private void broadcasts() {
    int[][][] fromTo = {
      {{}, {3}},
      {{}, {2, 3}},
      {{1}, {3}},
      {{3}, {2, 3}},
      {{2, 1}, {2, 3}},
      {{1, 3}, {2, 2, 3}},
      {{2, 1, 3, 1}, {2, 2, 3, 2}},
      {{1}, {0}},
      {{3, 1}, {2, 3, 0}},
      {{2, 3}, {2, 3}},
    };
    for (int[][] s : fromTo) {
      Shape to = Shape.of(s[1]);
      add("broadcastTo", "to " + to, s[0], x -> x.broadcastTo(to), x -> Oracle.broadcastTo(x, to));
    }
  }

  private void slices() {
    int[][][] shapesAndCuts = {
      {{5}, {0, 1, 4}},
      {{5}, {0, 0, 5}},
      {{5}, {-1, 2, 2}},
      {{3, 4}, {0, 1, 2}},
      {{3, 4}, {1, 1, 4}},
      {{2, 3, 4}, {1, 2, 3}},
      {{2, 3, 4}, {-3, 0, 1}},
      {{2, 1, 3, 2}, {2, 1, 3}},
      {{2, 0}, {0, 1, 2}},
    };
    for (int[][] s : shapesAndCuts) {
      int[] c = s[1];
      add(
          "slice",
          "axis " + c[0] + " from " + c[1] + " to " + c[2],
          s[0],
          x -> x.slice(c[0], c[1], c[2]),
          x -> Oracle.slice(x, c[0], c[1], c[2]));
    }
  }

  private void pads() {
    int[][][] shapesAndPads = {
      {{3}, {0, 1, 2}}, {{3}, {0, 0, 0}}, {{2, 3}, {0, 0, 2}}, {{2, 3}, {-1, 2, 0}},
      {{2, 3, 2}, {1, 1, 1}}, {{2, 1, 3, 2}, {0, 1, 1}}, {{0}, {0, 2, 1}}, {{2, 0}, {0, 1, 1}},
    };
    for (int[][] s : shapesAndPads) {
      int[] p = s[1];
      add(
          "pad",
          "axis " + p[0] + " by " + p[1] + " and " + p[2],
          s[0],
          x -> x.pad(p[0], p[1], p[2]),
          x -> Oracle.pad(x, p[0], p[1], p[2]));
    }
  }

  private void splits() {
    split(dims(6), 0, 1, 3, 2);
    split(dims(2, 5), -1, 2, 0, 3);
    split(dims(4, 2, 3), 0, 3, 1);
    split(dims(2, 4, 1, 2), 1, 4);
    split(dims(0, 2), 0, 0, 0);
    for (int[] shape : new int[][] {{3}, {2, 3}, {2, 3, 2}, {2, 0}, {1, 2, 1, 3}}) {
      int last = shape[0] - 1;
      int[] rest = Arrays.copyOfRange(shape, 1, shape.length);
      add(
          "unstack",
          "the last",
          shape,
          x -> x.unstack().get(last),
          x -> Oracle.slice(x, 0, last, last + 1).reshape(Shape.of(rest)));
    }
  }

  private void split(int[] shape, int axis, int... extents) {
    int from = 0;
    for (int i = 0; i < extents.length; i++) {
      int part = i;
      int start = from;
      int end = from + extents[i];
      add(
          "split",
          "axis " + axis + " into " + Arrays.toString(extents) + ", part " + i,
          shape,
          x -> x.split(axis, extents).get(part),
          x -> Oracle.slice(x, axis, start, end));
      from = end;
    }
  }

  private void joins() {
    concat(0, dims(2), dims(3), dims(1));
    concat(-1, dims(2, 3), dims(2, 1));
    concat(1, dims(2, 1, 3), dims(2, 2, 3), dims(2, 0, 3));
    concat(2, dims(1, 2, 1, 2), dims(1, 2, 3, 2));
    concat(0, dims(0), dims(0));
    concat(0, dims(2, 2));
    stack(dims());
    stack(dims(3), dims(3));
    stack(dims(2, 3), dims(2, 3), dims(2, 3));
    stack(dims(2, 1, 3), dims(2, 1, 3));
    stack(dims(0), dims(0));
  }

  private void concat(int axis, int[]... shapes) {
    List<Input> parts = Arrays.stream(shapes).map(Input::normal).toList();
    cases.add(
        OperationCase.of("concat", parts, (t, x) -> t.concat(axis, x), x -> Oracle.concat(axis, x))
            .described("axis " + axis)
            .on(ALL));
  }

  private void stack(int[]... shapes) {
    List<Input> parts = Arrays.stream(shapes).map(Input::normal).toList();
    Shape one = Shape.of(shapes[0]);
    int[] lead = new int[one.rank() + 1];
    System.arraycopy(shapes[0], 0, lead, 1, one.rank());
    lead[0] = 1;
    cases.add(
        OperationCase.of(
                "stack",
                parts,
                (t, x) -> t.stack(x),
                x -> Oracle.concat(0, x.stream().map(p -> p.reshape(Shape.of(lead))).toList()))
            .on(ALL));
  }

  /** What is moved stays what it is, and spoils nothing beside it, as a product with 0 would. */
  private void specials() {
    special("reshape", x -> x.reshape(4), x -> x.reshape(Shape.of(4)));
    special("permute", x -> x.permute(1, 0), Oracle::transpose);
    Shape wide = Shape.of(3, 2, 2);
    special("broadcastTo", x -> x.broadcastTo(wide), x -> Oracle.broadcastTo(x, wide));
    special("slice", x -> x.slice(1, 1, 2), x -> Oracle.slice(x, 1, 1, 2));
    special("pad", x -> x.pad(0, 1, 1), x -> Oracle.pad(x, 0, 1, 1));
    special("split", x -> x.split(0, 1, 1).get(1), x -> Oracle.slice(x, 0, 1, 2));
    Input x = special();
    cases.add(
        OperationCase.of(
                "concat", List.of(x, x), (t, v) -> t.concat(0, v), v -> Oracle.concat(0, v))
            .described("NaN and infinities")
            .valuesOnly());
  }

  private static Input special() {
    double infinity = Double.POSITIVE_INFINITY;
    return Input.exactly(Shape.of(2, 2), Double.NaN, infinity, 1, -infinity);
  }

  private void special(
      String operation, UnaryOperator<Tensor> program, UnaryOperator<Doubles> oracle) {
    cases.add(
        unary(operation, special(), program, oracle).described("NaN and infinities").valuesOnly());
  }

  private static int[] dims(int... dims) {
    return dims;
  }
}
