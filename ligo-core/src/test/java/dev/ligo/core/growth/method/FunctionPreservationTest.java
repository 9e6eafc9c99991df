package dev.ligo.core.growth.method;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ligo.api.Computation;
import dev.ligo.api.DeviceArray;
import dev.ligo.api.HostArray;
import dev.ligo.api.NamedTensors;
import dev.ligo.core.fixtures.FamilyTest;
import dev.ligo.core.fixtures.TinyTransformer;
import dev.ligo.core.fixtures.TinyValues;
import dev.ligo.core.growth.Copies;
import dev.ligo.core.growth.GrowthException;
import dev.ligo.core.growth.GrowthMethod;
import dev.ligo.core.growth.GrowthPlan;
import dev.ligo.core.growth.apply.OperatorApplication;
import dev.ligo.core.model.ModelSpec;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * FPI's claim: with every unit copied equally often, an encoder's function stays (layer
 * normalization sees the same mean and variance), whether heads are added or widened; with unequal
 * copies it does not.
 */
class FunctionPreservationTest extends FamilyTest {
  /** Float64 roundings through a few layers. */
  private static final double EXACT = 1e-10;

  @ParameterizedTest
  @CsvSource({
    "CIRCULAR, 8, 4, 12, true", // heads doubled
    "CIRCULAR, 8, 2, 12, true", // head width doubled: the query makes up for the scale
    "CIRCULAR, 12, 3, 30, true", // heads 2 to 3 and head width doubled, unequal copies of heads
    "CIRCULAR, 8, 4, 7, true", // feed-forward units copied unequally
    "CIRCULAR, 6, 3, 12, false", // residual units copied unequally
    "RANDOM, 8, 4, 12, false"
  })
  void logitsStayWhereCopiesAreEqual(
      Copies.Order order, int hidden, int heads, int intermediate, boolean exact) {
    ModelSpec<?> small = TinyTransformer.encoder(2, 4, 2, 6);
    ModelSpec<?> large = TinyTransformer.encoder(2, hidden, heads, intermediate);
    double drift = drift(new FpiMethod(order), new GrowthPlan(small, large));
    if (exact) {
      assertThat(drift).isLessThan(EXACT);
    } else {
      assertThat(drift).isGreaterThan(1e-3);
    }
  }

  /** The units that a narrower head has no room for would be lost. */
  @Test
  void aHeadWidthThatShrinksIsRefused() {
    ModelSpec<?> small = TinyTransformer.encoder(2, 4, 2, 6);
    ModelSpec<?> large = TinyTransformer.encoder(2, 8, 8, 6);
    assertThatThrownBy(() -> new GrowthPlan(small, large))
        .isInstanceOf(GrowthException.class)
        .hasMessageContaining("each head of axis 'layers/q' would shrink from 2 to 1");
  }

  private double drift(GrowthMethod method, GrowthPlan plan) {
    Map<String, HostArray> small = TinyValues.of(plan.small(), 2);
    Map<String, HostArray> large = new TreeMap<>();
    new OperatorApplication(method.operator(plan, 1), small::get, () -> backend).run(large::put);
    double[] before = logits(plan.small(), small);
    double[] after = logits(plan.large(), large);
    double worst = 0;
    double largest = 0;
    for (int i = 0; i < before.length; i++) {
      worst = Math.max(worst, Math.abs(after[i] - before[i]));
      largest = Math.max(largest, Math.abs(before[i]));
    }
    return worst / largest;
  }

  private double[] logits(ModelSpec<?> model, Map<String, HostArray> values) {
    Map<String, HostArray> in = new TreeMap<>();
    values.forEach((n, a) -> in.put("parameter/" + n, a));
    TinyValues.batches().batch(0).forEach((n, a) -> in.put("batch/" + n, a));
    Map<String, DeviceArray> inputs = backend.arrays(in);
    try (Computation computation =
            backend.compile(
                (t, x) ->
                    NamedTensors.of(
                        "logits",
                        model
                            .forTask(model.heads().get(0).name())
                            .logits(t, x.under("parameter/"), x.under("batch/"), false)));
        DeviceArray out = computation.run(inputs).get("logits")) {
      return out.toHost().toDoubles();
    } finally {
      inputs.values().forEach(DeviceArray::close);
    }
  }
}
