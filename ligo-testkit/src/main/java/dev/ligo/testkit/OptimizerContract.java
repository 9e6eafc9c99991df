package dev.ligo.testkit;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ligo.api.AdamW;
import dev.ligo.api.Backend;
import dev.ligo.api.DType;
import dev.ligo.api.HostArray;
import dev.ligo.api.IllegalUseException;
import dev.ligo.api.NamedTensors;
import dev.ligo.api.Program;
import dev.ligo.api.Shape;
import dev.ligo.api.Tensor;
import dev.ligo.api.Tensors.Loss;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** AdamW follows its formula over several steps, whether or not its state is donated. */
interface OptimizerContract extends Subject {
  private static AdamW decaying() {
    return new AdamW(0.9, 0.999, 1e-8, 0.1);
  }

  private static AdamW plain() {
    return new AdamW(0.8, 0.95, 1e-6, 0);
  }

  @Test
  default void adamWFollowsItsFormula() {
    for (Backend subject : List.of(backend(), composed())) {
      for (DType dtype : OperationCase.FLOATING) {
        for (AdamW constants : List.of(decaying(), plain())) {
          for (boolean donate : new boolean[] {false, true}) {
            for (int[] dims : new int[][] {{}, {1}, {7}, {3, 5}, {2, 1, 3, 2}, {0}, {2, 0}}) {
              new AdamWRun(subject, dtype, constants, Shape.of(dims), donate).check();
            }
          }
        }
      }
    }
  }

  @Test
  default void aTrainingStepIsOneProgram() {
    Program step =
        (t, in) -> {
          Tensor target = in.get("target");
          NamedTensors gradients =
              t.valueAndGradients(
                      v -> new Loss(v.get("p").sub(target).square().sum().mul(0.5)),
                      NamedTensors.of("p", in.get("p")))
                  .gradients();
          List<Tensor> updated =
              t.scope(
                  () -> {
                    AdamW.State s =
                        decaying().apply(AdamWRun.state(in), gradients.get("p"), AdamWRun.step(in));
                    return List.of(s.parameter(), s.first(), s.second());
                  });
          return AdamWRun.named(new AdamW.State(updated.get(0), updated.get(1), updated.get(2)));
        };
    Shape shape = Shape.of(2, 3);
    Doubles target = Doubles.of(shape, i -> i[0] - i[1]);
    NetworkOracle.Adam expected =
        new NetworkOracle.Adam(
            Doubles.of(shape, i -> 1), Doubles.of(shape, i -> 0), Doubles.of(shape, i -> 0));
    Map<String, HostArray> state = AdamWRun.host(expected, DType.FLOAT64);
    for (int n = 1; n <= 5; n++) {
      Doubles gradient = Oracle.zip(expected.parameter(), target, (p, y) -> p - y);
      expected = NetworkOracle.adamW(expected, gradient, 0.1, n, decaying());
      Map<String, HostArray> inputs = new TreeMap<>(state);
      inputs.putAll(AdamWRun.stepInputs(decaying(), 0.1, n, DType.FLOAT64));
      inputs.put("target", target.as(DType.FLOAT64));
      state = Runs.run(backend(), step, inputs);
      AdamWRun.assertClose(state, expected, DType.FLOAT64, "step " + n);
    }
  }

  @Test
  default void aStateThatAStepConsumedIsRefused() {
    Program program =
        (t, in) -> {
          Tensor view = in.get("p").reshape(1, 2);
          AdamW.State after = plain().apply(AdamWRun.state(in), in.get("g"), AdamWRun.step(in));
          return AdamWRun.named(after).with("view", view.add(1));
        };
    Map<String, HostArray> inputs = new TreeMap<>();
    for (String name : List.of("p", "m", "v", "g")) {
      inputs.put(name, HostArray.of(Shape.of(2), 1.0, 2.0));
    }
    inputs.putAll(AdamWRun.stepInputs(plain(), 0.1, 1, DType.FLOAT64));
    assertThatThrownBy(() -> Runs.run(backend(), program, inputs))
        .isInstanceOf(IllegalUseException.class)
        .hasMessage(
            "a tensor was used after an AdamW step consumed it; use the state that the step"
                + " returned.");
  }
}
