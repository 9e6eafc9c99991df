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
import dev.ligo.api.Program;
import dev.ligo.api.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/** Several steps of AdamW on one parameter, with random gradients. */
final class AdamWRun {
  private static final double RATE = 0.01;
  private static final int STEPS = 5;

  private final Backend backend;
  private final DType dtype;
  private final AdamW constants;
  private final Shape shape;
  private final boolean donate;

  AdamWRun(Backend backend, DType dtype, AdamW constants, Shape shape, boolean donate) {
    this.backend = backend;
    this.dtype = dtype;
    this.constants = constants;
    this.shape = shape;
    this.donate = donate;
  }

  void check() {
    Random random = new Random(17);
    Doubles zeros = Doubles.of(shape, i -> 0);
    NetworkOracle.Adam expected = new NetworkOracle.Adam(rounded(random), zeros, zeros);
    Program program = (t, in) -> named(constants.apply(state(in), in.get("g"), step(in)));
    Map<String, DeviceArray> state = backend.arrays(host(expected, dtype));
    List<DeviceArray> opened = new ArrayList<>(state.values());
    try (Computation c = backend.compile(program)) {
      for (int n = 1; n <= STEPS; n++) {
        Doubles gradient = rounded(random);
        expected = NetworkOracle.adamW(expected, gradient, RATE, n, constants);
        Map<String, HostArray> changing = new TreeMap<>(stepInputs(constants, RATE, n, dtype));
        changing.put("g", gradient.as(dtype));
        state = next(c, state, changing);
        opened.addAll(state.values());
        Map<String, HostArray> actual = new TreeMap<>();
        state.forEach((name, array) -> actual.put(name, array.toHost()));
        assertClose(actual, expected, dtype, "step " + n + " of " + this);
      }
    } finally {
      opened.forEach(DeviceArray::close);
    }
  }

  private Map<String, DeviceArray> next(
      Computation c, Map<String, DeviceArray> state, Map<String, HostArray> changing) {
    Map<String, DeviceArray> inputs = backend.arrays(changing);
    try {
      if (donate) {
        Map<String, DeviceArray> after = c.run(inputs, state, 0);
        state
            .values()
            .forEach(a -> assertThatThrownBy(a::toHost).isInstanceOf(IllegalUseException.class));
        return after;
      }
      Map<String, HostArray> before = new TreeMap<>();
      state.forEach((name, array) -> before.put(name, array.toHost()));
      inputs.putAll(state);
      Map<String, DeviceArray> after = c.run(inputs);
      state.forEach(
          (name, array) ->
              assertThat(array.toHost().bytes()).isEqualTo(Runs.only(before, name).bytes()));
      inputs.keySet().removeAll(state.keySet());
      return after;
    } finally {
      inputs.values().forEach(DeviceArray::close);
    }
  }

  private Doubles rounded(Random random) {
    return Doubles.of(Doubles.of(shape, i -> random.nextGaussian()).as(dtype));
  }

  static void assertClose(
      Map<String, HostArray> actual, NetworkOracle.Adam expected, DType dtype, String what) {
    double tolerance = Tolerances.of("adamW").value(dtype);
    Closeness.assertClose(
        what + ", parameter", Runs.only(actual, "p"), expected.parameter(), tolerance);
    Closeness.assertClose(
        what + ", first moment", Runs.only(actual, "m"), expected.first(), tolerance);
    Closeness.assertClose(
        what + ", second moment", Runs.only(actual, "v"), expected.second(), tolerance);
  }

  static Map<String, HostArray> host(NetworkOracle.Adam state, DType dtype) {
    return Map.of(
        "p", state.parameter().as(dtype),
        "m", state.first().as(dtype),
        "v", state.second().as(dtype));
  }

  static Map<String, HostArray> stepInputs(AdamW c, double rate, int step, DType dtype) {
    return Map.of(
        "rate", HostArray.scalar(dtype, rate),
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

  static NamedTensors named(AdamW.State state) {
    return NamedTensors.of("p", state.parameter())
        .with("m", state.first())
        .with("v", state.second());
  }

  @Override
  public String toString() {
    return "AdamW in " + dtype + shape + (donate ? ", donated, " : ", ") + constants;
  }
}
