package dev.ligo.core.growth.moments;

import dev.ligo.api.Backend;
import dev.ligo.api.DType;
import dev.ligo.api.HostArray;
import dev.ligo.core.growth.AxisMap;
import dev.ligo.core.growth.GrowthException;
import dev.ligo.core.growth.GrowthOperator;
import dev.ligo.core.growth.ParameterGrowth;
import dev.ligo.core.growth.Term;
import dev.ligo.core.growth.apply.HostGrowth;
import dev.ligo.core.growth.apply.OperatorApplication;
import dev.ligo.core.model.Encoding;
import dev.ligo.core.model.Initializer;
import dev.ligo.core.model.Parameter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Grows AdamW's moments with the parameters. Moments are made of gradients, and a gradient is
 * pulled back: with Θ̂ = MΘ it is g = Mᵀĝ. Of all ĝ that give g the shortest is taken, m̂ = N m
 * with N = M (MᵀM)⁻¹: copies of a unit share its gradient equally, as they do in truth after a
 * growth that preserves the function by equal copies. The second moment is v̂ = (N ∘ N) v, which
 * takes the entries of a gradient to be uncorrelated.
 *
 * <p>N is formed map by map where a parameter, or a part of one, grows by one Kronecker term; for a
 * sum of terms M is divided by the diagonal of MᵀM, which is the same where terms reach entries of
 * their own or copy the same unit, and an approximation otherwise. N ∘ N squares the sum of the
 * terms: (Σ Nₜ) ∘ (Σ Nₜ) is the sum over pairs of terms, map by map.
 */
public final class MomentGrowth {
  private final GrowthOperator operator;
  private final List<ParameterGrowth> growths;
  private final Map<String, HostArray> factors;
  private final List<ParameterGrowth> squares;

  /**
   * Derives the operators for moments from one for parameters.
   *
   * @param operator the operator
   * @param held tells whether there are moments of a parameter of the small model, by its name
   * @throws GrowthException if the columns of a factor depend on each other
   */
  public MomentGrowth(GrowthOperator operator, Predicate<String> held) {
    this.operator = operator;
    MomentMaps maps = new MomentMaps(operator.factors());
    this.growths =
        operator.parameters().values().stream()
            .filter(g -> held.test(g.small().at(0)))
            .map(g -> with(g, withoutMeans(g, maps)))
            .map(g -> inverse(g, maps))
            .map(g -> times(g, 1 / g.ratio()))
            .toList();
    this.squares =
        growths.stream()
            .map(g -> square(g, maps))
            .map(g -> times(g, g.ratio() * g.ratio()))
            .toList();
    this.factors = maps.factors();
  }

  private static List<List<Term>> withoutMeans(ParameterGrowth g, MomentMaps maps) {
    return g.parts().stream()
        .map(
            terms ->
                terms.stream()
                    .map(t -> of(t.modes().stream().map(maps::withoutMeans).toList()))
                    .toList())
        .toList();
  }

  /** Returns the same maps for values that are stored as they are, in all times a number. */
  private static ParameterGrowth times(ParameterGrowth g, double factor) {
    return new ParameterGrowth(
        g.small().storedAs(Encoding.scaled(factor), g.small().initializer()),
        g.large().storedAs(Encoding.PLAIN, g.large().initializer()),
        g.smallLayers(),
        g.largeLayers(),
        g.parts(),
        g.fill());
  }

  private static boolean isSum(ParameterGrowth g) {
    return g.parts().stream().anyMatch(terms -> terms.size() > 1);
  }

  private static ParameterGrowth inverse(ParameterGrowth g, MomentMaps maps) {
    return with(
        g,
        g.parts().stream()
            .map(
                terms ->
                    terms.size() > 1
                        ? terms
                        : List.of(
                            of(terms.get(0).modes().stream().map(maps::pseudoInverse).toList())))
            .toList());
  }

  private static ParameterGrowth square(ParameterGrowth g, MomentMaps maps) {
    List<List<Term>> parts = new ArrayList<>();
    for (List<Term> terms : g.parts()) {
      List<Term> pairs = new ArrayList<>();
      for (Term a : terms) {
        for (Term b : terms) {
          List<AxisMap> modes = new ArrayList<>();
          for (int i = 0; i < a.modes().size(); i++) {
            modes.add(maps.product(a.modes().get(i), b.modes().get(i)));
          }
          if (modes.stream().noneMatch(MomentGrowth::isZero)) {
            pairs.add(of(modes));
          }
        }
      }
      parts.add(pairs);
    }
    return with(g, parts);
  }

  private static Term of(List<AxisMap> modes) {
    return new Term(modes.get(0), modes.subList(1, modes.size()));
  }

  private static boolean isZero(AxisMap map) {
    if (!(map instanceof AxisMap.Selection s)) {
      return false;
    }
    for (int i = 0; i < s.large(); i++) {
      if (s.index(i) != AxisMap.Selection.NONE) {
        return false;
      }
    }
    return true;
  }

  private static ParameterGrowth with(ParameterGrowth g, List<List<Term>> parts) {
    return g.with(parts, ParameterGrowth.Fill.ZERO);
  }

