package dev.ligo.api;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.ligo.api.Tensors.Loss;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Shapes and dtypes that do not fit are refused, each with its message word for word. */
class RefusalTest {
  private static final Map<String, TensorSpec> INPUTS =
      Map.of(
          "x", new TensorSpec(DType.FLOAT32, Shape.of(2, 3)),
          "y", new TensorSpec(DType.FLOAT32, Shape.of(4, 5)),
          "d", new TensorSpec(DType.FLOAT64, Shape.of(2, 3)),
          "i", new TensorSpec(DType.INT32, Shape.of(2, 3)),
          "b", new TensorSpec(DType.BOOL, Shape.of(2, 3)),
          "s", new TensorSpec(DType.FLOAT32, Shape.scalar()),
          "q", new TensorSpec(DType.FLOAT32, Shape.of(1, 2, 3)),
          "e", new TensorSpec(DType.FLOAT32, Shape.of(2, 0)));

  /** An application with its inputs by their letters. */
  private record Inputs(Tensors t, NamedTensors in) {
    Tensor x() {
      return in.get("x");
    }

    Tensor y() {
      return in.get("y");
    }

    Tensor d() {
      return in.get("d");
    }

    Tensor i() {
      return in.get("i");
    }

    Tensor b() {
      return in.get("b");
    }

    Tensor s() {
      return in.get("s");
    }

    Tensor q() {
      return in.get("q");
    }

    Tensor e() {
      return in.get("e");
    }
  }

  private final List<DynamicTest> tests = new ArrayList<>();

  private void refused(String message, Function<Inputs, Tensor> expression) {
    Program program = (t, in) -> NamedTensors.of("z", expression.apply(new Inputs(t, in)));
    tests.add(
        dynamicTest(
            message,
            () ->
                assertThatThrownBy(() -> CostAnalysis.of(program, INPUTS))
                    .isInstanceOf(TensorException.class)
                    .hasMessage(message)));
  }

  @TestFactory
  Stream<DynamicTest> elementwise() {
    refused(
        "add of (2, 3) and (4, 5): the shapes do not broadcast against each other.",
        v -> v.x().add(v.y()));
    refused(
        "where of (2, 3) and (4, 5): the shapes do not broadcast against each other.",
        v -> v.b().where(v.y(), v.s()));
    refused(
        "multiply of float32(2, 3) and float64(2, 3): dtypes never mix implicitly.",
        v -> v.x().mul(v.d()));
    refused(
        "equal of float32(2, 3) and int32(2, 3): dtypes never mix implicitly.",
        v -> v.x().equalTo(v.i()));
    refused(
        "where of float32(2, 3) and float64(2, 3): dtypes never mix implicitly.",
        v -> v.b().where(v.x(), v.d()));
    refused("subtract needs numbers, found bool(2, 3); cast it first.", v -> v.b().sub(v.b()));
    refused("less needs numbers, found bool(2, 3); cast it first.", v -> v.b().less(v.b()));
    refused("negate needs numbers, found bool(2, 3); cast it first.", v -> v.b().neg());
    refused("divide needs a floating dtype, found int32(2, 3).", v -> v.i().div(2));
    refused("maximum needs a floating dtype, found int32(2, 3).", v -> v.i().maximum(v.i()));
    refused("exp needs a floating dtype, found int32(2, 3).", v -> v.i().exp());
    refused("relu needs a floating dtype, found bool(2, 3).", v -> v.b().relu());
    refused("and needs truth values, found float32(2, 3).", v -> v.x().and(v.x()));
    refused("not needs truth values, found int32(2, 3).", v -> v.i().not());
    refused("where needs truth values, found float32(2, 3).", v -> v.x().where(v.x(), v.x()));
    refused(
        "cast converts integers and truth values, found float32(2, 3); give the program inputs of"
            + " one floating dtype.",
        v -> v.x().cast(DType.FLOAT64));
    return tests.stream();
  }

