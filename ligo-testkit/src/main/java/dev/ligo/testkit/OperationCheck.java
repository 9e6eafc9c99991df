package dev.ligo.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ligo.api.Backend;
import dev.ligo.api.DType;
import dev.ligo.api.HostArray;
import dev.ligo.api.NamedTensors;
import dev.ligo.api.Tensor;
import dev.ligo.api.Tensors;
import dev.ligo.api.Tensors.Loss;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * Runs one case in one dtype: for each {@link Layout} of the inputs the value, and where it is
 * differentiable the gradient of Σ weights·value for each input, all in one program. Values are
 * compared with the oracle's at the inputs as the dtype rounds them, gradients with the oracle's
 * finite differences.
 */
final class OperationCheck {
  private static final String WEIGHTS = "weights";

  private final OperationCase c;
  private final DType dtype;
  private final List<HostArray> inputs;
  private final List<Doubles> exact;
  private final Doubles expected;
  private final Doubles weights;
  private final List<Integer> variables;

  OperationCheck(OperationCase c, DType dtype) {
    this.c = c;
    this.dtype = dtype;
    Random random = new Random(c.name().hashCode());
    inputs = c.inputs().stream().map(i -> i.draw(dtype, random)).toList();
    exact = inputs.stream().map(Doubles::of).toList();
    expected = c.oracle().apply(exact);
    weights = Doubles.of(Doubles.of(expected.shape(), i -> 0.5 + random.nextDouble()).as(dtype));
    variables =
        IntStream.range(0, inputs.size())
            .filter(i -> c.differentiableIn(dtype) && c.inputs().get(i).variable())
            .boxed()
            .toList();
  }

  void run(Backend backend) {
    Map<String, HostArray> stored = new TreeMap<>();
    stored.put(WEIGHTS, weights.as(dtype));
    for (Layout layout : Layout.values()) {
      for (int i = 0; i < inputs.size(); i++) {
        stored.put(input(layout, i), layout.store(inputs.get(i)));
      }
    }
    long before = backend.liveArrays();
    Map<String, HostArray> results = Runs.run(backend, this::program, stored);
    assertThat(backend.liveArrays()).as("live arrays after the run").isEqualTo(before);
    compareValues(results);
    compareGradients(results);
  }

  private NamedTensors program(Tensors t, NamedTensors in) {
    NamedTensors out = NamedTensors.empty();
    for (Layout layout : Layout.values()) {
      List<Tensor> x = new ArrayList<>();
      for (int i = 0; i < inputs.size(); i++) {
        x.add(layout.view(in.get(input(layout, i)), inputs.get(i).shape()));
      }
      out = out.with(value(layout, "value"), c.program().apply(t, x));
      if (!variables.isEmpty()) {
        out = out.with(differentiated(layout, t, x, in.get(WEIGHTS)));
      }
    }
    return out;
  }

  private NamedTensors differentiated(
      Layout layout, Tensors t, List<Tensor> x, Tensor outputWeights) {
    NamedTensors at = NamedTensors.empty();
    for (int i : variables) {
      at = at.with(Integer.toString(i), x.get(i));
    }
    Tensors.ValueAndGradients result =
        t.valueAndGradients(
            v -> {
              List<Tensor> arguments = new ArrayList<>(x);
              variables.forEach(i -> arguments.set(i, v.get(Integer.toString(i))));
              Tensor y = c.program().apply(t, arguments);
              return new Loss(y.mul(outputWeights).sum(), NamedTensors.of("recorded value", y));
            },
            at);
    return result
        .auxiliaries()
        .prefixed(layout + " ")
        .with(result.gradients().prefixed(layout + " gradient "));
  }

  private void compareValues(Map<String, HostArray> results) {
    double tolerance = Tolerances.of(c.operation()).value(dtype);
    for (Layout layout : Layout.values()) {
      for (String kind : List.of("value", "recorded value")) {
        String name = value(layout, kind);
        if (kind.equals("value") || !variables.isEmpty()) {
          HostArray actual = Runs.only(results, name);
          assertThat(actual.dtype()).as(described(name)).isEqualTo(c.result().orElse(dtype));
          Closeness.assertClose(described(name), actual, expected, tolerance);
        }
      }
    }
  }

  private void compareGradients(Map<String, HostArray> results) {
    double tolerance = Tolerances.of(c.operation()).gradient(dtype);
    for (int i : variables) {
      Doubles gradient = Differences.gradient(c.oracle(), exact, i, weights);
      for (Layout layout : Layout.values()) {
        String name = layout + " gradient " + i;
        HostArray actual = Runs.only(results, name);
        assertThat(actual.dtype()).as(described(name)).isEqualTo(dtype);
        Closeness.assertClose(described(name), actual, gradient, tolerance);
      }
    }
  }

  private String described(String output) {
    return c.name() + " in " + dtype + ": " + output;
  }

  private static String input(Layout layout, int i) {
    return layout + " input " + i;
  }

  private static String value(Layout layout, String kind) {
    return layout + " " + kind;
  }
}
