package dev.ligo.core.growth;

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
  public String summary() {
    return "deepens: layer l copies layer l mod L1, the whole stack again and again (StackBERT, gStack)";
  }

  @Override
  public GrowthOperator operator(GrowthPlan plan, long seed) {
    return StackedMaps.deepen(
        name(), plan, seed, (s, l) -> StackedMaps.depth(s, l, StackedMaps.STACK));
  }
}
