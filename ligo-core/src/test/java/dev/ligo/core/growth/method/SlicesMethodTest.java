package dev.ligo.core.growth.method;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ligo.api.HostArray;
import dev.ligo.core.fixtures.FamilyTest;
import dev.ligo.core.fixtures.TinyModel;
import dev.ligo.core.fixtures.TinyTransformer;
import dev.ligo.core.fixtures.TinyValues;
import dev.ligo.core.growth.GrowthException;
import dev.ligo.core.growth.GrowthOperator;
import dev.ligo.core.growth.GrowthPlan;
import dev.ligo.core.growth.LayerOrigins;
import dev.ligo.core.growth.LayerSlices;
import dev.ligo.core.growth.Preservation;
import dev.ligo.core.model.ModelSpec;
import dev.ligo.core.model.Parameter;
import dev.ligo.core.model.Sizes;
import java.util.Map;
import java.util.SortedMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What slices make of families, here of two layers; the integration tests extend it. */
public class SlicesMethodTest extends FamilyTest {
  /** Float64 roundings through a few layers. */
  private static final double EXACT = 1e-9;

  /** What is no rounding. */
  private static final double DRIFT = 1e-6;

  private record Grown(
      GrowthPlan plan, Preservation promised, double drift, LayerOrigins origins) {}

  private static SlicesMethod slices(String text) {
    return new SlicesMethod(LayerSlices.parse(text).orElseThrow());
  }

  private GrowthPlan plan(TinyModel family, SlicesMethod method) {
    ModelSpec<?> small = family.model(ligo);
    return GrowthPlan.of(small, method.sizes(small, Sizes.SAME));
  }

  private Grown grow(TinyModel family, String text) {
    SlicesMethod method = slices(text);
    GrowthPlan plan = plan(family, method);
    GrowthOperator operator = method.operator(plan, 3);
    SortedMap<String, HostArray> small = TinyValues.of(plan.small(), 2);
    Map<String, HostArray> large = TinyModel.grown(backend, operator, small);
    double drift =
        TinyModel.drift(
            family.logits(backend, plan.small(), small),
            family.logits(backend, plan.amendedBy(operator).large(), large));
    LayerOrigins origins = LayerOrigins.of(operator).get(SlicedStack.stack(plan));
    return new Grown(plan, method.preservation(plan), drift, origins);
  }

  /** Returns scales by 0 of all that ends a branch. */
  private String silent(TinyModel family) {
    return family.model(ligo).layout().parameters().stream()
        .filter(p -> p.kind() == Parameter.Kind.BRANCH_END)
        .map(p -> ":" + p.name().replaceFirst(".*\\{}\\.", "") + "=0")
        .collect(Collectors.joining());
  }

