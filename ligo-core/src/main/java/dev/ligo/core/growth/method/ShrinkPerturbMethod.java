package dev.ligo.core.growth.method;

import dev.ligo.core.growth.AxisMap;
import dev.ligo.core.growth.GrowthMethod;
import dev.ligo.core.growth.GrowthOperator;
import dev.ligo.core.growth.GrowthPlan;
import dev.ligo.core.growth.Maps;
import dev.ligo.core.growth.ParameterGrowth;
import dev.ligo.core.growth.Recipe;
import dev.ligo.core.hyperparameter.Hyperparameter;
import dev.ligo.core.hyperparameter.Hyperparameters;
import dev.ligo.core.hyperparameter.Interval;
import dev.ligo.core.model.Axis;
import dev.ligo.core.model.Parameter;
import dev.ligo.core.model.Use;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * Shrink and perturb (Ash and Adams, "On Warm-Starting Neural Network Training", NeurIPS 2020) on
 * the corner of the large model: θ ← λ θ + σ ε, where ε is what the family initializes with. All
 * else begins as in training from scratch. What begins at a number and not at random, norms and
 * biases, is copied as it is.
 */
public final class ShrinkPerturbMethod implements GrowthMethod {
  private static final Hyperparameter<Double> SHRINK =
      Hyperparameter.real(
          "shrink", 0.7, Interval.closed(0, 1), "what the small model's weights are multiplied by");

  private static final Hyperparameter<Double> NOISE =
      Hyperparameter.real(
          "noise", 0.7, Interval.atLeast(0), "how much of fresh weights is added to them");

  private final double shrink;
  private final double noise;

  /** Creates the method with what ended lowest from a well-trained GPT-2. */
  public ShrinkPerturbMethod() {
    this(SHRINK.defaultValue(), NOISE.defaultValue());
  }

  /**
   * Creates the method.
   *
   * @param shrink what weights are multiplied by, from 0 to 1
   * @param noise how much of fresh weights is added, from 0
   */
  public ShrinkPerturbMethod(double shrink, double noise) {
    this.shrink = SHRINK.check(shrink);
    this.noise = NOISE.check(noise);
  }

  @Override
  public String name() {
    return "szp";
  }

  @Override
  public Hyperparameters values() {
    return Hyperparameters.of(SHRINK, shrink).and(NOISE, noise);
  }

  @Override
  public GrowthMethod with(Hyperparameters values, Function<String, GrowthMethod> methods) {
    return new ShrinkPerturbMethod(values.get(SHRINK), values.get(NOISE));
  }

  @Override
  public String summary() {
    return "copies the small model into the corner, shrunk and with fresh values added (shrink and"
        + " perturb)";
  }

  @Override
  public GrowthOperator operator(GrowthPlan plan, long seed) {
    return GrowthOperator.of(
        name(),
        seed,
        plan,
        new Recipe() {
          @Override
          public List<Maps> terms(Parameter large) {
            return List.of(new Shrunk(isDrawn(large) ? shrink : 1));
          }

          @Override
          public ParameterGrowth.Fill fill(Parameter large) {
            return isDrawn(large)
                ? new ParameterGrowth.Fill(noise, 1, 1, 1)
                : ParameterGrowth.Fill.INITIAL;
          }
        });
  }

  private static boolean isDrawn(Parameter p) {
    return p.initializer().deviation() > 0;
  }

  /** The corner, times a number. */
  private record Shrunk(double scale) implements Maps {
    @Override
    public AxisMap depth(Parameter p, Optional<String> part, int small, int large) {
      AxisMap corner = DirectCopyMethod.CORNER.depth(p, part, small, large);
      if (scale == 1) {
        return corner;
      }
      int[] index = IntStream.range(0, large).map(l -> corner.reaches(l) ? l : -1).toArray();
      return new AxisMap.Selection(small, index).times(l -> scale);
    }

    @Override
    public double scale(Parameter p) {
      return scale;
    }

    @Override
    public AxisMap width(Parameter p, Axis.Width small, Axis.Width large, Use.Role role) {
      return DirectCopyMethod.CORNER.width(p, small, large, role);
    }
  }
}
