package dev.ligo.core.growth.method;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ligo.api.DType;
import dev.ligo.api.HostArray;
import dev.ligo.api.LigoException;
import dev.ligo.core.fixtures.FamilyTest;
import dev.ligo.core.fixtures.TinyModel;
import dev.ligo.core.fixtures.TinyValues;
import dev.ligo.core.growth.GrowthException;
import dev.ligo.core.growth.GrowthMethod;
import dev.ligo.core.growth.GrowthOperator;
import dev.ligo.core.growth.GrowthPlan;
import dev.ligo.core.growth.Preservation;
import dev.ligo.core.model.ModelSpec;
import dev.ligo.core.model.Sizes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every method's claim for every family in every direction, held against a measurement: logits that
 * stay where they are claimed to stay, and move where nothing is claimed.
 */
public class MethodPreservationTest extends FamilyTest {
  /** Float64 roundings through a few layers. */
  private static final double EXACT = 1e-9;

  /** Float32 roundings through a few layers. */
  private static final double EXACT_SINGLE = 1e-4;

  /** An error of the order of epsilon is below this many epsilons. */
  private static final double NEAR = 20;

  /** The least change that is more than rounding. */
  private static final double DRIFT = 1e-6;

  private static final Map<String, Sizes> SIZES =
      new TreeMap<>(
          Map.of(
              "doubled", wide(16, 4, 24),
              "doubled, feed-forward units apart", wide(16, 4, 29),
              "heads twice as wide", wide(16, 2, 24),
              "no multiple", wide(12, 3, 20),
              "feed-forward units", wide(8, 2, 17),
              "deeper", Sizes.SAME.withLayers(3),
              "twice as deep", Sizes.SAME.withLayers(4),
              "both", wide(16, 4, 24).withLayers(4)));

  /**
   * The claims, in the order of the columns: exact (=), nearly (~), changed (!) or refused (-). A
   * row is for the families that normalize as it says: before branches (pre), the stream itself
   * (post), as pre without a place for epsilon in the config (pre-fixed-epsilon), as that with
   * LayerScale (cait).
   */
  private static final String[] COLUMNS = {
    "doubled",
    "doubled, feed-forward units apart",
    "heads twice as wide",
    "no multiple",
    "feed-forward units",
    "deeper",
    "twice as deep",
    "both"
  };

  private static final String[][] CLAIMS = {
    {"aki", "pre post pre-fixed-epsilon cait", "! ! ! ! ! ! ! !"},
    {"copy", "pre post pre-fixed-epsilon cait", "! ! ! ! ! ! ! !"},
    {"fpi", "pre post pre-fixed-epsilon cait", "! ! ! ! = ! ! !"},
    {"hypercloning", "pre post pre-fixed-epsilon cait", "= - = - - - - -"},
    {"interpolation", "pre post pre-fixed-epsilon cait", "- - - - - ! ! -"},
    {"lemon", "pre", "= = = = = = = ="},
    {"lemon", "post", "= = = ! = ~ ~ ~"},
    {"lemon", "pre-fixed-epsilon", "= = = ~ = = = ="},
    {"lemon", "cait", "= = = ! = = = ="},
    {"ligo", "pre post pre-fixed-epsilon cait", "! ! ! ! ! ! ! !"},
    {"llama-pro", "pre pre-fixed-epsilon cait", "- - - - - = = -"},
    {"llama-pro", "post", "- - - - - - - -"},
    {"mslt", "pre post pre-fixed-epsilon cait", "- - - - - ! ! -"},
    {"net2net", "pre pre-fixed-epsilon cait", "! ! ! ! ! = = !"},
    {"net2net", "post", "! ! ! ! ! - - -"},
    {"slices", "pre post pre-fixed-epsilon cait", "- - - - - ! ! -"},
    {"stack", "pre post pre-fixed-epsilon cait", "- - - - - ! ! -"},
    {"staged", "pre pre-fixed-epsilon cait", "= - = - - - = ="},
    {"staged", "post", "= - = - - - - -"},
    {"szp", "pre post pre-fixed-epsilon cait", "! ! ! ! ! ! ! !"},
    {"tile", "pre post pre-fixed-epsilon cait", "! ! ! ! ! ! ! !"},
  };

  protected Stream<Object[]> cases() {
    List<Object[]> all = new ArrayList<>();
    for (String[] row : CLAIMS) {
      List<String> claims = Stream.of(row[2].split(" ", -1)).toList();
      for (TinyModel family : families()) {
        if (List.of(row[1].split(" ", -1)).contains(family.group())) {
          for (int i = 0; i < COLUMNS.length; i++) {
            all.add(new Object[] {row[0], family, COLUMNS[i], claims.get(i)});
          }
        }
      }
    }
    return all.stream();
  }

  @Test
  void everyMethodIsHeldToItsClaimsInEveryFamily() {
    assertThat(cases().map(c -> c[0]).distinct().toList())
        .containsExactlyInAnyOrderElementsOf(ligo.methods().keySet());
    assertThat(cases()).hasSize(ligo.methods().size() * families().size() * COLUMNS.length);
  }

  @ParameterizedTest(name = "{0}, {1}, {2}: {3}")
  @MethodSource("cases")
  void theFunctionStaysWhereItIsClaimedTo(
      String name, TinyModel family, String sizes, String claim) {
    GrowthMethod method = ligo.method(name);
    GrowthPlan plan = GrowthPlan.of(family.model(ligo), SIZES.get(sizes));
    if (claim.equals("-")) {
      assertRefused(() -> method.operator(plan, 3));
      if (!method.preserves().equals(GrowthMethod.NOTHING)) {
        assertRefused(() -> method.preservation(plan));
      }
      return;
    }
    Preservation promised = method.preservation(plan);
    assertThat(promised.degree()).isEqualTo(degree(claim));
    assertThat(
            promised.degree() == Preservation.Degree.CHANGED
                || !method.preserves().equals(GrowthMethod.NOTHING))
        .as("the line that lists what is preserved")
        .isTrue();
    double drift = drift(family, method, plan, DType.FLOAT64);
    switch (promised.degree()) {
      case EXACT -> {
        assertThat(drift).isLessThan(EXACT);
        assertThat(drift(family, method, plan, DType.FLOAT32)).isLessThan(EXACT_SINGLE);
      }
      case NEAR -> assertThat(drift).isBetween(1e-3 * family.epsilon(), NEAR * family.epsilon());
      case CHANGED -> assertThat(drift).isGreaterThan(DRIFT);
    }
  }

  private static void assertRefused(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
    org.assertj.core.api.Assertions.assertThatThrownBy(call)
        .isInstanceOf(GrowthException.class)
        .hasMessageContaining("method '")
        .hasMessageContaining(";");
  }

  private static Preservation.Degree degree(String claim) {
    return switch (claim) {
      case "=" -> Preservation.Degree.EXACT;
      case "~" -> Preservation.Degree.NEAR;
      case "!" -> Preservation.Degree.CHANGED;
      default -> throw new LigoException("no claim: " + claim);
    };
  }

  private double drift(TinyModel family, GrowthMethod method, GrowthPlan plan, DType dtype) {
    GrowthOperator operator = method.operator(plan, 3);
    ModelSpec<?> large = plan.amendedBy(operator).large();
    SortedMap<String, HostArray> small = TinyValues.of(plan.small(), 2);
    small.replaceAll((n, a) -> a.as(dtype));
    return TinyModel.drift(
        family.logits(backend, plan.small(), small),
        family.logits(backend, large, TinyModel.grown(backend, operator, small)));
  }
}
