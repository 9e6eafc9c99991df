package dev.ligo.testkit;

import static dev.ligo.testkit.OperationCase.ALL;
import static dev.ligo.testkit.OperationCase.FLOATING;
import static dev.ligo.testkit.OperationCase.NUMBERS;
import static dev.ligo.testkit.OperationCase.binary;
import static dev.ligo.testkit.OperationCase.unary;
import static dev.ligo.testkit.Oracle.map;
import static dev.ligo.testkit.Oracle.truth;
import static dev.ligo.testkit.Oracle.zip;

import dev.ligo.api.DType;
import dev.ligo.api.Shape;
import dev.ligo.api.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BinaryOperator;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/** Arithmetic, functions, comparison, choice, conversion: one element at a time. */
final class ElementwiseCases {
  private static final int[][] SHAPES = {
    {}, {1}, {3}, {0}, {2, 3}, {2, 0, 3}, {2, 1, 3}, {2, 3, 1, 2}
  };
  private static final int[][][] PAIRS = {
    {{}, {}},
    {{3}, {}},
    {{}, {2, 3}},
    {{1}, {1}},
    {{2, 3}, {2, 3}},
    {{2, 3}, {3}},
    {{2, 1}, {1, 3}},
    {{4, 1}, {2, 1, 3}},
    {{2, 3, 1, 2}, {1, 4, 1}},
    {{2, 1, 1, 3}, {2, 2, 2, 1}},
    {{0}, {1}},
    {{1, 1}, {2, 0}},
    {{1, 0, 3}, {2, 1, 1}},
  };
  private static final double INFINITY = Double.POSITIVE_INFINITY;
  private static final double[] SPECIAL = {Double.NaN, INFINITY, -INFINITY, 0, 1, -1, 20, -20};
  private static final List<DType> TRUTH = List.of(DType.BOOL);

  private final List<OperationCase> cases = new ArrayList<>();

  private ElementwiseCases() {}

  static List<OperationCase> all() {
    ElementwiseCases c = new ElementwiseCases();
    c.functions();
    c.arithmetic();
    c.comparisons();
    c.choices();
    c.conversions();
    return c.cases;
  }

  private void functions() {
    function("neg", Input::normal, NUMBERS, Tensor::neg, x -> -x);
    function("abs", Input::apart, FLOATING, Tensor::abs, Math::abs);
    function("exp", Input::normal, FLOATING, Tensor::exp, Math::exp);
    function("log", Input::positive, FLOATING, Tensor::log, Math::log);
    function("sqrt", Input::positive, FLOATING, Tensor::sqrt, Math::sqrt);
    function("rsqrt", Input::positive, FLOATING, Tensor::rsqrt, x -> 1 / Math.sqrt(x));
    function("sin", Input::normal, FLOATING, Tensor::sin, Math::sin);
    function("cos", Input::normal, FLOATING, Tensor::cos, Math::cos);
    function("tanh", Input::normal, FLOATING, Tensor::tanh, Math::tanh);
    function("sigmoid", Input::normal, FLOATING, Tensor::sigmoid, Oracle::sigmoid);
    function("erf", Input::normal, FLOATING, Tensor::erf, Oracle::erf);
    function("relu", Input::apart, FLOATING, Tensor::relu, x -> Math.max(x, 0));
    function("square", Input::normal, NUMBERS, Tensor::square, x -> x * x);
    for (int[] shape : SHAPES) {
      cases.add(unary("not", Input.normal(shape), Tensor::not, x -> map(x, a -> 1 - a)).on(TRUTH));
    }
  }

  private void function(
      String name,
      Function<int[], Input> input,
      List<DType> dtypes,
      UnaryOperator<Tensor> program,
      DoubleUnaryOperator f) {
    UnaryOperator<Doubles> oracle = x -> map(x, f);
    for (int[] shape : SHAPES) {
      cases.add(unary(name, input.apply(shape), program, oracle).on(dtypes));
    }
    Input special = Input.exactly(Shape.of(SPECIAL.length), SPECIAL);
    cases.add(unary(name, special, program, oracle).described("NaN and infinities").valuesOnly());
  }

  private void arithmetic() {
    operator("add", Input::normal, NUMBERS, Tensor::add, Double::sum);
    operator("sub", Input::normal, NUMBERS, Tensor::sub, (a, b) -> a - b);
    operator("mul", Input::normal, NUMBERS, Tensor::mul, (a, b) -> a * b);
    operator("div", Input::positive, FLOATING, Tensor::div, (a, b) -> a / b);
    operator("maximum", Input::apart, FLOATING, Tensor::maximum, Math::max);
    operator("minimum", Input::apart, FLOATING, Tensor::minimum, Math::min);
    for (int[] shape : SHAPES) {
      Input x = Input.normal(shape);
      cases.add(unary("add", x, a -> a.add(3), a -> map(a, v -> v + 3)).on(NUMBERS).described("3"));
      cases.add(unary("sub", x, a -> a.sub(3), a -> map(a, v -> v - 3)).on(NUMBERS).described("3"));
      cases.add(
          unary("mul", x, a -> a.mul(-3), a -> map(a, v -> v * -3)).on(NUMBERS).described("-3"));
      cases.add(unary("div", x, a -> a.div(4), a -> map(a, v -> v / 4)).described("4"));
    }
  }

