package dev.ligo.core.growth.apply;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ligo.api.HostArray;
import dev.ligo.core.fixtures.ExplicitOperator;
import dev.ligo.core.fixtures.FamilyTest;
import dev.ligo.core.fixtures.TinyModel;
import dev.ligo.core.fixtures.TinyTransformer;
import dev.ligo.core.fixtures.TinyValues;
import dev.ligo.core.growth.AxisMap;
import dev.ligo.core.growth.GrowthOperator;
import dev.ligo.core.growth.GrowthPlan;
import dev.ligo.core.growth.method.LigoMethod;
import dev.ligo.core.growth.method.LigoOptions;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Whole operators against explicit matrices, on tiny models in float64. */
public class OperatorAgainstExplicitMatrixTest extends FamilyTest {
  @ParameterizedTest
  @CsvSource({
    "DENSE, SHARED",
    "DENSE, LARGE",
    "DENSE, SMALL",
    "ROWS, SHARED",
    "ROWS, LARGE",
    "ROWS, SMALL"
  })
  void everyParameterEqualsTheExplicitProduct(AxisMap.Form form, AxisMap.Sharing sharing) {
    GrowthPlan plan =
        new GrowthPlan(TinyTransformer.encoder(2, 4, 2, 6), TinyTransformer.encoder(3, 6, 3, 8));
    LigoOptions options =
        LigoOptions.defaults()
            .withForm(form)
            .withSharing(sharing)
            .withStart(LigoOptions.DepthStart.STACK, 0, LigoOptions.WidthStart.SELECTION);
    assertExplicit(plan, ExplicitOperator.randomised(new LigoMethod(options).operator(plan, 1)));
  }

  @ParameterizedTest(name = "{0}, {1}")
  @MethodSource("growths")
  void everyMethodsOperatorEqualsTheExplicitProduct(
      String method, TinyModel family, GrowthPlan plan) {
    assertExplicit(plan, ligo.method(method).operator(plan, 5));
  }

  private void assertExplicit(GrowthPlan plan, GrowthOperator operator) {
    Map<String, HostArray> small = TinyValues.of(plan.small(), 2);
    Map<String, HostArray> large = TinyModel.grown(backend, operator, small);
    assertThat(large.keySet()).isEqualTo(plan.large().layout().shapes().keySet());
    ExplicitOperator.assertGrown(operator, small, large);
  }
}
