package dev.ligo.testkit;

import dev.ligo.api.AdamW;
import dev.ligo.api.Backend;
import dev.ligo.api.Computation;
import dev.ligo.api.DType;
import dev.ligo.api.DeviceArray;
import dev.ligo.api.HostArray;
import dev.ligo.api.NamedTensors;
import dev.ligo.api.Shape;
import dev.ligo.api.Tensor;
import dev.ligo.testkit.NetworkOracle.Adam;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;

/** Parameters of AdamW that are updated together, with their moments and gradients. */
record ManyParameters(DType dtype, List<Adam> states, List<Doubles> gradients) {
  private static final int STEP = 3;

  static ManyParameters random(List<Shape> shapes, DType dtype) {
    Random random = new Random(29);
    List<Adam> states = new ArrayList<>();
    List<Doubles> gradients = new ArrayList<>();
    for (Shape shape : shapes) {
      Doubles second = Oracle.map(normal(random, shape, dtype), v -> v * v);
      states.add(
          new Adam(
              normal(random, shape, dtype),
              normal(random, shape, dtype),
              Doubles.of(second.as(dtype))));
      gradients.add(normal(random, shape, dtype));
    }
    return new ManyParameters(dtype, states, gradients);
  }

  private static Doubles normal(Random random, Shape shape, DType dtype) {
    return Doubles.of(Doubles.of(shape, i -> random.nextGaussian()).as(dtype));
  }

  /** Returns the parameters and moments after a step, whose gradients are scaled. */
  Map<String, HostArray> step(Backend backend, AdamW constants, double scale, boolean donates) {
    Map<String, HostArray> state = new TreeMap<>();
    Map<String, HostArray> others = new TreeMap<>(AdamWRun.stepInputs(constants, STEP, dtype));
    others.put("scale", HostArray.scalar(dtype, scale));
    for (int i = 0; i < states.size(); i++) {
      state.put("p" + i, states.get(i).parameter().as(dtype));
      state.put("m" + i, states.get(i).first().as(dtype));
      state.put("v" + i, states.get(i).second().as(dtype));
      others.put("g" + i, gradients.get(i).as(dtype));
    }
    Map<String, DeviceArray> inputs = new TreeMap<>(backend.arrays(others));
    Map<String, DeviceArray> gifts = backend.arrays(state);
    inputs.putAll(donates ? Map.of() : gifts);
    try (Computation c = backend.compile((t, in) -> program(constants, in))) {
      return Runs.toHost(c.run(inputs, donates ? gifts : Map.of(), 0));
    } finally {
      inputs.values().forEach(DeviceArray::close);
    }
  }

  private NamedTensors program(AdamW constants, NamedTensors in) {
    List<AdamW.State> before = new ArrayList<>();
    List<Tensor> slopes = new ArrayList<>();
    for (int i = 0; i < states.size(); i++) {
      before.add(new AdamW.State(in.get("p" + i), in.get("m" + i), in.get("v" + i)));
      slopes.add(in.get("g" + i));
    }
    List<AdamW.State> after =
        constants.apply(before, slopes, Optional.of(in.get("scale")), AdamWRun.step(in));
    NamedTensors out = NamedTensors.empty();
    for (int i = 0; i < after.size(); i++) {
      AdamW.State s = after.get(i);
      out = out.with("p" + i, s.parameter()).with("m" + i, s.first()).with("v" + i, s.second());
    }
    return out;
  }

  /** Compares what a step returned with the formula. */
  void check(Map<String, HostArray> out, AdamW constants, double scale) {
    double tolerance = Tolerances.of("adamW").value(dtype);
    double rounded = HostArray.scalar(dtype, scale).toDoubles()[0];
    for (int i = 0; i < states.size(); i++) {
      Doubles scaled = Oracle.map(gradients.get(i), g -> rounded * g);
      Adam expected = NetworkOracle.adamW(states.get(i), scaled, AdamWRun.RATE, STEP, constants);
      Map<String, Doubles> references =
          Map.of(
              "p" + i, expected.parameter(), "m" + i, expected.first(), "v" + i, expected.second());
      references.forEach(
          (name, reference) ->
              Closeness.assertClose(name, Runs.only(out, name), reference, tolerance));
    }
  }
}