  private void comparisons() {
    relation("equalTo", ALL, Tensor::equalTo, (a, b) -> truth(a == b));
    relation("less", NUMBERS, Tensor::less, (a, b) -> truth(a < b));
    relation("lessOrEqual", NUMBERS, Tensor::lessOrEqual, (a, b) -> truth(a <= b));
    for (int[] shape : SHAPES) {
      cases.add(
          unary("equalTo", Input.coarse(shape), x -> x.equalTo(1), x -> map(x, v -> truth(v == 1)))
              .on(ALL)
              .giving(DType.BOOL)
              .described("1"));
    }
    for (int[][] p : PAIRS) {
      Input a = Input.normal(p[0]);
      Input b = Input.normal(p[1]);
      cases.add(binary("and", a, b, Tensor::and, (x, y) -> zip(x, y, Math::min)).on(TRUTH));
      cases.add(binary("or", a, b, Tensor::or, (x, y) -> zip(x, y, Math::max)).on(TRUTH));
    }
  }

  private void relation(
      String name, List<DType> dtypes, BinaryOperator<Tensor> program, DoubleBinaryOperator f) {
    int from = cases.size();
    operator(name, Input::coarse, dtypes, program, f);
    cases.subList(from, cases.size()).replaceAll(c -> c.giving(DType.BOOL));
  }

  private void operator(
      String name,
      Function<int[], Input> input,
      List<DType> dtypes,
      BinaryOperator<Tensor> program,
      DoubleBinaryOperator f) {
    BinaryOperator<Doubles> oracle = (a, b) -> zip(a, b, f);
    for (int[][] p : PAIRS) {
      cases.add(binary(name, input.apply(p[0]), input.apply(p[1]), program, oracle).on(dtypes));
    }
    Input column = Input.exactly(Shape.of(SPECIAL.length, 1), SPECIAL);
    Input row = Input.exactly(Shape.of(SPECIAL.length), SPECIAL);
    cases.add(
        binary(name, column, row, program, oracle).described("NaN and infinities").valuesOnly());
  }

  private void choices() {
    int[][][] shapes = {
      {{}, {}, {}},
      {{3}, {3}, {3}},
      {{2, 3}, {2, 3}, {2, 3}},
      {{3}, {2, 1}, {1, 3}},
      {{}, {2}, {}},
      {{2, 1, 3}, {}, {4, 1}},
      {{2, 1}, {2, 1, 2, 3}, {3, 1, 1}},
      {{0}, {1}, {}},
      {{2, 1}, {2, 0}, {0}},
    };
    for (int[][] s : shapes) {
      List<Input> inputs = List.of(Input.truth(s[0]), Input.normal(s[1]), Input.normal(s[2]));
      cases.add(where(inputs).on(ALL));
    }
    Shape two = Shape.of(2, 2);
    List<Input> special =
        List.of(
            Input.exactly(two, 1, 0, 0, 1).of(DType.BOOL),
            Input.exactly(two, INFINITY, Double.NaN, -INFINITY, 1),
            Input.exactly(two, Double.NaN, 2, -INFINITY, INFINITY));
    cases.add(where(special).described("NaN and infinities").valuesOnly());
  }

  private static OperationCase where(List<Input> inputs) {
    return OperationCase.of(
        "where",
        inputs,
        (t, x) -> x.get(0).where(x.get(1), x.get(2)),
        x -> Oracle.where(x.get(0), x.get(1), x.get(2)));
  }

  private void conversions() {
    List<DType> sources = List.of(DType.INT32, DType.INT64, DType.BOOL);
    for (DType to : DType.values()) {
      for (int[] shape : SHAPES) {
        cases.add(
            unary(
                    "cast",
                    Input.coarse(shape),
                    x -> x.cast(to),
                    x -> to == DType.BOOL ? map(x, v -> truth(v != 0)) : x)
                .on(sources)
                .giving(to)
                .described("to " + to)
                .valuesOnly());
      }
    }
    for (int[] shape : SHAPES) {
      cases.add(
          unary("stopGradient", Input.normal(shape), Tensor::stopGradient, x -> x)
              .on(ALL)
              .valuesOnly());
    }
  }
}
