package dev.ligo.core.growth.moments;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.ligo.api.Computation;
import dev.ligo.api.DeviceArray;
import dev.ligo.api.HostArray;
import dev.ligo.core.fixtures.ExplicitOperator;
import dev.ligo.core.fixtures.FamilyTest;
import dev.ligo.core.fixtures.TinyTransformer;
import dev.ligo.core.fixtures.TinyValues;
import dev.ligo.core.growth.AxisMap;
import dev.ligo.core.growth.Copies;
import dev.ligo.core.growth.GrowthException;
import dev.ligo.core.growth.GrowthMethod;
import dev.ligo.core.growth.GrowthOperator;
import dev.ligo.core.growth.GrowthPlan;
import dev.ligo.core.growth.ParameterGrowth;
import dev.ligo.core.growth.Term;
import dev.ligo.core.growth.method.FpiMethod;
import dev.ligo.core.growth.method.LigoMethod;
import dev.ligo.core.growth.method.LigoOptions;
import dev.ligo.core.model.ModelSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * AdamW's moments grown by m̂ = N m and v̂ = (N ∘ N) v with N = M (MᵀM)⁻¹, against N formed from
 * the explicit M by Gaussian elimination, and against the real gradients of a grown model.
 */
class MomentGrowthTest extends FamilyTest {
  /** Solving well-conditioned systems of some dozen unknowns in float64, two ways. */
  private static final double TOLERANCE = 1e-9;

  private Map<String, HostArray> first(GrowthOperator o, Map<String, HostArray> m) {
    Map<String, HostArray> out = new TreeMap<>();
    new MomentGrowth(o, n -> true).first(m::get, () -> backend, out::put);
    return out;
  }

  private Map<String, HostArray> second(GrowthOperator o, Map<String, HostArray> v) {
    Map<String, HostArray> out = new TreeMap<>();
    new MomentGrowth(o, n -> true).second(v::get, () -> backend, out::put);
    return out;
  }

  /** Returns squares of what {@link TinyValues#of} draws: second moments are not negative. */
  private static Map<String, HostArray> squares(ModelSpec<?> model, long seed) {
    Map<String, HostArray> m = new TreeMap<>();
    TinyValues.of(model, seed)
        .forEach(
            (n, a) ->
                m.put(
                    n,
                    HostArray.of(
                        a.shape(), Arrays.stream(a.toDoubles()).map(x -> x * x).toArray())));
    return m;
  }

  private static void assertClose(String name, double[] found, double[] expected) {
    assertThat(found).hasSameSizeAs(expected);
    double largest = Arrays.stream(expected).map(Math::abs).max().orElse(0);
    for (int i = 0; i < expected.length; i++) {
      assertThat(found[i])
          .as("%s, entry %d", name, i)
          .isCloseTo(expected[i], within(TOLERANCE * Math.max(1, largest)));
    }
  }

  /** Holds both moments against the explicit matrices, and Mᵀm̂ against m. */
  private void assertMoments(GrowthOperator operator, ModelSpec<?> small) {
    Map<String, HostArray> m = TinyValues.of(small, 5);
    Map<String, HostArray> v = squares(small, 6);
    Map<String, HostArray> first = first(operator, m);
    Map<String, HostArray> second = second(operator, v);
    Map<String, double[][]> explicit = ExplicitMatrices.of(operator, small, backend);
    for (ParameterGrowth g : operator.parameters().values()) {
      double[][] matrix = explicit.get(g.name());
      double[][] n = ExplicitMatrices.inverse(matrix);
      double[] mSmall = ExplicitMatrices.flat(g.small(), g.smallLayers(), m);
      double[] vSmall = ExplicitMatrices.flat(g.small(), g.smallLayers(), v);
      double[] mLarge = new double[matrix[0].length];
      double[] vLarge = new double[mLarge.length];
      double[] back = new double[mSmall.length];
      double[] found = ExplicitMatrices.flat(g.large(), g.largeLayers(), first);
      for (int i = 0; i < n.length; i++) {
        for (int k = 0; k < mLarge.length; k++) {
          mLarge[k] += n[i][k] * mSmall[i];
          vLarge[k] += n[i][k] * n[i][k] * vSmall[i];
          back[i] += matrix[i][k] * found[k];
        }
      }
      assertClose("first moment of " + g.name(), found, mLarge);
      assertClose("M^T of it for " + g.name(), back, mSmall);
      assertClose(
          "second moment of " + g.name(),
          ExplicitMatrices.flat(g.large(), g.largeLayers(), second),
          vLarge);
    }
  }

