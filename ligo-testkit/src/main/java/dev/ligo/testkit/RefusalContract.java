package dev.ligo.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.ligo.api.CostAnalysis;
import dev.ligo.api.DType;
import dev.ligo.api.HostArray;
import dev.ligo.api.NamedTensors;
import dev.ligo.api.Program;
import dev.ligo.api.Shape;
import dev.ligo.api.Tensor;
import dev.ligo.api.TensorException;
import dev.ligo.api.TensorSpec;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * What does not fit is refused before the backend is reached: with the message that {@link
 * CostAnalysis} gives, and the backend goes on as before.
 */
interface RefusalContract extends Subject {
  /** What is wrong with each, from x of (2, 3) and y of (4, 5), float32. */
  @TestFactory
  default Stream<DynamicTest> whatDoesNotFitIsRefused() {
    Map<String, BinaryOperator<Tensor>> mistakes = new TreeMap<>();
    mistakes.put("shapes that do not broadcast", Tensor::add);
    mistakes.put("inner extents", Tensor::matmul);
    mistakes.put("a linear layer's weight", Tensor::linear);
    mistakes.put("dtypes that mix", (x, y) -> x.add(x.argMax(1)));
    mistakes.put("arithmetic on truth values", (x, y) -> x.less(x).add(x.less(x)));
    mistakes.put("a function of integers", (x, y) -> x.argMax(0).exp());
    mistakes.put("an axis that is not there", (x, y) -> x.sum(2));
    mistakes.put("a reshape to another size", (x, y) -> x.reshape(5));
    mistakes.put("a permutation with an axis twice", (x, y) -> x.permute(0, 0));
    mistakes.put("a slice beyond the end", (x, y) -> x.slice(1, 0, 4));
    mistakes.put("parts that do not add up", (x, y) -> x.split(1, 1, 1).get(0));
    mistakes.put("floating indices", (x, y) -> x.take(y, 0));
    mistakes.put("indices of another rank", (x, y) -> x.gather(y.argMax(0), 1));
    mistakes.put("a cast from floating", (x, y) -> x.cast(DType.INT32));
    mistakes.put("a norm of another width", (x, y) -> x.layerNorm(y.sum(0), y.sum(0), 1e-5));
    mistakes.put("labels of another number", (x, y) -> x.crossEntropy(y.argMax(1)));
    mistakes.put("keys of another width", (x, y) -> x.attention(y, y, Optional.empty(), 1, 0));
    mistakes.put("the maximum of nothing", (x, y) -> x.slice(0, 0, 0).max());
    mistakes.put(
        "attention to no keys",
        (x, y) -> {
          Tensor q = x.expandDims(0);
          Tensor none = q.slice(1, 0, 0);
          return q.attention(none, none, Optional.empty(), 1, 0);
        });
    mistakes.put("a rate of one", (x, y) -> x.dropout(1));
    return mistakes.entrySet().stream()
        .map(e -> DynamicTest.dynamicTest(e.getKey(), () -> assertRefused(e.getValue())));
  }

  private void assertRefused(BinaryOperator<Tensor> mistake) {
    Map<String, HostArray> inputs =
        Map.of(
            "x", HostArray.zeros(DType.FLOAT32, Shape.of(2, 3)),
            "y", HostArray.zeros(DType.FLOAT32, Shape.of(4, 5)));
    Program program = (t, in) -> NamedTensors.of("z", mistake.apply(in.get("x"), in.get("y")));
    Map<String, TensorSpec> specs = new TreeMap<>();
    inputs.forEach((name, array) -> specs.put(name, array.spec()));
    TensorException expected =
        catchThrowableOfType(TensorException.class, () -> CostAnalysis.of(program, specs));
    assertThat(expected).as("what shapes alone show").isNotNull();
    assertThatThrownBy(() -> Runs.run(backend(), program, inputs))
        .isInstanceOf(TensorException.class)
        .hasMessage(expected.getMessage());
    UnaryOperator<Tensor> correct = x -> x.add(1);
    assertThat(Runs.apply(backend(), correct, HostArray.of(Shape.of(1), 1.0)).toDoubles())
        .containsExactly(2);
  }
}