  @TestFactory
  Stream<DynamicTest> reductions() {
    refused("axis 2 does not exist in shape (2, 3).", v -> v.x().sum(0, 2));
    refused("axis 0 does not exist in shape ().", v -> v.s().sum(0));
    refused("sum needs numbers, found bool(2, 3); cast it first.", v -> v.b().sum());
    refused("mean needs a floating dtype, found int32(2, 3).", v -> v.i().mean());
    refused("max needs a floating dtype, found int32(2, 3).", v -> v.i().max());
    refused("mean needs at least one element, found shape (2, 0).", v -> v.e().mean(1));
    refused("max needs at least one element, found shape (2, 0).", v -> v.e().maxKeeping());
    refused("argMax needs a floating dtype, found int32(2, 3).", v -> v.i().argMax(0));
    refused("argMax needs at least one element, found shape (2, 0).", v -> v.e().argMax(1));
    refused("axis -3 does not exist in shape (2, 3).", v -> v.x().argMax(-3));
    return tests.stream();
  }

  @TestFactory
  Stream<DynamicTest> products() {
    refused(
        "matmul of (2, 3) and (4, 5): the inner extents 3 and 4 differ.", v -> v.x().matmul(v.y()));
    refused(
        "matmul of (2, 3)ᵀ and (4, 5)ᵀ: the inner extents 2 and 5 differ.",
        v -> v.x().matmul(true, v.y(), true));
    refused(
        "matmul of (2, 3) and (2, 3): the inner extents 3 and 2 differ.", v -> v.x().matmul(v.x()));
    refused(
        "matmul needs at least two axes on both sides, found (2, 3) and ().",
        v -> v.x().matmul(v.s()));
    refused("matmul needs a floating dtype, found int32(2, 3).", v -> v.i().matmul(v.i()));
    refused(
        "matmul of float32(2, 3) and float64(2, 3): dtypes never mix implicitly.",
        v -> v.x().matmul(v.d()));
    refused(
        "matmul of (2) and (3): the shapes do not broadcast against each other.",
        v ->
            v.q()
                .broadcastTo(Shape.of(2, 2, 3))
                .matmul(false, v.q().broadcastTo(Shape.of(3, 2, 3)), true));
    refused(
        "linear needs x of (…, in) and a weight of (out, in), found (2, 3) and (4, 5).",
        v -> v.x().linear(v.y()));
    refused(
        "linear needs x of (…, in) and a weight of (out, in), found () and (4, 5).",
        v -> v.s().linear(v.y()));
    refused("linear's bias needs shape (2), found (4, 5).", v -> v.x().linear(v.x(), v.y()));
    refused(
        "linear's bias of float32(2, 3) and float64(2, 3): dtypes never mix implicitly.",
        v -> v.x().linear(v.x(), v.d()));
    return tests.stream();
  }

  @TestFactory
  Stream<DynamicTest> shapes() {
    refused("reshape of (2, 3) to (4): the sizes differ.", v -> v.x().reshape(Shape.of(4)));
    refused(
        "reshape of (2, 3) to [4, -1]: the open extent does not come out.",
        v -> v.x().reshape(4, -1));
    refused(
        "reshape of (2, 0) to [0, -1]: the open extent does not come out.",
        v -> v.e().reshape(0, -1));
    refused(
        "reshape of (2, 3) to [-1, -1]: the open extent does not come out.",
        v -> v.x().reshape(-1, -1));
    refused("a shape has no negative extents, found [-2, -3].", v -> v.x().reshape(-2, -3));
    refused("expandDims of (2, 3) at axis 3: out of range.", v -> v.x().expandDims(3));
    refused("expandDims of (2, 3) at axis -4: out of range.", v -> v.x().expandDims(-4));
    refused("permute of (2, 3) needs 2 axes, found [0].", v -> v.x().permute(0));
    refused("permute of (2, 3) names an axis twice: [1, -1].", v -> v.x().permute(1, -1));
    refused("transpose needs two axes, found ().", v -> v.s().transpose());
    refused(
        "broadcastTo of (2, 3) and (4, 3): the shapes do not broadcast against each other.",
        v -> v.x().broadcastTo(Shape.of(4, 3)));
    refused(
        "broadcastTo of (2, 3) to (1, 3) does not fit.", v -> v.x().broadcastTo(Shape.of(1, 3)));
    refused("broadcastTo of (2, 3) to (3) does not fit.", v -> v.x().broadcastTo(Shape.of(3)));
    refused("slice of (2, 3) from 1 to 4 along axis 1: out of range.", v -> v.x().slice(-1, 1, 4));
    refused("slice of (2, 3) from 2 to 1 along axis 0: out of range.", v -> v.x().slice(0, 2, 1));
    refused("slice of (2, 3) from -1 to 1 along axis 0: out of range.", v -> v.x().slice(0, -1, 1));
    refused("pad adds no negative number, found 0 and -1.", v -> v.x().pad(0, 0, -1));
    refused(
        "split of (2, 3) along axis 1 into [1, 1]: the parts do not add up.",
        v -> v.x().split(1, 1, 1).get(0));
    refused(
        "split of (2, 3) along axis 1 into [4, -1]: the parts do not add up.",
        v -> v.x().split(1, 4, -1).get(0));
    refused("axis 0 does not exist in shape ().", v -> v.s().unstack().get(0));
    refused("concat joins at least one tensor, found none.", v -> v.t().concat(0, List.of()));
    refused(
        "concat along axis 1 needs equal extents on all others, found (2, 3) and (4, 5).",
        v -> v.t().concat(-1, List.of(v.x(), v.y())));
    refused(
        "concat along axis 0 needs equal extents on all others, found (2, 3) and (1, 2, 3).",
        v -> v.t().concat(0, List.of(v.x(), v.q())));
    refused(
        "concat of float32(2, 3) and float64(2, 3): dtypes never mix implicitly.",
        v -> v.t().concat(0, List.of(v.x(), v.d())));
    refused("concat joins at least one tensor, found none.", v -> v.t().stack(List.of()));
    refused("a shape has no negative extents, found [-1].", v -> v.t().range(-1));
    return tests.stream();
  }

