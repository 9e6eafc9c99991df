package dev.ligo.core.growth.method;

import dev.ligo.core.growth.AxisMap;
import dev.ligo.core.growth.GrowthMethod;
import dev.ligo.core.growth.GrowthOperator;
import dev.ligo.core.growth.GrowthPlan;
import dev.ligo.core.growth.Maps;
import dev.ligo.core.growth.ParameterGrowth;
import dev.ligo.core.growth.ProductSelection;
import dev.ligo.core.growth.Recipe;
import dev.ligo.core.model.Axis;
import dev.ligo.core.model.Parameter;
import dev.ligo.core.model.Use;
import java.util.List;
import java.util.Optional;

/**
 * Direct copy (the baseline of Wang et al., ICLR 2023): the small model stands in the large one's
 * first layers, heads and units; everything else is initialized as in training from scratch.
 */
public final class DirectCopyMethod implements GrowthMethod {
  /** The small model in the first layers, heads and units of the large one. */
  static final Maps CORNER =
      new Maps() {
        @Override
        public AxisMap depth(Parameter p, Optional<String> part, int small, int large) {
          return small == large ? AxisMap.identity(small) : ProductSelection.corner(small, large);
        }

        @Override
        public AxisMap width(Parameter p, Axis.Width small, Axis.Width large, Use.Role role) {
          return GrowthPlan.keeps(small, large)
              ? AxisMap.identity(small.size())
              : ProductSelection.corner(small, large);
        }
      };

  /** Creates the method. */
  public DirectCopyMethod() {}

  @Override
  public String name() {
    return "copy";
  }

  @Override
  public String summary() {
    return "copies the small model into the corner of the large one, the rest initialized afresh";
  }

  @Override
  public GrowthOperator operator(GrowthPlan plan, long seed) {
    Recipe recipe =
        new Recipe() {
          @Override
          public List<Maps> terms(Parameter large) {
            return List.of(CORNER);
          }

          @Override
          public ParameterGrowth.Fill fill(Parameter large) {
            return ParameterGrowth.Fill.INITIAL;
          }
        };
    return GrowthOperator.of(name(), seed, plan, recipe);
  }
}
