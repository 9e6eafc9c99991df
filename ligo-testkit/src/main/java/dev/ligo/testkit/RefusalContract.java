package dev.ligo.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ligo.api.Backend;
import dev.ligo.api.DType;
import dev.ligo.api.DeviceArray;
import dev.ligo.api.HostArray;
import dev.ligo.api.IllegalUseException;
import dev.ligo.api.NamedTensors;
import dev.ligo.api.Program;
import dev.ligo.api.Shape;
import dev.ligo.api.Tensor;
import dev.ligo.api.TensorException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * What does not fit is refused before the backend is reached, word for word as on any other, and
 * the backend goes on as before.
 */
interface RefusalContract extends Subject {
  /** A program that is refused, and the message word for word. */
  record Mistake(String name, String message, BinaryOperator<Tensor> program) {}

  /** What is wrong with each, from x of (2, 3) and y of (4, 5), float32, and what is said of it. */
  private static List<Mistake> mistakes() {
    return List.of(
        new Mistake(
            "shapes that do not broadcast",
            "add of (2, 3) and (4, 5): the shapes do not broadcast against each other.",
            Tensor::add),
        new Mistake(
            "inner extents",
            "matmul of (2, 3) and (4, 5): the inner extents 3 and 4 differ.",
            Tensor::matmul),
        new Mistake(
            "a linear layer's weight",
            "linear needs x of (…, in) and a weight of (out, in), found (2, 3) and (4, 5).",
            Tensor::linear),
        new Mistake(
            "dtypes that mix",
            "add of float32(2, 3) and int64(2): dtypes never mix implicitly.",
            (x, y) -> x.add(x.argMax(1))),
        new Mistake(
            "arithmetic on truth values",
            "add needs numbers, found bool(2, 3); cast it first.",
            (x, y) -> x.less(x).add(x.less(x))),
        new Mistake(
            "a function of integers",
            "exp needs a floating dtype, found int64(3).",
            (x, y) -> x.argMax(0).exp()),
        new Mistake(
            "an axis that is not there",
            "axis 2 does not exist in shape (2, 3).",
            (x, y) -> x.sum(2)),
        new Mistake(
            "a reshape to another size",
            "reshape of (2, 3) to (5): the sizes differ.",
            (x, y) -> x.reshape(5)),
        new Mistake(
            "a permutation with an axis twice",
            "permute of (2, 3) names an axis twice: [0, 0].",
            (x, y) -> x.permute(0, 0)),
        new Mistake(
            "a slice beyond the end",
            "slice of (2, 3) from 0 to 4 along axis 1: out of range.",
            (x, y) -> x.slice(1, 0, 4)),
        new Mistake(
            "parts that do not add up",
            "split of (2, 3) along axis 1 into [1, 1]: the parts do not add up.",
            (x, y) -> x.split(1, 1, 1).get(0)),
        new Mistake(
            "floating indices",
            "take's indices are int32 or int64, found float32(4, 5).",
            (x, y) -> x.take(y, 0)),
        new Mistake(
            "indices of another rank",
            "gather along axis 1 of (2, 3) needs indices with equal extents on all others, found (5).",
            (x, y) -> x.gather(y.argMax(0), 1)),
        new Mistake(
            "a cast from floating",
            "cast converts integers and truth values, found float32(2, 3); give the program inputs of one floating dtype.",
            (x, y) -> x.cast(DType.INT32)),
        new Mistake(
            "a norm of another width",
            "layerNorm's gamma needs shape (3), found (5).",
            (x, y) -> x.layerNorm(y.sum(0), y.sum(0), 1e-5)),
        new Mistake(
            "labels of another number",
            "crossEntropy needs logits of (rows, classes) and labels of (rows), found (2, 3) and (4).",
            (x, y) -> x.crossEntropy(y.argMax(1))),
        new Mistake(
            "row weights of another number",
            "linearCrossEntropy's weights needs shape (2), found (3).",
            (x, y) -> x.linearCrossEntropy(x, Optional.empty(), x.argMax(1), x.sum(0))),
        new Mistake(
            "keys of another width",
            "matmul of (2, 3) and (4, 5)ᵀ: the inner extents 3 and 5 differ.",
            (x, y) -> x.attention(y, y, Optional.empty(), 1, 0)),
        new Mistake(
            "the maximum of nothing",
            "max needs at least one element, found shape (0, 3).",
            (x, y) -> x.slice(0, 0, 0).max()),
        new Mistake(
            "attention to no keys",
            "softmax needs at least one element in the last axis, found (1, 2, 0).",
            (x, y) -> {
              Tensor q = x.expandDims(0);
              Tensor none = q.slice(1, 0, 0);
              return q.attention(none, none, Optional.empty(), 1, 0);
            }),
        new Mistake(
            "a rate of one", "a dropout rate lies in [0, 1), found 1.0.", (x, y) -> x.dropout(1)));
  }

