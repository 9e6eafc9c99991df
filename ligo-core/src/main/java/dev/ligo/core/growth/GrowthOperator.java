package dev.ligo.core.growth;

import dev.ligo.api.DType;
import dev.ligo.api.HostArray;
import dev.ligo.api.Shape;
import dev.ligo.core.model.Axis;
import dev.ligo.core.model.Parameter;
import dev.ligo.core.model.Use;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * The linear map from a small model's parameters to a large one's, vec(Θ_large) = M vec(Θ_small)
 * (Wang et al., ICLR 2023, equation 3), as sums of Kronecker terms; M is never formed. Immutable.
 */
public final class GrowthOperator {
  private final String method;
  private final long seed;
  private final SortedMap<String, ParameterGrowth> parameters;
  private final SortedMap<String, HostArray> factors;
  private final SortedMap<String, HostArray> fresh;
  private final double epsilonFactor;
  private final Learned learned;

  /**
   * What of an operator is learned, where it is, and on which loss.
   *
   * @param rank the rank of what learning adds to a factor of a width, or 0 for a factor that is
   *     learned as it is
   * @param scaleRate by how many times a factor's learning rate scales are learned: one for each
   *     block of a parameter's fill, and one for what it copies if no factor along the layers gives
   *     it one; 0 if they stay
   * @param lookAhead the steps that the large model is trained for before the loss is taken
   */
  public record Learned(int rank, double scaleRate, int lookAhead) {
    /** The factors as they are, and no scale. */
    public static final Learned FACTORS = new Learned(0, 0, 0);

    /**
     * Refuses numbers below 0.
     *
     * @param rank the rank of what learning adds to a factor of a width
     * @param scaleRate by how many times a factor's learning rate scales are learned
     * @param lookAhead the steps that the large model is trained for before the loss is taken
     */
    public Learned {
      if (rank < 0 || !(scaleRate >= 0) || Double.isInfinite(scaleRate) || lookAhead < 0) {
        throw new GrowthException(
            "how an operator is learned is said by finite numbers of at least 0, found "
                + List.of(rank, scaleRate, lookAhead)
                + ".");
      }
    }
  }

  /**
   * Creates an operator that leaves the large model's config as it is.
   *
   * @param method the name of the method that made it
   * @param seed what entries that no term reaches are drawn from
   * @param parameters how each parameter grows
   * @param factors the values of the factors that the terms name, floating
   * @param fresh the values of the large model's parameters that have no source, by name
   * @throws GrowthException if a factor is missing or has another shape than its uses need
   */
  public GrowthOperator(
      String method,
      long seed,
      List<ParameterGrowth> parameters,
      Map<String, HostArray> factors,
      Map<String, HostArray> fresh) {
    this(method, seed, parameters, factors, fresh, 1, Learned.FACTORS);
  }

  private GrowthOperator(
      String method,
      long seed,
      List<ParameterGrowth> parameters,
      Map<String, HostArray> factors,
      Map<String, HostArray> fresh,
      double epsilonFactor,
      Learned learned) {
    this.method = method;
    this.epsilonFactor = epsilonFactor;
    this.learned = learned;
    this.seed = seed;
    SortedMap<String, ParameterGrowth> byName = new TreeMap<>();
    parameters.forEach(p -> byName.put(p.name(), p));
    this.parameters = Collections.unmodifiableSortedMap(byName);
    this.factors = Collections.unmodifiableSortedMap(new TreeMap<>(factors));
    this.fresh = Collections.unmodifiableSortedMap(new TreeMap<>(fresh));
    parameters.forEach(p -> p.factors().forEach(f -> checkFactor(p, f)));
  }

  private void checkFactor(ParameterGrowth p, AxisMap.Factor f) {
    HostArray values = factors.get(f.name());
    Shape shape = factorShape(p, f);
    if (values == null || !values.shape().equals(shape)) {
      throw new GrowthException(
          "the operator's factor '"
              + f.name()
              + "' should have shape "
              + shape
              + " for parameter '"
              + p.name()
              + "', found "
              + (values == null ? "none" : values.shape())
              + ".");
    }
  }

  /**
   * {@return the shape of a factor's values: (rows, small), with an axis of layers before it}
   *
   * @param p the parameter
   * @param f the factor
   */
  public static Shape factorShape(ParameterGrowth p, AxisMap.Factor f) {
    return switch (f.sharing()) {
      case SHARED -> Shape.of(f.rows(), f.small());
      case LARGE -> Shape.of(p.largeLayers(), f.rows(), f.small());
      case SMALL -> Shape.of(p.smallLayers(), f.rows(), f.small());
    };
  }

  /**
   * Builds the operator of a recipe, with fresh parameters as the family initializes them.
   *
   * @param method the name of the method
   * @param seed what random numbers are drawn from
   * @param plan what grows
   * @param recipe what each parameter becomes
   * @return the operator
   */
  public static GrowthOperator of(String method, long seed, GrowthPlan plan, Recipe recipe) {
    return of(method, seed, plan, recipe, Map::of);
  }

  /**
   * Builds the operator of a recipe.
   *
   * @param method the name of the method
   * @param seed what random numbers are drawn from
   * @param plan what grows
   * @param recipe what each parameter becomes
   * @param factors gives the values of the factors, asked when all maps are made
   * @return the operator
   */
  public static GrowthOperator of(
      String method,
      long seed,
      GrowthPlan plan,
      Recipe recipe,
      Supplier<Map<String, HostArray>> factors) {
    Map<String, HostArray> fresh = new TreeMap<>();
    for (Parameter p : plan.fresh()) {
      for (int l = 0; l < plan.largeLayers(p); l++) {
        fresh.put(p.at(l), p.initializer().array(DType.FLOAT32, p.shape(), p.at(l), seed));
      }
    }
    List<ParameterGrowth> growths = growths(plan, recipe, seed);
    return new GrowthOperator(method, seed, growths, factors.get(), fresh);
  }

