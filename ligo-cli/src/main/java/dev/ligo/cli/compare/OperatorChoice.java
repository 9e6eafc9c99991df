package dev.ligo.cli.compare;

import dev.ligo.cli.options.Values;
import dev.ligo.core.growth.learn.OperatorTraining;
import picocli.CommandLine.Option;

/** The options of learning an operator in a comparison. */
final class OperatorChoice {
  @Option(
      names = "--operator-steps",
      paramLabel = "N",
      defaultValue = "100",
      converter = Values.Steps.class,
      description = "The number of steps. Default: ${DEFAULT-VALUE}")
  long steps;

  @Option(
      names = "--operator-learning-rate",
      paramLabel = "X",
      defaultValue = "0.0003",
      converter = Values.Positive.class,
      description = "The highest learning rate. Default: ${DEFAULT-VALUE}")
  double learningRate;

  OperatorTraining.Options options() {
    return OperatorTraining.Options.of(steps, learningRate);
  }
}
