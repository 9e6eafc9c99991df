package dev.ligo.core.growth.method;

import dev.ligo.api.Wording;
import dev.ligo.core.data.SeededRandom;
import dev.ligo.core.growth.AxisMap;
import dev.ligo.core.growth.Copies;
import dev.ligo.core.growth.GrowthMethod;
import dev.ligo.core.growth.GrowthOperator;
import dev.ligo.core.growth.GrowthPlan;
import dev.ligo.core.growth.InsertedLayers;
import dev.ligo.core.growth.Maps;
import dev.ligo.core.growth.ParameterGrowth;
import dev.ligo.core.growth.Preservation;
import dev.ligo.core.growth.Recipe;
import dev.ligo.core.growth.ResidualStream;
import dev.ligo.core.hyperparameter.Hyperparameter;
import dev.ligo.core.hyperparameter.Hyperparameters;
import dev.ligo.core.hyperparameter.Interval;
import dev.ligo.core.model.Axis;
import dev.ligo.core.model.Parameter;
import dev.ligo.core.model.Use;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Net2Net (Chen et al., "Net2Net: Accelerating Learning via Knowledge Transfer", ICLR 2016). Wider:
 * random units are copied, what reads copies divides by their number, and the copies' weights get a
 * little noise. Deeper: identity layers are inserted, here fresh layers whose branches end in
 * zeros, which are identities where the stream itself is not normalized (pre-LN).
 *
 * <p>Without noise a width without norms keeps the function. Norms along a wider axis see units
 * with unequally many copies.
 *
 * <p>The paper draws independent noise. Here the noise of a copy is another unit's weights with a
 * random sign, which is as strong in relation to the weights and linear in them.
 */
public final class Net2NetMethod implements GrowthMethod {
  private static final Hyperparameter<Double> NOISE =
      Hyperparameter.real(
          "noise",
          0.01,
          Interval.closedOpen(0, 1),
          "the deviation of the copies' noise in relation to that of the weights");

  private final double noise;

  /** Creates the method with the default noise; the paper gives no number. */
  public Net2NetMethod() {
    this(NOISE.defaultValue());
  }

  /**
   * Creates the method.
   *
   * @param noise the deviation of the noise in relation to that of the weights, 0 for none
   */
  public Net2NetMethod(double noise) {
    this.noise = NOISE.check(noise);
  }

  @Override
  public String name() {
    return "net2net";
  }

  @Override
  public Hyperparameters values() {
    return Hyperparameters.of(NOISE, noise);
  }

  @Override
  public GrowthMethod with(Hyperparameters values, Function<String, GrowthMethod> methods) {
    return new Net2NetMethod(values.get(NOISE));
  }

  @Override
  public String summary() {
    return "widens by random copies with a little noise; deepens by fresh layers that add nothing"
        + " (Net2Net)";
  }

  @Override
  public String preserves() {
    return "depth; refuses to deepen post-LN families";
  }

  @Override
  public Preservation preservation(GrowthPlan plan) {
    new ResidualStream(plan).requireIdentityLayers(name());
    Preservation depth = Preservation.exact("the layers inserted add nothing to the stream");
    if (!plan.widens()) {
      return depth;
    }
    return noise > 0
        ? Preservation.changed(
            "copies get noise of " + Wording.number(100 * noise) + " % of the weights")
        : FpiMethod.width(plan, Copies.Order.RANDOM).and(depth);
  }

  @Override
  public boolean foldsAttentionScale() {
    return true;
  }

  @Override
  public GrowthOperator operator(GrowthPlan plan, long seed) {
    ResidualStream stream = new ResidualStream(plan);
    stream.requireIdentityLayers(name());
    Copied copied = new Copied(new Copies(Copies.Order.RANDOM, seed));
    return GrowthOperator.of(
        name(),
        seed,
        plan,
        new Recipe() {
          @Override
          public List<Maps> terms(Parameter p) {
            return noise > 0 && hasCopiedRows(plan, p)
                ? List.of(copied, new Noise(copied, noise, seed))
                : List.of(copied);
          }

          @Override
          public ParameterGrowth.Fill fill(Parameter p) {
            return stream.endsBranch(p) ? ParameterGrowth.Fill.ZERO : ParameterGrowth.Fill.INITIAL;
          }
        });
  }

  /** Whether a matrix or table has rows that are copies; norms and biases get no noise. */
  private static boolean hasCopiedRows(GrowthPlan plan, Parameter p) {
    return p.uses().size() > 1 && plan.widens(p, r -> r != Use.Role.READ);
  }

  /** Equal copies, and inserted layers without a source. */
  private record Copied(Copies copies) implements Maps {
    @Override
    public AxisMap depth(Parameter p, Optional<String> part, int small, int large) {
      return small == large
          ? AxisMap.identity(small)
          : InsertedLayers.spread(small, large).originals();
    }

    @Override
    public AxisMap width(Parameter p, Axis.Width small, Axis.Width large, Use.Role role) {
      return copies.map(small, large, role);
    }
  }

  /** The term that adds to each copied row another row, a little of it, with a random sign. */
  private record Noise(Copied copied, double noise, long seed) implements Maps {
    @Override
    public AxisMap depth(Parameter p, Optional<String> part, int small, int large) {
      return copied.depth(p, part, small, large);
    }

    @Override
    public AxisMap width(Parameter p, Axis.Width small, Axis.Width large, Use.Role role) {
      AxisMap map = copied.width(p, small, large, role);
      if (role == Use.Role.READ || !(map instanceof AxisMap.Selection rows)) {
        return map;
      }
      SeededRandom random = new SeededRandom(seed, "net2net/" + large.name());
      AxisMap.Selection added = Copies.copies(rows, true, small, large);
      int[] index = new int[rows.large()];
      double[] scale = new double[rows.large()];
      for (int i = 0; i < index.length; i++) {
        int other = random.nextInt(small.size());
        index[i] = added.reaches(i) ? other : AxisMap.Selection.NONE;
        scale[i] = (random.nextInt(2) == 0 ? noise : -noise) * rows.scale(i);
      }
      return new AxisMap.Selection(small.size(), index, scale);
    }
  }
}
