package dev.ligo.core.growth.method;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ligo.core.fixtures.FamilyTest;
import dev.ligo.core.fixtures.TinyTransformer;
import dev.ligo.core.growth.AxisMap;
import dev.ligo.core.growth.GrowthMethod;
import dev.ligo.core.growth.GrowthOperator;
import dev.ligo.core.growth.GrowthPlan;
import dev.ligo.core.growth.Term;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** LiGO's factor for what the transform of a masked language model's head writes. */
class LigoHeadTest extends FamilyTest {
  private static final String SHARED = "width/embed";
  private static final String OWN = "width/embed/transform";

  private final GrowthPlan plan =
      new GrowthPlan(TinyTransformer.encoder(2, 4, 2, 6), TinyTransformer.encoder(3, 6, 3, 8));

  private GrowthOperator operator(LigoOptions.Head head, Optional<String> start) {
    LigoOptions options = LigoOptions.defaults().withHead(head);
    return new LigoMethod(start.map(ligo::method).map(options::withStart).orElse(options))
        .operator(plan, 1);
  }

  /** The names of the factors of a parameter's axes, in their order. */
  private static List<String> factors(GrowthOperator operator, String parameter) {
    Term term = operator.parameters().get(parameter).parts().get(0).get(0);
    return term.maps().stream()
        .filter(AxisMap.Factor.class::isInstance)
        .map(m -> ((AxisMap.Factor) m).name())
        .toList();
  }

  @Test
  void aHeadSharesTheFactorOfTheEmbeddingsUnlessAsked() {
    GrowthOperator byDefault = new LigoMethod().operator(plan, 1);
    assertThat(byDefault.factors()).containsKey(SHARED).doesNotContainKey(OWN);
    assertThat(factors(byDefault, "head.dense.weight")).containsExactly(SHARED, SHARED);
  }

  @ParameterizedTest
  @ValueSource(strings = {"own", "copy"})
  void itsOwnFactorGrowsWhatItsTransformWrites(String start) {
    Optional<String> method = Optional.of(start).filter(s -> !s.equals("own"));
    GrowthOperator own = operator(LigoOptions.Head.OWN, method);
    assertThat(factors(own, "head.dense.weight")).containsExactly(OWN, SHARED);
    assertThat(factors(own, "head.dense.bias")).containsExactly(OWN);
    assertThat(factors(own, "head.norm.weight")).containsExactly(OWN);
    Set<String> others = new TreeSet<>(own.factors().keySet());
    others.remove(OWN);
    GrowthOperator shared = operator(LigoOptions.Head.SHARED, method);
    assertThat(others).isEqualTo(shared.factors().keySet());
    others.forEach(
        n ->
            assertThat(own.factors().get(n).bytes())
                .as(n)
                .isEqualTo(shared.factors().get(n).bytes()));
  }

  @Test
  void aStartThatCopiesKeepsReadingAndWritingApart() {
    GrowthOperator own = operator(LigoOptions.Head.OWN, Optional.of("fpi"));
    assertThat(factors(own, "head.dense.weight"))
        .containsExactly("width/embed/write/transform", "width/embed/read");
    // A copied unit is divided by its copies in the norm before a tied head as where it is read.
    assertThat(factors(own, "head.norm.weight")).containsExactly("width/embed/read/transform");
  }

  @Test
  void itBeginsAsTheFactorOfTheEmbeddingsButForTheNoise() {
    GrowthMethod silent =
        new LigoMethod(LigoOptions.defaults().withHead(LigoOptions.Head.OWN).withWidthNoise(0));
    GrowthOperator own = silent.operator(plan, 1);
    assertThat(own.factors().get(OWN).bytes()).isEqualTo(own.factors().get(SHARED).bytes());
    GrowthOperator noisy = operator(LigoOptions.Head.OWN, Optional.empty());
    assertThat(noisy.factors().get(OWN).bytes()).isNotEqualTo(noisy.factors().get(SHARED).bytes());
  }
}
