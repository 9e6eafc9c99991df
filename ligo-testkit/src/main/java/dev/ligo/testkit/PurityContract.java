package dev.ligo.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ligo.api.Computation;
import dev.ligo.api.DType;
import dev.ligo.api.DeviceArray;
import dev.ligo.api.HostArray;
import dev.ligo.api.NamedTensors;
import dev.ligo.api.Program;
import dev.ligo.api.Shape;
import dev.ligo.api.Tensor;
import dev.ligo.api.Tensors;
import dev.ligo.api.Tensors.Loss;
import dev.ligo.api.Tensors.ValueAndGradients;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** A run changes nothing but its results, and these are the caller's own. */
interface PurityContract extends Subject {
  /** Uses its inputs in ways that might tempt an engine to work in place. */
  private static NamedTensors busy(Tensors t, NamedTensors in) {
    Tensor x = in.get("x");
    NamedTensors parameters =
        NamedTensors.of("w", in.get("w"))
            .with("gamma", in.get("gamma"))
            .with("beta", in.get("beta"));
    ValueAndGradients result =
        t.valueAndGradients(
            v -> {
              Tensor y = x.layerNorm(v.get("gamma"), v.get("beta"), 1e-5);
              Tensor h = y.linear(v.get("w"), v.get("beta")).gelu().dropout(0.2).add(y);
              Tensor a = h.attention(h, h, Optional.empty(), 0.5, 0.1).relu();
              Tensor taken = a.take(in.get("ids"), 1).softmax();
              return new Loss(taken.square().sum(), NamedTensors.of("a", a));
            },
            parameters);
    return result
        .gradients()
        .with(result.auxiliaries())
        .with("loss", result.value())
        .with("functions of x", x.abs().neg().exp().sqrt().tanh());
  }

  private static Map<String, HostArray> busyInputs(DType dtype) {
    Map<String, HostArray> inputs = new TreeMap<>();
    inputs.put(
        "x", Doubles.of(Shape.of(2, 5, 8), i -> Math.sin(i[0] + 2 * i[1] + 3.1 * i[2])).as(dtype));
    inputs.put("w", Doubles.of(Shape.of(8, 8), i -> Math.cos(i[0] * 1.7 - i[1])).as(dtype));
    inputs.put("gamma", Doubles.of(Shape.of(8), i -> 1 + 0.1 * i[0]).as(dtype));
    inputs.put("beta", Doubles.of(Shape.of(8), i -> 0.1 * i[0]).as(dtype));
    inputs.put("ids", HostArray.of(Shape.of(4), 3, 0, 3, 1));
    return inputs;
  }

  @Test
  default void inputsAreNotChanged() {
    for (DType dtype : OperationCase.FLOATING) {
      Map<String, HostArray> host = busyInputs(dtype);
      Map<String, DeviceArray> inputs = backend().arrays(host);
      try (Computation c = backend().compile(PurityContract::busy)) {
        Runs.toHost(c.run(inputs, Map.of(), 5));
        inputs.forEach(
            (name, array) ->
                assertThat(array.toHost().bytes())
                    .as(name)
                    .isEqualTo(Runs.only(host, name).bytes()));
      } finally {
        inputs.values().forEach(DeviceArray::close);
      }
    }
  }

  @Test
  default void theSameInputsAndSeedGiveTheSameBits() {
    for (DType dtype : OperationCase.FLOATING) {
      Map<String, HostArray> host = busyInputs(dtype);
      Map<String, HostArray> first = Runs.run(backend(), PurityContract::busy, host, 5);
      try (Computation c = backend().compile(PurityContract::busy)) {
        for (int i = 0; i < 3; i++) {
          Map<String, HostArray> again = Runs.run(backend(), c, host, 5);
          first.forEach(
              (name, array) ->
                  assertThat(Runs.only(again, name).bytes()).as(name).isEqualTo(array.bytes()));
        }
      }
    }
  }

  @Test
  default void outputsOutliveInputsAndEachOther() {
    Program program =
        (t, in) -> {
          Tensor x = in.get("x");
          Tensor y = x.neg();
          return NamedTensors.of("input", x)
              .with("input again", x)
              .with("reshaped", x.reshape(3, 2))
              .with("transposed", x.transpose())
              .with("sliced", x.slice(1, 1, 3))
              .with("repeated", x.slice(0, 0, 1).broadcastTo(Shape.of(2, 3)))
              .with("stopped", x.stopGradient())
              .with("result", y)
              .with("result again", y)
              .with("view of result", y.transpose())
              .with("constant", t.scalar(DType.FLOAT64, 9));
        };
    DeviceArray x = backend().array(HostArray.of(Shape.of(2, 3), 1.0, 2, 3, 4, 5, 6));
    try (Computation c = backend().compile(program)) {
      Map<String, DeviceArray> first = c.run(Map.of("x", x));
      Map<String, DeviceArray> second = c.run(Map.of("x", x));
      x.close();
      first.values().forEach(DeviceArray::close);
      Map<String, HostArray> out = Runs.toHost(second);
      assertValues(out, "input", 1, 2, 3, 4, 5, 6);
      assertValues(out, "input again", 1, 2, 3, 4, 5, 6);
      assertValues(out, "reshaped", 1, 2, 3, 4, 5, 6);
      assertValues(out, "transposed", 1, 4, 2, 5, 3, 6);
      assertValues(out, "sliced", 2, 3, 5, 6);
      assertValues(out, "repeated", 1, 2, 3, 1, 2, 3);
      assertValues(out, "stopped", 1, 2, 3, 4, 5, 6);
      assertValues(out, "result", -1, -2, -3, -4, -5, -6);
      assertValues(out, "result again", -1, -2, -3, -4, -5, -6);
      assertValues(out, "view of result", -1, -4, -2, -5, -3, -6);
      assertValues(out, "constant", 9);
    }
  }

  private static void assertValues(Map<String, HostArray> arrays, String name, double... values) {
    assertThat(Runs.only(arrays, name).toDoubles()).as(name).containsExactly(values);
  }

  @Test
  default void aDonatedInputMayBeAnOutput() {
    Program program = (t, in) -> in.with("view", in.get("x").transpose());
    DeviceArray x = backend().array(HostArray.of(Shape.of(2, 2), 1.0, 2, 3, 4));
    try (Computation c = backend().compile(program)) {
      Map<String, HostArray> out = Runs.toHost(c.run(Map.of(), Map.of("x", x), 0));
      assertValues(out, "x", 1, 2, 3, 4);
      assertValues(out, "view", 1, 3, 2, 4);
    }
  }

  @Test
  default void oneArrayMayBeSeveralInputs() {
    Program program = (t, in) -> NamedTensors.of("y", in.get("a").mul(in.get("b")));
    try (Computation c = backend().compile(program);
        DeviceArray x = backend().array(HostArray.of(Shape.of(2), 2.0, 3))) {
      assertValues(Runs.toHost(c.run(Map.of("a", x, "b", x))), "y", 4, 9);
    }
  }

  @Test
  default void aProgramMayHaveNoInputsOrNoOutputs() {
    Program source = (t, in) -> NamedTensors.of("y", t.range(3));
    assertValues(Runs.run(backend(), source, Map.of()), "y", 0, 1, 2);
    Program sink = (t, in) -> NamedTensors.empty();
    assertThat(Runs.run(backend(), sink, Map.of("x", HostArray.scalar(DType.FLOAT32, 1))))
        .isEmpty();
  }
}