  @TestFactory
  Stream<DynamicTest> lookUps() {
    refused("take's indices are int32 or int64, found float32(2, 3).", v -> v.x().take(v.x(), 0));
    refused("take's indices are int32 or int64, found bool(2, 3).", v -> v.x().take(v.b(), 0));
    refused("axis 2 does not exist in shape (2, 3).", v -> v.x().take(v.i(), 2));
    refused("take from the empty axis 1 of (2, 0).", v -> v.e().take(v.i(), 1));
    refused(
        "gather's indices are int32 or int64, found float32(2, 3).", v -> v.x().gather(v.x(), 0));
    refused(
        "gather along axis 1 of (4, 5) needs indices with equal extents on all others, found"
            + " (2, 3).",
        v -> v.y().gather(v.i(), 1));
    refused(
        "gather along axis 0 of (1, 2, 3) needs indices with equal extents on all others, found"
            + " (2, 3).",
        v -> v.q().gather(v.i(), 0));
    return tests.stream();
  }

  @TestFactory
  Stream<DynamicTest> networks() {
    refused("a dropout rate lies in [0, 1), found 1.0.", v -> v.x().dropout(1));
    refused("a dropout rate lies in [0, 1), found -0.1.", v -> v.x().dropout(-0.1));
    refused("a dropout rate lies in [0, 1), found NaN.", v -> v.x().dropout(Double.NaN));
    refused("dropout needs a floating dtype, found int32(2, 3).", v -> v.i().dropout(0.1));
    refused("softmax needs a floating dtype, found int32(2, 3).", v -> v.i().softmax());
    refused(
        "softmax needs at least one element in the last axis, found (2, 0).", v -> v.e().softmax());
    refused(
        "logSoftmax needs at least one element in the last axis, found ().",
        v -> v.s().logSoftmax());
    refused("gelu needs a floating dtype, found int32(2, 3).", v -> v.i().gelu());
    refused("geluTanh needs a floating dtype, found bool(2, 3).", v -> v.b().geluTanh());
    refused(
        "layerNorm needs at least one element in the last axis, found (2, 0).",
        v -> v.e().layerNorm(v.s(), v.s(), 1e-5));
    refused(
        "layerNorm of float32(2, 3) and float64(2, 3): dtypes never mix implicitly.",
        v -> v.x().layerNorm(v.d(), v.d(), 1e-5));
    refused(
        "layerNorm's gamma needs shape (3), found (2, 3).",
        v -> v.x().layerNorm(v.x(), v.x(), 1e-5));
    refused(
        "layerNorm's beta needs shape (3), found ().",
        v -> v.x().layerNorm(v.x().sum(0), v.s(), 1e-5));
    refused(
        "crossEntropy's labels are int32 or int64, found float32(2, 3).",
        v -> v.x().crossEntropy(v.x()));
    refused(
        "crossEntropy needs logits of (rows, classes) and labels of (rows), found (2, 3) and"
            + " (2, 3).",
        v -> v.x().crossEntropy(v.i()));
    return tests.stream();
  }

