package dev.ligo.core.growth;

import dev.ligo.core.model.Axis;
import dev.ligo.core.model.Parameter;
import dev.ligo.core.model.Use;
import java.util.Optional;
import java.util.function.IntBinaryOperator;

/** Depth by a rule for the source of each large layer, with every width as it is. */
final class StackedMaps {
  /** Layer l copies layer l mod L₁: gStack, StackBERT (Gong et al., ICML 2019). */
  static final IntBinaryOperator STACK = (l, small) -> l % small;

  private StackedMaps() {}

  /** Returns the selection of source layers by a rule (large layer, small layers) → small layer. */
  static AxisMap depth(int small, int large, IntBinaryOperator source) {
    if (small == large) {
      return AxisMap.identity(small);
    }
    int[] index = new int[large];
    for (int l = 0; l < large; l++) {
      index[l] = source.applyAsInt(l, small);
    }
    return new AxisMap.Selection(small, index);
  }

  /** Returns the interpolating selection ⌊l·L₁/L₂⌋. */
  static AxisMap interpolated(int small, int large) {
    return depth(small, large, (l, s) -> (int) ((long) l * s / large));
  }

  /** A depth rule with identities along every width. */
  interface DepthRule {
    AxisMap map(int small, int large);
  }

  /** Returns the operator of a method that deepens only. */
  static GrowthOperator deepen(String method, GrowthPlan plan, long seed, DepthRule rule) {
    Maps maps =
        new Maps() {
          @Override
          public AxisMap depth(Parameter p, Optional<String> part, int small, int large) {
            return rule.map(small, large);
          }

          @Override
          public AxisMap width(Axis.Width small, Axis.Width large, Use.Role role) {
            if (small.size() != large.size()) {
              throw new GrowthException(
                  "method '"
                      + method
                      + "' only deepens: axis '"
                      + small.name()
                      + "' would grow from "
                      + small.size()
                      + " to "
                      + large.size()
                      + "; keep the widths, or choose a method that widens, such as fpi or ligo.");
            }
            return AxisMap.identity(small.size());
          }
        };
    return GrowthOperator.of(
        method, seed, plan, ParameterGrowth.Fill.ZERO, java.util.List.of(maps), java.util.Map::of);
  }
}
