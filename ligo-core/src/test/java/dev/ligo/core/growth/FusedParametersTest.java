package dev.ligo.it.growth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.ligo.api.Backend;
import dev.ligo.api.BackendOptions;
import dev.ligo.api.Backends;
import dev.ligo.api.Computation;
import dev.ligo.api.DeviceArray;
import dev.ligo.api.HostArray;
import dev.ligo.api.NamedTensors;
import dev.ligo.api.Shape;
import dev.ligo.core.Ligo;
import dev.ligo.core.growth.AxisMap;
import dev.ligo.core.growth.Copies;
import dev.ligo.core.growth.GrowthMethod;
import dev.ligo.core.growth.GrowthOperator;
import dev.ligo.core.growth.GrowthPlan;
import dev.ligo.core.growth.OperatorFile;
import dev.ligo.core.growth.ParameterGrowth;
import dev.ligo.core.growth.Term;
import dev.ligo.core.growth.apply.OperatorApplication;
import dev.ligo.core.growth.method.FpiMethod;
import dev.ligo.core.growth.method.InterpolationMethod;
import dev.ligo.core.growth.method.LigoMethod;
import dev.ligo.core.growth.method.LigoOptions;
import dev.ligo.core.growth.method.StackMethod;
import dev.ligo.core.model.ModelSpec;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A fused query, key and value grows as three parameters would: a fused and a split checkpoint of
 * the same weights have the same operator.
 */
class FusedParametersTest {
  /** Sums of at most some dozen products of numbers around 1, in two orders: 1e-16 each. */
  private static final double TOLERANCE = 1e-12;

  /** Float64 roundings through a few layers. */
  private static final double EXACT = 1e-10;

  private static final String FUSED = ".c_attn.";
  private static final String[] PARTS = {".c_attn.q.", ".c_attn.k.", ".c_attn.v."};

  private static Backend backend;
  private static Ligo ligo;

  @BeforeAll
  static void open() {
    backend = Backends.open("pytorch", BackendOptions.cpu().withThreads(1));
    ligo = Ligo.create();
  }

  @AfterAll
  static void close() {
    backend.close();
  }

  /** Methods with the sizes of their targets: layers, hidden size, heads, feed-forward width. */
  static Stream<Object[]> growths() {
    List<Object[]> all = new ArrayList<>();
    int[] wider = {3, 12, 3, 10};
    int[] widerHeads = {2, 16, 2, 8};
    all.add(new Object[] {new StackMethod(), new int[] {4, 8, 2, 6}});
    all.add(new Object[] {new InterpolationMethod(), new int[] {5, 8, 2, 6}});
    all.add(new Object[] {new FpiMethod(), wider});
    all.add(new Object[] {new FpiMethod(), widerHeads});
    for (AxisMap.Sharing sharing : AxisMap.Sharing.values()) {
      for (AxisMap.Form form : AxisMap.Form.values()) {
        LigoOptions options = LigoOptions.defaults().withForm(form).withSharing(sharing);
        LigoOptions ownStart =
            options.withStart(LigoOptions.DepthStart.STACK, 0, LigoOptions.WidthStart.SELECTION);
        all.add(new Object[] {new LigoMethod(ownStart), wider});
        if (form == AxisMap.Form.DENSE) {
          all.add(new Object[] {new LigoMethod(options), widerHeads});
        }
      }
    }
    return all.stream();
  }

  @ParameterizedTest
  @MethodSource("growths")
  void aFusedAndASplitCheckpointHaveTheSameOperator(GrowthMethod method, int[] to) {
    GrowthOperator fused = method.operator(fusedPlan(to), 7);
    GrowthOperator split = method.operator(splitPlan(to), 7);
    assertThat(fused.scalars()).isEqualTo(split.scalars());
    fused
        .parameters()
        .forEach(
            (name, growth) -> {
              for (int part = 0; part < growth.parts().size(); part++) {
                ParameterGrowth apart = split.parameters().get(name.replace(FUSED, PARTS[part]));
                ParameterGrowth same = apart == null ? split.parameters().get(name) : apart;
                assertThat(growth.parts().get(part).stream().map(FusedParametersTest::renamed))
                    .as("%s, part %d", name, part)
                    .usingRecursiveComparison()
                    .isEqualTo(same.parts().get(0));
              }
            });
    fused
        .factors()
        .forEach(
            (name, values) ->
                assertThat(values.bytes())
                    .as(name)
                    .isEqualTo(split.factors().get(renamed(name)).bytes()));
  }

  @ParameterizedTest
  @MethodSource("growths")
  void aFusedCheckpointGrowsIntoWhatASplitOneDoes(GrowthMethod method, int[] to) {
    GrowthPlan plan = fusedPlan(to);
    GrowthOperator fused = OperatorAgainstExplicitMatrixTest.randomised(method.operator(plan, 7));
    Map<String, HostArray> factors = new HashMap<>();
    fused.factors().forEach((n, a) -> factors.put(renamed(n), a));
    GrowthOperator split = method.operator(splitPlan(to), 7).withValues(factors, Map.of());

    Map<String, HostArray> small = TinyGpt2.values(plan.small(), 3);
    Map<String, HostArray> grown = split(grow(fused, small));
    Map<String, HostArray> apart = grow(split, split(small));
    assertThat(grown.keySet()).isEqualTo(apart.keySet());
    apart.forEach((n, a) -> assertClose(n, grown.get(n).toDoubles(), a.toDoubles()));
    Map<String, HostArray> splitSmall = split(small);
    for (ParameterGrowth g : split.parameters().values()) {
      if (g.isSelection()) {
        continue; // the explicit matrices are of factors
      }
      assertClose(
          g.name(),
          OperatorAgainstExplicitMatrixTest.concatenated(g, grown),
          OperatorAgainstExplicitMatrixTest.explicit(g, split.factors(), splitSmall));
    }
  }

