package dev.ligo.core.growth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonObject;
import dev.ligo.api.Backend;
import dev.ligo.api.Backends;
import dev.ligo.api.HostArray;
import dev.ligo.core.Ligo;
import dev.ligo.core.fixtures.ExplicitOperator;
import dev.ligo.core.fixtures.Matrix;
import dev.ligo.core.fixtures.TinyModel;
import dev.ligo.core.fixtures.TinyTransformer;
import dev.ligo.core.fixtures.TinyValues;
import dev.ligo.core.growth.moments.MomentGrowth;
import dev.ligo.core.model.ModelSpec;
import dev.ligo.core.model.Sizes;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/** What holds of every growth, for random architectures, sizes and methods, in float64. */
class GrowthAlgebraTest {
  /** Sums of at most some hundred products of numbers around 1, in two orders. */
  private static final double TOLERANCE = 1e-10;

  /** Solving systems of some unknowns whose matrices are random. */
  private static final double SOLVED = 1e-6;

  private static final String SEED = "20230300980";

  /** The same cases in every run, few enough for a second. */
  @Property(tries = 60, seed = SEED)
  @Target(ElementType.METHOD)
  @Retention(RetentionPolicy.RUNTIME)
  @interface ForGrowths {}

  /** Sizes of a model, where the hidden size is a number of heads of a width. */
  record Extents(int layers, int heads, int headWidth, int intermediate) {
    Sizes sizes() {
      return Sizes.SAME
          .withLayers(layers)
          .withHidden(heads * headWidth)
          .withHeads(heads)
          .withIntermediate(intermediate);
    }

    Extents plus(Extents more) {
      return new Extents(
          layers + more.layers,
          heads + more.heads,
          headWidth + more.headWidth,
          intermediate + more.intermediate);
    }
  }

  /** What a model grows in: some methods are for one of them alone. */
  enum Direction {
    ANY,
    DEEPER,
    DOUBLED;

    Extents of(Extents small, Extents more) {
      return switch (this) {
        case ANY -> more;
        case DEEPER -> new Extents(more.layers(), 0, 0, 0);
        case DOUBLED -> new Extents(0, small.heads(), 0, small.intermediate());
      };
    }
  }

  /** A model, by how much its sizes grow, twice, and a method. */
  record Case(TinyModel model, Extents small, Extents more, Extents yetMore, String method) {
    GrowthPlan plan() {
      return GrowthPlan.of(model.model(LIGO), small.plus(more).sizes());
    }

    /** Returns the method's operator, the factors of a learned one drawn at random. */
    GrowthOperator operator(GrowthPlan plan) {
      GrowthMethod chosen = LIGO.method(method);
      GrowthOperator operator = chosen.operator(plan, 5);
      return chosen.learns() ? ExplicitOperator.randomised(operator) : operator;
    }

    /** The same where the method is defined; where not, it says so. */
    Optional<GrowthOperator> ifDefined(GrowthPlan plan) {
      return ifDefined(() -> operator(plan));
    }

    /** The operator with which learning begins. */
    Optional<GrowthOperator> first(GrowthPlan plan) {
      return ifDefined(() -> LIGO.method(method).operator(plan, 5));
    }

    private Optional<GrowthOperator> ifDefined(Supplier<GrowthOperator> operator) {
      try {
        return Optional.of(operator.get());
      } catch (GrowthException refused) {
        assertThat(refused).hasMessageContaining(method);
        return Optional.empty();
      }
    }
  }

  private static final Ligo LIGO = TinyTransformer.ligo();
  private static Backend backend;

  @BeforeContainer
  static void open() {
    backend = Backends.open("plain");
  }

  @AfterContainer
  static void close() {
    backend.close();
  }

  @Provide
  static Arbitrary<Case> anyMethod() {
    return cases(3, LIGO.methods().keySet().toArray(String[]::new));
  }

  /** Methods for any sizes by which every entry of the large model comes from the small one's. */
  @Provide
  static Arbitrary<Case> wholeMethod() {
    return cases(2, "aki", "fpi", "ligo");
  }

  private static Arbitrary<Case> cases(int most, String... methods) {
    Arbitrary<Extents> more = extents(0, 2);
    return Combinators.combine(
            Arbitraries.of(TinyTransformer.Form.class),
            Arbitraries.of(true, false),
            extents(1, most),
            Arbitraries.of(Direction.class),
            more,
            more,
            Arbitraries.of(methods))
        .as(
            (form, tied, s, direction, m, y, method) ->
                new Case(model(form, tied, s), s, direction.of(s, m), y, method));
  }

  private static Arbitrary<Extents> extents(int least, int most) {
    Arbitrary<Integer> number = Arbitraries.integers().between(least, most);
    return Combinators.combine(number, number, number, number).as(Extents::new);
  }

