package dev.ligo.core.growth.method;

import dev.ligo.core.growth.Depths;
import dev.ligo.core.growth.GrowthMethod;
import dev.ligo.core.growth.GrowthOperator;
import dev.ligo.core.growth.GrowthPlan;
import java.util.Set;

/**
 * StackBERT (Gong et al., "Efficient Training of BERT by Progressively Stacking", ICML 2019): large
 * layer l copies layer l mod L₁. gStack (Du et al., NeurIPS 2024) is the same operator.
 */
public final class StackMethod implements GrowthMethod {
  /** Creates the method. */
  public StackMethod() {}

  @Override
  public String name() {
    return "stack";
  }

  @Override
  public Set<String> aliases() {
    return Set.of("gstack");
  }

  @Override
  public String summary() {
    return "deepens: layer l copies layer l mod L1, the whole stack again and again (StackBERT)";
  }

  @Override
  public GrowthOperator operator(GrowthPlan plan, long seed) {
    return Depths.deepen(name(), plan, seed, (l, small, large) -> l % small);
  }
}
