package dev.ligo.it.growth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ligo.api.Backend;
import dev.ligo.api.HostArray;
import dev.ligo.core.Ligo;
import dev.ligo.core.fixtures.TinyModel;
import dev.ligo.core.fixtures.TinyValues;
import dev.ligo.core.growth.Copies;
import dev.ligo.core.growth.GrowthOperator;
import dev.ligo.core.growth.GrowthPlan;
import dev.ligo.core.growth.method.FpiMethod;
import dev.ligo.core.growth.moments.MomentGrowth;
import dev.ligo.core.model.Sizes;
import dev.ligo.it.TestBackends;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Moments of models that store other values than they compute with: a first moment that is the
 * gradient grows into the gradient of the grown model, whose function is the same.
 */
class MomentsOfDecodersTest {
  /** Float64 roundings through a few layers. */
  private static final double EXACT = 1e-9;

  private static final Ligo LIGO = Ligo.create();

  static java.util.List<TinyModel> decoders() {
    return FamilyModels.ALL.stream().filter(f -> f.name().matches("LLAMA|GEMMA3?")).toList();
  }

  @ParameterizedTest
  @MethodSource("decoders")
  void aGradientGrowsIntoTheGradientOfTheGrownModel(TinyModel family) {
    try (Backend plain = TestBackends.open("plain")) {
      Sizes doubled = Sizes.SAME.withHidden(16).withHeads(4).withIntermediate(24);
      GrowthPlan plan = GrowthPlan.of(family.model(LIGO), doubled);
      GrowthOperator operator = new FpiMethod(Copies.Order.CIRCULAR).operator(plan, 5);
      Map<String, HostArray> small = TinyValues.of(plan.small(), 2);
      Map<String, HostArray> gradients = family.gradients(plain, plan.small(), small);
      Map<String, HostArray> grown = new TreeMap<>();
      new MomentGrowth(operator, gradients::containsKey)
          .first(gradients::get, () -> plain, grown::put);
      Map<String, HostArray> expected =
          family.gradients(plain, plan.large(), TinyModel.grown(plain, operator, small));
      assertThat(grown.keySet()).isEqualTo(expected.keySet());
      expected.forEach(
          (n, a) -> assertThat(TinyModel.drift(a, grown.get(n))).as(n).isLessThan(EXACT));
    }
  }
}