  @TestFactory
  Stream<DynamicTest> attention() {
    Optional<Tensor> none = Optional.empty();
    refused(
        "attention of float32(2, 3) and float64(2, 3): dtypes never mix implicitly.",
        v -> v.x().attention(v.x(), v.d(), none, 1, 0));
    refused(
        "attention needs a floating dtype, found int32(2, 3).",
        v -> v.i().attention(v.i(), v.i(), none, 1, 0));
    refused(
        "matmul of (2, 3) and (4, 5)ᵀ: the inner extents 3 and 5 differ.",
        v -> v.x().attention(v.y(), v.y(), none, 1, 0));
    refused(
        "matmul of (2, 2) and (4, 5): the inner extents 2 and 4 differ.",
        v -> v.x().attention(v.x(), v.y(), none, 1, 0));
    refused(
        "add of float32(2, 2) and float64(2, 3): dtypes never mix implicitly.",
        v -> v.x().attention(v.x(), v.x(), Optional.of(v.d()), 1, 0));
    refused(
        "attention's bias of (4, 5) and (1, 2, 2): the shapes do not broadcast against each other.",
        v -> v.q().attention(v.q(), v.q(), Optional.of(v.y()), 1, 0));
    refused(
        "a dropout rate lies in [0, 1), found 1.0.",
        v -> v.q().attention(v.q(), v.q(), none, 1, 1));
    refused(
        "softmax needs at least one element in the last axis, found (1, 2, 0).",
        v -> v.q().attention(v.q().slice(1, 0, 0), v.q().slice(1, 0, 0), none, 1, 0));
    return tests.stream();
  }

  @TestFactory
  Stream<DynamicTest> optimizer() {
    AdamW adamW = new AdamW(0.9, 0.999, 1e-8, 0);
    refused(
        "AdamW of float32(2, 3) and float64(2, 3): dtypes never mix implicitly.",
        v -> step(adamW, v.x(), v.d(), v.s()));
    refused(
        "AdamW needs a gradient and moments of the parameter's shape (2, 3), found (4, 5).",
        v -> step(adamW, v.x(), v.y(), v.s()));
    refused(
        "AdamW needs a floating dtype, found int32(2, 3).", v -> step(adamW, v.i(), v.i(), v.s()));
    refused(
        "AdamW's step of float32(2, 3) and float64(): dtypes never mix implicitly.",
        v -> step(adamW, v.x(), v.x(), v.d().sum()));
    refused(
        "AdamW's step needs scalars, found shape (3).",
        v -> step(adamW, v.x(), v.x(), v.x().sum(0)));
    return tests.stream();
  }

  private static Tensor step(AdamW adamW, Tensor x, Tensor gradient, Tensor scalar) {
    AdamW.Step step = new AdamW.Step(scalar, scalar, scalar, scalar);
    return adamW.apply(new AdamW.State(x, x, x), gradient, step).parameter();
  }

  @TestFactory
  Stream<DynamicTest> differentiation() {
    refused(
        "valueAndGradients needs a floating dtype, found int32(2, 3).",
        v -> value(v, in -> in.get("v").sum(), v.i()));
    refused(
        "a loss is a scalar, found shape (3); reduce it with sum() or mean().",
        v -> value(v, in -> in.get("v").sum(0), v.x()));
    refused(
        "a loss needs a floating dtype, found int64().",
        v -> value(v, in -> in.get("v").sum(0).argMax(0), v.x()));
    return tests.stream();
  }

  private static Tensor value(Inputs v, Function<NamedTensors, Tensor> loss, Tensor at) {
    return v.t()
        .valueAndGradients(in -> new Loss(loss.apply(in)), NamedTensors.of("v", at))
        .value();
  }
}
