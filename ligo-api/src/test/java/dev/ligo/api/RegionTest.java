package dev.ligo.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ligo.api.Tensors.Loss;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** A tensor may be used where it was made and as long as it was not consumed. */
class RegionTest {
  private static final AdamW ADAM_W = new AdamW(0.9, 0.999, 1e-8, 0.01);

  /** Applies an expression to a vector of 3. */
  private static CostAnalysis apply(BiFunction<Tensors, Tensor, Tensor> expression) {
    TensorSpec vector = new TensorSpec(DType.FLOAT32, Shape.of(3));
    Program program = (t, in) -> NamedTensors.of("y", expression.apply(t, in.get("x")));
    return CostAnalysis.of(program, Map.of("x", vector));
  }

  private static void assertRefused(
      String message, BiFunction<Tensors, Tensor, Tensor> expression) {
    assertThatThrownBy(() -> apply(expression))
        .isInstanceOf(IllegalUseException.class)
        .hasMessage(message);
  }

  private static String ended(String region) {
    return "a tensor was used after the "
        + region
        + " that made it had ended; return it from there to use it outside.";
  }

  @Test
  void aTensorEndsWithItsProgram() {
    List<Tensor> kept = new ArrayList<>();
    List<Tensors> applications = new ArrayList<>();
    apply(
        (t, x) -> {
          applications.add(t);
          kept.add(x);
          return x;
        });
    Tensor x = kept.get(0);
    for (Supplier<Tensor> use : List.<Supplier<Tensor>>of(x::neg, () -> x.add(x), () -> x.add(1))) {
      assertThatThrownBy(use::get)
          .isInstanceOf(IllegalUseException.class)
          .hasMessage(ended("program"));
    }
    assertThatThrownBy(() -> applications.get(0).range(2))
        .isInstanceOf(IllegalUseException.class)
        .hasMessage(ended("program"));
  }

  @Test
  void aTensorOfAnotherProgramIsRefused() {
    List<Tensor> kept = new ArrayList<>();
    apply(
        (t, x) -> {
          assertRefused(
              "a tensor of one program was used in another; pass its value as an input.",
              (inner, y) -> y.add(x));
          assertRefused(
              "a tensor of one program was used in another; pass its value as an input.",
              (inner, y) -> inner.concat(0, List.of(y, x)));
          assertRefused(
              "a tensor of one program was used in another; pass its value as an input.",
              (inner, y) -> x);
          kept.add(x);
          return x;
        });
    assertThat(kept).hasSize(1);
  }

  @Test
  void aTensorEndsWithItsScope() {
    assertRefused(
        ended("scope"),
        (t, x) -> {
          List<Tensor> kept = new ArrayList<>();
          t.scopeOf(
              () -> {
                kept.add(x.neg());
                return x;
              });
          return kept.get(0).neg();
        });
  }

  @Test
  void whatAScopeReturnsLivesInTheRegionAround() {
    apply((t, x) -> t.scopeOf(() -> t.scopeOf(() -> x.neg()).neg()).neg());
    assertRefused(
        ended("scope"),
        (t, x) -> {
          List<Tensor> kept = new ArrayList<>();
          t.scopeOf(
              () -> {
                kept.add(t.scopeOf(x::neg));
                return x;
              });
          return kept.get(0).neg();
        });
  }

  @Test
  void aScopeThatFailsEndsToo() {
    assertRefused(
        ended("scope"),
        (t, x) -> {
          List<Tensor> kept = new ArrayList<>();
          assertThatThrownBy(
                  () ->
                      t.scopeOf(
                          () -> {
                            kept.add(x.neg());
                            throw new ArithmeticException();
                          }))
              .isInstanceOf(ArithmeticException.class);
          x.neg();
          return kept.get(0).neg();
        });
  }

  @Test
  void aTensorEndsWithItsLoss() {
    assertRefused(
        ended("loss"),
        (t, x) -> {
          List<Tensor> kept = new ArrayList<>();
          t.valueAndGradients(
              v -> {
                kept.add(v.get("x"));
                return new Loss(v.get("x").sum());
              },
              NamedTensors.of("x", x));
          return kept.get(0).neg();
        });
  }

  @Test
  void whatALossReturnsLivesInTheRegionAround() {
    apply(
        (t, x) -> {
          var result =
              t.valueAndGradients(
                  v -> new Loss(v.get("x").sum(), NamedTensors.of("a", v.get("x").neg())),
                  NamedTensors.of("x", x));
          assertThat(result.auxiliaries().names()).containsExactly("a");
          assertThat(result.gradients().names()).containsExactly("x");
          return result.auxiliaries().get("a").add(result.gradients().get("x")).mul(result.value());
        });
  }

  @Test
  void lossesAreNotNestedButFollowEachOther() {
    String nested =
        "valueAndGradients was called inside another's loss: derivatives are not nested; call one"
            + " after the other.";
    assertRefused(nested, (t, x) -> loss(t, x, v -> loss(t, v, Tensor::sum)));
    apply(
        (t, x) -> {
          assertThatThrownBy(
                  () ->
                      loss(
                          t,
                          x,
                          v -> {
                            throw new ArithmeticException();
                          }))
              .isInstanceOf(ArithmeticException.class);
          return loss(t, x, Tensor::sum).add(loss(t, x, Tensor::sum));
        });
  }

  private static Tensor loss(Tensors t, Tensor x, UnaryOperator<Tensor> function) {
    return t.valueAndGradients(v -> new Loss(function.apply(v.get("x"))), NamedTensors.of("x", x))
        .value();
  }

  @Test
  void whatAnOptimizerConsumedIsRefusedWithItsViews() {
    String consumed =
        "a tensor was used after an AdamW step consumed it; use the state that the step returned.";
    assertRefused(consumed, (t, x) -> stepThen(t, x, x));
    assertRefused(consumed, (t, x) -> stepThen(t, x, x.reshape(3, 1)));
    assertRefused(consumed, (t, x) -> stepThen(t, x, x.slice(0, 0, 1).expandDims(0)));
    assertRefused(consumed, (t, x) -> stepThen(t, x, x.stopGradient()));
    assertRefused(consumed, (t, x) -> stepThen(t, x, x.broadcastTo(Shape.of(2, 3)).transpose()));
    assertRefused(consumed, (t, x) -> stepThen(t, x, x.split(0, 1, 2).get(1)));
    assertRefused(consumed, (t, x) -> stepThen(t, x, t.scopeOf(() -> x.reshape(1, 3))));
    assertRefused(consumed, (t, x) -> stepThen(t, x.reshape(3, 1).reshape(3), x));
    assertRefused(consumed, (t, x) -> stepThen(t, x, auxiliary(t, x)));
    apply((t, x) -> stepThen(t, x, x.add(0)));
  }

  private static Tensor auxiliary(Tensors t, Tensor x) {
    return t.valueAndGradients(v -> new Loss(v.get("x").sum(), v), NamedTensors.of("x", x))
        .auxiliaries()
        .get("x");
  }

  private static Tensor stepThen(Tensors t, Tensor parameter, Tensor used) {
    Tensor one = t.scalar(DType.FLOAT32, 1);
    Tensor zeros = t.full(DType.FLOAT32, Shape.of(3), 0);
    Tensor gradient = t.full(DType.FLOAT32, Shape.of(3), 1);
    AdamW.State after =
        ADAM_W.apply(
            new AdamW.State(parameter, zeros, zeros), gradient, new AdamW.Step(one, one, one, one));
    assertThat(after.first().neg().shape()).isEqualTo(Shape.of(3));
    return used.neg();
  }
}
