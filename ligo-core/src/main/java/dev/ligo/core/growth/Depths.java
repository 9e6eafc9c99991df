package dev.ligo.core.growth;

import dev.ligo.core.model.Axis;
import dev.ligo.core.model.Parameter;
import dev.ligo.core.model.Use;
import java.util.Optional;

/** Depth by a rule for the source of each large layer. */
public final class Depths {

  private Depths() {}

  /** A rule that gives the source of a large layer. */
  @FunctionalInterface
  public interface Rule {
    /**
     * {@return the small layer, or {@link AxisMap.Selection#NONE}}
     *
     * @param layer the layer's number, from 0
     * @param small the number of layers in the small model
     * @param large the number of layers in the large model
     */
    int source(int layer, int small, int large);
  }

  /** The whole model again and again, then its top layers for those left over (bert2BERT). */
  public static final Rule STACK_TOP =
      (l, small, large) -> {
        int whole = large / small * small;
        return l < whole ? l % small : small - (large - whole) + (l - whole);
      };

  /**
   * {@return the selection of source layers by a rule}
   *
   * @param small the number of layers in the small model
   * @param large the number of layers in the large model
   * @param rule which layer each is a copy of
   */
  public static AxisMap map(int small, int large, Rule rule) {
    if (small == large) {
      return AxisMap.identity(small);
    }
    int[] index = new int[large];
    for (int l = 0; l < large; l++) {
      index[l] = rule.source(l, small, large);
    }
    return new AxisMap.Selection(small, index);
  }

  /**
   * {@return what copies of layers promise}
   *
   * @param plan what grows
   */
  public static Preservation copied(GrowthPlan plan) {
    return plan.deepens()
        ? Preservation.changed("layers are applied more than once")
        : Preservation.exact("no layer is added");
  }

  /**
   * {@return the operator of a method that deepens only}
   *
   * @param method the name of the method
   * @param plan what grows
   * @param seed what random numbers are drawn from
   * @param rule which layer each is a copy of
   */
  public static GrowthOperator deepen(String method, GrowthPlan plan, long seed, Rule rule) {
    requireSameWidths(method, plan);
    return GrowthOperator.of(
        method,
        seed,
        plan,
        Recipe.of((SameWidths) (p, part, small, large) -> map(small, large, rule)));
  }

  /** Maps that leave every width as it is. */
  @FunctionalInterface
  public interface SameWidths extends Maps {
    @Override
    default AxisMap width(Parameter p, Axis.Width small, Axis.Width large, Use.Role role) {
      return AxisMap.identity(small.size());
    }

    @Override
    AxisMap depth(Parameter p, Optional<String> part, int small, int large);
  }

  /**
   * Refuses a plan that widens.
   *
   * @param method the name of the method
   * @param plan what grows
   */
  public static void requireSameWidths(String method, GrowthPlan plan) {
    for (Axis.Width large : plan.widened()) {
      Axis.Width small = plan.small(large);
      boolean heads = small.size() == large.size();
      throw new GrowthException(
          "method '"
              + method
              + "' only deepens: "
              + (heads ? "the heads of axis '" : "axis '")
              + small.name()
              + "' would grow from "
              + (heads ? small.headWidth() : small.size())
              + " to "
              + (heads ? large.headWidth() : large.size())
              + "; keep the widths, or choose a method that widens, such as fpi or ligo.");
    }
  }

  /**
   * Refuses a plan that deepens.
   *
   * @param method the name of the method
   * @param plan what grows
   */
  public static void requireSameDepth(String method, GrowthPlan plan) {
    for (String stack : plan.deepened()) {
      throw new GrowthException(
          "method '"
              + method
              + "' only widens: stack '"
              + stack
              + "' would grow from "
              + plan.small().layout().stacks().get(stack)
              + " to "
              + plan.large().layout().stacks().get(stack)
              + " layers; deepen in a second step, by stack, say.");
    }
  }
}
