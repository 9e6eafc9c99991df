package dev.ligo.core.growth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ligo.api.HostArray;
import dev.ligo.core.fixtures.FamilyTest;
import dev.ligo.core.fixtures.TinyModel;
import dev.ligo.core.fixtures.TinyValues;
import dev.ligo.core.growth.method.LigoMethod;
import dev.ligo.core.growth.method.LigoOptions;
import dev.ligo.core.model.Axis;
import dev.ligo.core.model.Parameter;
import dev.ligo.core.model.Sizes;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What a larger vocabulary does to families, here of 11 tokens; the integration tests extend it.
 */
public class NewTokensTest extends FamilyTest {
  private static final int NEW = 5;

  /** Float64 roundings through a few layers. */
  private static final double EXACT = 1e-9;

  /** A hundredth of what an old row differs from the mean, and what a cap of logits bends it. */
  private static final double NEAR = 0.03;

  /** Factors are held in float32. */
  private static final double SINGLE = 1e-6;

  private GrowthPlan plan(TinyModel family, Sizes sizes) {
    int tokens = family.model(ligo).vocabulary().orElseThrow();
    return GrowthPlan.of(family.model(ligo), sizes.withVocabulary(tokens + NEW));
  }

  private Map<String, HostArray> grown(GrowthMethod method, GrowthPlan plan, long seed) {
    return TinyModel.grown(backend, method.operator(plan, seed), TinyValues.of(plan.small(), 2));
  }

  private static List<Parameter> ofTokens(GrowthPlan plan) {
    return plan.grown().stream()
        .filter(p -> p.uses().stream().anyMatch(u -> u.axis() instanceof Axis.Vocabulary))
        .toList();
  }

  /** Returns the elements of a row, all of which one token has. */
  private static double[] row(HostArray a, int token) {
    int length = a.size() / a.shape().dim(0);
    return IntStream.range(0, length).mapToDouble(i -> a.get(token * length + i)).toArray();
  }

  @ParameterizedTest
  @MethodSource("families")
  void theOldTokensKeepTheirLogitsAndNewOnesHaveTheMean(TinyModel family) {
    GrowthPlan plan = plan(family, Sizes.SAME);
    SortedMap<String, HostArray> small = TinyValues.of(plan.small(), 2);
    HostArray before = family.logits(backend, plan.small(), small);
    HostArray after = family.logits(backend, plan.large(), grown(ligo.method("stack"), plan, 3));
    int tokens = before.shape().dim(1);
    assertThat(plan.newTokens()).isEqualTo(NEW);
    assertThat(after.shape().dim(1)).isEqualTo(tokens + NEW);
    for (int r = 0; r < before.shape().dim(0); r++) {
      double[] old = row(before, r);
      double[] now = row(after, r);
      double mean = java.util.Arrays.stream(old).average().orElseThrow();
      double spread = java.util.Arrays.stream(old).map(x -> Math.abs(x - mean)).max().orElseThrow();
      for (int i = 0; i < now.length; i++) {
        if (i < tokens) {
          assertThat(now[i]).isCloseTo(old[i], org.assertj.core.data.Offset.offset(EXACT));
        } else {
          assertThat(Math.abs(now[i] - mean)).isLessThan(NEAR * spread);
        }
      }
      assertThat(now[tokens]).as("new tokens are not all the same").isNotEqualTo(now[tokens + 1]);
    }
  }

  /** Tables, heads and biases take the same rows, in every method and beside every other axis. */
  @ParameterizedTest
  @MethodSource("families")
  void newRowsAreNearTheMeanInEveryMethod(TinyModel family) {
    for (GrowthMethod method : ligo.methods().values()) {
      if (method.learns()) {
        continue;
      }
      GrowthPlan plan = plan(family, Sizes.SAME);
      if (method.operator(plan, 3).addsFresh()) {
        continue; // it adds fresh values to all weights
      }
      Map<String, HostArray> grown = grown(method, plan, 3);
      SortedMap<String, HostArray> small = TinyValues.of(plan.small(), 2);
      assertThat(ofTokens(plan)).isNotEmpty();
      for (Parameter p : plan.grown()) {
        HostArray old = small.get(p.at(0));
        HostArray now = grown.get(p.at(0));
        if (!ofTokens(plan).contains(p)) {
          assertThat(now.bytes()).as(method.name() + " " + p.name()).isEqualTo(old.bytes());
          continue;
        }
        int tokens = old.shape().dim(0);
        for (int t = 0; t < tokens; t++) {
          assertThat(row(now, t)).isEqualTo(row(old, t));
        }
        double[] mean = new double[old.size() / tokens];
        IntStream.range(0, old.size()).forEach(i -> mean[i % mean.length] += old.get(i) / tokens);
        for (int t = tokens; t < tokens + NEW; t++) {
          double[] added = row(now, t);
          for (int i = 0; i < mean.length; i++) {
            assertThat(added[i]).isCloseTo(mean[i], org.assertj.core.data.Offset.offset(0.03));
          }
        }
      }
    }
  }

