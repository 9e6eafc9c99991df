package dev.ligo.core.growth.method;

import dev.ligo.core.data.Permutation;
import dev.ligo.core.data.SeededRandom;
import dev.ligo.core.growth.AxisMap;
import dev.ligo.core.growth.Copies;
import dev.ligo.core.growth.Depths;
import dev.ligo.core.growth.GrowthException;
import dev.ligo.core.growth.GrowthMethod;
import dev.ligo.core.growth.GrowthOperator;
import dev.ligo.core.growth.GrowthPlan;
import dev.ligo.core.growth.Maps;
import dev.ligo.core.growth.Preservation;
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
 * HyperCloning (Samragh et al., "Scaling Smart: Accelerating Large Language Model Pre-training with
 * Small Model Initialization", 2024): every width grows by a whole number n, weights are tiled and
 * divided by n where they are read, W′ = tile(W)/n. With noise the tiles of a pair are W + N and W
 * − N (over n), so that copies part and the function stays. Exact wherever a family normalizes.
 *
 * <p>The authors draw N at random. Here N is W itself with its columns in another order and random
 * signs, of the same strength E[N²] = E[W²] · 10^(−snr/10): that is linear in W, so that an
 * operator which is learned can begin as this one.
 */
public final class HyperCloningMethod implements GrowthMethod {
  /** The default is that of the paper's experiments with noise. */
  private static final Hyperparameter<Double> SNR =
      Hyperparameter.real(
          "snr",
          10,
          Interval.openClosed(Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY),
          "the signal-to-noise ratio of the tiles in decibels; inf for no noise");

  private final double snr;

  /** Creates the method with noise, without which copies stay copies. */
  public HyperCloningMethod() {
    this(SNR.defaultValue());
  }

  /**
   * Creates the method.
   *
   * @param snr the signal-to-noise ratio in decibels, ∞ for no noise
   */
  public HyperCloningMethod(double snr) {
    this.snr = SNR.check(snr);
  }

  @Override
  public String name() {
    return "hypercloning";
  }

  @Override
  public Hyperparameters values() {
    return Hyperparameters.of(SNR, snr);
  }

  @Override
  public GrowthMethod with(Hyperparameters values, Function<String, GrowthMethod> methods) {
    return new HyperCloningMethod(values.get(SNR));
  }

  @Override
  public String summary() {
    return "widens by whole numbers: tiles weights, divides what reads them, with noise that cancels"
        + " (HyperCloning)";
  }

  @Override
  public String preserves() {
    return "width by whole numbers, in every family";
  }

  @Override
  public Preservation preservation(GrowthPlan plan) {
    check(plan);
    return Preservation.exact("every unit has equally many copies, and the noise cancels");
  }

  @Override
  public boolean foldsAttentionScale() {
    return true;
  }

  private void check(GrowthPlan plan) {
    Depths.requireSameDepth(name(), plan);
    for (Axis.Width large : plan.widened()) {
      int small = plan.small(large).size();
      if (large.size() % small != 0) {
        throw new GrowthException(
            "method '"
                + name()
                + "' multiplies widths by whole numbers: axis '"
                + large.name()
                + "' would grow from "
                + small
                + " to "
                + large.size()
                + "; take a multiple of "
                + small
                + ", or choose fpi or lemon.");
      }
    }
  }

  @Override
  public GrowthOperator operator(GrowthPlan plan, long seed) {
    check(plan);
    FpiMethod.CopiedUnits tiles = new FpiMethod.CopiedUnits(Copies.Order.CIRCULAR, seed);
    return GrowthOperator.of(
        name(),
        seed,
        plan,
        p ->
            snr < Double.POSITIVE_INFINITY && plan.widens(p, HyperCloningMethod::isRead)
                ? List.of(tiles, new Noise(tiles, amplitude(), seed))
                : List.of(tiles));
  }

  private double amplitude() {
    return Math.pow(10, -snr / 20);
  }

  /** Whether tiles are read: also through the norm before a tied head, whose table is whole. */
  private static boolean isRead(Use.Role role) {
    return role == Use.Role.READ || role == Use.Role.HEAD;
  }

  /** The term ±N/n: where tiles are read other columns, with one sign and then with the other. */
  private record Noise(FpiMethod.CopiedUnits tiles, double amplitude, long seed) implements Maps {
    @Override
    public AxisMap depth(Parameter p, Optional<String> part, int small, int large) {
      return tiles.depth(p, part, small, large);
    }

    @Override
    public AxisMap width(Parameter p, Axis.Width small, Axis.Width large, Use.Role role) {
      AxisMap map = tiles.width(p, small, large, role);
      return isRead(role) && map instanceof AxisMap.Selection copies
          ? noise(copies, new SeededRandom(seed, "hypercloning/" + large.name()))
          : map;
    }

    /** For each pair of a unit's copies another unit, +c/n and −c/n; an odd last copy gets none. */
    private AxisMap noise(AxisMap.Selection copies, SeededRandom random) {
      int n = copies.large() / copies.small();
      Permutation order = new Permutation(copies.small(), random);
      int[] index = new int[copies.large()];
      double[] scale = new double[copies.large()];
      int[] seen = new int[copies.small()];
      boolean[] negative = new boolean[copies.small()];
      for (int i = 0; i < index.length; i++) {
        int unit = copies.index(i);
        int copy = seen[unit]++;
        if (copy % 2 == 0) {
          negative[unit] = random.nextInt(2) == 1;
        }
        boolean paired = copy < n / 2 * 2;
        index[i] = paired ? (int) order.at(unit) : AxisMap.Selection.NONE;
        scale[i] = ((copy % 2 == 0) == negative[unit] ? -1 : 1) * amplitude / n;
      }
      return new AxisMap.Selection(copies.small(), index, scale);
    }
  }
}