  private static List<ParameterGrowth> growths(GrowthPlan plan, Recipe recipe, long seed) {
    List<ParameterGrowth> out = new ArrayList<>();
    for (Parameter large : plan.grown()) {
      Parameter small = plan.small().layout().parameter(large.name());
      List<List<Term>> parts = new ArrayList<>();
      for (int part = 0; part < large.parts().size(); part++) {
        List<Term> sum = new ArrayList<>();
        Parameter alone = large.part(part);
        for (Maps maps : recipe.terms(alone)) {
          for (AxisMap tokens : tokens(small, alone, seed)) {
            sum.add(term(plan, alone, partName(large, part), maps, tokens));
          }
        }
        parts.add(sum);
      }
      out.add(
          new ParameterGrowth(
              small,
              large,
              plan.smallLayers(large),
              plan.largeLayers(large),
              parts,
              recipe.fill(large)));
    }
    return out;
  }

  /** The maps along a parameter's axis of a vocabulary; of any other parameter one, not used. */
  private static List<AxisMap> tokens(Parameter small, Parameter large, long seed) {
    for (int i = 0; i < large.uses().size(); i++) {
      if (large.uses().get(i).axis() instanceof Axis.Vocabulary v) {
        return NewTokens.maps(small.shape().dim(i), v.size(), seed);
      }
    }
    return List.of(AxisMap.identity(1));
  }

  /** The term of a parameter or of a part of one, which has a depth map of its own. */
  private static Term term(
      GrowthPlan plan, Parameter large, Optional<String> part, Maps maps, AxisMap tokens) {
    List<AxisMap> along = new ArrayList<>();
    for (Use u : large.uses()) {
      along.add(
          u.axis() instanceof Axis.Width w
              ? maps.width(large, plan.small(w), w, u.role())
              : u.axis() instanceof Axis.Vocabulary ? tokens : AxisMap.identity(u.axis().size()));
    }
    AxisMap depth =
        large.stack().isPresent()
            ? maps.depth(large, part, plan.smallLayers(large), plan.largeLayers(large))
            : alone(maps.scale(large));
    return new Term(depth, along);
  }

  /** The map along the layers of what stands in no stack. */
  private static AxisMap alone(double scale) {
    return scale == 1
        ? AxisMap.identity(1)
        : new AxisMap.Selection(1, new int[] {0}, new double[] {scale});
  }

  /**
   * {@return what tells a part of a parameter from its others, its number: two may have one axis}
   * Nothing if the parameter has no parts.
   *
   * @param p the parameter
   * @param part the part's number, from 0
   */
  public static Optional<String> partName(Parameter p, int part) {
    return p.partAxis() < 0 ? Optional.empty() : Optional.of(Integer.toString(part));
  }

  /** {@return the name of the method that made the operator} */
  public String method() {
    return method;
  }

  /** {@return what entries that no term reaches are drawn from} */
  public long seed() {
    return seed;
  }

  /**
   * {@return by what the large model multiplies its source's norm epsilon: 1, but for methods that
   * change the variance that norms see} {@link GrowthPlan#amendedBy} gives the model.
   */
  public double epsilonFactor() {
    return epsilonFactor;
  }

  /**
   * {@return this operator for a model of another epsilon, see {@link #epsilonFactor}}
   *
   * @param factor what epsilon is multiplied by
   */
  public GrowthOperator withEpsilonFactor(double factor) {
    return new GrowthOperator(
        method, seed, List.copyOf(parameters.values()), factors, fresh, factor, learned);
  }

  /** {@return what of this operator is learned, where it is} A file does not keep it. */
  public Learned learned() {
    return learned;
  }

  /**
   * {@return this operator with other parts that are learned}
   *
   * @param parts what of it is learned
   */
  public GrowthOperator withLearned(Learned parts) {
    return new GrowthOperator(
        method, seed, List.copyOf(parameters.values()), factors, fresh, epsilonFactor, parts);
  }

  /** {@return how each parameter grows, by name} */
  public SortedMap<String, ParameterGrowth> parameters() {
    return parameters;
  }

  /**
   * {@return whether fresh values are added to weights that have a source, too} Such an operator
   * changes a model that stays at its size.
   */
  public boolean addsFresh() {
    return parameters().values().stream().anyMatch(g -> g.fill().isAdded());
  }

  /** {@return the values of the factors, by name} */
  public SortedMap<String, HostArray> factors() {
    return factors;
  }

  /** {@return the values of the large model's parameters that have no source, by name} */
  public SortedMap<String, HostArray> fresh() {
    return fresh;
  }

  /** {@return the number of learned scalars} */
  public long scalars() {
    return factors.values().stream().mapToLong(HostArray::size).sum();
  }

  /** {@return whether no term multiplies by a matrix, so that no engine is needed to apply it} */
  public boolean isSelection() {
    return parameters.values().stream().allMatch(ParameterGrowth::isSelection);
  }

  /**
   * {@return the same operator with other values of its factors and fresh parameters}
   *
   * @param factors the learned factors by name
   * @param fresh the values of what no term reaches, by name
   */
  public GrowthOperator withValues(Map<String, HostArray> factors, Map<String, HostArray> fresh) {
    return new GrowthOperator(
        method, seed, List.copyOf(parameters.values()), factors, fresh, epsilonFactor, learned);
  }

  /**
   * {@return the same operator with other growths of its parameters}
   *
   * @param growths how each parameter grows
   */
  public GrowthOperator withParameters(List<ParameterGrowth> growths) {
    return new GrowthOperator(method, seed, growths, factors, fresh, epsilonFactor, learned);
  }
}
