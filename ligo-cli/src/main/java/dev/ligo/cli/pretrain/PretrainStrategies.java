package dev.ligo.cli.pretrain;

import dev.ligo.cli.options.HyperparameterOptions;
import dev.ligo.cli.options.StrategyNames;
import dev.ligo.core.Ligo;
import dev.ligo.core.Training;
import dev.ligo.core.train.TrainingStrategy;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
    return chosen;
  }

  /** Tells a run what the options say. */
  void apply(Ligo ligo, Training run, List<TrainingStrategy> chosen) {
    run.strategies(chosen, small.map(ligo::small)).keepOptimizerState(keep);
    if (begin) {
      run.beginWithOptimizerState();
    }
  }
}