  private static TinyModel model(TinyTransformer.Form form, boolean tied, Extents e) {
    JsonObject json =
        TinyTransformer.json(
            form, e.layers(), e.heads() * e.headWidth(), e.heads(), e.intermediate());
    json.addProperty("tie_word_embeddings", tied);
    String name = form + (tied ? "" : "_UNTIED");
    return new TinyModel(name, "", 1e-3, TinyModel.OWN.get(0).task(), json.toString());
  }

  @ForGrowths
  void whatGrowsHasTheNamesAndShapesOfTheLargeModel(@ForAll("anyMethod") Case c) {
    GrowthPlan plan = c.plan();
    c.ifDefined(plan)
        .ifPresent(
            operator -> {
              ModelSpec<?> large = plan.amendedBy(operator).large();
              Map<String, HostArray> grown = grown(operator, TinyValues.of(plan.small(), 1));
              assertThat(shapes(grown)).isEqualTo(large.layout().shapes());
              grown.forEach((n, a) -> assertThat(a.toDoubles()).as(n).doesNotContain(Double.NaN));
            });
  }

  /** A head that is the table of tokens stays it; where both are held, both grow. */
  @ForGrowths
  void whatIsTiedStaysTied(@ForAll("anyMethod") Case c) {
    GrowthPlan plan = c.plan();
    c.ifDefined(plan)
        .ifPresent(
            operator ->
                assertThat(plan.amendedBy(operator).large().json().get("tie_word_embeddings"))
                    .isEqualTo(plan.small().json().get("tie_word_embeddings")));
  }

  /** A method that adds fresh values to all weights does so at any size. */
  @ForGrowths
  void growingToTheSameSizesChangesNothing(@ForAll("anyMethod") Case c) {
    GrowthPlan plan = GrowthPlan.of(c.model().model(LIGO), Sizes.SAME);
    Map<String, HostArray> small = TinyValues.of(plan.small(), 1);
    c.first(plan)
        .filter(o -> !o.addsFresh())
        .ifPresent(operator -> assertClose(grown(operator, small), small, 0));
  }

  /**
   * G(ax + by) - G(0) = a (G(x) - G(0)) + b (G(y) - G(0)): fresh values are all that is in G(0).
   */
  @ForGrowths
  void growingIsLinear(
      @ForAll("anyMethod") Case c, @ForAll("weight") double a, @ForAll("weight") double b) {
    GrowthPlan plan = c.plan();
    Map<String, HostArray> x = TinyValues.of(plan.small(), 1);
    Map<String, HostArray> y = TinyValues.of(plan.small(), 2);
    c.ifDefined(plan)
        .ifPresent(
            o ->
                assertClose(
                    grown(o, sum(a, x, b, y)),
                    sum(
                        1,
                        sum(a, grown(o, x), b, grown(o, y)),
                        1 - a - b,
                        grown(o, sum(0, x, 0, y))),
                    TOLERANCE));
  }

  @Provide
  static Arbitrary<Double> weight() {
    return Arbitraries.doubles().between(-3, 3);
  }

  @Property(tries = 12, seed = SEED)
  void growingTwiceMultipliesTheMatrices(@ForAll("wholeMethod") Case c) {
    GrowthPlan first = c.plan();
    GrowthOperator p = c.operator(first);
    GrowthPlan second =
        GrowthPlan.of(first.large(), c.small().plus(c.more()).plus(c.yetMore()).sizes());
    GrowthOperator q = c.operator(second);
    Map<String, HostArray> small = TinyValues.of(first.small(), 1);
    Map<String, HostArray> large = grown(q, grown(p, small));
    for (ParameterGrowth g : p.parameters().values()) {
      ParameterGrowth then = q.parameters().get(g.name());
      for (int part = 0; part < g.parts().size(); part++) {
        Matrix composed =
            ExplicitOperator.matrix(then, part, q.factors())
                .times(ExplicitOperator.matrix(g, part, p.factors()));
        double[] expected = composed.times(ExplicitOperator.vecSmall(g, part, small));
        assertThat(ExplicitOperator.vecLarge(then, part, large))
            .as(g.name())
            .containsExactly(expected, within(TOLERANCE * 100));
      }
    }
  }