  /** LLaMA-Pro's recipe, wherever the silent copy stands. */
  @ParameterizedTest
  @MethodSource("families")
  void copiesWhoseBranchesAreScaledToZeroAddNothing(TinyModel family) {
    for (String form : new String[] {"0-1,0-1S,1-2", "0-1S,0-2", "1-2S,0-2,0-2S"}) {
      Grown grown = grow(family, form.replace("S", silent(family)));
      boolean stays = !family.group().equals("post");
      assertThat(grown.promised().degree())
          .isEqualTo(stays ? Preservation.Degree.EXACT : Preservation.Degree.CHANGED);
      if (stays) {
        assertThat(grown.drift()).as(form).isLessThan(EXACT);
      } else {
        assertThat(grown.drift()).as(form).isGreaterThan(DRIFT);
      }
    }
    assertThat(grow(family, "0-1S,0-2".replace("S", silent(family))).origins().inserted())
        .containsExactly(0);
    assertThat(grow(family, "0-2,1-2S".replace("S", silent(family))).origins().inserted())
        .containsExactly(2);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0-2,0-2",
        "0-1,0-1,1-2",
        "1-2,0-1,0-1",
        "1-2,1-2,1-2",
        "0-2,1-2:=0.9",
        "0-2,1-2:weight=0.5"
      })
  void otherSlicesChangeTheFunction(String text) {
    for (TinyModel family : kinds()) {
      Grown grown = grow(family, text);
      assertThat(grown.promised().degree()).isEqualTo(Preservation.Degree.CHANGED);
      assertThat(grown.drift()).as(family + " " + text).isGreaterThan(DRIFT);
    }
  }

  @Test
  void layersInAnotherOrderChangeTheFunction() {
    for (TinyModel family : kinds()) {
      Grown grown = grow(family, "1-2,0-1,0-1" + silent(family));
      assertThat(grown.promised().degree()).isEqualTo(Preservation.Degree.CHANGED);
      assertThat(grown.drift()).isGreaterThan(DRIFT);
    }
  }

  @Test
  void everyLayerInItsPlaceIsTheModelItself() {
    for (TinyModel family : families()) {
      if (family.model(ligo).layout().stacks().size() > 1) {
        assertThatThrownBy(() -> grow(family, "0-1,1-2"))
            .isInstanceOf(GrowthException.class)
            .hasMessageContaining("grow: none");
        continue;
      }
      Grown grown = grow(family, "0-1,1-2");
      assertThat(grown.promised().degree()).isEqualTo(Preservation.Degree.EXACT);
      assertThat(grown.drift()).isZero();
      assertThat(grown.origins().inserted()).isEmpty();
    }
  }

  /** Of equal copies the first one is the original. */
  @Test
  void repeatedLayersAreInsertedAfterTheFirst() {
    LayerOrigins origins = grow(kinds().get(0), "0-2,0-2,1-2").origins();
    assertThat(origins.sources().stream().map(s -> s.orElse(-1)).toList())
        .containsExactly(0, 1, 0, 1, 1);
    assertThat(origins.inserted()).containsExactly(2, 3, 4);
  }

  /**
   * What stands before the stack is scaled as the first slice says, what stands after as the last.
   */
  @Test
  void tensorsOutsideTheStackAreScaledAsTheSliceBesideThemSays() {
    SlicesMethod method = slices("0-2:=2,1-2:=3");
    ModelSpec<?> decoder = TinyTransformer.model(TinyTransformer.Form.DECODER, 2, 8, 2, 12);
    GrowthPlan plan = GrowthPlan.of(decoder, method.sizes(decoder, Sizes.SAME));
    SortedMap<String, HostArray> small = TinyValues.of(plan.small(), 2);
    Map<String, HostArray> large = TinyModel.grown(backend, method.operator(plan, 3), small);
    String[] first = {"token_embeddings", "position_embeddings", "layers.0.", "layers.1."};
    large.forEach(
        (name, values) -> {
          boolean before = java.util.Arrays.stream(first).anyMatch(name::startsWith);
          HostArray from = small.get(name.replace("layers.2.", "layers.1."));
          assertThat(values.get(0)).as(name).isEqualTo((before ? 2 : 3) * from.get(0));
        });
    assertThat(large).hasSize(plan.large().layout().shapes().size());
  }

  @Test
  void slicesThatDoNotFitAreRefused() {
    GrowthPlan four = GrowthPlan.of(kinds().get(0).model(ligo), Sizes.SAME.withLayers(4));
    assertThatThrownBy(() -> slices("0-2,1-3").operator(four, 0))
        .isInstanceOf(GrowthException.class)
        .hasMessageContaining("2 layers, from 0 to 1")
        .hasMessageContaining("1-3 ends beyond them");
    assertThatThrownBy(() -> slices("0-2,1-2").preservation(four))
        .isInstanceOf(GrowthException.class)
        .hasMessageContaining("3 layers in all, but 4 were asked for");
    assertThatThrownBy(() -> slices("0-2,0-2:o_prj=0").operator(four, 0))
        .isInstanceOf(GrowthException.class)
        .hasMessageContaining("the filter 'o_prj' matches no tensor of its slices");
    assertThatThrownBy(() -> plan(kinds().get(0), slices("0-1")))
        .isInstanceOf(GrowthException.class)
        .hasMessageContaining("would shrink from 2 to 1");
  }
}
