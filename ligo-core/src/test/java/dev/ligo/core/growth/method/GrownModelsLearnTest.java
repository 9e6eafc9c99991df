package dev.ligo.core.growth.method;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ligo.api.HostArray;
import dev.ligo.core.fixtures.FamilyTest;
import dev.ligo.core.fixtures.TinyModel;
import dev.ligo.core.fixtures.TinyValues;
import dev.ligo.core.fixtures.VanishingGradients;
import dev.ligo.core.growth.Copies;
import dev.ligo.core.growth.GrowthMethod;
import dev.ligo.core.growth.GrowthOperator;
import dev.ligo.core.growth.GrowthPlan;
import dev.ligo.core.growth.ParameterGrowth;
import dev.ligo.core.model.Axis;
import dev.ligo.core.model.ModelSpec;
import dev.ligo.core.model.Parameter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Grown models can be trained: every parameter moves, and copies part or do not. */
public class GrownModelsLearnTest extends FamilyTest {
  private static final double RATE = 0.1;

  /** Below this a gradient is the rounding of one that is zero. */
  private static final double ZERO = 1e-12;

  /** A unit that meets a zero moves when its partner has moved, and what that one meets after. */
  private static final int STEPS = 3;

  /** A grown model has a gradient where one of random values has one, at once or soon. */
  @ParameterizedTest(name = "{0}, {1}")
  @MethodSource("growths")
  void everyEntryMoves(String name, TinyModel family, GrowthPlan plan) {
    assertThat(still(family, plan, ligo.method(name).operator(plan, 5))).isEmpty();
  }

  /** Zeros that meet zeros have no gradient, which the test above would find. */
  @Test
  void zerosThatMeetZerosDoNotMove() {
    TinyModel family = families().stream().filter(f -> f.group().equals("pre")).findFirst().get();
    GrowthPlan plan = GrowthPlan.of(family.model(ligo), wide(12, 3, 20));
    GrowthOperator copy = ligo.method("copy").operator(plan, 5);
    List<ParameterGrowth> zeros =
        copy.parameters().values().stream()
            .map(
                g ->
                    new ParameterGrowth(
                        g.small(),
                        g.large(),
                        g.smallLayers(),
                        g.largeLayers(),
                        g.parts(),
                        ParameterGrowth.Fill.ZERO))
            .toList();
    GrowthOperator dead = new GrowthOperator("zeros", 0, zeros, Map.of(), Map.of());
    assertThat(still(family, plan, dead)).isNotEmpty();
  }

  /** Returns the names of parameters with entries that have no gradient and should. */
  private List<String> still(TinyModel family, GrowthPlan plan, GrowthOperator operator) {
    ModelSpec<?> large = plan.amendedBy(operator).large();
    Map<String, HostArray> expected = family.gradients(backend, large, TinyValues.of(large, 3));
    Map<String, HostArray> values =
        TinyModel.grown(backend, operator, TinyValues.of(plan.small(), 2));
    List<Map<String, HostArray>> found = new ArrayList<>();
    for (int step = 0; step < STEPS; step++) {
      found.add(family.gradients(backend, large, values));
      values = TinyModel.descended(values, found.get(step), RATE);
    }
    return values.keySet().stream()
        .filter(
            n ->
                IntStream.range(0, expected.get(n).size())
                    .filter(i -> Math.abs(expected.get(n).get(i)) > ZERO)
                    .anyMatch(i -> found.stream().allMatch(g -> g.get(n).get(i) == 0)))
        .toList();
  }

  protected Stream<Object[]> copies() {
    return families().stream()
        .flatMap(
            f ->
                Stream.of(
                    new Object[] {f, new HyperCloningMethod(), true},
                    new Object[] {f, new HyperCloningMethod(Double.POSITIVE_INFINITY), false},
                    new Object[] {f, ligo.method("lemon"), true},
                    new Object[] {f, new FpiMethod(Copies.Order.CIRCULAR), false},
                    new Object[] {f, ligo.method("staged"), false}));
  }

  /**
   * After one step of plain descent the copies of a unit differ if they were read by unequal
   * weights; read by equal ones they stay copies, and two halves that do not meet stay the same.
   */
  @ParameterizedTest(name = "{0}, {1}: {2}")
  @MethodSource("copies")
  void copiesPartWhereTheyAreReadUnequally(TinyModel family, GrowthMethod method, boolean part) {
    GrowthPlan plan = GrowthPlan.of(family.model(ligo), wide(16, 4, 24));
    GrowthOperator operator = method.operator(plan, 5);
    Map<String, HostArray> before =
        TinyModel.grown(backend, operator, TinyValues.of(plan.small(), 2));
    ModelSpec<?> large = plan.amendedBy(operator).large();
    Map<String, HostArray> after =
        TinyModel.descended(before, family.gradients(backend, large, before), RATE);
    Set<String> vanishing =
        VanishingGradients.of(family.gradients(backend, large, TinyValues.of(large, 3)));
    Map<String, Double> differences = new TreeMap<>();
    for (Parameter p : plan.large().layout().parameters()) {
      if (writes(plan, p)) {
        differences.put(p.at(0), difference(p.at(0), p, before, after));
      }
    }
    assertThat(differences).isNotEmpty();
    differences.forEach(
        (n, d) -> {
          if (part && !vanishing.contains(n)) {
            assertThat(d).as("how far the copies of %s part in a step", n).isGreaterThan(1e-9);
          } else {
            assertThat(d).as("how far the copies of %s part in a step", n).isLessThan(ZERO);
          }
        });
  }

  /** Tells whether a parameter's first axis alone is a width that doubled. */
  private static boolean writes(GrowthPlan plan, Parameter p) {
    return !p.kind().isNorm()
        && p.uses().get(0).role() == dev.ligo.core.model.Use.Role.WRITE
        && p.uses().get(0).axis() instanceof Axis.Width w
        && plan.small(w).size() * 2 == w.size()
        && !p.name().contains("pooler");
  }

  /** Returns how far the changes of the first axis's two halves are apart in a layer. */
  private static double difference(
      String name, Parameter p, Map<String, HostArray> before, Map<String, HostArray> after) {
    HostArray a = before.get(name);
    HostArray b = after.get(name);
    double sumOfHalves = 0;
    int half = a.size() / 2;
    // Sums along rows do not depend on the order in which the columns' copies lie.
    int columns = a.size() / p.shape().dim(0);
    for (int row = 0; row < half / columns; row++) {
      double one = 0;
      double other = 0;
      for (int c = 0; c < columns; c++) {
        one += b.get(row * columns + c) - a.get(row * columns + c);
        other += b.get(half + row * columns + c) - a.get(half + row * columns + c);
      }
      sumOfHalves = Math.max(sumOfHalves, Math.abs(one - other));
    }
    return sumOfHalves;
  }
}
