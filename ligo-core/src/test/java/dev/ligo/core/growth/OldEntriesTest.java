package dev.ligo.core.growth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ligo.api.DType;
import dev.ligo.api.HostArray;
import dev.ligo.core.fixtures.FamilyTest;
import dev.ligo.core.fixtures.TinyModel;
import dev.ligo.core.growth.apply.OperatorApplication;
import dev.ligo.core.model.ModelSpec;
import dev.ligo.core.model.Parameter;
import dev.ligo.core.model.Sizes;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Which entries of a grown model are those of its source. */
public class OldEntriesTest extends FamilyTest {
  /** No value that a family begins with is nearly as large. */
  private static final int LARGE = 1000;

  private static long old(OldEntries entries, Parameter p, int layers) {
    long sum = 0;
    for (int l = 0; l < layers; l++) {
      sum += entries.in(p, l).cardinality();
    }
    return sum;
  }

  /** Every entry of the small model stands in one place of the large one, whatever the method. */
  @ParameterizedTest
  @MethodSource("growths")
  void areAsManyAsTheSmallModelHas(String method, TinyModel family, GrowthPlan plan) {
    OldEntries entries = OldEntries.of(ligo.method(method).operator(plan, 3));
    for (Parameter p : plan.grown()) {
      Parameter small = plan.small().layout().parameter(p.name());
      assertThat(old(entries, p, plan.largeLayers(p)))
          .as(p.name())
          .isEqualTo(plan.smallLayers(p) * small.shape().size());
    }
  }

  /** Numbers that tell each entry of the small model from all others, and from fresh ones. */
  private static SortedMap<String, HostArray> numbered(ModelSpec<?> small) {
    SortedMap<String, HostArray> values = new TreeMap<>();
    int next = LARGE;
    for (Parameter p : small.layout().parameters()) {
      for (int l = 0; l < small.layout().layers(p); l++) {
        HostArray a = HostArray.zeros(DType.FLOAT64, p.shape());
        for (int i = 0; i < a.size(); i++) {
          a.set(i, next++);
        }
        values.put(p.at(l), a);
      }
    }
    return values;
  }

  /** By what growing makes of numbers: an old entry is where each of them comes first. */
  @ParameterizedTest
  @CsvSource({"copy", "stack", "tile", "mslt", "interpolation"})
  void areWhereTheSmallModelsValuesComeFirst(String method) {
    for (TinyModel family : families()) {
      ModelSpec<?> small = family.model(ligo);
      boolean widens = method.equals("copy") || method.equals("tile");
      Sizes sizes = widens ? wide(16, 4, 24).withLayers(4) : Sizes.SAME.withLayers(4);
      GrowthPlan plan = GrowthPlan.of(small, sizes);
      GrowthOperator operator = ligo.method(method).operator(plan, 3);
      Map<String, HostArray> numbered = numbered(small);
      Map<String, HostArray> grown = new TreeMap<>();
      new OperatorApplication(operator, numbered::get, () -> backend).run(grown::put);
      OldEntries entries = OldEntries.of(operator);
      for (Parameter p : plan.grown()) {
        Set<Double> seen = new HashSet<>();
        for (int l = 0; l < plan.largeLayers(p); l++) {
          HostArray values = grown.get(p.at(l));
          BitSet old = entries.in(p, l);
          for (int i = 0; i < values.size(); i++) {
            double value = values.get(i);
            boolean isFirst = value > LARGE / 2 && seen.add(value);
            assertThat(old.get(i)).as("%s of %s, %d", p.at(l), family, i).isEqualTo(isFirst);
          }
        }
      }
    }
  }

  /** Of a learned matrix each small unit's row is the one that has the largest share of it. */
  @Test
  void ofLearnedFactorsAreThoseThatLearningBeganWith() {
    for (TinyModel family : kinds()) {
      GrowthPlan plan = GrowthPlan.of(family.model(ligo), wide(16, 4, 24).withLayers(4));
      GrowthOperator operator = ligo.method("ligo").operator(plan, 3);
      Map<String, HostArray> moved = new TreeMap<>();
      operator
          .factors()
          .forEach(
              (name, begun) -> {
                HostArray factor = HostArray.zeros(begun.dtype(), begun.shape());
                for (int i = 0; i < factor.size(); i++) {
                  factor.set(i, begun.get(i) + 0.02 * Math.sin(7 * i));
                }
                moved.put(name, factor);
              });
      OldEntries copied = OldEntries.of(ligo.method("copy").operator(plan, 3));
      assertThat(OldEntries.of(operator)).isEqualTo(copied);
      assertThat(OldEntries.of(operator.withValues(moved, operator.fresh()))).isEqualTo(copied);
    }
  }

  @Test
  void areRefusedForAnotherModel() {
    TinyModel family = families().get(0);
    GrowthPlan plan = GrowthPlan.of(family.model(ligo), wide(16, 4, 24));
    OldEntries wide = OldEntries.of(ligo.method("fpi").operator(plan, 3));
    Parameter small = List.copyOf(plan.small().layout().parameters()).get(0);
    assertThat(wide.in(small, 0).cardinality()).isEqualTo((int) small.shape().size());
    GrowthPlan further = GrowthPlan.of(plan.large(), wide(32, 8, 48));
    OldEntries wider = OldEntries.of(ligo.method("fpi").operator(further, 3));
    assertThatThrownBy(() -> wider.in(small, 0))
        .isInstanceOf(GrowthException.class)
        .hasMessageContaining("is of another '" + small.name() + "'");
  }

  @Test
  void rangesReadAsTheyAreWritten() {
    UnitRanges ranges = UnitRanges.where(12, i -> i < 4 || (i >= 8 && i < 11));
    assertThat(ranges).hasToString("0-4,8-11");
    assertThat(UnitRanges.parse("0-4,8-11")).isEqualTo(Optional.of(ranges));
    assertThat(ranges.units()).containsExactly(0, 1, 2, 3, 8, 9, 10);
    assertThat(UnitRanges.parse("")).isEqualTo(Optional.of(new UnitRanges(List.of())));
    for (String wrong : List.of("4", "4-4", "0-4,3-5", "0-4,", "-1-2", "0-99999999999")) {
      assertThat(UnitRanges.parse(wrong)).as(wrong).isEmpty();
    }
  }
}
