package dev.ligo.core.growth.method;

import dev.ligo.core.growth.AxisMap;
import dev.ligo.core.growth.GrowthException;
import dev.ligo.core.growth.GrowthMethod;
import dev.ligo.core.growth.GrowthOperator;
import dev.ligo.core.growth.GrowthPlan;
import dev.ligo.core.growth.Maps;
import dev.ligo.core.growth.ParameterGrowth;
import dev.ligo.core.growth.Preservation;
import dev.ligo.core.growth.Recipe;
import dev.ligo.core.hyperparameter.Hyperparameters;
import dev.ligo.core.model.Axis;
import dev.ligo.core.model.Parameter;
import dev.ligo.core.model.Use;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.Function;

/**
 * LiGO (Wang et al., "Learning to Grow Pretrained Models for Efficient Transformer Training", ICLR
 * 2023): width and depth factors that are learned on the large model's loss. One factor for each
 * axis, used wherever the axis is written or read (but see {@link LigoOptions.Head}), and a depth
 * factor for each parameter of a stack.
 *
 * <p>An axis or stack that does not grow has no factor. Where the start has other maps for reading
 * than for writing, so has the operator.
 */
public final class LigoMethod implements GrowthMethod {
  private final LigoOptions options;

  /** Creates the method with {@link LigoOptions#defaults}. */
  public LigoMethod() {
    this(LigoOptions.defaults());
  }

  /**
   * Creates the method.
   *
   * @param options the form, sharing and start of the factors
   */
  public LigoMethod(LigoOptions options) {
    this.options = options;
  }

  @Override
  public String name() {
    return "ligo";
  }

  @Override
  public Hyperparameters values() {
    return options.values();
  }

  @Override
  public GrowthMethod with(Hyperparameters values, Function<String, GrowthMethod> methods) {
    return new LigoMethod(LigoOptions.of(values, methods));
  }

  @Override
  public SortedMap<String, String> options() {
    return options.texts();
  }

  @Override
  public String summary() {
    return "learns width and depth factors on the large model's own loss (LiGO)";
  }

  @Override
  public boolean learns() {
    return options.learned();
  }

  @Override
  public Preservation preservation(GrowthPlan plan) {
    return Preservation.changed(
        (options.learned()
                ? "the operator is learned on the large model's own loss"
                : "its factors begin with noise")
            + options.start().map(m -> ", beginning as '" + m.name() + "'").orElse(""));
  }

  @Override
  public boolean foldsAttentionScale() {
    return options.start().map(GrowthMethod::foldsAttentionScale).orElse(false);
  }

  @Override
  public GrowthOperator operator(GrowthPlan plan, long seed) {
    if (options.onlyScales() && (options.start().isEmpty() || options.scaleRate() == 0)) {
      throw new GrowthException(
          "only the scales of another method's operator can be learned without factors; name the"
              + " method as the start, and a scale_rate above 0, for only_scales.");
    }
    GrowthOperator begun =
        options
            .start()
            .map(m -> begun(m.operator(plan, seed), plan, seed))
            .orElseGet(() -> byRule(plan, seed));
    return begun.withLearned(
        new GrowthOperator.Learned(options.rank(), options.scaleRate(), options.lookAhead()));
  }

  private GrowthOperator byRule(GrowthPlan plan, long seed) {
    WidthFactors factors = new WidthFactors(plan, options, seed);
    Maps maps = new ByRule(factors, new LigoStart(options, seed));
    return GrowthOperator.of(name(), seed, plan, Recipe.of(maps), factors::values);
  }

  /** Returns the operator that begins as another method's. */
  private GrowthOperator begun(GrowthOperator start, GrowthPlan plan, long seed) {
    if (!start.isSelection()) {
      throw new GrowthException(
          "LiGO starts from methods that do not learn; '"
              + start.method()
              + "' has factors of its own.");
    }
    WidthFactors factors = new WidthFactors(plan, options, seed);
    List<ParameterGrowth> growths =
        options.onlyScales()
            ? List.copyOf(start.parameters().values())
            : LearnedOperator.of(start, factors);
    return new GrowthOperator(name(), seed, growths, factors.values(), start.fresh())
        .withEpsilonFactor(start.epsilonFactor());
  }

  /** Returns what a depth factor is of: a parameter, or a part of one. */
  static String depthKey(Parameter p, Optional<String> part) {
    return p.name() + part.map(n -> "#" + n).orElse("");
  }

  /** Factors that begin by LigoStart's rules. */
  private record ByRule(WidthFactors factors, LigoStart start) implements Maps {
    @Override
    public AxisMap depth(Parameter p, Optional<String> part, int small, int large) {
      if (small == large) {
        return AxisMap.identity(small);
      }
      String key = depthKey(p, part);
      return factors.depth(key, start.depth(key, small, large), List.of());
    }

    @Override
    public AxisMap width(Parameter p, Axis.Width small, Axis.Width large, Use.Role role) {
      return small.size() == large.size()
          ? AxisMap.identity(small.size())
          : factors.width(
              factors.key(large.name(), p, large, role),
              large,
              small.size(),
              () -> start.width(small, large),
              List.of());
    }
  }
}
