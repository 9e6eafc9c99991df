package dev.ligo.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ligo.api.DType;
import dev.ligo.api.HostArray;
import dev.ligo.api.IllegalUseException;
import dev.ligo.api.NamedTensors;
import dev.ligo.api.Program;
import dev.ligo.api.Shape;
import dev.ligo.api.Tensor;
import dev.ligo.api.Tensors;
import dev.ligo.api.Tensors.Loss;
import dev.ligo.api.Tensors.ValueAndGradients;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** The rules of {@link Tensors#valueAndGradients}. */
interface DifferentiationContract extends Subject {
  private static HostArray oneTwoThree() {
    return HostArray.of(Shape.of(3), 1.0, 2.0, 3.0);
  }

  private HostArray gradient(BiFunction<Tensors, Tensor, Tensor> loss) {
    Program program =
        (t, in) -> t.valueAndGradients(v -> new Loss(loss.apply(t, v.get("x"))), in).gradients();
    return Runs.only(Runs.run(backend(), program, Map.of("x", oneTwoThree())), "x");
  }

  private Map<String, HostArray> run(Program program) {
    return Runs.run(backend(), program, Map.of("x", oneTwoThree()));
  }

  private static void assertValues(HostArray actual, double... expected) {
    assertThat(actual.toDoubles()).containsExactly(expected);
  }

  @Test
  default void whatALossDoesNotReachHasAGradientOfZeros() {
    for (DType dtype : OperationCase.FLOATING) {
      Map<String, HostArray> inputs =
          Map.of(
              "reached", HostArray.zeros(dtype, Shape.of(2)),
              "scalar", HostArray.scalar(dtype, 1),
              "matrix", Doubles.of(Shape.of(2, 3), i -> i[1]).as(dtype),
              "empty", HostArray.zeros(dtype, Shape.of(2, 0)));
      Program program =
          (t, in) -> t.valueAndGradients(v -> new Loss(v.get("reached").sum()), in).gradients();
      Map<String, HostArray> gradients = Runs.run(backend(), program, inputs);
      assertThat(gradients.keySet()).isEqualTo(inputs.keySet());
      assertValues(Runs.only(gradients, "reached"), 1, 1);
      for (String name : List.of("scalar", "matrix", "empty")) {
        HostArray gradient = Runs.only(gradients, name);
        assertThat(gradient.spec()).isEqualTo(Runs.only(inputs, name).spec());
        assertThat(gradient.toDoubles()).containsOnly(new double[gradient.size()]);
      }
    }
  }

  @Test
  default void aLossThatReachesNoVariableHasGradientsOfZeros() {
    assertValues(gradient((t, x) -> t.scalar(DType.FLOAT64, 3)), 0, 0, 0);
    assertValues(gradient((t, x) -> x.stopGradient().sum()), 0, 0, 0);
    Program captured =
        (t, in) -> t.valueAndGradients(v -> new Loss(in.get("x").sum()), in).gradients();
    assertValues(Runs.only(run(captured), "x"), 0, 0, 0);
  }

  @Test
  default void comparisonsAndPositionsPassNoGradient() {
    assertValues(
        gradient((t, x) -> x.less(t.scalar(DType.FLOAT64, 2)).cast(DType.FLOAT64).sum()), 0, 0, 0);
    assertValues(gradient((t, x) -> x.argMax(0).cast(DType.FLOAT64)), 0, 0, 0);
    assertValues(
        gradient(
            (t, x) ->
                x.equalTo(2).where(t.scalar(DType.FLOAT64, 1), t.scalar(DType.FLOAT64, 2)).sum()),
        0,
        0,
        0);
  }

  @Test
  default void whatALossCapturesIsAConstant() {
    Program program =
        (t, in) ->
            t.valueAndGradients(v -> new Loss(v.get("x").mul(in.get("x")).sum()), in).gradients();
    assertValues(Runs.only(run(program), "x"), 1, 2, 3);
  }

  @Test
  default void stoppedGradientsDoNotPass() {
    assertValues(gradient((t, x) -> x.mul(x.stopGradient()).sum()), 1, 2, 3);
  }

  @Test
  default void aValueThatIsUsedTwiceHasTheSumOfBothGradients() {
    assertValues(
        gradient(
            (t, x) -> {
              Tensor y = x.mul(2);
              return y.mul(y).add(y).add(x).sum();
            }),
        11,
        19,
        27);
    assertValues(gradient((t, x) -> x.add(x).sum()), 2, 2, 2);
    assertValues(gradient((t, x) -> t.concat(0, List.of(x, x, x)).sum()), 3, 3, 3);
  }

  @Test
  default void theDerivativeOfReluAtZeroIsZero() {
    assertValues(gradient((t, x) -> x.sub(2).relu().sum()), 0, 0, 1);
  }

  @Test
  default void aLossMayBeItsVariable() {
    Program program =
        (t, in) -> {
          NamedTensors at = NamedTensors.of("s", in.get("x").sum());
          ValueAndGradients result = t.valueAndGradients(v -> new Loss(v.get("s")), at);
          return result.gradients().with("value", result.value());
        };
    Map<String, HostArray> out = run(program);
    assertValues(Runs.only(out, "s"), 1);
    assertValues(Runs.only(out, "value"), 6);
  }

  @Test
  default void oneTensorUnderTwoNamesIsTwoVariables() {
    Program program =
        (t, in) -> {
          Tensor x = in.get("x");
          return t.valueAndGradients(
                  v -> new Loss(v.get("a").square().mul(v.get("b")).sum()),
                  NamedTensors.of("a", x).with("b", x))
              .gradients();
        };
    Map<String, HostArray> out = run(program);
    assertValues(Runs.only(out, "a"), 2, 8, 18);
    assertValues(Runs.only(out, "b"), 1, 4, 9);
  }

  @Test
  default void variablesMayBeComputed() {
    Program program =
        (t, in) -> {
          Tensor y = in.get("x").mul(3).expandDims(0).transpose();
          return t.valueAndGradients(
                  v -> new Loss(v.get("y").square().sum()), NamedTensors.of("y", y))
              .gradients();
        };
    HostArray gradient = Runs.only(run(program), "y");
    assertThat(gradient.shape()).isEqualTo(Shape.of(3, 1));
    assertValues(gradient, 6, 12, 18);
  }

  @Test
  default void auxiliariesLeaveTheLoss() {
    Program program =
        (t, in) -> {
          ValueAndGradients result =
              t.valueAndGradients(
                  v -> {
                    Tensor y = v.get("x").square();
                    NamedTensors aux =
                        NamedTensors.of("intermediate", y)
                            .with("variable", v.get("x"))
                            .with("captured", in.get("x"))
                            .with("truth", y.equalTo(4))
                            .with("position", y.argMax(0));
                    return new Loss(y.sum(), aux);
                  },
                  in);
          return result.auxiliaries().with(result.gradients()).with("value", result.value());
        };
    Map<String, HostArray> out = run(program);
    assertValues(Runs.only(out, "value"), 14);
    assertValues(Runs.only(out, "intermediate"), 1, 4, 9);
    assertValues(Runs.only(out, "variable"), 1, 2, 3);
    assertValues(Runs.only(out, "captured"), 1, 2, 3);
    assertValues(Runs.only(out, "truth"), 0, 1, 0);
    assertValues(Runs.only(out, "position"), 2);
    assertValues(Runs.only(out, "x"), 2, 4, 6);
  }

  @Test
  default void auxiliariesAreConstantsAfterwards() {
    Program program =
        (t, in) -> {
          Tensor y =
              t.valueAndGradients(
                      v -> new Loss(v.get("x").sum(), NamedTensors.of("y", v.get("x").mul(2))), in)
                  .auxiliaries()
                  .get("y");
          return t.valueAndGradients(v -> new Loss(v.get("x").mul(y).sum()), in).gradients();
        };
    assertValues(Runs.only(run(program), "x"), 2, 4, 6);
  }

  @Test
  default void severalInARowDoNotMix() {
    Function<Tensor, Loss> squares = x -> new Loss(x.square().sum());
    Program program =
        (t, in) -> {
          Tensor first =
              t.valueAndGradients(v -> squares.apply(v.get("x")), in).gradients().get("x");
          Tensor second =
              t.valueAndGradients(v -> squares.apply(v.get("x")), in).gradients().get("x");
          NamedTensors moved = NamedTensors.of("x", in.get("x").sub(first));
          Tensor third =
              t.valueAndGradients(v -> squares.apply(v.get("x")), moved).gradients().get("x");
          return NamedTensors.of("sum", first.add(second)).with("third", third);
        };
    Map<String, HostArray> out = run(program);
    assertValues(Runs.only(out, "sum"), 4, 8, 12);
    assertValues(Runs.only(out, "third"), -2, -4, -6);
  }

  @Test
  default void differentiatingTwiceIsRefused() {
    Program nested =
        (t, in) ->
            t.valueAndGradients(
                    v -> new Loss(t.valueAndGradients(w -> new Loss(w.get("x").sum()), v).value()),
                    in)
                .gradients();
    assertThatThrownBy(() -> run(nested))
        .isInstanceOf(IllegalUseException.class)
        .hasMessage(
            "valueAndGradients was called inside another's loss: derivatives are not nested; "
                + "call one after the other.");
    assertValues(gradient((t, x) -> x.square().sum()), 2, 4, 6);
  }

  @Test
  default void anErrorInALossPassesAndLeavesTheBackendAsItWas() {
    Program failing =
        (t, in) ->
            t.valueAndGradients(
                    v -> {
                      v.get("x").exp();
                      throw new ArithmeticException("on purpose");
                    },
                    in)
                .gradients();
    assertThatThrownBy(() -> run(failing))
        .isInstanceOf(ArithmeticException.class)
        .hasMessage("on purpose");
    assertValues(gradient((t, x) -> x.square().sum()), 2, 4, 6);
  }

  @Test
  default void noVariablesGiveNoGradients() {
    Program program =
        (t, in) -> {
          ValueAndGradients result =
              t.valueAndGradients(v -> new Loss(in.get("x").sum()), NamedTensors.empty());
          assertThat(result.gradients().size()).isZero();
          return NamedTensors.of("value", result.value());
        };
    assertValues(Runs.only(run(program), "value"), 6);
  }

  @Test
  default void variablesMayDifferInDType() {
    Program program =
        (t, in) -> t.valueAndGradients(v -> new Loss(v.get("a").square().sum()), in).gradients();
    Map<String, HostArray> out =
        Runs.run(
            backend(), program, Map.of("a", HostArray.of(Shape.of(2), 1f, 2f), "x", oneTwoThree()));
    assertThat(Runs.only(out, "a").dtype()).isEqualTo(DType.FLOAT32);
    assertThat(Runs.only(out, "x").dtype()).isEqualTo(DType.FLOAT64);
    assertValues(Runs.only(out, "a"), 2, 4);
    assertValues(Runs.only(out, "x"), 0, 0, 0);
  }

  @Test
  default void lossesAndScopesMayContainEachOther() {
    Program program =
        (t, in) -> {
          Tensor gradient =
              t.scopeOf(
                  () ->
                      t.valueAndGradients(
                              v -> new Loss(t.scopeOf(() -> v.get("x").square().sum())), in)
                          .gradients()
                          .get("x"));
          return NamedTensors.of("gradient", gradient.add(in.get("x")));
        };
    assertValues(Runs.only(run(program), "gradient"), 3, 6, 9);
  }
}
