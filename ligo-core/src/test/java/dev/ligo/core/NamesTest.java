package dev.ligo.core;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ligo.api.LigoException;
import dev.ligo.core.growth.GrowthMethod;
import dev.ligo.core.growth.GrowthOperator;
import dev.ligo.core.growth.GrowthPlan;
import dev.ligo.core.growth.method.StackMethod;
import dev.ligo.core.train.StrategyPlan;
import dev.ligo.core.train.TrainingStrategy;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Names of methods and strategies are such that users can choose them by these. */
class NamesTest {
  /** A method of some name. */
  private record Named(String name, Set<String> aliases) implements GrowthMethod {
    @Override
    public String summary() {
      return "grows nothing";
    }

    @Override
    public GrowthOperator operator(GrowthPlan plan, long seed) {
      throw new AssertionError("is not used");
    }
  }

  /** A strategy of some name. */
  private record Trained(String name) implements TrainingStrategy {
    @Override
    public String summary() {
      return "trains as always";
    }

    @Override
    public StrategyPlan plan(Context context) {
      return new StrategyPlan() {};
    }
  }

  private static Ligo ligo(Set<GrowthMethod> methods, Set<TrainingStrategy> strategies) {
    return new Ligo(Set.of(), methods, strategies);
  }

  private static Ligo ligo(String method, String... aliases) {
    return ligo(Set.of(new Named(method, Set.of(aliases))), Set.of());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", " ", "a+b", "a:b", "a=b", "a,b", "A", "2x", "-a", "a-", "a--b", "a_b", "a b"})
  void aNameThatNoOptionCanSayIsRefusedWithItsClass(String name) {
    assertThatThrownBy(() -> ligo(name))
        .isInstanceOf(LigoException.class)
        .hasMessageContaining("found '" + name + "' of " + Named.class.getName());
    assertThatThrownBy(() -> ligo("good", name)).hasMessageContaining("found '" + name + "'");
    assertThatThrownBy(() -> ligo(Set.of(), Set.of(new Trained(name))))
        .isInstanceOf(LigoException.class)
        .hasMessageContaining("training strategy")
        .hasMessageContaining(Trained.class.getName());
  }

  @ParameterizedTest
  @ValueSource(strings = {"scratch", "moments"})
  void aWordOfComparisonsIsNoName(String name) {
    assertThatThrownBy(() -> ligo(name)).hasMessageContaining("meaning of its own");
    assertThatThrownBy(() -> ligo(Set.of(), Set.of(new Trained(name))))
        .hasMessageContaining("meaning of its own");
  }

  @Test
  void aNameThatIsTakenIsRefusedWithBothClasses() {
    assertThatThrownBy(
            () -> ligo(Set.of(new StackMethod(), new Named("stack", Set.of())), Set.of()))
        .isInstanceOf(LigoException.class)
        .hasMessageContaining(StackMethod.class.getName())
        .hasMessageContaining(Named.class.getName());
    assertThatThrownBy(
            () -> ligo(Set.of(new StackMethod(), new Named("gstack", Set.of())), Set.of()))
        .hasMessageContaining("'gstack' names both");
  }

  @Test
  void plainWordsAreGoodNames() {
    assertThatCode(() -> ligo("llama-pro", "net2net", "a")).doesNotThrowAnyException();
  }
}
