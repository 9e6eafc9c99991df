package dev.ligo.core.growth;

import dev.ligo.core.model.Axis;
import dev.ligo.core.model.Parameter;
import dev.ligo.core.model.SeededRandom;
import dev.ligo.core.model.Use;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Function-preserving initialisation of bert2BERT (Chen et al., ACL 2022): units are copied where
 * they are written, and where they are read the copies share the weight, W[:,g(i)]/count; whole
 * heads are copied; one map serves the residual stream of the whole model. Depth: the widened model
 * is stacked ⌊L₂/L₁⌋ times, the layers left over are its top ones.
 *
 * <p>Layer normalisation keeps its statistics only if every unit has equally many copies, so that
 * the function is preserved nearly, not exactly.
 */
public final class FpiMethod implements GrowthMethod {
  /** Which units the extra ones copy. */
  public enum Order {
    /** Units drawn at random, as in the paper. */
    RANDOM,
    /**
     * All units in turn, again and again: exact where the large width is a multiple of the small.
     */
    CIRCULAR
  }

  private final Order order;

  /** Creates the method as in the paper. */
  public FpiMethod() {
    this(Order.RANDOM);
  }

  /** Creates the method with an order of copying. */
  public FpiMethod(Order order) {
    this.order = order;
  }

  @Override
  public String name() {
    return "fpi";
  }

  @Override
  public String summary() {
    return "widens by copying units and whole heads, dividing what reads the copies (bert2BERT FPI); "
        + "deepens by stacking";
  }

  @Override
  public boolean foldsAttentionScale() {
    return true;
  }

  @Override
  public GrowthOperator operator(GrowthPlan plan, long seed) {
    return GrowthOperator.of(
        name(), seed, plan, ParameterGrowth.Fill.ZERO, List.of(new Copies(order, seed)), Map::of);
  }

  private record Copies(Order order, long seed) implements Maps {
    @Override
    public AxisMap depth(Parameter p, Optional<String> part, int small, int large) {
      int whole = large / small * small;
      return StackedMaps.depth(
          small, large, (l, s) -> l < whole ? l % s : s - (large - whole) + (l - whole));
    }

    @Override
    public AxisMap width(Axis.Width small, Axis.Width large, Use.Role role) {
      if (small.size() == large.size() && small.headWidth() == large.headWidth()) {
        return AxisMap.identity(small.size());
      }
      AxisMap.Selection copies = ProductSelection.of(small, large, this::extended);
      return switch (role) {
        case WRITE -> copies;
        case READ, HEAD -> copies.dividedByCounts();
        case QUERY -> query(small, large, copies);
      };
    }

    /** The identity, then copies in the order asked for; the same for every axis of one name. */
    private AxisMap.Selection extended(int small, int large, String name) {
      SeededRandom random = new SeededRandom(seed, "fpi/" + name);
      int[] index = new int[large];
      for (int i = 0; i < large; i++) {
        index[i] = i < small ? i : order == Order.CIRCULAR ? i % small : random.nextInt(small);
      }
      return new AxisMap.Selection(small, index);
    }

    /**
     * Within a head the product with the keys sums over the copies of a unit and is scaled by
     * 1/√width: copies share the query's weight and √(new width / old width) makes up for the
     * scale.
     */
    private AxisMap.Selection query(Axis.Width small, Axis.Width large, AxisMap.Selection copies) {
      int from = small.headWidth();
      int to = large.headWidth();
      if (from == to) {
        return copies;
      }
      int[] index = new int[large.size()];
      double[] scale = new double[large.size()];
      int[] count = new int[from];
      for (int i = 0; i < to; i++) {
        count[copies.index(i) % from]++;
      }
      for (int i = 0; i < index.length; i++) {
        index[i] = copies.index(i);
        scale[i] = Math.sqrt((double) to / from) / count[index[i] % from];
      }
      return new AxisMap.Selection(small.size(), index, scale);
    }
  }
}
