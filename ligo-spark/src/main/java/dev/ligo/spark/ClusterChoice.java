package dev.ligo.spark;

import dev.ligo.cli.options.Values;
import dev.ligo.core.train.RoundSource;
import dev.ligo.core.train.Rounds;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The options of a training that a cluster alone has. */
public final class ClusterChoice {
  @Option(
      names = "--sync-every",
      paramLabel = "N",
      converter = Values.Steps.class,
      description = {
        "The steps that workers train by themselves before they meet, each on one of the"
            + " --accumulate batches of a step (DiLoCo).",
        "Default: they meet at each step, to add gradients"
      })
  Optional<Long> syncEvery = Optional.empty();

  @Option(
      names = "--outer-learning-rate",
      paramLabel = "X",
      defaultValue = "" + Rounds.LEARNING_RATE,
      converter = Values.Positive.class,
      description = "How far the model goes to where workers meet. Default: ${DEFAULT-VALUE}")
  double outerLearningRate;

  @Option(
      names = "--outer-momentum",
      paramLabel = "X",
      defaultValue = "" + Rounds.MOMENTUM,
      description =
          "Nesterov's momentum of the model where workers meet. Default: ${DEFAULT-VALUE}")
  double outerMomentum;

  /** Returns how workers train by themselves, if they do. */
  Optional<Rounds> rounds(RoundSource workers) {
    return syncEvery.map(n -> new Rounds(workers, n, outerLearningRate, outerMomentum));
  }
}
