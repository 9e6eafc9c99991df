package dev.ligo.it.growth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import dev.ligo.api.Backend;
import dev.ligo.api.BackendOptions;
import dev.ligo.api.Backends;
import dev.ligo.api.Computation;
import dev.ligo.api.DType;
import dev.ligo.api.DeviceArray;
import dev.ligo.api.HostArray;
import dev.ligo.api.LigoException;
import dev.ligo.api.NamedTensors;
import dev.ligo.api.Tensor;
import dev.ligo.core.growth.AxisMap;
import dev.ligo.core.growth.GrowthException;
import dev.ligo.core.growth.GrowthMethod;
import dev.ligo.core.growth.GrowthOperator;
import dev.ligo.core.growth.GrowthPlan;
import dev.ligo.core.growth.OperatorFile;
import dev.ligo.core.growth.ParameterGrowth;
import dev.ligo.core.growth.Term;
import dev.ligo.core.growth.apply.OperatorApplication;
import dev.ligo.core.growth.apply.TensorGrowth;
import dev.ligo.core.growth.method.LemonMethod;
import dev.ligo.core.growth.method.LigoMethod;
import dev.ligo.core.growth.moments.MomentGrowth;
import dev.ligo.core.model.Axis;
import dev.ligo.core.model.Layout;
import dev.ligo.core.model.ModelSpec;
import dev.ligo.core.model.Use;
import dev.ligo.it.growth.TinyFusedAttention.Dims;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/**
 * Query, key and value fused head by head grow as three parameters would: the checkpoint of them
 * apart has the same operator and the same grown bits. Queries may share keys, so that the parts of
 * a head are of different widths.
 */
class InterleavedParametersTest {
  private static final Dims SMALL = new Dims(2, 2, 2, 2, 4);

  static final List<Dims> TARGETS =
      List.of(
          new Dims(2, 4, 2, 2, 8),
          new Dims(2, 2, 2, 4, 8),
          new Dims(2, 2, 4, 2, 8),
          new Dims(2, 3, 2, 2, 6),
          new Dims(4, 2, 2, 2, 4),
          new Dims(4, 4, 2, 2, 8));

  private static Backend backend;

  @BeforeAll
  static void open() {
    backend = Backends.open("plain", BackendOptions.cpu());
  }

  @AfterAll
  static void close() {
    backend.close();
  }

  private static GrowthPlan plan(Dims to, boolean fused) {
    return new GrowthPlan(SMALL.model(fused), to.model(fused));
  }

  private interface Pair {
    void accept(GrowthOperator fused, GrowthOperator split);
  }

  /** Gives the operators of every method that is defined for a target, of both checkpoints. */
  private static void eachMethod(Dims to, Pair pair) {
    List<String> seen = new ArrayList<>();
    for (GrowthMethod method : ServiceLoader.load(GrowthMethod.class)) {
      Optional<GrowthOperator> fused = operator(method, plan(to, true));
      Optional<GrowthOperator> split = operator(method, plan(to, false));
      assertThat(fused.isPresent()).as(method.name()).isEqualTo(split.isPresent());
      if (fused.isPresent()) {
        pair.accept(fused.get(), split.get());
        seen.add(method.name());
      }
    }
    assertThat(seen).contains("aki", "copy", "fpi", "lemon", "ligo", "net2net");
  }

  private static Optional<GrowthOperator> operator(GrowthMethod method, GrowthPlan plan) {
    try {
      return Optional.of(method.operator(plan, 7));
    } catch (GrowthException refused) {
      return Optional.empty();
    }
  }

  @ParameterizedTest
  @FieldSource("TARGETS")
  void aFusedAndASplitCheckpointHaveTheSameOperator(Dims to) {
    eachMethod(
        to,
        (fused, split) -> {
          assertThat(fused.scalars()).isEqualTo(split.scalars());
          fused
              .parameters()
              .forEach(
                  (name, growth) -> {
                    for (int part = 0; part < growth.parts().size(); part++) {
                      ParameterGrowth apart =
                          split
                              .parameters()
                              .get(
                                  name.replace(
                                      TinyFusedAttention.FUSED, TinyFusedAttention.PARTS[part]));
                      assertThat(
                              growth.parts().get(part).stream()
                                  .map(InterleavedParametersTest::renamed))
                          .as("%s: %s, part %d", fused.method(), name, part)
                          .usingRecursiveComparison()
                          .isEqualTo(apart.parts().get(0));
                    }
                  });
        });
  }