  private static void assertClose(String name, double[] found, double[] expected) {
    assertThat(found).hasSameSizeAs(expected);
    for (int i = 0; i < expected.length; i++) {
      assertThat(found[i]).as("%s, entry %d", name, i).isCloseTo(expected[i], within(TOLERANCE));
    }
  }

  @Test
  void anOperatorOfPartsIsReadAsItWasWritten(@TempDir Path directory) {
    GrowthPlan plan = fusedPlan(new int[] {3, 12, 3, 10});
    GrowthOperator operator =
        OperatorAgainstExplicitMatrixTest.randomised(new LigoMethod().operator(plan, 1));
    Path file = directory.resolve("operator.safetensors");
    OperatorFile.write(operator, file);
    GrowthOperator read = OperatorFile.read(file, plan);
    Map<String, HostArray> small = TinyGpt2.values(plan.small(), 3);
    Map<String, HostArray> again = grow(read, small);
    grow(operator, small)
        .forEach((n, a) -> assertThat(again.get(n).bytes()).as(n).isEqualTo(a.bytes()));
  }

  @ParameterizedTest
  @CsvSource({
    "16, 4, 12, true", // heads doubled
    "16, 2, 12, true", // head width doubled: the query part makes up for the scale
    "8, 2, 9, true", // feed-forward units copied unequally
    "12, 3, 12, false" // residual units copied unequally
  })
  void fpiKeepsTheFunctionWhereCopiesAreEqual(int hidden, int heads, int inner, boolean exact) {
    ModelSpec<?> small = TinyGpt2.fused(ligo, 2, 8, 2, 6);
    ModelSpec<?> large = TinyGpt2.fused(ligo, 2, hidden, heads, inner);
    GrowthMethod method = new FpiMethod(Copies.Order.CIRCULAR);
    Map<String, HostArray> values = TinyGpt2.values(small, 2);
    Map<String, HostArray> grown = grow(method.operator(new GrowthPlan(small, large), 1), values);
    double[] before = logits(small, values);
    double[] after = logits(large, grown);
    double worst = 0;
    double largest = 0;
    for (int i = 0; i < before.length; i++) {
      worst = Math.max(worst, Math.abs(after[i] - before[i]));
      largest = Math.max(largest, Math.abs(before[i]));
    }
    if (exact) {
      assertThat(worst / largest).isLessThan(EXACT);
    } else {
      assertThat(worst / largest).isGreaterThan(1e-3);
    }
  }

  private static GrowthPlan fusedPlan(int... to) {
    return new GrowthPlan(
        TinyGpt2.fused(ligo, 2, 8, 2, 6), TinyGpt2.fused(ligo, to[0], to[1], to[2], to[3]));
  }

  private static GrowthPlan splitPlan(int... to) {
    return new GrowthPlan(TinyGpt2.split(2, 8, 2, 6), TinyGpt2.split(to[0], to[1], to[2], to[3]));
  }

  private static Map<String, HostArray> grow(
      GrowthOperator operator, Map<String, HostArray> small) {
    Map<String, HostArray> large = new TreeMap<>();
    new OperatorApplication(operator, small::get, () -> backend).run(large::put);
    return large;
  }

  /** A term of a part with the name that its depth factor has where the part is a parameter. */
  private static Term renamed(Term term) {
    return term.depth() instanceof AxisMap.Factor f
        ? new Term(
            new AxisMap.Factor(renamed(f.name()), f.large(), f.small(), f.form(), f.sharing()),
            term.maps())
        : term;
  }

  /** The name of a factor of a part where the part is a parameter. */
  private static String renamed(String factor) {
    int number = factor.indexOf('#');
    return number < 0
        ? factor
        : factor
            .substring(0, number)
            .replace(FUSED, PARTS[Integer.parseInt(factor.substring(number + 1))]);
  }

  /** Splits the fused arrays into their thirds along the last axis. */
  private static Map<String, HostArray> split(Map<String, HostArray> fused) {
    Map<String, HostArray> split = new TreeMap<>();
    fused.forEach(
        (name, a) -> {
          if (!name.contains(FUSED)) {
            split.put(name, a);
            return;
          }
          int all = a.shape().dim(-1);
          int third = all / 3;
          for (int part = 0; part < 3; part++) {
            Shape shape = a.shape().withDim(-1, third);
            HostArray p = HostArray.zeros(a.dtype(), shape);
            for (int i = 0; i < p.size(); i++) {
              p.set(i, a.get(i / third * all + part * third + i % third));
            }
            split.put(name.replace(FUSED, PARTS[part]), p);
          }
        });
    return split;
  }

  private static double[] logits(ModelSpec<?> model, Map<String, HostArray> values) {
    Map<String, HostArray> in = new TreeMap<>();
    values.forEach((n, a) -> in.put("parameter/" + n, a));
    TinyGpt2.batch().forEach((n, a) -> in.put("batch/" + n, a));
    Map<String, DeviceArray> inputs = backend.arrays(in);
    try (Computation computation =
            backend.compile(
                (t, x) ->
                    NamedTensors.of(
                        "logits",
                        model
                            .forTask("causal-lm")
                            .logits(t, x.under("parameter/"), x.under("batch/"), false)));
        DeviceArray out = computation.run(inputs).get("logits")) {
      return out.toHost().toDoubles();
    } finally {
      inputs.values().forEach(DeviceArray::close);
    }
  }
}