  @ParameterizedTest
  @EnumSource(Copies.Order.class)
  void momentsOfCopiesAreThoseOfTheExplicitMatrix(Copies.Order order) {
    ModelSpec<?> small = TinyTransformer.encoder(2, 4, 2, 5);
    ModelSpec<?> large = TinyTransformer.encoder(5, 10, 5, 7);
    GrowthPlan plan = new GrowthPlan(small, large);
    assertMoments(new FpiMethod(order).operator(plan, 3), small);
  }

  @Test
  void momentsOfALearnedOperatorAreThoseOfTheExplicitMatrix() {
    for (AxisMap.Form form : AxisMap.Form.values()) {
      ModelSpec<?> small = TinyTransformer.encoder(2, 4, 2, 5);
      GrowthPlan plan = new GrowthPlan(small, TinyTransformer.encoder(3, 6, 3, 7));
      LigoOptions options =
          LigoOptions.defaults()
              .withForm(form)
              .withStart(LigoOptions.DepthStart.STACK, 0, LigoOptions.WidthStart.SELECTION);
      GrowthOperator learned = new LigoMethod(options).operator(plan, 1);
      assertMoments(ExplicitOperator.randomised(learned), small);
    }
  }

  /** With factors of single layers N is formed map by map: not the shortest, but Mᵀm̂ = m. */
  @ParameterizedTest
  @EnumSource(
      value = AxisMap.Sharing.class,
      names = {"LARGE", "SMALL"})
  void aGradientGrownByFactorsOfSingleLayersIsPulledBackToItself(AxisMap.Sharing sharing) {
    ModelSpec<?> small = TinyTransformer.encoder(2, 4, 2, 5);
    GrowthPlan plan = new GrowthPlan(small, TinyTransformer.encoder(3, 6, 3, 7));
    LigoOptions options =
        LigoOptions.defaults()
            .withSharing(sharing)
            .withStart(LigoOptions.DepthStart.STACK, 0, LigoOptions.WidthStart.SELECTION);
    GrowthOperator operator =
        ExplicitOperator.randomised(new LigoMethod(options).operator(plan, 1));
    Map<String, HostArray> m = TinyValues.of(small, 5);
    Map<String, HostArray> first = first(operator, m);
    Map<String, double[][]> explicit = ExplicitMatrices.of(operator, small, backend);
    for (ParameterGrowth g : operator.parameters().values()) {
      double[] found = ExplicitMatrices.flat(g.large(), g.largeLayers(), first);
      double[] back =
          Arrays.stream(explicit.get(g.name()))
              .mapToDouble(
                  column ->
                      IntStream.range(0, column.length)
                          .mapToDouble(k -> column[k] * found[k])
                          .sum())
              .toArray();
      assertClose(g.name(), back, ExplicitMatrices.flat(g.small(), g.smallLayers(), m));
    }
    assertThat(second(operator, squares(small, 6)))
        .allSatisfy(
            (n, a) ->
                assertThat(Arrays.stream(a.toDoubles()).min().orElseThrow()).as(n).isNotNegative());
  }

  /**
   * Terms that reach entries of their own: the first units from a layer, the others from the next.
   */
  @Test
  void momentsOfASumOfTermsAreThoseOfTheExplicitMatrix() {
    ModelSpec<?> small = TinyTransformer.encoder(3, 4, 2, 5);
    GrowthPlan plan = new GrowthPlan(small, TinyTransformer.encoder(3, 8, 4, 5));
    GrowthOperator fpi = new FpiMethod(Copies.Order.CIRCULAR).operator(plan, 3);
    List<ParameterGrowth> sums = new ArrayList<>();
    for (ParameterGrowth g : fpi.parameters().values()) {
      Term term = g.parts().get(0).get(0);
      if (g.large().stack().isEmpty() || !(term.maps().get(0) instanceof AxisMap.Selection s)) {
        sums.add(g);
        continue;
      }
      AxisMap next = new AxisMap.Selection(3, 1, 2, 2);
      List<Term> terms =
          List.of(with(term, term.depth(), half(s, true)), with(term, next, half(s, false)));
      sums.add(
          new ParameterGrowth(
              g.small(), g.large(), 3, 3, List.of(terms), ParameterGrowth.Fill.ZERO));
    }
    assertMoments(new GrowthOperator("sum", 3, sums, Map.of(), Map.of()), small);
  }

