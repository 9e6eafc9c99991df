package dev.ligo.testkit;

import static dev.ligo.testkit.OperationCase.FLOATING;
import static dev.ligo.testkit.OperationCase.NUMBERS;
import static dev.ligo.testkit.OperationCase.unary;

import dev.ligo.api.DType;
import dev.ligo.api.Shape;
import dev.ligo.api.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/** Sums, means and maxima over any axes, kept or dropped, and positions of maxima. */
final class ReductionCases {
  private static final int[] EVERY = {};
  private static final int[][][] SHAPES_AND_AXES = {
    {{}, EVERY},
    {{3}, EVERY, {0}, {-1}},
    {{1}, {0}},
    {{2, 3}, EVERY, {0}, {1}, {-1, 0}},
    {{2, 3, 4}, EVERY, {1}, {0, 2}, {-1, -2}},
    {{2, 1, 3, 2}, EVERY, {1}, {3, 0}, {1, 2, 3}, {-2}},
    {{2, 0, 3}, {0}, {-1}, {0, 2}},
  };
  private static final int[][][] EMPTY = {
    {{0}, EVERY, {0}}, {{2, 0, 3}, EVERY, {1}, {1, 2}}, {{0, 2}, {0}},
  };
  private static final double INFINITY = Double.POSITIVE_INFINITY;

  private final List<OperationCase> cases = new ArrayList<>();

  private ReductionCases() {}

  static List<OperationCase> all() {
    ReductionCases c = new ReductionCases();
    c.sums();
    c.means();
    c.maxima();
    c.positions();
    return c.cases;
  }

  /** A reduction of the API or of the oracle. */
  private interface Reduction<A> {
    A over(A x, int... axes);
  }

  private void sums() {
    for (int[][][] shapes : List.of(SHAPES_AND_AXES, EMPTY)) {
      reductions(
          "sum", shapes, Input::positive, NUMBERS, Tensor::sum, (x, a) -> Oracle.sum(x, false, a));
      reductions(
          "sumKeeping",
          shapes,
          Input::positive,
          NUMBERS,
          Tensor::sumKeeping,
          (x, a) -> Oracle.sum(x, true, a));
    }
    special("sum", Tensor::sum, (x, a) -> Oracle.sum(x, false, a));
  }

  private void means() {
    reductions(
        "mean",
        SHAPES_AND_AXES,
        Input::positive,
        FLOATING,
        Tensor::mean,
        (x, a) -> Oracle.mean(x, false, a));
    reductions(
        "meanKeeping",
        SHAPES_AND_AXES,
        Input::positive,
        FLOATING,
        Tensor::meanKeeping,
        (x, a) -> Oracle.mean(x, true, a));
    special("mean", Tensor::mean, (x, a) -> Oracle.mean(x, false, a));
  }

  private void maxima() {
    reductions(
        "max",
        SHAPES_AND_AXES,
        Input::apart,
        FLOATING,
        Tensor::max,
        (x, a) -> Oracle.max(x, false, a));
    reductions(
        "maxKeeping",
        SHAPES_AND_AXES,
        Input::apart,
        FLOATING,
        Tensor::maxKeeping,
        (x, a) -> Oracle.max(x, true, a));
    special("max", Tensor::max, (x, a) -> Oracle.max(x, false, a));
  }

  private void reductions(
      String name,
      int[][][] shapesAndAxes,
      Function<int[], Input> input,
      List<DType> dtypes,
      Reduction<Tensor> program,
      Reduction<Doubles> oracle) {
    for (int[][] line : shapesAndAxes) {
      for (int[] axes : Arrays.copyOfRange(line, 1, line.length)) {
        cases.add(
            unary(name, input.apply(line[0]), x -> program.over(x, axes), x -> oracle.over(x, axes))
                .described(axes.length == 0 ? "all axes" : "axes " + Arrays.toString(axes))
                .on(dtypes));
      }
    }
  }

  private void special(String name, Reduction<Tensor> program, Reduction<Doubles> oracle) {
    double[] rows = {
      1, Double.NaN, 2, 1, INFINITY, 2, 1, -INFINITY, 2, -INFINITY, -INFINITY, -INFINITY
    };
    cases.add(
        unary(
                name,
                Input.exactly(Shape.of(4, 3), rows),
                x -> program.over(x, 1),
                x -> oracle.over(x, 1))
            .described("NaN and infinities")
            .valuesOnly());
  }

  private void positions() {
    int[][] shapesAndAxis = {
      {0, 3},
      {-1, 1},
      {0, 2, 3},
      {1, 2, 3},
      {-3, 2, 3, 4},
      {1, 2, 3, 4},
      {2, 2, 1, 3, 2},
      {0, 2, 0, 3},
    };
    for (int[] line : shapesAndAxis) {
      int axis = line[0];
      int[] shape = Arrays.copyOfRange(line, 1, line.length);
      cases.add(argMax(Input.apart(shape), axis));
      cases.add(
          argMax(Input.coarse(shape), axis).described("axis " + axis + ", the first of equals"));
    }
    Input infinities = Input.exactly(Shape.of(2, 3), 1, INFINITY, 2, -INFINITY, -INFINITY, 0);
    cases.add(argMax(infinities, 1).described("infinities"));
  }

  private static OperationCase argMax(Input x, int axis) {
    return unary("argMax", x, a -> a.argMax(axis), a -> Oracle.argMax(a, axis))
        .giving(DType.INT64)
        .described("axis " + axis)
        .valuesOnly();
  }
}
