package dev.ligo.core.growth.apply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.ligo.api.DType;
import dev.ligo.api.HostArray;
import dev.ligo.core.fixtures.FamilyTest;
import dev.ligo.core.fixtures.TinyModel;
import dev.ligo.core.fixtures.TinyValues;
import dev.ligo.core.growth.GrowthException;
import dev.ligo.core.growth.GrowthOperator;
import dev.ligo.core.growth.GrowthPlan;
import dev.ligo.core.growth.OperatorFile;
import dev.ligo.core.growth.ParameterGrowth;
import dev.ligo.core.growth.ParameterGrowth.Fill;
import dev.ligo.core.growth.method.ShrinkPerturbMethod;
import dev.ligo.core.model.Parameter;
import dev.ligo.core.model.Use;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Fresh values with a scale for each block, held against what is found by growing ones. */
class AdditiveFillTest extends FamilyTest {
  private static final long SEED = 5;
  private static final Fill SCALES = new Fill(0.5, 2, 3, 5);

  /** Sums of two products of numbers around 1, in float64. */
  private static final double ROUNDING = 1e-14;

  private GrowthPlan plan(TinyModel family) {
    return GrowthPlan.of(family.model(ligo), wide(16, 4, 24).withLayers(4));
  }

  private GrowthOperator copy(GrowthPlan plan, Fill fill) {
    GrowthOperator copy = ligo.method("copy").operator(plan, SEED);
    return new GrowthOperator(
        copy.method(),
        SEED,
        copy.parameters().values().stream().map(g -> g.with(g.parts(), fill)).toList(),
        copy.factors(),
        copy.fresh());
  }

  private Map<String, HostArray> grown(GrowthOperator operator, Map<String, HostArray> small) {
    return TinyModel.grown(backend, operator, small);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("families")
  void everyBlockHasItsScale(TinyModel family, @TempDir Path directory) {
    GrowthPlan plan = plan(family);
    Map<String, HostArray> small = new TreeMap<>(TinyValues.of(plan.small(), 2));
    small.replaceAll((n, a) -> a.as(DType.FLOAT64));
    Map<String, HostArray> ones = new TreeMap<>(small);
    ones.replaceAll((n, a) -> filled(a, 1));
    GrowthOperator scaled = copy(plan, SCALES);
    Map<String, HostArray> found = grown(scaled, small);
    Map<String, HostArray> terms = grown(copy(plan, Fill.ZERO), small);
    Map<String, HostArray> reached = grown(copy(plan, Fill.ZERO), ones);
    Map<String, HostArray> fresh = plan.large().initialValues(DType.FLOAT64, SEED);
    for (ParameterGrowth g : scaled.parameters().values()) {
      for (int l = 0; l < g.largeLayers(); l++) {
        String name = g.large().at(l);
        boolean[] at = reached(reached.get(name), g.offset());
        for (int i = 0; i < at.length; i++) {
          double scale = scale(g.large(), at, i);
          double expected = terms.get(name).get(i) + scale * (fresh.get(name).get(i) + g.offset());
          assertThat(found.get(name).get(i))
              .as("%s, entry %d", name, i)
              .isCloseTo(expected, within(ROUNDING));
        }
      }
    }
    Path file = directory.resolve("operator.safetensors");
    OperatorFile.write(scaled, file);
    assertSame(grown(OperatorFile.read(file, plan), small), found);
  }

  private static void assertSame(Map<String, HostArray> found, Map<String, HostArray> expected) {
    assertThat(found.keySet()).isEqualTo(expected.keySet());
    expected.forEach((n, a) -> assertThat(found.get(n).toDoubles()).as(n).isEqualTo(a.toDoubles()));
  }

  private static HostArray filled(HostArray like, double value) {
    HostArray a = HostArray.zeros(like.dtype(), like.shape());
    for (int i = 0; i < a.size(); i++) {
      a.set(i, value);
    }
    return a;
  }

  private static boolean[] reached(HostArray grownOnes, double offset) {
    boolean[] at = new boolean[grownOnes.size()];
    for (int i = 0; i < at.length; i++) {
      at[i] = grownOnes.get(i) + offset != 0;
    }
    return at;
  }

  /** A unit of an axis is old if some entry that stands there is reached. */
  private static double scale(Parameter p, boolean[] reached, int entry) {
    if (reached[entry]) {
      return SCALES.reached();
    }
    boolean any = false;
    for (boolean r : reached) {
      any |= r;
    }
    if (!any) {
      return SCALES.newToNew();
    }
    boolean fromOld = true;
    boolean toOld = true;
    int stride = 1;
    for (int axis = p.shape().rank() - 1; axis >= 0; axis--) {
      int n = p.shape().dim(axis);
      boolean old = false;
      for (int i = 0; i < reached.length; i++) {
        old |= reached[i] && i / stride % n == entry / stride % n;
      }
      if (p.uses().get(axis).role() == Use.Role.READ) {
        fromOld &= old;
      } else {
        toOld &= old;
      }
      stride *= n;
    }
    return fromOld == toOld ? SCALES.newToNew() : fromOld ? SCALES.oldToNew() : SCALES.newToOld();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("families")
  void shrinkAndPerturbIsBetweenACopyAndAFreshModel(TinyModel family) {
    GrowthPlan plan = plan(family);
    Map<String, HostArray> small = new TreeMap<>(TinyValues.of(plan.small(), 2));
    small.replaceAll((n, a) -> a.as(DType.FLOAT64));
    Map<String, HostArray> copy = grown(ligo.method("copy").operator(plan, SEED), small);
    Map<String, HostArray> fresh = plan.large().initialValues(DType.FLOAT64, SEED);
    assertSame(grown(new ShrinkPerturbMethod(1, 0).operator(plan, SEED), small), copy);
    Map<String, HostArray> found =
        grown(new ShrinkPerturbMethod(0.75, 0.5).operator(plan, SEED), small);
    int mixed = 0;
    for (Parameter p : plan.grown()) {
      boolean drawn = p.initializer().deviation() > 0;
      for (int l = 0; l < plan.largeLayers(p); l++) {
        String name = p.at(l);
        for (int i = 0; i < found.get(name).size(); i++) {
          double c = copy.get(name).get(i);
          double f = fresh.get(name).get(i);
          boolean isMixed = drawn && c != f;
          mixed += isMixed ? 1 : 0;
          assertThat(found.get(name).get(i))
              .as("%s, entry %d", name, i)
              .isCloseTo(isMixed ? 0.75 * c + 0.5 * f : c, within(ROUNDING));
        }
      }
    }
    assertThat(mixed).isGreaterThan(1000);
  }

  @Test
  void aScaleIsANumber() {
    assertThatThrownBy(() -> new Fill(0, Double.NaN, 1, 1))
        .isInstanceOf(GrowthException.class)
        .hasMessageContaining("finite numbers, found NaN");
  }
}
