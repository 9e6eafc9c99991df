package dev.ligo.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ligo.api.HostArray;
import dev.ligo.api.IllegalUseException;
import dev.ligo.api.NamedTensors;
import dev.ligo.api.Program;
import dev.ligo.api.Shape;
import dev.ligo.api.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** A scope changes no result; it only ends the tensors that it does not return. */
interface ScopeContract extends Subject {
  private Map<String, HostArray> run(Program program) {
    HostArray x = HostArray.of(Shape.of(2, 2), 1.0, 2.0, 3.0, 4.0);
    return Runs.run(backend(), program, Map.of("x", x), 7);
  }

  @Test
  default void aScopeChangesNoResult() {
    Program plain = (t, in) -> NamedTensors.of("y", layer(in.get("x")).add(in.get("x")));
    Program scoped =
        (t, in) -> NamedTensors.of("y", t.scopeOf(() -> layer(in.get("x"))).add(in.get("x")));
    assertThat(Runs.only(run(scoped), "y").bytes()).isEqualTo(Runs.only(run(plain), "y").bytes());
  }

  private static Tensor layer(Tensor x) {
    return x.matmul(x).softmax().dropout(0.5).gelu();
  }

  @Test
  default void aScopeReturnsWhateverTensorsItIsGiven() {
    Program program =
        (t, in) -> {
          Tensor x = in.get("x");
          Tensor outer = x.mul(10);
          List<Tensor> out =
              t.scope(
                  () -> {
                    Tensor inner = x.neg();
                    return List.of(
                        x,
                        outer,
                        inner,
                        inner,
                        inner.transpose(),
                        outer.slice(0, 1, 2),
                        t.range(2));
                  });
          NamedTensors named = NamedTensors.of("outer again", outer);
          for (int i = 0; i < out.size(); i++) {
            named = named.with(Integer.toString(i), out.get(i));
          }
          return named;
        };
    Map<String, HostArray> out = run(program);
    assertThat(Runs.only(out, "0").toDoubles()).containsExactly(1, 2, 3, 4);
    assertThat(Runs.only(out, "1").toDoubles()).containsExactly(10, 20, 30, 40);
    assertThat(Runs.only(out, "2").toDoubles()).containsExactly(-1, -2, -3, -4);
    assertThat(Runs.only(out, "3").toDoubles()).containsExactly(-1, -2, -3, -4);
    assertThat(Runs.only(out, "4").toDoubles()).containsExactly(-1, -3, -2, -4);
    assertThat(Runs.only(out, "5").toDoubles()).containsExactly(30, 40);
    assertThat(Runs.only(out, "6").toLongs()).containsExactly(0, 1);
    assertThat(Runs.only(out, "outer again").toDoubles()).containsExactly(10, 20, 30, 40);
  }

  @Test
  default void scopesNestAndRepeat() {
    Program program =
        (t, in) -> {
          Tensor x = in.get("x");
          for (int i = 0; i < 20; i++) {
            Tensor y = x;
            Supplier<Tensor> inner = () -> y.add(1).sub(1);
            x = t.scopeOf(() -> t.scopeOf(inner).mul(2));
          }
          return NamedTensors.of("y", x);
        };
    double power = 1 << 20;
    assertThat(Runs.only(run(program), "y").toDoubles())
        .containsExactly(power, 2 * power, 3 * power, 4 * power);
  }

  @Test
  default void aScopeMayReturnNothing() {
    Program program =
        (t, in) -> {
          assertThat(t.scope(List::of)).isEmpty();
          return in;
        };
    assertThat(Runs.only(run(program), "x").toDoubles()).containsExactly(1, 2, 3, 4);
  }

  @Test
  default void aTensorThatAScopeKeptIsRefused() {
    Program program =
        (t, in) -> {
          List<Tensor> leaked = new ArrayList<>();
          t.scopeOf(
              () -> {
                leaked.add(in.get("x").neg());
                return in.get("x").abs();
              });
          return NamedTensors.of("y", leaked.get(0).add(1));
        };
    assertThatThrownBy(() -> run(program))
        .isInstanceOf(IllegalUseException.class)
        .hasMessage(
            "a tensor was used after the scope that made it had ended; return it from there to use"
                + " it outside.");
  }

  @Test
  default void anErrorInAScopePassesAndLeavesTheBackendAsItWas() {
    Program failing =
        (t, in) ->
            NamedTensors.of(
                "y",
                t.scopeOf(
                    () -> {
                      in.get("x").exp();
                      throw new ArithmeticException("on purpose");
                    }));
    assertThatThrownBy(() -> run(failing))
        .isInstanceOf(ArithmeticException.class)
        .hasMessage("on purpose");
    assertThat(backend().liveArrays()).isZero();
  }
}
