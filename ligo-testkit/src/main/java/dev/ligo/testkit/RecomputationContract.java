package dev.ligo.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ligo.api.DType;
import dev.ligo.api.HostArray;
import dev.ligo.api.NamedTensors;
import dev.ligo.api.Program;
import dev.ligo.api.Shape;
import dev.ligo.api.Tensor;
import dev.ligo.api.Tensors;
import dev.ligo.api.Tensors.Loss;
import dev.ligo.api.Tensors.ValueAndGradients;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** The rules of {@link Tensors#recomputed}: it changes no loss and no gradient. */
interface RecomputationContract extends Subject {
  /** Gradients may be added up in another order. */
  Offset<Double> ROUNDING = Offset.offset(1e-13);

  private static Map<String, HostArray> inputs() {
    Map<String, HostArray> inputs = new TreeMap<>();
    inputs.put("x", Doubles.of(Shape.of(3, 4), i -> Math.sin(i[0] + 2.3 * i[1])).as(DType.FLOAT64));
    for (String name : List.of("first", "second", "shared")) {
      double at = name.length();
      inputs.put(
          name,
          Doubles.of(Shape.of(4, 4), i -> Math.cos(at * i[0] - 1.7 * i[1])).as(DType.FLOAT64));
    }
    inputs.put("frozen", HostArray.scalar(DType.FLOAT64, 0.7));
    return inputs;
  }

  /**
   * Two layers with a weight of their own, one that both have, and a tensor that both use and that
   * depends on a variable, too. The loss reads what stands between them.
   */
  private static NamedTensors gradients(
      Tensors t, NamedTensors in, BiFunction<Tensors, Supplier<Tensor>, Tensor> run) {
    NamedTensors variables =
        NamedTensors.of("x", in.get("x"))
            .with("first", in.get("first"))
            .with("second", in.get("second"))
            .with("shared", in.get("shared"));
    ValueAndGradients result =
        t.valueAndGradients(
            v -> {
              Tensor shared = v.get("shared").softmax().mul(in.get("frozen"));
              Tensor x = v.get("x").dropout(0.1);
              Tensor h = run.apply(t, () -> layer(x, v.get("first"), shared));
              Tensor y = run.apply(t, () -> layer(h, v.get("second"), shared)).dropout(0.1);
              Tensor all = y.square().sum().add(h.mul(x).sum()).add(shared.sin().sum());
              return new Loss(all, NamedTensors.of("between", h));
            },
            variables);
    return result.gradients().with(result.auxiliaries()).with("loss", result.value());
  }

  private static Tensor layer(Tensor x, Tensor own, Tensor shared) {
    List<Tensor> halves = x.linear(own).gelu().dropout(0.2).split(1, 2, 2);
    return halves.get(0).matmul(shared.slice(0, 0, 2)).softmax().add(x);
  }

  @Test
  default void recomputingChangesNoLossAndNoGradient() {
    Program kept = (t, in) -> gradients(t, in, (any, region) -> region.get());
    Program recomputed = (t, in) -> gradients(t, in, Tensors::recomputed);
    for (long seed = 0; seed < 3; seed++) {
      Map<String, HostArray> expected = Runs.run(backend(), kept, inputs(), seed);
      Map<String, HostArray> found = Runs.run(backend(), recomputed, inputs(), seed);
      assertThat(found.keySet()).isEqualTo(expected.keySet());
      assertThat(Runs.only(found, "loss").bytes()).isEqualTo(Runs.only(expected, "loss").bytes());
      expected.forEach(
          (name, array) ->
              assertThat(Runs.only(found, name).toDoubles())
                  .as(name)
                  .containsExactly(array.toDoubles(), ROUNDING));
    }
  }

  @Test
  default void aRegionIsRunAgainAsDeclared() {
    AtomicInteger runs = new AtomicInteger();
    Program program =
        (t, in) ->
            gradients(
                t,
                in,
                (any, region) ->
                    t.recomputed(
                        () -> {
                          runs.incrementAndGet();
                          return region.get();
                        }));
    Runs.run(backend(), program, inputs());
    assertThat(runs.get()).as("runs of two regions").isIn(2, 4);
    assertThat(runs.get() == 4)
        .as(Behaviour.RECOMPUTES + " was found")
        .isEqualTo(has(Behaviour.RECOMPUTES));
  }

  @Test
  default void aRegionMayReturnWhatItIsGiven() {
    Program program =
        (t, in) ->
            t.valueAndGradients(
                    v -> {
                      Tensor same = t.recomputed(() -> v.get("x"));
                      Tensor constant = t.recomputed(() -> in.get("x"));
                      Tensor unread = t.recomputed(() -> v.get("x").exp());
                      assertThat(unread.shape()).isEqualTo(same.shape());
                      return new Loss(same.mul(constant).add(same).sum());
                    },
                    in)
                .gradients();
    HostArray x = HostArray.of(Shape.of(3), 1.0, 2.0, 3.0);
    assertThat(Runs.only(Runs.run(backend(), program, Map.of("x", x)), "x").toDoubles())
        .containsExactly(2, 3, 4);
  }

  @Test
  default void regionsInsideEachOtherAndOutsideOfALossAreScopes() {
    Program program =
        (t, in) -> {
          Tensor x = t.recomputed(() -> in.get("x").mul(2));
          return t.valueAndGradients(
                  v ->
                      new Loss(
                          t.recomputed(
                              () -> t.recomputed(() -> v.get("x").square()).mul(v.get("x")).sum())),
                  NamedTensors.of("x", x))
              .gradients();
        };
    HostArray x = HostArray.of(Shape.of(2), 1.0, 2.0);
    assertThat(Runs.only(Runs.run(backend(), program, Map.of("x", x)), "x").toDoubles())
        .containsExactly(new double[] {12, 48}, ROUNDING);
  }

  @Test
  default void anErrorInARegionPassesAndLeavesTheBackendAsItWas() {
    for (int sound = 0; sound < (has(Behaviour.RECOMPUTES) ? 4 : 2); sound++) {
      AtomicInteger left = new AtomicInteger(sound);
      Program failing =
          (t, in) ->
              gradients(
                  t,
                  in,
                  (any, region) ->
                      t.recomputed(
                          () -> {
                            Tensor y = region.get();
                            if (left.getAndDecrement() == 0) {
                              throw new ArithmeticException("on purpose");
                            }
                            return y;
                          }));
      assertThatThrownBy(() -> Runs.run(backend(), failing, inputs()))
          .isInstanceOf(ArithmeticException.class)
          .hasMessage("on purpose");
    }
    recomputingChangesNoLossAndNoGradient();
  }
}
