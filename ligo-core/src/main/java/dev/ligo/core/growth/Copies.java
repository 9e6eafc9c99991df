package dev.ligo.core.growth;

import dev.ligo.core.data.SeededRandom;
import dev.ligo.core.model.Axis;
import dev.ligo.core.model.Use;
import java.util.Arrays;

/**
 * Which small units the units of a wider axis copy: every unit itself, then more in some order;
 * whole heads where the axis has heads, and units within heads that are wider. An axis of one name
 * is copied in one way wherever it occurs.
 *
 * @param order which units the extra ones copy
 * @param seed what random copies are drawn from
 */
public record Copies(Order order, long seed) {
  /** Which units the extra ones copy. */
  public enum Order {
    /** Units drawn at random, as in the paper. */
    RANDOM,
    /**
     * All units in turn, again and again: exact where the large width is a multiple of the small.
     */
    CIRCULAR
  }

  /**
   * {@return the map of equal copies: copied where written, divided by the number of copies where
   * read (Net2Net, Chen et al., ICLR 2016; bert2BERT, Chen et al., ACL 2022)}
   *
   * @param small the axis in the small model
   * @param large the axis in the large model
   * @param role how the axis is used
   */
  public AxisMap map(Axis.Width small, Axis.Width large, Use.Role role) {
    if (GrowthPlan.keeps(small, large)) {
      return AxisMap.identity(small.size());
    }
    return switch (role) {
      case WRITE -> units(small, large);
      case READ, HEAD -> units(small, large).dividedByCounts();
      case QUERY -> query(small, large);
    };
  }

  /**
   * {@return the small unit that each large unit copies}
   *
   * @param small the axis in the small model
   * @param large the axis in the large model
   */
  public AxisMap.Selection units(Axis.Width small, Axis.Width large) {
    return ProductSelection.of(small, large, this::extended);
  }

  /**
   * {@return the copies among the units of a map, or else the units that are small ones themselves}
   *
   * @param map the selection that copies units
   * @param added the units that copies are added to
   * @param small the axis in the small model
   * @param large the axis in the large model
   */
  public static AxisMap.Selection copies(
      AxisMap.Selection map, boolean added, Axis.Width small, Axis.Width large) {
    AxisMap.Selection originals = ProductSelection.corner(small, large);
    return map.where(i -> added != originals.reaches(i));
  }

  /** The identity, then copies in the order asked for; the same for every axis of one name. */
  private AxisMap.Selection extended(int small, int large, String name) {
    SeededRandom random = new SeededRandom(seed, "fpi/" + name);
    int[] index = new int[large];
    for (int i = 0; i < large; i++) {
      boolean inTurn = i < small || order == Order.CIRCULAR;
      index[i] = inTurn ? i % small : random.nextInt(small);
    }
    return new AxisMap.Selection(small, index);
  }

  /**
   * {@return the map of a query} Within a head the product with the keys sums over the copies of a
   * unit and is scaled by 1/√width: copies share the query's weight and √(new width / old width)
   * makes up for the scale.
   *
   * @param small the axis in the small model
   * @param large the axis in the large model
   */
  public AxisMap.Selection query(Axis.Width small, Axis.Width large) {
    AxisMap.Selection copies = units(small, large);
    int from = small.headWidth();
    int to = large.headWidth();
    if (from == to) {
      return copies;
    }
    int[] count = new int[from];
    for (int i = 0; i < to; i++) {
      count[copies.index(i) % from]++;
    }
    return copies.times(i -> Math.sqrt((double) to / from) / count[copies.index(i) % from]);
  }

  /**
   * {@return unequal shares for the copies of each unit of a selection, which sum to 1: (1 + δ)/n
   * with δ uniform and of mean 0 over the n copies} Reading the copies by unequal shares keeps the
   * function and gives the copies gradients that differ (LEMON, Wang et al., ICLR 2024).
   *
   * @param copies the selection that copies units
   * @param random what shares are drawn from
   */
  public static double[] unequalShares(AxisMap.Selection copies, SeededRandom random) {
    double[] delta = new double[copies.large()];
    double[] sum = new double[copies.small()];
    int[] count = copies.counts();
    for (int i = 0; i < delta.length; i++) {
      delta[i] = random.nextDouble() - 0.5;
      if (copies.index(i) >= 0) {
        sum[copies.index(i)] += delta[i];
      }
    }
    double[] shares = new double[copies.large()];
    Arrays.setAll(
        shares,
        i -> {
          int unit = copies.index(i);
          return unit < 0 ? 0 : (1 + delta[i] - sum[unit] / count[unit]) / count[unit];
        });
    return shares;
  }
}