  private static Term with(Term term, AxisMap depth, AxisMap first) {
    List<AxisMap> maps = new ArrayList<>(term.maps());
    maps.set(0, first);
    return new Term(depth, maps);
  }

  private static AxisMap half(AxisMap.Selection s, boolean lower) {
    int[] index = new int[s.large()];
    double[] scale = new double[s.large()];
    for (int i = 0; i < index.length; i++) {
      boolean kept = lower == (i < index.length / 2);
      index[i] = kept ? s.index(i) : AxisMap.Selection.NONE;
      scale[i] = s.scale(i);
    }
    return new AxisMap.Selection(s.small(), index, scale);
  }

  /** Means of all units, splits, insertions and fills among them. */
  @Test
  void everyMethodsOperatorGrowsMoments() {
    ModelSpec<?> small = TinyTransformer.encoder(2, 4, 2, 5);
    Map<String, HostArray> m = TinyValues.of(small, 5);
    List<String> grown = new ArrayList<>();
    for (ModelSpec<?> large :
        List.of(
            TinyTransformer.encoder(2, 6, 3, 7),
            TinyTransformer.encoder(2, 8, 4, 10),
            TinyTransformer.encoder(3, 4, 2, 5))) {
      GrowthPlan plan = new GrowthPlan(small, large);
      for (GrowthMethod method : ligo.methods().values()) {
        GrowthOperator operator;
        try {
          operator = method.operator(plan, 1);
        } catch (GrowthException e) {
          continue; // not defined for these sizes
        }
        first(operator, m)
            .forEach(
                (n, a) -> {
                  assertThat(a.shape()).as(n).isEqualTo(large.layout().shapes().get(n));
                  assertThat(a.isFinite()).as(n).isTrue();
                });
        assertThat(second(operator, squares(small, 6)))
            .allSatisfy(
                (n, a) -> assertThat(Arrays.stream(a.toDoubles())).as(n).allMatch(x -> x >= 0));
        grown.add(method.name());
      }
    }
    assertThat(grown)
        .contains("copy", "fpi", "aki", "hypercloning", "staged", "lemon", "net2net", "ligo")
        .contains("stack", "interpolation", "mslt");
  }

  /** A mean of all units is a full row: the moments are those of the explicit matrix. */
  @Test
  void momentsOfMeansAreThoseOfTheExplicitMatrix() {
    ModelSpec<?> small = TinyTransformer.encoder(2, 4, 2, 5);
    GrowthPlan plan = new GrowthPlan(small, TinyTransformer.encoder(2, 6, 3, 7));
    GrowthOperator fpi = new FpiMethod(Copies.Order.CIRCULAR).operator(plan, 3);
    List<ParameterGrowth> padded = new ArrayList<>();
    for (ParameterGrowth g : fpi.parameters().values()) {
      Term term = g.parts().get(0).get(0);
      List<AxisMap> maps = new ArrayList<>();
      for (AxisMap map : term.maps()) {
        maps.add(map.small() == 4 && map.large() == 6 ? meanPadded() : map);
      }
      padded.add(
          new ParameterGrowth(
              g.small(),
              g.large(),
              g.smallLayers(),
              g.largeLayers(),
              List.of(List.of(new Term(term.depth(), maps))),
              ParameterGrowth.Fill.ZERO));
    }
    assertMoments(new GrowthOperator("mean", 3, padded, Map.of(), Map.of()), small);
  }

  private static AxisMap meanPadded() {
    int mean = AxisMap.Selection.MEAN;
    return new AxisMap.Selection(
        4, new int[] {0, 1, 2, 3, mean, mean}, new double[] {1, 1, 1, 1, 1, 2});
  }

