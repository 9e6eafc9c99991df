package dev.ligo.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ligo.api.AdamW;
import dev.ligo.api.Backend;
import dev.ligo.api.Computation;
import dev.ligo.api.DType;
import dev.ligo.api.DeviceArray;
import dev.ligo.api.HostArray;
import dev.ligo.api.IllegalUseException;
import dev.ligo.api.NamedTensors;
import dev.ligo.api.Shape;
import dev.ligo.api.Tensor;
import dev.ligo.api.Tensors;
import dev.ligo.testkit.NetworkOracle.Adam;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BinaryOperator;

/**
 * Five steps of AdamW on one parameter p with moments m and v, given a random array r at each step.
 *
 * @param backend where to run
 * @param dtype the dtype of everything
 * @param constants the optimizer
 * @param shape the parameter's shape
 * @param donated which of p, m and v are donated
 * @param gradient the gradient in the program
 * @param oracle the gradient from p and r
 */
record AdamWRun(
    Backend backend,
    DType dtype,
    AdamW constants,
    Shape shape,
    Set<String> donated,
    Gradient gradient,
    BinaryOperator<Doubles> oracle) {
  static final double RATE = 0.01;

  /** Computes a parameter's gradient inside a program. */
  @FunctionalInterface
  interface Gradient {
    Tensor of(Tensors t, Tensor parameter, Tensor random);
  }

  /** Compares each step with the formula. */
  void check() {
    Random random = new Random(17);
    Doubles zeros = Doubles.of(shape, i -> 0);
    Adam expected = new Adam(rounded(random), zeros, zeros);
    Map<String, DeviceArray> state =
        backend.arrays(
            Map.of(
                "p", expected.parameter().as(dtype), "m", zeros.as(dtype), "v", zeros.as(dtype)));
    List<DeviceArray> opened = new ArrayList<>(state.values());
    try (Computation c = backend.compile(this::program)) {
      for (int n = 1; n <= 5; n++) {
        Doubles r = rounded(random);
        Adam before = expected;
        Doubles g = oracle.apply(before.parameter(), r);
        expected = NetworkOracle.adamW(before, g, RATE, n, constants);
        Map<String, HostArray> changing = new TreeMap<>(stepInputs(constants, n, dtype));
        changing.put("r", r.as(dtype));
        state = next(c, state, changing);
        opened.addAll(state.values());
        compare(state, before, expected, "step " + n);
      }
    } finally {
      opened.forEach(DeviceArray::close);
    }
  }

  private NamedTensors program(Tensors t, NamedTensors in) {
    Tensor twice = in.get("p").mul(2);
    Tensor g = gradient.of(t, in.get("p"), in.get("r"));
    List<Tensor> updated =
        t.scope(
            () -> {
              AdamW.State s = constants.apply(state(in), g, step(in));
              return List.of(s.parameter(), s.first(), s.second());
            });
    return NamedTensors.of("p", updated.get(0))
        .with("m", updated.get(1))
        .with("v", updated.get(2))
        .with("twice p before", twice);
  }

  private Map<String, DeviceArray> next(
      Computation c, Map<String, DeviceArray> state, Map<String, HostArray> changing) {
    Map<String, DeviceArray> inputs = backend.arrays(changing);
    Map<String, DeviceArray> kept = new TreeMap<>(state);
    kept.keySet().retainAll(Set.of("p", "m", "v"));
    Map<String, DeviceArray> gifts = new TreeMap<>(kept);
    gifts.keySet().retainAll(donated);
    kept.keySet().removeAll(donated);
    Map<String, HostArray> before = new TreeMap<>();
    kept.forEach((name, array) -> before.put(name, array.toHost()));
    try {
      Map<String, DeviceArray> all = new TreeMap<>(inputs);
      all.putAll(kept);
      Map<String, DeviceArray> after = c.run(all, gifts, 0);
      kept.forEach(
          (name, array) ->
              assertThat(array.toHost().bytes())
                  .as(name + ", which was not donated, after " + this)
                  .isEqualTo(Runs.only(before, name).bytes()));
      gifts
          .values()
          .forEach(a -> assertThatThrownBy(a::toHost).isInstanceOf(IllegalUseException.class));
      return after;
    } finally {
      inputs.values().forEach(DeviceArray::close);
    }
  }

  private void compare(Map<String, DeviceArray> state, Adam before, Adam expected, String step) {
    Map<String, Doubles> references =
        Map.of(
            "p", expected.parameter(),
            "m", expected.first(),
            "v", expected.second(),
            "twice p before", Oracle.map(before.parameter(), p -> 2 * p));
    Map<String, HostArray> actual = new TreeMap<>();
    state.forEach((name, array) -> actual.put(name, array.toHost()));
    double tolerance = Tolerances.of("adamW").value(dtype);
    references.forEach(
        (name, reference) ->
            Closeness.assertClose(
                name + " in " + step + " of " + this,
                Runs.only(actual, name),
                reference,
                tolerance));
  }

  private Doubles rounded(Random random) {
    return Doubles.of(Doubles.of(shape, i -> random.nextGaussian()).as(dtype));
  }

  static Map<String, HostArray> stepInputs(AdamW c, int step, DType dtype) {
    return Map.of(
        "rate", HostArray.scalar(dtype, RATE),
        "step", HostArray.scalar(dtype, step),
        "correction1", HostArray.scalar(dtype, 1 - Math.pow(c.beta1(), step)),
        "correction2", HostArray.scalar(dtype, 1 - Math.pow(c.beta2(), step)));
  }

  static AdamW.State state(NamedTensors in) {
    return new AdamW.State(in.get("p"), in.get("m"), in.get("v"));
  }

  static AdamW.Step step(NamedTensors in) {
    return new AdamW.Step(
        in.get("rate"), in.get("step"), in.get("correction1"), in.get("correction2"));
  }

  @Override
  public String toString() {
    return "AdamW in " + dtype + shape + ", donated " + donated + ", " + constants;
  }
}
