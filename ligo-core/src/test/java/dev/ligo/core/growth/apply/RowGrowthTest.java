package dev.ligo.core.growth.apply;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ligo.api.DType;
import dev.ligo.api.HostArray;
import dev.ligo.api.Shape;
import dev.ligo.core.fixtures.FamilyTest;
import dev.ligo.core.fixtures.TinyModel;
import dev.ligo.core.fixtures.TinyValues;
import dev.ligo.core.growth.GrowthException;
import dev.ligo.core.growth.GrowthMethod;
import dev.ligo.core.growth.GrowthOperator;
import dev.ligo.core.growth.GrowthPlan;
import dev.ligo.core.growth.ParameterGrowth;
import dev.ligo.core.model.Sizes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.assertj.core.data.Offset;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tables that grow rows after rows have the bytes of those that grow at once. */
class RowGrowthTest extends FamilyTest {
  private static final long SEED = 5;

  /** No whole number of rows of 12 or 16 units. */
  private static final long FEW = 40;

  private static final int NEW_TOKENS = 6;

  /** Products with factors of float32, whose mean is taken before or after. */
  private static final Offset<Double> SINGLE = Offset.offset(1e-6);

  /** Takes tables by their rows, in their order. */
  private static final class Rows implements OperatorApplication.RowSink {
    private final Map<String, HostArray> grown = new TreeMap<>();
    private final Map<String, List<HostArray>> rows = new TreeMap<>();
    private int next;

    @Override
    public void accept(String name, HostArray values) {
      grown.put(name, values);
    }

    @Override
    public void accept(String name, int from, HostArray values, boolean last) {
      next = from == 0 ? 0 : next;
      assertThat(from).isEqualTo(next);
      next += values.shape().dim(0);
      rows.computeIfAbsent(name, n -> new ArrayList<>()).add(values);
      if (last) {
        grown.put(name, joined(rows.get(name)));
      }
    }

    private static HostArray joined(List<HostArray> rows) {
      Shape shape = rows.get(0).shape();
      int count = rows.stream().mapToInt(r -> r.shape().dim(0)).sum();
      HostArray all = HostArray.zeros(rows.get(0).dtype(), shape.withDim(0, count));
      int at = 0;
      for (HostArray each : rows) {
        for (int i = 0; i < each.size(); i++) {
          all.set(at++, each.get(i));
        }
      }
      return all;
    }
  }

  @ParameterizedTest
  @MethodSource("families")
  void rowsAfterRowsAreTheWhole(TinyModel family) {
    Sizes wider = wide(16, 4, 24).withLayers(4);
    int tokens = family.model(ligo).vocabulary().orElseThrow();
    Set<String> methods = new TreeSet<>();
    for (GrowthMethod method : ligo.methods().values()) {
      for (Sizes sizes :
          List.of(wider, wider.withVocabulary(tokens + NEW_TOKENS), Sizes.SAME.withLayers(4))) {
        try {
          GrowthPlan plan = GrowthPlan.of(family.model(ligo), sizes);
          GrowthOperator operator = method.operator(plan, SEED);
          same(operator, TinyValues.of(plan.small(), 2));
          methods.add(method.name());
        } catch (GrowthException e) {
          assertThat(e).as("a method that is not defined here").hasMessageNotContaining("axis 0");
        }
      }
    }
    assertThat(methods).contains("aki", "copy", "fpi", "lemon", "ligo", "stack", "szp", "tile");
  }

  /** As scales are that were learned. */
  @ParameterizedTest
  @MethodSource("families")
  void rowsOfScaledCopiesAreTheWhole(TinyModel family) {
    GrowthPlan plan = GrowthPlan.of(family.model(ligo), wide(16, 4, 24).withLayers(4));
    GrowthOperator copy = ligo.method("copy").operator(plan, SEED);
    same(
        copy.withParameters(
            copy.parameters().values().stream()
                .map(
                    g ->
                        g.with(
                            g.parts().stream()
                                .map(terms -> terms.stream().map(t -> t.times(0.9)).toList())
                                .toList(),
                            new ParameterGrowth.Fill(0.1, 0.7, 1.3, 0.6)))
                .toList()),
        TinyValues.of(plan.small(), 2));
  }

  private void same(GrowthOperator operator, Map<String, HostArray> small) {
    for (DType dtype : List.of(DType.FLOAT32, DType.FLOAT64)) {
      OperatorApplication.Source source = n -> small.get(n).as(dtype);
      Map<String, HostArray> whole = new TreeMap<>();
      new OperatorApplication(operator, source, () -> backend).run(whole::put);
      Rows rows = new Rows();
      new OperatorApplication(operator, source, () -> backend, FEW).run(rows);
      assertThat(rows.rows).isNotEmpty().allSatisfy((n, r) -> assertThat(r).hasSizeGreaterThan(2));
      assertThat(rows.grown.keySet()).isEqualTo(whole.keySet());
      whole.forEach(
          (name, values) -> {
            HostArray found = rows.grown.get(name);
            assertThat(found.spec()).as(name).isEqualTo(values.spec());
            if (operator.factors().isEmpty()) {
              assertThat(found.bytes().mismatch(values.bytes()))
                  .as("%s by %s", name, operator.method())
                  .isEqualTo(-1);
            } else {
              assertThat(found.toDoubles()).containsExactly(values.toDoubles(), SINGLE);
            }
          });
    }
  }
}