  /** Terms that overlap in one entry: their sum is squared, not each of them. */
  @Test
  void aSumOfTermsIsSquaredAndNotEachOfThem() {
    ModelSpec<?> small = TinyTransformer.encoder(2, 4, 2, 5);
    GrowthPlan plan = new GrowthPlan(small, TinyTransformer.encoder(2, 8, 4, 5));
    GrowthOperator fpi = new FpiMethod(Copies.Order.CIRCULAR).operator(plan, 3);
    List<ParameterGrowth> sums = new ArrayList<>();
    for (ParameterGrowth g : fpi.parameters().values()) {
      Term term = g.parts().get(0).get(0);
      sums.add(
          new ParameterGrowth(
              g.small(),
              g.large(),
              g.smallLayers(),
              g.largeLayers(),
              List.of(List.of(term, term)),
              ParameterGrowth.Fill.ZERO));
    }
    assertMoments(new GrowthOperator("twice", 3, sums, Map.of(), Map.of()), small);
  }

  /**
   * A new layer that no term reaches has no past; an entry in a tensor that has one gets a mean.
   */
  @Test
  void whatNoTermReachesBeginsWithoutFirstMomentAndWithAUsualSecondOne() {
    ModelSpec<?> small = TinyTransformer.encoder(2, 4, 2, 5);
    GrowthPlan plan = new GrowthPlan(small, TinyTransformer.encoder(3, 6, 3, 5));
    GrowthOperator copy = ligo.method("copy").operator(plan, 3);
    Map<String, HostArray> ones = new TreeMap<>();
    small
        .layout()
        .shapes()
        .forEach((n, s) -> ones.put(n, HostArray.of(s, filled((int) s.size(), 4))));
    String kept = "layers.1.attention.query.weight";
    String added = "layers.2.attention.query.weight";
    assertThat(second(copy, ones).get(kept).toDoubles()).containsOnly(4.0);
    assertThat(first(copy, ones).get(kept).get(5)).isZero();
    assertThat(second(copy, ones).get(added).toDoubles()).containsOnly(0.0);
    Map<String, Long> ages = new MomentGrowth(copy, n -> true).ages(n -> 7L);
    assertThat(ages).containsEntry(kept, 7L).containsEntry(added, 0L);
  }

  private static double[] filled(int size, double value) {
    double[] values = new double[size];
    Arrays.fill(values, value);
    return values;
  }

  /** The real gradient of the grown model is N times the small one's where copies are equal. */
  @ParameterizedTest
  @CsvSource({"8, 4, 10", "8, 2, 10", "12, 6, 15", "4, 2, 10"})
  void theGradientAfterFpiIsTheGrownGradient(int hidden, int heads, int intermediate) {
    ModelSpec<?> small = TinyTransformer.encoder(2, 4, 2, 5);
    ModelSpec<?> large = TinyTransformer.encoder(2, hidden, heads, intermediate);
    GrowthMethod method = new FpiMethod(Copies.Order.CIRCULAR);
    GrowthOperator operator = method.operator(new GrowthPlan(small, large), 1);
    Map<String, HostArray> values = TinyValues.of(small, 2);
    Map<String, HostArray> grown = first(operator, gradients(small, values));
    gradients(large, ExplicitMatrices.grown(operator, values, backend))
        .forEach((n, g) -> assertClose(n, g.toDoubles(), grown.get(n).toDoubles()));
  }

  private Map<String, HostArray> gradients(ModelSpec<?> model, Map<String, HostArray> values) {
    Map<String, HostArray> in = new TreeMap<>();
    values.forEach((n, a) -> in.put("parameter/" + n, a));
    TinyValues.batches().batch(0).forEach((n, a) -> in.put("batch/" + n, a));
    Map<String, DeviceArray> inputs = backend.arrays(in);
    Map<String, HostArray> out = new TreeMap<>();
    try (Computation computation =
        backend.compile(
            (t, x) ->
                t.valueAndGradients(
                        w ->
                            model
                                .forTask(model.heads().get(0).name())
                                .loss(t, w, x.under("batch/"), false),
                        x.under("parameter/"))
                    .gradients())) {
      computation
          .run(inputs)
          .forEach(
              (n, a) -> {
                out.put(n, a.toHost());
                a.close();
              });
    } finally {
      inputs.values().forEach(DeviceArray::close);
    }
    return out;
  }
}