  @TestFactory
  default Stream<DynamicTest> whatDoesNotFitIsRefused() {
    return mistakes().stream().map(m -> DynamicTest.dynamicTest(m.name(), () -> assertRefused(m)));
  }

  private void assertRefused(Mistake mistake) {
    Map<String, HostArray> inputs =
        Map.of(
            "x", HostArray.zeros(DType.FLOAT32, Shape.of(2, 3)),
            "y", HostArray.zeros(DType.FLOAT32, Shape.of(4, 5)));
    Program program =
        (t, in) -> NamedTensors.of("z", mistake.program().apply(in.get("x"), in.get("y")));
    assertThatThrownBy(() -> Runs.run(backend(), program, inputs))
        .isInstanceOf(TensorException.class)
        .hasMessage(mistake.message());
    UnaryOperator<Tensor> correct = x -> x.add(1);
    assertThat(Runs.apply(backend(), correct, HostArray.of(Shape.of(1), 1.0)).toDoubles())
        .containsExactly(2);
  }

  /** A backend that traces would make a constant of what it read. */
  @Test
  default void aProgramThatReadsAnArrayIsRefused() {
    try (DeviceArray outside = backend().array(HostArray.of(Shape.of(1), 3.0))) {
      Program reading = (t, in) -> in.map((n, x) -> x.mul(outside.toHost().get(0)));
      Map<String, HostArray> inputs = Map.of("x", HostArray.of(Shape.of(1), 1.0));
      assertThatThrownBy(() -> Runs.run(backend(), reading, inputs))
          .isInstanceOf(IllegalUseException.class)
          .hasMessage(
              "an array of float64(1) was read inside a program, where its value would stay that of"
                  + " the first run; pass it as an input, and read outputs after the run.");
      assertThat(outside.toHost().get(0)).isEqualTo(3);
      assertThat(backend().liveArrays()).isOne();
    }
  }

  /** A tensor ends with the application that made it. */
  @Test
  default void aTensorOfAnotherRunOrBackendIsRefused() {
    List<Tensor> leaked = new ArrayList<>();
    Program leaking =
        (t, in) -> {
          leaked.add(in.get("x"));
          return in;
        };
    Map<String, HostArray> inputs = Map.of("x", HostArray.of(Shape.of(1), 1.0));
    Runs.run(backend(), leaking, inputs);
    try (Backend another = another()) {
      Runs.run(another, leaking, inputs);
    }
    for (Tensor stranger : List.copyOf(leaked)) {
      assertThatThrownBy(() -> stranger.add(1))
          .isInstanceOf(IllegalUseException.class)
          .hasMessage(
              "a tensor was used after the program that made it had ended; return it from there to"
                  + " use it outside.");
      assertThatThrownBy(
              () -> Runs.run(backend(), (t, in) -> in.map((n, x) -> x.add(stranger)), inputs))
          .isInstanceOf(IllegalUseException.class)
          .hasMessage("a tensor of one program was used in another; pass its value as an input.");
    }
    assertThat(backend().liveArrays()).isZero();
  }
}
