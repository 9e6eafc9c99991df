package dev.ligo.testkit;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ligo.api.AdamW;
import dev.ligo.api.Backend;
import dev.ligo.api.Computation;
import dev.ligo.api.DType;
import dev.ligo.api.DeviceArray;
import dev.ligo.api.HostArray;
import dev.ligo.api.IllegalUseException;
import dev.ligo.api.NamedTensors;
import dev.ligo.api.Program;
import dev.ligo.api.Shape;
import dev.ligo.api.Tensor;
import dev.ligo.api.Tensors.Loss;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** AdamW follows its formula over several steps, whatever of its state is donated. */
interface OptimizerContract extends Subject {
  private static AdamW decaying() {
    return new AdamW(0.9, 0.999, 1e-8, 0.1);
  }

  private static AdamW plain() {
    return new AdamW(0.8, 0.95, 1e-6, 0);
  }

  /** In float32 1 − β has few digits. */
  private static AdamW slow() {
    return new AdamW(0.9999, 0.99999, 1e-6, 0.01);
  }

  /** In float32 β₂ is 1. */
  private static AdamW still() {
    return new AdamW(0.9, 1 - 1e-8, 1e-6, 0);
  }

  private static List<Set<String>> donations() {
    return List.of(Set.of(), Set.of("p", "m", "v"), Set.of("p"), Set.of("m", "v"));
  }

  @Test
  default void adamWFollowsItsFormula() {
    for (Backend subject : List.of(backend(), composed())) {
      for (DType dtype : OperationCase.FLOATING) {
        for (AdamW constants : List.of(decaying(), plain(), slow(), still())) {
          for (Set<String> donated : donations()) {
            for (int[] dims : new int[][] {{}, {1}, {7}, {3, 5}, {2, 1, 3, 2}, {0}, {2, 0}}) {
              Shape shape = Shape.of(dims);
              new AdamWRun(subject, dtype, constants, shape, donated, (t, p, r) -> r, (p, r) -> r)
                  .check();
            }
          }
        }
      }
    }
  }

  @Test
  default void aTrainingStepIsOneProgram() {
    AdamWRun.Gradient ofHalfTheSquares =
        (t, p, r) ->
            t.valueAndGradients(
                    v -> new Loss(v.get("p").sub(r).square().sum().mul(0.5)),
                    NamedTensors.of("p", p))
                .gradients()
                .get("p");
    for (DType dtype : OperationCase.FLOATING) {
      for (Set<String> donated : donations()) {
        new AdamWRun(
                backend(),
                dtype,
                decaying(),
                Shape.of(2, 3),
                donated,
                ofHalfTheSquares,
                (p, r) -> Oracle.zip(p, r, (x, y) -> x - y))
            .check();
      }
    }
  }

  @Test
  default void adamWStepsManyParameters() {
    List<Shape> shapes = List.of(Shape.of(), Shape.of(7), Shape.of(3, 5), Shape.of(0));
    double scale = 0.3;
    for (Backend subject : List.of(backend(), composed())) {
      for (DType dtype : OperationCase.FLOATING) {
        for (boolean donates : new boolean[] {false, true}) {
          ManyParameters many = ManyParameters.random(shapes, dtype);
          Map<String, HostArray> out = many.step(subject, decaying(), scale, donates);
          many.check(out, decaying(), scale);
        }
      }
    }
  }

  /** As a first step may have it: one array of zeros, for both moments. */
  @Test
  default void theMomentsMayBeOneTensor() {
    Program program =
        (t, in) -> {
          AdamW.State state = new AdamW.State(in.get("p"), in.get("zeros"), in.get("zeros"));
          return named(plain().apply(state, in.get("g"), AdamWRun.step(in)));
        };
    Shape two = Shape.of(2);
    Map<String, HostArray> host = stepInputs();
    host.put("p", HostArray.of(two, 1.0, 2.0));
    host.put("g", HostArray.of(two, 1.0, -1.0));
    for (boolean donate : new boolean[] {false, true}) {
      Map<String, DeviceArray> inputs = backend().arrays(host);
      Map<String, DeviceArray> zeros =
          backend().arrays(Map.of("zeros", HostArray.zeros(DType.FLOAT64, two)));
      Map<String, DeviceArray> kept = new TreeMap<>(inputs);
      kept.putAll(donate ? Map.of() : zeros);
      try (Computation c = backend().compile(program)) {
        Map<String, HostArray> out = Runs.toHost(c.run(kept, donate ? zeros : Map.of(), 0));
        double tolerance = Tolerances.of("adamW").value64();
        Closeness.assertClose("m", Runs.only(out, "m"), Doubles.of(two, 0.2, -0.2), tolerance);
        Closeness.assertClose("v", Runs.only(out, "v"), Doubles.of(two, 0.05, 0.05), tolerance);
      } finally {
        inputs.values().forEach(DeviceArray::close);
        zeros.values().forEach(DeviceArray::close);
      }
    }
  }

  @Test
  default void aStateThatAStepConsumedIsRefused() {
    Program view =
        (t, in) -> {
          Tensor before = in.get("p").reshape(1, 2);
          AdamW.State after = plain().apply(AdamWRun.state(in), in.get("g"), AdamWRun.step(in));
          return named(after).with("view", before.add(1));
        };
    Program auxiliary =
        (t, in) -> {
          NamedTensors seen =
              t.valueAndGradients(
                      v -> new Loss(v.get("p").sum(), v), NamedTensors.of("p", in.get("p")))
                  .auxiliaries();
          AdamW.State after = plain().apply(AdamWRun.state(in), in.get("g"), AdamWRun.step(in));
          return named(after).with(seen.prefixed("old "));
        };
    Map<String, HostArray> inputs = stepInputs();
    for (String name : List.of("p", "m", "v", "g")) {
      inputs.put(name, HostArray.of(Shape.of(2), 1.0, 2.0));
    }
    for (Program program : List.of(view, auxiliary)) {
      assertThatThrownBy(() -> Runs.run(backend(), program, inputs))
          .isInstanceOf(IllegalUseException.class)
          .hasMessage(
              "a tensor was used after an AdamW step consumed it; use the state that the step"
                  + " returned.");
    }
  }

  private static Map<String, HostArray> stepInputs() {
    return new TreeMap<>(AdamWRun.stepInputs(plain(), 1, DType.FLOAT64));
  }

  private static NamedTensors named(AdamW.State state) {
    return NamedTensors.of("p", state.parameter())
        .with("m", state.first())
        .with("v", state.second());
  }
}
