package dev.ligo.cli.pretrain;

import dev.ligo.api.LigoException;
import dev.ligo.cli.options.CheckpointPath;
import dev.ligo.cli.options.HyperparameterOptions;
import dev.ligo.cli.options.StrategyNames;
import dev.ligo.core.Ligo;
import dev.ligo.core.Training;
import dev.ligo.core.train.TrainingStrategy;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** The options that say how steps of a run differ from plain ones, and what becomes of moments. */
final class PretrainStrategies {
  @Option(
      names = "--strategy",
      paramLabel = "NAME",
      split = ",",
      completionCandidates = StrategyNames.class,
      description = "How steps differ from plain ones, see 'ligo methods'. They combine")
  List<String> strategies = List.of();

  @Option(
      names = "--small",
      paramLabel = "DIR",
      converter = CheckpointPath.class,
      description = "The model that this one was grown from: a teacher, or where stages begin")
  Optional<Path> small = Optional.empty();

  @Option(
      names = "--optimizer-state",
      description = "Begin with the optimizer's state beside the checkpoint")
  boolean begin;

  @Option(
      names = "--save-optimizer-state",
      description = "Leave the optimizer's state beside the model, twice its size")
  boolean keep;

  /**
   * Returns the strategies, with the hyperparameters that were given to the command.
   *
   * @throws dev.ligo.api.LigoException if a name or a value is wrong, or of none that is chosen
   */
  List<TrainingStrategy> chosen(Ligo ligo, CommandSpec command) {
    HyperparameterOptions given = new HyperparameterOptions(command, ligo.strategies().values());
    List<TrainingStrategy> chosen =
        strategies.stream().map(name -> given.of(ligo.strategy(name), Map.of())).toList();
    given.requireUsed();
    requireSmall(ligo, chosen);
    return chosen;
  }

  /** Refuses a small model that is lacking, or of no use. */
  private void requireSmall(Ligo ligo, List<TrainingStrategy> chosen) {
    Optional<TrainingStrategy> needs =
        chosen.stream().filter(TrainingStrategy::needsSmall).findFirst();
    if (needs.isPresent() && small.isEmpty()) {
      throw new LigoException(
          "strategy '"
              + needs.get().name()
              + "' trains with the model that this one was grown from: name it with --small");
    }
    if (needs.isEmpty() && small.isPresent()) {
      throw new LigoException(
          "--small is of strategies that train with a small model ("
              + ligo.strategies().values().stream()
                  .filter(TrainingStrategy::needsSmall)
                  .map(TrainingStrategy::name)
                  .collect(Collectors.joining(", "))
              + "), and none is chosen");
    }
  }

  /** Tells a run what the options say. */
  void apply(Ligo ligo, Training run, List<TrainingStrategy> chosen) {
    run.strategies(chosen, small.map(ligo::small)).keepOptimizerState(keep);
    if (begin) {
      run.beginWithOptimizerState();
    }
  }
}
