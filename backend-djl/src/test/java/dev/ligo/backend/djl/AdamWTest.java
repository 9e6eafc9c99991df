package dev.ligo.backend.djl;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ligo.api.AdamW;
import dev.ligo.api.Backend;
import dev.ligo.api.BackendOptions;
import dev.ligo.api.Computation;
import dev.ligo.api.DType;
import dev.ligo.api.DeviceArray;
import dev.ligo.api.HostArray;
import dev.ligo.api.NamedTensors;
import dev.ligo.api.Shape;
import dev.ligo.api.spi.BackendProvider;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The optimizer against algorithm 2 of Loshchilov and Hutter, written out in Java. */
class AdamWTest {
  private static final int STEPS = 5;
  private static final double RATE = 0.03;

  @ParameterizedTest
  @CsvSource({
    "FLOAT64, 0.1, true, 1e-12",
    "FLOAT64, 0, false, 1e-12",
    "FLOAT32, 0.1, true, 2e-6",
    "FLOAT32, 0, false, 2e-6"
  })
  void followsTheAlgorithm(DType dtype, double decay, boolean donate, double tolerance) {
    AdamW c = new AdamW(0.9, 0.95, 1e-8, decay);
    double[] expected = inJava(c, OpenBackend.normal(dtype, 1, 4, 3).toDoubles());
    for (BackendProvider p :
        new BackendProvider[] {new DjlBackendProvider(), new ComposedProvider()}) {
      double[] actual = onBackend(p, c, OpenBackend.normal(dtype, 1, 4, 3), donate);
      for (int i = 0; i < expected.length; i++) {
        assertThat(actual[i])
            .as("%s, element %d", p.name(), i)
            .isCloseTo(expected[i], Offset.offset(tolerance));
      }
    }
  }

  @Test
  void anEmptyParameterStaysEmpty() {
    AdamW c = new AdamW(0.9, 0.95, 1e-8, 0.1);
    HostArray empty = HostArray.zeros(DType.FLOAT32, Shape.of(0, 3));
    assertThat(onBackend(new DjlBackendProvider(), c, empty, true)).isEmpty();
  }

  /** So many elements that they are updated in several chunks. */
  @Test
  void chunksChangeNothing() {
    AdamW c = new AdamW(0.9, 0.95, 1e-8, 0.1);
    HostArray start = OpenBackend.normal(DType.FLOAT64, 1, 3, 700_001);
    double[] expected = inJava(c, start.toDoubles());
    double[] actual = onBackend(new DjlBackendProvider(), c, start, true);
    double largest =
        IntStream.range(0, expected.length)
            .mapToDouble(i -> Math.abs(actual[i] - expected[i]))
            .max()
            .orElseThrow();
    assertThat(largest).isLessThan(1e-12);
  }

  /** The gradient of step t is sin(p + t): it depends on the parameter and changes sign. */
  private static double[] inJava(AdamW c, double[] p) {
    double[] m = new double[p.length];
    double[] v = new double[p.length];
    for (int t = 1; t <= STEPS; t++) {
      for (int i = 0; i < p.length; i++) {
        double g = Math.sin(p[i] + t);
        m[i] = c.beta1() * m[i] + (1 - c.beta1()) * g;
        v[i] = c.beta2() * v[i] + (1 - c.beta2()) * g * g;
        double first = m[i] / (1 - Math.pow(c.beta1(), t));
        double second = v[i] / (1 - Math.pow(c.beta2(), t));
        p[i] -= RATE * c.weightDecay() * p[i];
        p[i] -= RATE * first / (Math.sqrt(second) + c.epsilon());
      }
    }
    return p;
  }

  private static double[] onBackend(
      BackendProvider provider, AdamW c, HostArray start, boolean donate) {
    try (Backend b = Backend.open(provider, BackendOptions.cpu().withThreads(1))) {
      Computation step = b.compile((t, in) -> step(c, in));
      HostArray zeros = HostArray.zeros(start.dtype(), start.shape());
      Map<String, DeviceArray> state =
          Map.of("p", b.array(start), "m", b.array(zeros), "v", b.array(zeros));
      for (int t = 1; t <= STEPS; t++) {
        Map<String, DeviceArray> inputs = new HashMap<>();
        for (var scalar :
            Map.of(
                    "rate",
                    RATE,
                    "step",
                    (double) t,
                    "correction1",
                    1 - Math.pow(c.beta1(), t),
                    "correction2",
                    1 - Math.pow(c.beta2(), t))
                .entrySet()) {
          inputs.put(scalar.getKey(), b.array(HostArray.scalar(start.dtype(), scalar.getValue())));
        }
        if (donate) {
          state = step.run(inputs, state, 0);
        } else {
          inputs.putAll(state);
          state = step.run(inputs);
        }
      }
      return state.get("p").toHost().toDoubles();
    }
  }

  private static NamedTensors step(AdamW c, NamedTensors in) {
    AdamW.Step step =
        new AdamW.Step(
            in.get("rate"), in.get("step"), in.get("correction1"), in.get("correction2"));
    AdamW.State s =
        c.apply(
            new AdamW.State(in.get("p"), in.get("m"), in.get("v")),
            in.get("p").add(in.get("step")).sin(),
            step);
    return NamedTensors.of(Map.of("p", s.parameter(), "m", s.first(), "v", s.second()));
  }
}
