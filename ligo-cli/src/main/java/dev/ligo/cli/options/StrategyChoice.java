package dev.ligo.cli.options;

import dev.ligo.api.LigoException;
import dev.ligo.core.train.TrainingStrategies;
import dev.ligo.core.train.TrainingStrategy;
import dev.ligo.core.train.strategy.KnowledgeInheritance;
import dev.ligo.core.train.strategy.LayerDropping;
import dev.ligo.core.train.strategy.Mslt;
import dev.ligo.core.train.strategy.SubNetworks;
import dev.ligo.core.train.strategy.TokenDropping;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine.Option;

/** The numbers of training strategies, where they are not the usual ones. */
public class StrategyChoice {
  private static final KnowledgeInheritance KI = new KnowledgeInheritance();
  private static final LayerDropping LAYERS = new LayerDropping();
  private static final TokenDropping TOKENS = new TokenDropping();
  private static final Mslt MSLT = new Mslt();
  private static final SubNetworks STAGED = new SubNetworks();

  @Option(
      names = "--ki-temperature",
      paramLabel = "X",
      converter = Values.Positive.class,
      description = "ki: what both models' logits are divided by. Default: 2")
  Optional<Double> kiTemperature = Optional.empty();

  @Option(
      names = "--ki-share",
      paramLabel = "X",
      converter = Values.Positive.class,
      description = "ki: the share of the steps in which the teacher fades. Default: 0.44")
  Optional<Double> kiShare = Optional.empty();

  @Option(
      names = "--layer-drop",
      paramLabel = "X",
      converter = Values.NotNegative.class,
      description = "layerdrop: the rate of the last layer. Default: 0.1")
  Optional<Double> layerDrop = Optional.empty();

  @Option(
      names = "--token-drop",
      paramLabel = "X",
      converter = Values.NotNegative.class,
      description = "tokendrop: the share of tokens that skip. Default: 0.15")
  Optional<Double> tokenDrop = Optional.empty();

  @Option(
      names = "--mslt-stages",
      paramLabel = "N",
      converter = Values.Count.class,
      description = "mslt: the stages that deepen. Default: 2, or what copying takes")
  Optional<Integer> msltStages = Optional.empty();

  @Option(
      names = "--mslt-share",
      paramLabel = "X",
      converter = Values.Positive.class,
      description = "mslt: the share of the steps that they have. Default: 0.5")
  Optional<Double> msltShare = Optional.empty();

  @Option(
      names = "--staged-layers",
      paramLabel = "N",
      converter = Values.Count.class,
      description = "staged: the layers by which sub-networks differ. Default: a quarter")
  Optional<Integer> stagedLayers = Optional.empty();

  @Option(
      names = "--staged-share",
      paramLabel = "X",
      converter = Values.Positive.class,
      description = "staged: the share of the steps that they have. Default: 0.125")
  Optional<Double> stagedShare = Optional.empty();

  /**
   * Returns the strategies of some names, with the numbers that were given.
   *
   * @throws dev.ligo.api.LigoException if a name or a number is wrong
   */
  public final List<TrainingStrategy> of(List<String> names) {
    List<TrainingStrategy> all = new ArrayList<>();
    for (String name : names) {
      all.add(numbered(TrainingStrategies.of(name)));
    }
    return all;
  }

  /**
   * Refuses a number of a strategy that is not among the chosen.
   *
   * @throws LigoException with the option and its strategy
   */
  public final void requireUsed(Set<String> chosen) {
    requireUsed(chosen, "ki", "--ki-temperature", kiTemperature);
    requireUsed(chosen, "ki", "--ki-share", kiShare);
    requireUsed(chosen, "layerdrop", "--layer-drop", layerDrop);
    requireUsed(chosen, "tokendrop", "--token-drop", tokenDrop);
    requireUsed(chosen, "mslt", "--mslt-stages", msltStages);
    requireUsed(chosen, "mslt", "--mslt-share", msltShare);
    requireUsed(chosen, "staged", "--staged-layers", stagedLayers);
    requireUsed(chosen, "staged", "--staged-share", stagedShare);
  }

  private static void requireUsed(
      Set<String> chosen, String strategy, String option, Optional<?> value) {
    if (value.isPresent() && !chosen.contains(strategy)) {
      throw new LigoException(
          option + " is a number of strategy '" + strategy + "', which is not chosen");
    }
  }

  private TrainingStrategy numbered(TrainingStrategy usual) {
    if (usual instanceof KnowledgeInheritance) {
      return new KnowledgeInheritance(
          kiTemperature.orElse(KI.temperature()), kiShare.orElse(KI.share()));
    }
    if (usual instanceof LayerDropping) {
      return new LayerDropping(layerDrop.orElse(LAYERS.rate()));
    }
    if (usual instanceof TokenDropping) {
      return new TokenDropping(tokenDrop.orElse(TOKENS.share()));
    }
    if (usual instanceof Mslt) {
      return new Mslt(msltStages.orElse(MSLT.stages()), msltShare.orElse(MSLT.share()));
    }
    if (usual instanceof SubNetworks) {
      return new SubNetworks(
          stagedLayers.orElse(STAGED.block()), stagedShare.orElse(STAGED.share()));
    }
    return usual;
  }
}
