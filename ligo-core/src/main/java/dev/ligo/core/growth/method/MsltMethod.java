package dev.ligo.core.growth.method;

import dev.ligo.core.growth.Depths;
import dev.ligo.core.growth.GrowthException;
import dev.ligo.core.growth.GrowthMethod;
import dev.ligo.core.growth.GrowthOperator;
import dev.ligo.core.growth.GrowthPlan;

/**
 * The operator of multi-stage layerwise training (Yang et al., "Progressively Stacking 2.0", 2020):
 * the layers added are copies of as many topmost ones, layer l ≥ L₁ copies layer l − (L₂ − L₁). In
 * the paper a stage grows by this and then trains the added layers alone.
 */
public final class MsltMethod implements GrowthMethod {
  /** Creates the method. */
  public MsltMethod() {}

  @Override
  public String name() {
    return "mslt";
  }

  @Override
  public String summary() {
    return "deepens: the topmost layers are copied on top, at most all of them (MSLT, one stage)";
  }

  @Override
  public GrowthOperator operator(GrowthPlan plan, long seed) {
    for (String stack : plan.deepened()) {
      int small = plan.small().layout().stacks().get(stack);
      int large = plan.large().layout().stacks().get(stack);
      if (large > 2 * small) {
        throw new GrowthException(
            "method 'mslt' copies topmost layers once: from "
                + small
                + " layers stack '"
                + stack
                + "' grows to at most "
                + 2 * small
                + ", not to "
                + large
                + "; grow in stages, or choose stack.");
      }
    }
    return Depths.deepen(
        name(), plan, seed, (l, small, large) -> l < small ? l : l - (large - small));
  }
}
