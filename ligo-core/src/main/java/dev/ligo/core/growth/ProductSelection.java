package dev.ligo.core.growth;

import dev.ligo.core.model.Axis;
import java.util.Arrays;

/**
 * Selections along axes that are products: of heads and a head width, where the heads may be a
 * product themselves, of key-value heads and the queries that share one. Each factor has a
 * selection of its own, so that whole heads are selected, and queries inside their groups.
 */
public final class ProductSelection {
  private ProductSelection() {}

  /** A selection along one factor. */
  public interface Rule {
    /**
     * {@return the selection}
     *
     * @param small the number of layers in the small model
     * @param large the number of layers in the large model
     * @param name tells the factor from others; the same for queries and keys, within whose heads
     *     units meet
     */
    AxisMap.Selection along(int small, int large, String name);
  }

  /**
   * {@return the selection along an axis by a rule for each of its factors}
   *
   * @param small the axis in the small model
   * @param large the axis in the large model
   * @param rule how one factor of the product is selected
   */
  public static AxisMap.Selection of(Axis.Width small, Axis.Width large, Rule rule) {
    if (small.heads().isEmpty()) {
      return rule.along(small.size(), large.size(), small.name());
    }
    Axis.Width smallHeads = small.heads().get();
    AxisMap.Selection heads = of(smallHeads, large.heads().orElseThrow(), rule);
    AxisMap.Selection within =
        rule.along(small.headWidth(), large.headWidth(), outermost(smallHeads).name() + "/width");
    int[] index = new int[large.size()];
    for (int i = 0; i < index.length; i++) {
      int head = heads.index(i / large.headWidth());
      int unit = within.index(i % large.headWidth());
      boolean none = head == AxisMap.Selection.NONE || unit == AxisMap.Selection.NONE;
      index[i] = none ? AxisMap.Selection.NONE : head * small.headWidth() + unit;
    }
    return new AxisMap.Selection(small.size(), index);
  }

  /**
   * {@return [I; 0] along each factor: the first heads, and in each the first units}
   *
   * @param small the axis in the small model
   * @param large the axis in the large model
   */
  public static AxisMap.Selection corner(Axis.Width small, Axis.Width large) {
    return of(small, large, (s, l, factor) -> corner(s, l));
  }

  /**
   * {@return [I; 0]}
   *
   * @param small the axis in the small model
   * @param large the axis in the large model
   */
  public static AxisMap.Selection corner(int small, int large) {
    int[] index = new int[large];
    Arrays.setAll(index, i -> i < small ? i : AxisMap.Selection.NONE);
    return new AxisMap.Selection(small, index);
  }

  private static Axis.Width outermost(Axis.Width heads) {
    return heads.heads().map(ProductSelection::outermost).orElse(heads);
  }
}
