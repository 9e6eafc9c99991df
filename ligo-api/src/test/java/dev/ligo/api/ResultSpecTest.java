package dev.ligo.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** The dtype and shape of each operation's result, found from the operands' alone. */
class ResultSpecTest {
  private static TensorSpec spec(TensorSpec x, UnaryOperator<Tensor> operation) {
    Program program = (t, in) -> NamedTensors.of("y", operation.apply(in.get("x")));
    return CostAnalysis.of(program, Map.of("x", x)).outputs().get("y");
  }

  private static void assertShape(int[] expected, UnaryOperator<Tensor> operation, int... x) {
    assertThat(spec(f32(x), operation)).isEqualTo(f32(expected));
  }

  private static TensorSpec f32(int... dims) {
    return new TensorSpec(DType.FLOAT32, Shape.of(dims));
  }

  private static int[] dims(int... dims) {
    return dims;
  }

  @Test
  void elementwiseOperationsBroadcast() {
    assertShape(dims(2, 3), x -> x.add(x.sum(0)), 2, 3);
    assertShape(dims(2, 2, 3), x -> x.expandDims(1).mul(x), 2, 3);
    assertShape(dims(2, 0), x -> x.sub(x.sumKeeping(1)), 2, 0);
    assertShape(dims(2, 3), x -> x.sum().maximum(x), 2, 3);
    assertShape(dims(4, 2, 3), x -> x.equalTo(0).where(x.broadcastTo(Shape.of(4, 2, 3)), x), 2, 3);
  }

  @Test
  void comparisonsGiveTruthValuesAndPositionsInt64() {
    Shape shape = Shape.of(2, 3);
    assertThat(spec(f32(2, 3), x -> x.less(x))).isEqualTo(new TensorSpec(DType.BOOL, shape));
    assertThat(spec(f32(2, 3), x -> x.equalTo(1).not()))
        .isEqualTo(new TensorSpec(DType.BOOL, shape));
    assertThat(spec(f32(2, 3), x -> x.argMax(-1)))
        .isEqualTo(new TensorSpec(DType.INT64, Shape.of(2)));
    assertThat(spec(f32(2, 3), x -> x.argMax(0).cast(DType.INT32)))
        .isEqualTo(new TensorSpec(DType.INT32, Shape.of(3)));
  }

  @Test
  void reductionsDropOrKeepTheirAxes() {
    assertShape(dims(), x -> x.sum(), 2, 3, 4);
    assertShape(dims(2, 4), x -> x.mean(1), 2, 3, 4);
    assertShape(dims(3), x -> x.max(0, -1), 2, 3, 4);
    assertShape(dims(1, 3, 1), x -> x.sumKeeping(2, 0), 2, 3, 4);
    assertShape(dims(1, 1, 1), x -> x.meanKeeping(), 2, 3, 4);
    assertShape(dims(2, 4), x -> x.sum(1, -2), 2, 3, 4);
    assertShape(dims(0), x -> x.sum(1), 0, 3);
  }

  @Test
  void productsTakeTheirLastTwoAxes() {
    assertShape(dims(2, 2), x -> x.matmul(false, x, true), 2, 3);
    assertShape(dims(5, 3, 3), x -> x.matmul(true, x, false), 5, 2, 3);
    assertShape(
        dims(4, 5, 2, 2),
        x -> x.matmul(x.transpose().expandDims(0).broadcastTo(Shape.of(4, 5, 3, 2))),
        5,
        2,
        3);
  }

  @Test
  void layersKeepAllAxesButTheLast() {
    assertShape(dims(4, 5, 4), x -> x.linear(x.reshape(4, -1).slice(1, 0, 3)), 4, 5, 3);
    assertShape(dims(2), x -> x.linear(x.expandDims(0).broadcastTo(Shape.of(2, 3))), 3);
    assertShape(
        dims(2, 5, 3),
        x -> x.attention(x.slice(1, 0, 2), x.slice(1, 0, 2), Optional.empty(), 1, 0),
        2,
        5,
        3);
    assertShape(dims(2), x -> x.crossEntropy(x.argMax(1)), 2, 3);
    assertShape(
        dims(), x -> x.linearCrossEntropy(x, Optional.empty(), x.argMax(1), x.sum(1)), 2, 3);
    assertShape(dims(2, 3), x -> x.softmax().dropout(0.5).gelu(), 2, 3);
  }

  @Test
  void shapesChangeAsAsked() {
    assertShape(dims(6, 4), x -> x.reshape(-1, 4), 2, 3, 4);
    assertShape(dims(2, 3, 1, 4), x -> x.expandDims(2), 2, 3, 4);
    assertShape(dims(2, 3, 4, 1), x -> x.expandDims(-1), 2, 3, 4);
    assertShape(dims(4, 2, 3), x -> x.permute(-1, 0, 1), 2, 3, 4);
    assertShape(dims(2, 4, 3), Tensor::transpose, 2, 3, 4);
    assertShape(dims(2, 1, 4), x -> x.slice(-2, 1, 2), 2, 3, 4);
    assertShape(dims(2, 6, 4), x -> x.pad(1, 1, 2), 2, 3, 4);
    assertShape(dims(2, 2, 4), x -> x.split(1, 1, 2).get(1), 2, 3, 4);
    assertShape(dims(3, 4), x -> x.unstack().get(1), 2, 3, 4);
    assertShape(dims(2, 2, 5, 4), x -> x.take(x.argMax(1).slice(1, 0, 2).pad(1, 0, 3), 1), 2, 3, 4);
    assertShape(dims(2, 1), x -> x.gather(x.argMax(1).expandDims(1), 1), 2, 3);
  }

  @Test
  void tensorsAreJoinedAndMade() {
    Program program =
        (t, in) ->
            NamedTensors.of("concat", t.concat(-1, List.of(in.get("x"), in.get("x"))))
                .with("stack", t.stack(List.of(in.get("x"), in.get("x"), in.get("x"))))
                .with("full", t.full(DType.INT32, Shape.of(2, 0), 1))
                .with("range", t.range(3));
    Map<String, TensorSpec> out = CostAnalysis.of(program, Map.of("x", f32(2, 3))).outputs();
    assertThat(out)
        .containsEntry("concat", f32(2, 6))
        .containsEntry("stack", f32(3, 2, 3))
        .containsEntry("full", new TensorSpec(DType.INT32, Shape.of(2, 0)))
        .containsEntry("range", new TensorSpec(DType.INT64, Shape.of(3)));
  }

  @Test
  void whatChangesNothingIsTheSameTensor() {
    for (UnaryOperator<Tensor> operation :
        List.<UnaryOperator<Tensor>>of(
            x -> x.reshape(2, 3),
            x -> x.broadcastTo(Shape.of(2, 3)),
            x -> x.cast(DType.FLOAT32),
            x -> x.dropout(0))) {
      spec(
          f32(2, 3),
          x -> {
            Tensor y = operation.apply(x);
            assertThat(y).isSameAs(x);
            return y;
          });
    }
    assertThat(spec(f32(), x -> x.sum().max())).isEqualTo(f32());
  }

  @Test
  void aTensorIsWrittenAsItsSpec() {
    spec(
        f32(2, 3),
        x -> {
          assertThat(x).hasToString("Tensor float32(2, 3)");
          return x;
        });
  }
}
