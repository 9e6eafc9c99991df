package dev.ligo.core.growth.method;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.ligo.api.DType;
import dev.ligo.api.HostArray;
import dev.ligo.api.Shape;
import dev.ligo.core.fixtures.FamilyTest;
import dev.ligo.core.fixtures.TinyModel;
import dev.ligo.core.fixtures.TinyValues;
import dev.ligo.core.growth.AxisMap;
import dev.ligo.core.growth.GrowthException;
import dev.ligo.core.growth.GrowthMethod;
import dev.ligo.core.growth.GrowthOperator;
import dev.ligo.core.growth.GrowthPlan;
import dev.ligo.core.growth.OperatorFile;
import dev.ligo.core.growth.ParameterGrowth;
import dev.ligo.core.growth.Term;
import dev.ligo.core.model.Sizes;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The operators of all methods in all families, applied in more than one way. */
public class MethodOperatorTest extends FamilyTest {
  /** Means are summed in two orders; all else is the same. */
  private static final double MEAN = 1e-6;

  /** Factors are float32. */
  private static final double FACTOR = 1e-6;

  @Test
  void everyMethodIsDefinedForSomething() {
    assertThat(growths().map(g -> g[0]).distinct())
        .containsExactlyElementsOf(
            ligo.methods().keySet().stream().filter(n -> !n.equals("ligo")).toList());
  }

  /** A term of a zero factor beside each selection has the whole parameter grown by the engine. */
  @ParameterizedTest(name = "{0}, {1}")
  @MethodSource("growths")
  void theHostAndTheEngineGiveTheSame(String name, TinyModel family, GrowthPlan plan) {
    GrowthOperator operator = ligo.method(name).operator(plan, 5);
    GrowthOperator engine = withZeroFactors(operator);
    for (DType dtype : List.of(DType.FLOAT32, DType.FLOAT64)) {
      Map<String, HostArray> small = TinyValues.of(plan.small(), 2);
      small.replaceAll((n, a) -> a.as(dtype));
      Map<String, HostArray> host = TinyModel.grown(backend, operator, small);
      Map<String, HostArray> device = TinyModel.grown(backend, engine, small);
      for (ParameterGrowth g : operator.parameters().values()) {
        for (int l = 0; l < g.largeLayers(); l++) {
          HostArray a = host.get(g.large().at(l));
          HostArray b = device.get(g.large().at(l));
          for (int i = 0; i < a.size(); i++) {
            assertThat(a.get(i)).as(g.name()).isCloseTo(b.get(i), within(hasMean(g) ? MEAN : 0));
          }
        }
      }
    }
  }

  private static boolean hasMean(ParameterGrowth g) {
    return g.terms()
        .flatMap(t -> t.maps().stream())
        .anyMatch(
            m -> {
              for (int i = 0; m instanceof AxisMap.Selection s && i < s.large(); i++) {
                if (s.index(i) == AxisMap.Selection.MEAN) {
                  return true;
                }
              }
              return false;
            });
  }

  private static GrowthOperator withZeroFactors(GrowthOperator operator) {
    List<ParameterGrowth> growths = new ArrayList<>();
    Map<String, HostArray> factors = new TreeMap<>();
    for (ParameterGrowth g : operator.parameters().values()) {
      List<List<Term>> parts = new ArrayList<>();
      for (List<Term> terms : g.parts()) {
        AxisMap first = terms.get(0).maps().get(0);
        AxisMap.Factor zero =
            new AxisMap.Factor(
                "zero/" + first.large() + "/" + first.small(),
                first.large(),
                first.small(),
                AxisMap.Form.DENSE,
                AxisMap.Sharing.SHARED,
                range(first.large()));
        factors.put(
            zero.name(), HostArray.zeros(DType.FLOAT64, Shape.of(first.large(), first.small())));
        List<AxisMap> maps = new ArrayList<>(terms.get(0).maps());
        maps.set(0, zero);
        List<Term> more = new ArrayList<>(terms);
        more.add(new Term(terms.get(0).depth(), maps));
        parts.add(more);
      }
      growths.add(
          new ParameterGrowth(
              g.small(), g.large(), g.smallLayers(), g.largeLayers(), parts, g.fill()));
    }
    return new GrowthOperator("zeros", operator.seed(), growths, factors, operator.fresh());
  }

  private static List<Integer> range(int n) {
    return java.util.stream.IntStream.range(0, n).boxed().toList();
  }

  /** LiGO begins as what it starts from: several terms, means, fills and an epsilon included. */
  @ParameterizedTest(name = "{0}, {1}")
  @MethodSource("growths")
  void ligoBeginsAsAnyMethodThatDoesNotLearn(String name, TinyModel family, GrowthPlan plan) {
    GrowthMethod start = ligo.method(name);
    GrowthOperator operator = start.operator(plan, 5);
    GrowthOperator learned =
        new LigoMethod(LigoOptions.defaults().withStart(start).withWidthNoise(0)).operator(plan, 5);
    assertThat(learned.scalars()).isPositive();
    assertThat(learned.epsilonFactor()).isEqualTo(operator.epsilonFactor());
    assertThat(learned.isSelection()).isFalse();
    Map<String, HostArray> small = TinyValues.of(plan.small(), 2);
    Map<String, HostArray> expected = TinyModel.grown(backend, operator, small);
    Map<String, HostArray> found = TinyModel.grown(backend, learned, small);
    assertThat(found.keySet()).isEqualTo(expected.keySet());
    expected.forEach(
        (n, a) -> {
          for (int i = 0; i < a.size(); i++) {
            assertThat(found.get(n).get(i)).as(n).isCloseTo(a.get(i), within(FACTOR));
          }
        });
  }

  @Test
  void ligoDoesNotStartFromWhatLearns() {
    GrowthPlan plan = GrowthPlan.of(families().get(0).model(ligo), Sizes.SAME.withLayers(4));
    GrowthMethod nested = new LigoMethod(LigoOptions.defaults().withStart(new LigoMethod()));
    assertThatThrownBy(() -> nested.operator(plan, 1))
        .isInstanceOf(GrowthException.class)
        .hasMessageContaining("methods that do not learn")
        .hasMessageContaining("'ligo'");
  }

  @ParameterizedTest(name = "{0}, {1}")
  @MethodSource("growths")
  void anOperatorIsReadAsItWasWritten(
      String name, TinyModel family, GrowthPlan plan, @TempDir Path directory) {
    GrowthMethod start = ligo.method(name);
    for (GrowthMethod method :
        List.of(start, new LigoMethod(LigoOptions.defaults().withStart(start)))) {
      GrowthOperator operator = method.operator(plan, 5);
      Path file = directory.resolve(method.name() + ".safetensors");
      OperatorFile.write(operator, file);
      GrowthOperator read = OperatorFile.read(file, plan);
      assertThat(read.epsilonFactor()).isEqualTo(operator.epsilonFactor());
      operator
          .parameters()
          .forEach(
              (n, g) -> {
                assertThat(read.parameters().get(n).parts()).as(n).isEqualTo(g.parts());
                assertThat(read.parameters().get(n).fill()).as(n).isEqualTo(g.fill());
              });
    }
  }
}