  /**
   * Grows first moments, m̂ = N m.
   *
   * @param source reads the first moment of a parameter of the small model by its name
   * @param backend gives the backend, asked only if a term multiplies by a matrix
   * @param sink takes what has grown
   */
  public void first(
      Function<String, HostArray> source,
      Supplier<Backend> backend,
      OperatorApplication.Sink sink) {
    apply(growths, 1, source, backend, sink);
  }

  /**
   * Grows second moments, v̂ = (N ∘ N) v. Entries that no term reaches have no past: they get the
   * mean of their tensor's others, since with 0 the first steps would be several times too long.
   *
   * @param source reads the second moment of a parameter of the small model by its name
   * @param backend gives the backend, asked only if a term multiplies by a matrix
   * @param sink takes what has grown
   */
  public void second(
      Function<String, HostArray> source,
      Supplier<Backend> backend,
      OperatorApplication.Sink sink) {
    Map<String, Unreached> unreached = new HashMap<>();
    operator
        .parameters()
        .values()
        .forEach(
            g -> {
              for (int l = 0; l < g.largeLayers(); l++) {
                unreached.put(g.large().at(l), new Unreached(g, l));
              }
            });
    apply(
        squares,
        2,
        source,
        backend,
        (name, values) -> sink.accept(name, unreached.get(name).fill(values)));
  }

  /** Applies sums of terms to moments, divided before by a power of the diagonal of MᵀM. */
  private void apply(
      List<ParameterGrowth> sums,
      int power,
      Function<String, HostArray> source,
      Supplier<Backend> backend,
      OperatorApplication.Sink sink) {
    Map<String, ParameterGrowth> divided = new HashMap<>();
    Map<String, Integer> layers = new HashMap<>();
    for (ParameterGrowth g : growths) {
      for (int j = 0; isSum(g) && j < g.smallLayers(); j++) {
        divided.put(g.small().at(j), g);
        layers.put(g.small().at(j), j);
      }
    }
    Function<String, HostArray> read =
        name ->
            divided.containsKey(name)
                ? new GramDiagonal(divided.get(name), new MomentMaps(factors))
                    .divide(source.apply(name), layers.get(name), power)
                : source.apply(name);
    GrowthOperator moments =
        new GrowthOperator(operator.method(), operator.seed(), sums, factors, Map.of());
    OperatorApplication.Source divides =
        new OperatorApplication.Source() {
          @Override
          public HostArray read(String name) {
            return read.apply(name);
          }

          @Override
          public DType dtype(String name) {
            return source.apply(name).dtype();
          }
        };
    new OperatorApplication(moments, divides, backend).run(sink);
  }

  /**
   * {@return the number of steps behind the moments of each tensor of the large model that has
   * some: the most behind the small one's layers; 0 if no term reaches it}
   *
   * @param ages gives the number of steps behind a parameter of the small model
   */
  public Map<String, Long> ages(Function<String, Long> ages) {
    Map<String, Long> out = new HashMap<>();
    for (ParameterGrowth g : growths) {
      long age = 0;
      for (int j = 0; j < g.smallLayers(); j++) {
        age = Math.max(age, ages.apply(g.small().at(j)));
      }
      for (int l = 0; l < g.largeLayers(); l++) {
        out.put(g.large().at(l), new Unreached(g, l).isWhole() ? 0 : age);
      }
    }
    return out;
  }

  /** The entries of a layer's tensor that no term reaches. */
  private record Unreached(ParameterGrowth growth, int layer) {
    /** Returns 1 where no term reaches and 0 elsewhere; empty if every entry is reached. */
    private Optional<HostArray> mask() {
      Parameter ones = growth.large().storedAs(Encoding.PLAIN, Initializer.ONES);
      ParameterGrowth g =
          new ParameterGrowth(
              growth.small(),
              ones,
              growth.smallLayers(),
              growth.largeLayers(),
              growth.parts(),
              ParameterGrowth.Fill.INITIAL);
      return HostGrowth.fill(g, layer, DType.FLOAT32, 0);
    }

    boolean isWhole() {
      Optional<HostArray> mask = mask();
      for (int i = 0; mask.isPresent() && i < mask.get().size(); i++) {
        if (mask.get().get(i) == 0) {
          return false;
        }
      }
      return mask.isPresent();
    }

    /** Replaces what is unreached by the mean of the rest, and roundings below 0 by 0. */
    HostArray fill(HostArray values) {
      HostArray out = HostArray.zeros(values.dtype(), values.shape());
      Optional<HostArray> mask = mask();
      OptionalDouble mean = mask.map(m -> mean(values, m)).orElse(OptionalDouble.empty());
      for (int i = 0; i < out.size(); i++) {
        boolean reached = mask.isEmpty() || mask.get().get(i) == 0;
        out.set(i, reached ? Math.max(0, values.get(i)) : mean.orElse(0));
      }
      return out;
    }

    private static OptionalDouble mean(HostArray values, HostArray mask) {
      double sum = 0;
      long count = 0;
      for (int i = 0; i < values.size(); i++) {
        if (mask.get(i) == 0) {
          sum += values.get(i);
          count++;
        }
      }
      return count == 0 ? OptionalDouble.empty() : OptionalDouble.of(sum / count);
    }
  }
}