  @ParameterizedTest
  @FieldSource("TARGETS")
  void aFusedCheckpointGrowsBitByBitIntoWhatASplitOneDoes(Dims to) {
    Map<String, HostArray> small = TinyFusedAttention.values(SMALL.model(true));
    Map<String, HostArray> smallSplit = TinyFusedAttention.split(small, SMALL);
    eachMethod(
        to,
        (fused, split) -> {
          GrowthOperator same = withFactorsOf(fused, split);
          Map<String, HostArray> apart = grow(same, smallSplit);
          assertSame(fused.method(), TinyFusedAttention.split(grow(fused, small), to), apart);
          // A program gets what fills the rest from its caller.
          apart.keySet().retainAll(fusedAlone(apart.keySet()));
          Map<String, HostArray> inProgram =
              TinyFusedAttention.split(growInProgram(fused, small), to);
          inProgram.keySet().retainAll(fusedAlone(apart.keySet()));
          assertSame(fused.method() + " in a program", inProgram, apart);
        });
  }

  @ParameterizedTest
  @FieldSource("TARGETS")
  void momentsGrowAsThoseOfASplitCheckpoint(Dims to) {
    Map<String, HostArray> small = TinyFusedAttention.values(SMALL.model(true));
    small.replaceAll((n, a) -> squared(a));
    Map<String, HostArray> smallSplit = TinyFusedAttention.split(small, SMALL);
    eachMethod(
        to,
        (fused, split) -> {
          GrowthOperator same = withFactorsOf(fused, split);
          assertSame(
              "first moments of " + fused.method(),
              TinyFusedAttention.split(moments(fused, small, true), to),
              moments(same, smallSplit, true));
          if (fused.fresh().isEmpty() && isReached(fused)) {
            assertSame(
                "second moments of " + fused.method(),
                TinyFusedAttention.split(moments(fused, small, false), to),
                moments(same, smallSplit, false));
          }
        });
  }

  /** Entries that no term reaches get their tensor's mean; a fused checkpoint has fewer tensors. */
  private static boolean isReached(GrowthOperator operator) {
    return operator.parameters().values().stream().noneMatch(ParameterGrowth::hasUnreached);
  }

  @Test
  void anOperatorOfInterleavedPartsIsReadAsItWasWritten(@TempDir Path directory) {
    Map<String, HostArray> small = TinyFusedAttention.values(SMALL.model(true));
    for (GrowthMethod method : List.of(new LigoMethod(), new LemonMethod())) {
      GrowthPlan plan = plan(TARGETS.get(0), true);
      GrowthOperator operator = method.operator(plan, 1);
      Path file = directory.resolve(method.name() + ".safetensors");
      OperatorFile.write(operator, file);
      assertSame(method.name(), grow(OperatorFile.read(file, plan), small), grow(operator, small));
    }
  }

  /** The unit of a part, of a head, by hand: 2 heads of 2 + 1 + 1 times 2 units. */
  @Test
  void partsLieHeadByHead() {
    Axis.Concat fused =
        (Axis.Concat)
            SMALL.model(true).layout().parameter("layers.{}.fused.bias").uses().get(0).axis();
    assertThat(fused.size()).isEqualTo(16);
    assertThat(fused.places(0)).containsExactly(0, 1, 2, 3, 8, 9, 10, 11);
    assertThat(fused.places(1)).containsExactly(4, 5, 12, 13);
    assertThat(fused.places(2)).containsExactly(6, 7, 14, 15);
  }

  @Test
  void anAxisWithoutTheHeadsIsNotDealtOutByThem() {
    Layout p = new Layout(1);
    Axis.Width heads = p.width("heads", 2);
    Axis.Width q = p.width("q", heads, 3);
    Axis.Width other = p.width("other", 6);
    assertThatThrownBy(() -> Axis.interleave(heads, Use.query(q), Use.write(other)))
        .isInstanceOf(LigoException.class)
        .hasMessageContaining("'heads'")
        .hasMessageContaining("other");
  }

  @Test
  void wholeHeadsDoNotWiden() {
    GrowthPlan more = new GrowthPlan(rotary(2, 4), rotary(4, 4));
    assertThat(more.widens()).isTrue();
    assertThatThrownBy(() -> new GrowthPlan(rotary(2, 4), rotary(2, 8)))
        .isInstanceOf(GrowthException.class)
        .hasMessageContaining("axis 'q' grows by whole heads")
        .hasMessageContaining("from 4 to 8 units");
  }

