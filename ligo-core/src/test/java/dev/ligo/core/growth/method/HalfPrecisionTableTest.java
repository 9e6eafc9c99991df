package dev.ligo.core.growth.method;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ligo.api.DType;
import dev.ligo.api.HostArray;
import dev.ligo.core.fixtures.FamilyTest;
import dev.ligo.core.fixtures.TinyModel;
import dev.ligo.core.fixtures.TinyValues;
import dev.ligo.core.growth.GrowthException;
import dev.ligo.core.growth.GrowthMethod;
import dev.ligo.core.growth.GrowthOperator;
import dev.ligo.core.growth.GrowthPlan;
import dev.ligo.core.growth.ParameterGrowth;
import dev.ligo.core.growth.apply.HostGrowth;
import dev.ligo.core.growth.apply.OperatorApplication;
import dev.ligo.core.model.Sizes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiPredicate;
import org.junit.jupiter.api.Test;

/**
 * The column "half precision" of the table in docs/methods.md: what the operators say of themselves
 * and what becomes of numbers of 8 digits.
 */
class HalfPrecisionTableTest extends FamilyTest {
  private static final Map<String, Sizes> SIZES =
      new TreeMap<>(
          Map.of(
              "depth", Sizes.SAME.withLayers(4),
              "doubled width", wide(16, 4, 24),
              "other width", wide(12, 3, 20)));

  /** Reads the last column by the method. */
  private static Map<String, String> column() throws IOException {
    Map<String, String> column = new TreeMap<>();
    for (String line : Files.readAllLines(Path.of("..", "docs", "methods.md"))) {
      String[] cells = line.split("\\s*\\|\\s*", -1);
      if (cells.length == 7 && cells[1].startsWith("`")) {
        column.put(cells[1].split("`", -1)[1], cells[5]);
      }
    }
    return column;
  }

  @Test
  void theTableSaysWhichPlansLoseNoDigit() throws IOException {
    Map<String, String> derived = new TreeMap<>();
    Map<String, String> measured = new TreeMap<>();
    for (GrowthMethod method : ligo.methods().values()) {
      derived.put(
          method.name(),
          cell(
              method,
              (operator, plan) ->
                  operator.parameters().values().stream().allMatch(ParameterGrowth::keepsDigits)));
      if (!method.learns()) { // factors that have not learned yet may be zeros and ones
        measured.put(method.name(), cell(method, this::losesNoDigit));
      }
    }
    assertThat(derived).isEqualTo(column());
    assertThat(derived).containsAllEntriesOf(measured);
  }

  /** Returns the plans, of those that are defined, in which something holds in every family. */
  private String cell(GrowthMethod method, BiPredicate<GrowthOperator, GrowthPlan> holds) {
    List<String> in = new ArrayList<>();
    boolean always = true;
    for (Map.Entry<String, Sizes> sizes : SIZES.entrySet()) {
      boolean defined = false;
      boolean all = true;
      for (TinyModel family : kinds()) {
        GrowthPlan plan = GrowthPlan.of(family.model(ligo), sizes.getValue());
        Optional<GrowthOperator> operator = operator(method, plan);
        defined |= operator.isPresent();
        all &= operator.isEmpty() || holds.test(operator.get(), plan);
      }
      always &= all;
      if (defined && all) {
        in.add(sizes.getKey());
      }
    }
    return always ? "always" : in.isEmpty() ? "–" : String.join(", ", in);
  }

  private static Optional<GrowthOperator> operator(GrowthMethod method, GrowthPlan plan) {
    try {
      return Optional.of(method.operator(plan, 3));
    } catch (GrowthException refused) {
      return Optional.empty();
    }
  }

  /** Grows numbers of 8 digits, and looks whether all that comes of them has as many. */
  private boolean losesNoDigit(GrowthOperator operator, GrowthPlan plan) {
    Map<String, HostArray> small = new HashMap<>();
    TinyValues.of(plan.small(), 2).forEach((n, a) -> small.put(n, shortened(a.as(DType.FLOAT32))));
    Map<String, HostArray> fills = new HashMap<>();
    for (ParameterGrowth g : operator.parameters().values()) {
      for (int l = 0; l < g.largeLayers(); l++) {
        String name = g.large().at(l);
        if (!g.fill().isAdded()) { // else no entry is a fresh value alone
          HostGrowth.fill(g, l, DType.FLOAT32, operator.seed()).ifPresent(f -> fills.put(name, f));
        }
      }
    }
    boolean[] kept = {true};
    new OperatorApplication(operator, small::get, () -> backend)
        .run(
            (name, values) -> {
              for (int i = 0; i < values.size(); i++) {
                boolean filled = fills.containsKey(name) && fills.get(name).get(i) != 0;
                kept[0] &= filled || isShort((float) values.get(i));
              }
            });
    return kept[0];
  }

  private static HostArray shortened(HostArray a) {
    for (int i = 0; i < a.size(); i++) {
      a.set(i, Float.intBitsToFloat(Float.floatToRawIntBits((float) a.get(i)) & 0xffff_0000));
    }
    return a;
  }

  private static boolean isShort(float value) {
    return (Float.floatToRawIntBits(value) & 0xffff) == 0;
  }
}
