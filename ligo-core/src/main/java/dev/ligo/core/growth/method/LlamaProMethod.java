package dev.ligo.core.growth.method;

import dev.ligo.core.growth.AxisMap;
import dev.ligo.core.growth.Depths;
import dev.ligo.core.growth.GrowthMethod;
import dev.ligo.core.growth.GrowthOperator;
import dev.ligo.core.growth.GrowthPlan;
import dev.ligo.core.growth.InsertedLayers;
import dev.ligo.core.growth.Preservation;
import dev.ligo.core.growth.Recipe;
import dev.ligo.core.growth.ResidualStream;
import dev.ligo.core.train.strategy.TrainInserted;
import java.util.Optional;

/**
 * Block expansion of LLaMA-Pro (Wu et al., "LLaMA Pro: Progressive LLaMA with Block Expansion", ACL
 * 2024): after every group of layers stands a copy of its last one whose attention and feed-forward
 * branches end in zeros, so that it adds nothing. Exact where the stream itself is not normalized
 * (pre-LN). In the paper the inserted layers are then trained alone.
 */
public final class LlamaProMethod implements GrowthMethod {
  /** Creates the method. */
  public LlamaProMethod() {}

  @Override
  public String name() {
    return "llama-pro";
  }

  @Override
  public String summary() {
    return "deepens: after every group of layers a copy whose branches end in zeros (LLaMA-Pro)";
  }

  @Override
  public String preserves() {
    return "depth; refuses post-LN families";
  }

  @Override
  public Optional<String> strategy() {
    return Optional.of(new TrainInserted().name());
  }

  @Override
  public Preservation preservation(GrowthPlan plan) {
    check(plan);
    return Preservation.exact("the layers inserted add nothing to the stream");
  }

  private void check(GrowthPlan plan) {
    Depths.requireSameWidths(name(), plan);
    new ResidualStream(plan).requireIdentityLayers(name());
  }

  @Override
  public GrowthOperator operator(GrowthPlan plan, long seed) {
    check(plan);
    ResidualStream stream = new ResidualStream(plan);
    Depths.SameWidths maps =
        (p, part, small, large) ->
            small == large
                ? AxisMap.identity(small)
                : InsertedLayers.spread(small, large).endingBranchesInZeros(p, stream);
    return GrowthOperator.of(name(), seed, plan, Recipe.of(maps));
  }
}