  private static ModelSpec<?> rotary(int heads, int width) {
    return ModelSpec.of(
        new TinyFusedAttention(new Dims(1, heads, 1, width, 4), true) {
          @Override
          public void parameters(Dims d, Layout p) {
            Axis.Width q = p.wholeHeads("q", p.width("heads", d.keys()), d.width());
            p.linear("query", p.width("embed", d.embed()), Use.query(q));
          }
        },
        new JsonObject(),
        n -> true);
  }

  private static GrowthOperator withFactorsOf(GrowthOperator fused, GrowthOperator split) {
    Map<String, HostArray> factors = new HashMap<>();
    fused.factors().forEach((n, a) -> factors.put(renamed(n), a));
    assertThat(factors.keySet()).isEqualTo(split.factors().keySet());
    return split.withValues(factors, split.fresh());
  }

  private static Map<String, HostArray> grow(
      GrowthOperator operator, Map<String, HostArray> small) {
    Map<String, HostArray> large = new TreeMap<>();
    new OperatorApplication(operator, small::get, () -> backend).run(large::put);
    return large;
  }

  /** Grows on tensors what is else grown on the host. */
  private static Map<String, HostArray> growInProgram(
      GrowthOperator operator, Map<String, HostArray> small) {
    Map<String, HostArray> large = new TreeMap<>();
    Map<String, HostArray> in = new TreeMap<>();
    small.forEach((n, a) -> in.put("small/" + n, a));
    operator.factors().forEach((n, a) -> in.put("factor/" + n, a.as(DType.FLOAT64)));
    Map<String, DeviceArray> inputs = backend.arrays(in);
    try (Computation computation =
        backend.compile(
            (t, x) -> {
              TensorGrowth growth = new TensorGrowth(t, x.under("factor/"));
              Map<String, Tensor> out = new TreeMap<>();
              for (ParameterGrowth g : operator.parameters().values()) {
                List<Tensor> layers =
                    IntStream.range(0, g.smallLayers())
                        .mapToObj(l -> x.get("small/" + g.small().at(l)).expandDims(0))
                        .toList();
                Tensor grown = growth.grow(g, t.concat(0, layers), Optional.empty());
                for (int l = 0; l < g.largeLayers(); l++) {
                  Tensor layer = grown.slice(0, l, l + 1).reshape(g.large().shape());
                  out.put(g.large().at(l), layer);
                }
              }
              return NamedTensors.of(out);
            })) {
      computation
          .run(inputs)
          .forEach(
              (n, a) -> {
                large.put(n, a.toHost());
                a.close();
              });
    } finally {
      inputs.values().forEach(DeviceArray::close);
    }
    return large;
  }

  private static Map<String, HostArray> moments(
      GrowthOperator operator, Map<String, HostArray> small, boolean first) {
    Map<String, HostArray> out = new TreeMap<>();
    MomentGrowth growth = new MomentGrowth(operator, n -> true);
    if (first) {
      growth.first(small::get, () -> backend, out::put);
    } else {
      growth.second(small::get, () -> backend, out::put);
    }
    return out;
  }

  private static void assertSame(
      String what, Map<String, HostArray> found, Map<String, HostArray> expected) {
    assertThat(found.keySet()).as(what).isEqualTo(expected.keySet());
    expected.forEach(
        (n, a) ->
            assertThat(found.get(n).toDoubles()).as("%s: %s", what, n).isEqualTo(a.toDoubles()));
  }

  /** Returns the names of what is a part of a fused parameter. */
  private static List<String> fusedAlone(Set<String> names) {
    return names.stream()
        .filter(n -> Stream.of(TinyFusedAttention.PARTS).anyMatch(n::contains))
        .toList();
  }

  private static HostArray squared(HostArray a) {
    HostArray out = HostArray.zeros(a.dtype(), a.shape());
    for (int i = 0; i < out.size(); i++) {
      out.set(i, a.get(i) * a.get(i));
    }
    return out;
  }

  /** A term of a part with the name that its depth factor has where the part is a parameter. */
  private static Term renamed(Term term) {
    return term.depth() instanceof AxisMap.Factor f
        ? new Term(
            new AxisMap.Factor(
                renamed(f.name()), f.large(), f.small(), f.form(), f.sharing(), f.unreached()),
            term.maps())
        : term;
  }

  private static String renamed(String factor) {
    int number = factor.indexOf('#');
    return number < 0
        ? factor
        : factor
            .substring(0, number)
            .replace(
                TinyFusedAttention.FUSED,
                TinyFusedAttention.PARTS[
                    Integer.parseInt(factor.substring(number + 1, number + 2))])
            .concat(factor.substring(number + 2));
  }
}