  /** A table that grows in both directions is the one that grows in one after the other. */
  @Test
  void widthAndVocabularyGrowApart() {
    for (TinyModel family : kinds()) {
      GrowthMethod method = ligo.method("fpi");
      Map<String, HostArray> both = grown(method, plan(family, wide(16, 4, 24)), 3);
      GrowthPlan wider = GrowthPlan.of(family.model(ligo), wide(16, 4, 24));
      Map<String, HostArray> wide = grown(method, wider, 3);
      GrowthPlan tokens =
          GrowthPlan.of(
              wider.large(),
              Sizes.SAME.withVocabulary(
                  plan(family, Sizes.SAME).large().vocabulary().orElseThrow()));
      Map<String, HostArray> then = TinyModel.grown(backend, method.operator(tokens, 3), wide);
      assertThat(both.keySet()).isEqualTo(then.keySet());
      both.forEach(
          (n, a) -> {
            for (int i = 0; i < a.size(); i++) {
              assertThat(a.get(i))
                  .as(n)
                  .isCloseTo(then.get(n).get(i), org.assertj.core.data.Offset.offset(EXACT));
            }
          });
    }
  }

  @Test
  void ligoThatBeginsAsAMethodHasItsRows() {
    TinyModel family = kinds().get(0);
    GrowthPlan plan = plan(family, wide(16, 4, 24));
    GrowthMethod fpi = ligo.method("fpi");
    LigoMethod begun = new LigoMethod(LigoOptions.defaults().withStart(fpi).withWidthNoise(0));
    Map<String, HostArray> expected = grown(fpi, plan, 3);
    grown(begun, plan, 3)
        .forEach(
            (n, a) -> {
              for (int i = 0; i < a.size(); i++) {
                assertThat(a.get(i))
                    .as(n)
                    .isCloseTo(expected.get(n).get(i), org.assertj.core.data.Offset.offset(SINGLE));
              }
            });
  }

  @Test
  void anotherSeedGivesOtherRows() {
    TinyModel family = kinds().get(0);
    GrowthPlan plan = plan(family, Sizes.SAME);
    String table = ofTokens(plan).get(0).at(0);
    HostArray one = grown(ligo.method("stack"), plan, 3).get(table);
    assertThat(grown(ligo.method("stack"), plan, 3).get(table).bytes()).isEqualTo(one.bytes());
    assertThat(grown(ligo.method("stack"), plan, 4).get(table).bytes()).isNotEqualTo(one.bytes());
  }

  @Test
  void aSmallerVocabularyIsRefusedAndOneWhereThereIsNone() {
    TinyModel family = kinds().get(0);
    int tokens = family.model(ligo).vocabulary().orElseThrow();
    assertThatThrownBy(
            () -> GrowthPlan.of(family.model(ligo), Sizes.SAME.withVocabulary(tokens - 1)))
        .isInstanceOf(GrowthException.class)
        .hasMessageContaining("the vocabulary would shrink from " + tokens + " to " + (tokens - 1));
  }

  /** What is grown row by row need not be one array, but what is computed with must. */
  @ParameterizedTest
  @MethodSource("families")
  void aTableOfMoreThanAnArrayGrowsAndIsNotComputed(TinyModel family) {
    GrowthPlan plan =
        GrowthPlan.of(family.model(ligo), wide(48, 12, 48).withVocabulary(16_000_000));
    assertThatThrownBy(plan::requireComputable)
        .isInstanceOf(GrowthException.class)
        .hasMessageContaining("would have the shape (16000000, 48), which is 3072000000 bytes")
        .hasMessageEndingWith(
            "of an array: it grows only where nothing is computed with the model, so learn no"
                + " operator, measure no drift and grow no optimizer's state.");
  }
}
