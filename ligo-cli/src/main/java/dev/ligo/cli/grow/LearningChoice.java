package dev.ligo.cli.grow;

import dev.ligo.cli.options.DataChoice;
import dev.ligo.cli.options.Values;
import dev.ligo.cli.options.Words;
import dev.ligo.cli.training.TrainingChoice;
import dev.ligo.core.growth.learn.OperatorTraining;
import dev.ligo.core.train.Optimizer;
import dev.ligo.core.train.TrainingOptions;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Option;

/** The options for the steps and the data by which an operator learns. */
public final class LearningChoice {
  @Option(
      names = "--data",
      paramLabel = "PATH",
      arity = "1..*",
      description = DataChoice.DESCRIPTION)
  List<Path> data = List.of();

  @Option(
      names = "--steps",
      paramLabel = "N",
      defaultValue = "" + OperatorTraining.Options.STEPS,
      converter = Values.Steps.class,
      description = "The number of steps. Default: ${DEFAULT-VALUE}")
  long steps;

  @Option(
      names = "--learning-rate",
      paramLabel = "X",
      defaultValue = "0.0003",
      converter = Values.Positive.class,
      description = "The highest learning rate. Default: ${DEFAULT-VALUE}")
  double learningRate;

  @Option(
      names = "--optimizer",
      paramLabel = "RULE",
      defaultValue = "adamw",
      converter = Rules.class,
      completionCandidates = Rules.class,
      description = "How factors change: ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}")
  Optimizer.Kind rule;

  @Option(
      names = "--accumulate",
      paramLabel = "N",
      defaultValue = "" + TrainingOptions.MICRO_BATCHES,
      converter = Values.MicroBatches.class,
      description = TrainingChoice.ACCUMULATE)
  int accumulate;

  OperatorTraining.Options options() {
    Optimizer adamW = Optimizer.adamW(0.01);
    return OperatorTraining.Options.of(steps, learningRate)
        .withMicroBatches(accumulate)
        .with(new Optimizer(rule, adamW.adamW(), adamW.maxGradientNorm()));
  }

  public static final class Rules extends Words<Optimizer.Kind> {
    Rules() {
      super(Optimizer.Kind.class);
    }
  }
}