  /** Of methods that repeat layers, growing in two steps is growing in one. */
  @ForGrowths
  void repeatingTwiceIsRepeatingOnce(
      @ForAll("repeating") Case c, @ForAll("factor") int first, @ForAll("factor") int second) {
    ModelSpec<?> small = c.model().model(LIGO);
    int layers = first * second * c.small().layers();
    GrowthPlan once = GrowthPlan.of(small, Sizes.SAME.withLayers(layers));
    GrowthPlan one = GrowthPlan.of(small, Sizes.SAME.withLayers(first * c.small().layers()));
    GrowthPlan two = GrowthPlan.of(one.large(), Sizes.SAME.withLayers(layers));
    Map<String, HostArray> values = TinyValues.of(small, 1);
    assertClose(
        grown(c.operator(two), grown(c.operator(one), values)), grown(c.operator(once), values), 0);
  }

  @Provide
  static Arbitrary<Case> repeating() {
    return cases(3, "interpolation", "stack");
  }

  @Provide
  static Arbitrary<Integer> factor() {
    return Arbitraries.integers().between(1, 3);
  }

  @ForGrowths
  void aFunctionThatIsPromisedToStayStays(@ForAll("anyMethod") Case c) {
    GrowthPlan plan = c.plan();
    Optional<GrowthOperator> operator = c.first(plan);
    if (operator.isEmpty()
        || LIGO.method(c.method()).preservation(plan).degree() != Preservation.Degree.EXACT) {
      return;
    }
    Map<String, HostArray> small = TinyValues.of(plan.small(), 1);
    double drift =
        TinyModel.drift(
            c.model().logits(backend, plan.small(), small),
            c.model()
                .logits(
                    backend, plan.amendedBy(operator.get()).large(), grown(operator.get(), small)));
    assertThat(drift).isLessThan(TOLERANCE);
  }

  /** ⟨m̂, Mx⟩ = ⟨m, x⟩: pulled back, the moment of a gradient is what it was; v̂ ≥ 0. */
  @ForGrowths
  void momentsArePulledBackToWhatTheyWere(@ForAll("single") Case c) {
    GrowthPlan plan = c.plan();
    GrowthOperator operator = c.operator(plan);
    MomentGrowth moments = new MomentGrowth(operator, n -> true);
    Map<String, HostArray> m = TinyValues.of(plan.small(), 1);
    Map<String, HostArray> x = TinyValues.of(plan.small(), 2);
    Map<String, HostArray> first = new TreeMap<>();
    Map<String, HostArray> second = new TreeMap<>();
    moments.first(m::get, () -> backend, first::put);
    moments.second(n -> product(m.get(n), m.get(n)), () -> backend, second::put);
    assertThat(shapes(first)).isEqualTo(plan.large().layout().shapes());
    assertThat(shapes(second)).isEqualTo(plan.large().layout().shapes());
    second.forEach(
        (n, a) -> {
          for (double v : a.toDoubles()) {
            assertThat(v).as(n).isNotNegative();
          }
        });
    double before = inner(m, x);
    assertThat(inner(first, grown(operator, x)))
        .isCloseTo(before, within(SOLVED * Math.max(1, Math.abs(before))));
  }

  /** Methods for any sizes whose parameters grow by one term. */
  @Provide
  static Arbitrary<Case> single() {
    return cases(3, "fpi", "ligo");
  }

  private static Map<String, HostArray> grown(
      GrowthOperator operator, Map<String, HostArray> small) {
    return TinyModel.grown(backend, operator, small);
  }

  private static Map<String, Object> shapes(Map<String, HostArray> values) {
    Map<String, Object> shapes = new TreeMap<>();
    values.forEach((n, a) -> shapes.put(n, a.shape()));
    return shapes;
  }

  private static Map<String, HostArray> sum(
      double a, Map<String, HostArray> x, double b, Map<String, HostArray> y) {
    Map<String, HostArray> sum = new TreeMap<>();
    x.forEach(
        (n, values) -> {
          double[] added = values.toDoubles();
          for (int i = 0; i < added.length; i++) {
            added[i] = a * added[i] + b * y.get(n).get(i);
          }
          sum.put(n, HostArray.of(values.shape(), added));
        });
    return sum;
  }

  private static HostArray product(HostArray x, HostArray y) {
    double[] values = x.toDoubles();
    for (int i = 0; i < values.length; i++) {
      values[i] *= y.get(i);
    }
    return HostArray.of(x.shape(), values);
  }

  private static double inner(Map<String, HostArray> x, Map<String, HostArray> y) {
    double sum = 0;
    for (String name : x.keySet()) {
      for (double v : product(x.get(name), y.get(name)).toDoubles()) {
        sum += v;
      }
    }
    return sum;
  }

  private static void assertClose(
      Map<String, HostArray> found, Map<String, HostArray> expected, double tolerance) {
    assertThat(shapes(found)).isEqualTo(shapes(expected));
    expected.forEach(
        (n, a) ->
            assertThat(found.get(n).toDoubles())
                .as(n)
                .containsExactly(a.toDoubles(), within(tolerance)));
  }
}
