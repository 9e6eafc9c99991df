package dev.ligo.core.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.ligo.api.AdamW;
import dev.ligo.api.Backend;
import dev.ligo.api.Backends;
import dev.ligo.api.DType;
import dev.ligo.api.HostArray;
import dev.ligo.api.Shape;
import dev.ligo.api.Tensor;
import dev.ligo.api.Tensors;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** How far entries follow the optimizer, against the same in plain Java, entry by entry. */
class DampingTest {
  private static final int STEPS = 6;
  private static final double RATE = 0.05;
  private static final double DECAY = 0.1;
  private static final double MAX_NORM = 0.8;
  private static final AdamW ADAM = new AdamW(0.9, 0.999, 1e-6, DECAY);

  /** The entries of a, which decays, then those of b. */
  private static final double[] BEGUN = {1.5, -0.3, 0.8, -1.1, 0.4};

  /** Two entries of a lag behind and one runs ahead, and so does all of b. */
  private static final double[] SHARES = {0.9, 1, -1, -0.5, -0.5};

  /** What two micro-batches draw a to, in turn. */
  private static final double[][] DRAWN = {{2, 1, -1}, {0.5, -2, 3}};

  /** From the fourth step on nothing is damped. */
  private static double factor(long step) {
    return Math.max(0, 1 - (step - 1) / 3.0);
  }

  /** |a − x|²/2 + |b|²/2. */
  private static final Objective SQUARES =
      (t, variables, constants, batch) -> {
        Tensor away = variables.get("a").sub(batch.get("x"));
        return new Tensors.Loss(t.sumOfSquares(List.of(away, variables.get("b"))).mul(0.5));
      };

  private static TrainingState state(Backend backend, Optimizer.Kind kind) {
    StrategyPlan.Damping damping =
        new StrategyPlan.Damping(
            Map.of(
                "a", HostArray.of(Shape.of(3), SHARES[0], SHARES[1], SHARES[2]),
                "b", HostArray.scalar(DType.FLOAT64, SHARES[3])),
            DampingTest::factor);
    return new TrainingState(
        backend,
        List.of(
            new Variant(SQUARES, n -> true, new TreeMap<>(Map.of("some", damping))),
            new Variant(SQUARES)),
        new Optimizer(kind, ADAM, MAX_NORM),
        Map.of(
            "a", HostArray.of(Shape.of(3), BEGUN[0], BEGUN[1], BEGUN[2]),
            "b", HostArray.of(Shape.of(2), BEGUN[3], BEGUN[4])),
        Moments.NONE,
        Map.of(),
        "a"::equals,
        2,
        Optional.empty());
  }

  private static int variant(long step) {
    return factor(step) > 0 ? 0 : 1;
  }

  private static void train(TrainingState state, long until) {
    List<Map<String, HostArray>> batches =
        Stream.of(DRAWN).map(x -> Map.of("x", HostArray.of(Shape.of(3), x))).toList();
    for (long step = state.steps() + 1; step <= until; step++) {
      state.step(variant(step), batches, RATE, 0);
    }
  }

  /** The same, one entry after another. */
  private static double[] expected(Optimizer.Kind kind) {
    double[] x = BEGUN.clone();
    double[] m = new double[x.length];
    double[] v = new double[x.length];
    for (int step = 1; step <= STEPS; step++) {
      double[] g = x.clone();
      double squares = 0;
      for (int i = 0; i < x.length; i++) {
        g[i] -= i < 3 ? (DRAWN[0][i] + DRAWN[1][i]) / 2 : 0;
        squares += g[i] * g[i];
      }
      double clipped = Math.min(1, MAX_NORM / (Math.sqrt(squares) + 1e-6));
      for (int i = 0; i < x.length; i++) {
        g[i] *= clipped;
        double rate = RATE * (1 - SHARES[i] * factor(step));
        double decay = i < 3 ? DECAY : 0;
        if (kind == Optimizer.Kind.SGD) {
          x[i] -= rate * (g[i] + decay * x[i]);
          continue;
        }
        m[i] = 0.9 * m[i] + 0.1 * g[i];
        v[i] = 0.999 * v[i] + 0.001 * g[i] * g[i];
        double mean = m[i] / (1 - Math.pow(0.9, step));
        double root = Math.sqrt(v[i] / (1 - Math.pow(0.999, step)));
        x[i] -= rate * (decay * x[i] + mean / (root + 1e-6));
      }
    }
    return x;
  }

  @ParameterizedTest
  @EnumSource
  void entriesHaveLearningRatesOfTheirOwn(Optimizer.Kind kind) {
    try (Backend plain = Backends.open("plain");
        TrainingState state = state(plain, kind)) {
      train(state, STEPS);
      SortedMap<String, HostArray> found = state.variables();
      double[] expected = expected(kind);
      for (int i = 0; i < expected.length; i++) {
        HostArray of = found.get(i < 3 ? "a" : "b");
        assertThat(of.get(i < 3 ? i : i - 3)).isCloseTo(expected[i], within(1e-14));
      }
    }
  }

  /** An entry whose share is 1 keeps its bits where the factor is 1. */
  @Test
  void whatDoesNotFollowStays() {
    try (Backend plain = Backends.open("plain");
        TrainingState state = state(plain, Optimizer.Kind.ADAMW)) {
      train(state, 1);
      assertThat(state.variables().get("a").get(1)).isEqualTo(BEGUN[1]);
      assertThat(state.variables().get("a").get(0)).isNotEqualTo(BEGUN[0]);
    }
  }

  @Test
  void aContinuedRunIsAnUninterruptedOne() {
    try (Backend plain = Backends.open("plain");
        TrainingState whole = state(plain, Optimizer.Kind.ADAMW);
        TrainingState first = state(plain, Optimizer.Kind.ADAMW);
        TrainingState second = state(plain, Optimizer.Kind.ADAMW)) {
      train(whole, STEPS);
      train(first, 2);
      second.restore(2, first.state(), DampingTest::variant);
      train(second, STEPS);
      whole
          .state()
          .forEach((n, a) -> assertThat(second.state().get(n).bytes()).isEqualTo(a.bytes()));
    }
  }
}
