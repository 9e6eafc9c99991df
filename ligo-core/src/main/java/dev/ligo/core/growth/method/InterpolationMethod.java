package dev.ligo.core.growth.method;

import dev.ligo.core.growth.Depths;
import dev.ligo.core.growth.GrowthMethod;
import dev.ligo.core.growth.GrowthOperator;
import dev.ligo.core.growth.GrowthPlan;

/**
 * Interpolation (Chang et al., "Multi-level Residual Networks from Dynamical Systems View", ICLR
 * 2018; Dong et al., ICML 2020): large layer l copies layer ⌊l·L₁/L₂⌋.
 */
public final class InterpolationMethod implements GrowthMethod {
  /** Creates the method. */
  public InterpolationMethod() {}

  @Override
  public String name() {
    return "interpolation";
  }

  @Override
  public String summary() {
    return "deepens: layer l copies layer ⌊l·L1/L2⌋, each layer next to its copies";
  }

  @Override
  public GrowthOperator operator(GrowthPlan plan, long seed) {
    return Depths.deepen(name(), plan, seed, (l, small, large) -> (int) ((long) l * small / large));
  }
}
