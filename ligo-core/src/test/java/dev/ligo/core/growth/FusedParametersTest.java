package dev.ligo.core.growth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.ligo.api.Computation;
import dev.ligo.api.DeviceArray;
import dev.ligo.api.HostArray;
import dev.ligo.api.NamedTensors;
import dev.ligo.api.Shape;
import dev.ligo.core.fixtures.ExplicitOperator;
import dev.ligo.core.fixtures.FamilyTest;
import dev.ligo.core.fixtures.TinyTransformer;
import dev.ligo.core.fixtures.TinyValues;
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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A fused query, key and value grows as three parameters would: a fused and a split checkpoint of
 * the same weights have the same operator.
 */
class FusedParametersTest extends FamilyTest {
  /** Sums of at most some dozen products of numbers around 1, in two orders: 1e-16 each. */
  private static final double TOLERANCE = 1e-12;

  /** Float64 roundings through a few layers. */
  private static final double EXACT = 1e-10;

  private static final String FUSED = ".qkv.";
  private static final String[] PARTS = {".qkv.q.", ".qkv.k.", ".qkv.v."};

  /** Methods with the sizes of their targets: layers, hidden size, heads, feed-forward width. */
  static Stream<Object[]> methods() {
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
  @MethodSource("methods")
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
  @MethodSource("methods")
  void aFusedCheckpointGrowsIntoWhatASplitOneDoes(GrowthMethod method, int[] to) {
    GrowthPlan plan = fusedPlan(to);
    GrowthOperator fused = ExplicitOperator.randomised(method.operator(plan, 7));
    Map<String, HostArray> factors = new HashMap<>();
    fused.factors().forEach((n, a) -> factors.put(renamed(n), a));
    GrowthOperator split = method.operator(splitPlan(to), 7).withValues(factors, Map.of());

    Map<String, HostArray> small = TinyValues.of(plan.small(), 3);
    Map<String, HostArray> grown = split(grow(fused, small));
    Map<String, HostArray> apart = grow(split, split(small));
    assertThat(grown.keySet()).isEqualTo(apart.keySet());
    apart.forEach((n, a) -> assertClose(n, grown.get(n).toDoubles(), a.toDoubles()));
    ExplicitOperator.assertGrown(split, split(small), grown);
    ExplicitOperator.assertGrown(fused, small, grow(fused, small));
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
    GrowthOperator operator = ExplicitOperator.randomised(new LigoMethod().operator(plan, 1));
    Path file = directory.resolve("operator.safetensors");
    OperatorFile.write(operator, file);
    GrowthOperator read = OperatorFile.read(file, plan);
    Map<String, HostArray> small = TinyValues.of(plan.small(), 3);
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
    ModelSpec<?> small = decoder(2, 8, 2, 6);
    ModelSpec<?> large = decoder(2, hidden, heads, inner);
    GrowthMethod method = new FpiMethod(Copies.Order.CIRCULAR);
    Map<String, HostArray> values = TinyValues.of(small, 2);
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

  private static ModelSpec<?> decoder(int layers, int hidden, int heads, int inner) {
    return TinyTransformer.model(TinyTransformer.Form.DECODER, layers, hidden, heads, inner);
  }

  private static ModelSpec<?> splitDecoder(int layers, int hidden, int heads, int inner) {
    return TinyTransformer.model(TinyTransformer.Form.SPLIT_DECODER, layers, hidden, heads, inner);
  }

  private static GrowthPlan fusedPlan(int... to) {
    return new GrowthPlan(decoder(2, 8, 2, 6), decoder(to[0], to[1], to[2], to[3]));
  }

  private static GrowthPlan splitPlan(int... to) {
    return new GrowthPlan(splitDecoder(2, 8, 2, 6), splitDecoder(to[0], to[1], to[2], to[3]));
  }

  private Map<String, HostArray> grow(GrowthOperator operator, Map<String, HostArray> small) {
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

  private double[] logits(ModelSpec<?> model, Map<String, HostArray> values) {
    Map<String, HostArray> in = new TreeMap<>();
    values.forEach((n, a) -> in.put("parameter/" + n, a));
    TinyValues.batches().batch(0).forEach((n, a) -> in.put("batch/" + n, a));
    Map<String, DeviceArray> inputs = backend.arrays(in);
    try (Computation computation =
            backend.compile(
                (t, x) ->
                    NamedTensors.of(
                        "logits",
                        model
                            .forTask(model.heads().get(0).name())
                            .logits(t, x.under("parameter/"), x.under("batch/"), false)));
        DeviceArray out = computation.run(inputs).get("logits")) {
      return out.toHost().toDoubles();
    } finally {
      inputs.values().forEach(DeviceArray::close);
    }
  }
}
