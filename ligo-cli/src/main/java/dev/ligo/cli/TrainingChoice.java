package dev.ligo.cli;

import dev.ligo.core.train.TrainingOptions;
import picocli.CommandLine.Option;

/** The options that say how a model is trained. */
final class TrainingChoice extends OptimizerChoice {
  @Option(
      names = "--accumulate",
      paramLabel = "N",
      defaultValue = "1",
      converter = Values.Count.class,
      description = "The batches whose gradients a step averages. Default: ${DEFAULT-VALUE}")
  int accumulate;

  @Option(
      names = "--save-every",
      paramLabel = "N",
      defaultValue = "1000",
      converter = Values.Steps.class,
      description = "The steps between saved states, for --resume. Default: ${DEFAULT-VALUE}")
  long saveEvery;

  /** Returns the options for a number of steps. */
  TrainingOptions options(long steps, long seed) {
    return new TrainingOptions(
        steps, accumulate, schedule(steps), optimizer(), evaluateEvery(steps), evalBatches, seed);
  }
}
