package dev.ligo.testkit;

import dev.ligo.api.DType;
import dev.ligo.api.Tensor;
import dev.ligo.api.Tensors;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * One line of the table of operations: what to compute from which inputs, and what should come out.
 *
 * @param operation the operation's name, which finds its {@link Tolerances}
 * @param detail what sets the case apart besides the shapes of its inputs; may be empty
 * @param inputs the inputs
 * @param program computes the result on the backend
 * @param oracle computes it in plain Java and double precision
 * @param dtypes the dtypes under test
 * @param result the dtype of the result, or empty for the dtype under test
 * @param differentiable whether the gradients for the inputs of the dtype under test are compared
 *     with finite differences, where that dtype is floating
 */
record OperationCase(
    String operation,
    String detail,
    List<Input> inputs,
    BiFunction<Tensors, List<Tensor>, Tensor> program,
    Function<List<Doubles>, Doubles> oracle,
    List<DType> dtypes,
    Optional<DType> result,
    boolean differentiable) {

  static final List<DType> FLOATING = List.of(DType.FLOAT32, DType.FLOAT64);
  static final List<DType> NUMBERS =
      List.of(DType.FLOAT32, DType.FLOAT64, DType.INT32, DType.INT64);
  static final List<DType> ALL = List.of(DType.values());

  /** A differentiable case for both floating dtypes. */
  static OperationCase of(
      String operation,
      List<Input> inputs,
      BiFunction<Tensors, List<Tensor>, Tensor> program,
      Function<List<Doubles>, Doubles> oracle) {
    return new OperationCase(
        operation, "", inputs, program, oracle, FLOATING, Optional.empty(), true);
  }

  /** A case of one input. */
  static OperationCase unary(
      String operation, Input x, UnaryOperator<Tensor> program, UnaryOperator<Doubles> oracle) {
    return of(
        operation, List.of(x), (t, in) -> program.apply(in.get(0)), in -> oracle.apply(in.get(0)));
  }

  /** A case of two inputs. */
  static OperationCase binary(
      String operation,
      Input a,
      Input b,
      BinaryOperator<Tensor> program,
      BinaryOperator<Doubles> oracle) {
    return of(
        operation,
        List.of(a, b),
        (t, in) -> program.apply(in.get(0), in.get(1)),
        in -> oracle.apply(in.get(0), in.get(1)));
  }

  OperationCase described(String words) {
    return new OperationCase(
        operation, words, inputs, program, oracle, dtypes, result, differentiable);
  }

  OperationCase on(List<DType> underTest) {
    return new OperationCase(
        operation, detail, inputs, program, oracle, underTest, result, differentiable);
  }

  OperationCase giving(DType dtype) {
    return new OperationCase(
        operation, detail, inputs, program, oracle, dtypes, Optional.of(dtype), differentiable);
  }

  /** The same without gradients: for kinks, infinities and what has none by definition. */
  OperationCase valuesOnly() {
    return new OperationCase(operation, detail, inputs, program, oracle, dtypes, result, false);
  }

  /** Returns whether gradients are compared when a dtype is under test. */
  boolean differentiableIn(DType underTest) {
    return differentiable && result.orElse(underTest).isFloating() && underTest.isFloating();
  }

  /** Returns a line that tells the case from all others. */
  String name() {
    String shapes =
        inputs.stream()
            .map(i -> i.fixed().map(d -> d.name().toLowerCase(Locale.ROOT)).orElse("") + i.shape())
            .collect(Collectors.joining(" and "));
    return operation
        + (shapes.isEmpty() ? "" : " of " + shapes)
        + (detail.isEmpty() ? "" : ", " + detail);
  }
}
