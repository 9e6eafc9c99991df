package dev.ligo.testkit;

import static dev.ligo.testkit.Oracle.map;
import static dev.ligo.testkit.Oracle.zip;

import dev.ligo.api.DType;
import dev.ligo.api.Shape;
import dev.ligo.api.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** What a program makes itself, constants, and what it may wrap around operations, scopes. */
final class ProgramCases {
  private static final int[][] SHAPES = {
    {}, {1}, {3}, {0}, {2, 3}, {2, 0, 3}, {2, 3, 2}, {2, 1, 3, 2}
  };

  private final List<OperationCase> cases = new ArrayList<>();

  private ProgramCases() {}

  static List<OperationCase> all() {
    ProgramCases c = new ProgramCases();
    for (DType dtype : DType.values()) {
      c.constants(dtype);
    }
    c.ranges();
    c.scopes();
    return c.cases;
  }

  private void constants(DType dtype) {
    List<DType> only = List.of(dtype);
    for (int[] dims : SHAPES) {
      Shape shape = Shape.of(dims);
      Doubles values = Doubles.of(Input.coarse(dims).draw(dtype, new Random(1)));
      cases.add(
          OperationCase.of(
                  "constant", List.of(), (t, x) -> t.constant(values.as(dtype)), x -> values)
              .described(dtype + " " + shape)
              .on(only));
      cases.add(
          OperationCase.of(
                  "full",
                  List.of(),
                  (t, x) -> t.full(dtype, shape, 1),
                  x -> Doubles.of(shape, i -> 1))
              .described(dtype + " " + shape)
              .on(only));
    }
    cases.add(
        OperationCase.of("scalar", List.of(), (t, x) -> t.scalar(dtype, 1), x -> one())
            .described(dtype.toString())
            .on(only));
  }

  private static Doubles one() {
    return Doubles.of(Shape.scalar(), i -> 1);
  }

  private void ranges() {
    for (int n : new int[] {0, 1, 5}) {
      cases.add(
          OperationCase.of(
                  "range", List.of(), (t, x) -> t.range(n), x -> Doubles.of(Shape.of(n), i -> i[0]))
              .described("to " + n)
              .on(List.of(DType.INT64)));
    }
  }

  private void scopes() {
    for (int[] shape : SHAPES) {
      Input x = Input.normal(shape);
      cases.add(
          OperationCase.of(
              "scopeOf",
              List.of(x),
              (t, in) -> t.scopeOf(() -> in.get(0).sin().square()).add(in.get(0)),
              in -> map(in.get(0), v -> Math.sin(v) * Math.sin(v) + v)));
      cases.add(
          OperationCase.of(
              "recomputed",
              List.of(x),
              // 3x, so that no two terms of the gradient nearly cancel.
              (t, in) -> t.recomputed(() -> in.get(0).sin().square()).add(in.get(0).mul(3)),
              in -> map(in.get(0), v -> Math.sin(v) * Math.sin(v) + 3 * v)));
      cases.add(
          OperationCase.of(
              "scope",
              List.of(x, x),
              (t, in) -> {
                Tensor a = in.get(0);
                Tensor b = in.get(1);
                List<Tensor> out =
                    t.scope(() -> List.of(t.scopeOf(() -> a.mul(b).sin()).cos(), a, b.neg()));
                return out.get(0).add(out.get(1)).add(out.get(2));
              },
              in -> zip(in.get(0), in.get(1), (a, b) -> Math.cos(Math.sin(a * b)) + a - b)));
    }
  }
}
