package dev.ligo.cli;

import dev.ligo.core.train.Optimizer;
import dev.ligo.core.train.Schedule;
import dev.ligo.core.train.TrainingOptions;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The options that say how a model is trained. */
final class TrainingChoice {
  /** The share of a run for what has no number of steps of its own. */
  private static final int TENTH = 10;

  static final class Decays extends Words<Schedule.Decay> {
    Decays() {
      super(Schedule.Decay.class);
    }
  }

  @Option(
      names = "--accumulate",
      paramLabel = "N",
      defaultValue = "1",
      converter = Values.Count.class,
      description = "The batches whose gradients a step averages. Default: ${DEFAULT-VALUE}")
  int accumulate;

  @Option(
      names = "--learning-rate",
      paramLabel = "X",
      defaultValue = "0.0001",
      converter = Values.Positive.class,
      description = "The highest learning rate. Default: ${DEFAULT-VALUE}")
  double learningRate;

  @Option(
      names = "--warmup",
      paramLabel = "N",
      converter = Values.StepsOrNone.class,
      description = "The steps over which the rate rises. Default: a tenth of all")
  Optional<Long> warmup = Optional.empty();

  @Option(
      names = "--schedule",
      paramLabel = "SCHEDULE",
      defaultValue = "linear",
      converter = Decays.class,
      completionCandidates = Decays.class,
      description = "How the rate falls then: ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}")
  Schedule.Decay schedule;

  @Option(
      names = "--weight-decay",
      paramLabel = "X",
      defaultValue = "0.01",
      converter = Values.NotNegative.class,
      description = "AdamW's decay of matrices. Default: ${DEFAULT-VALUE}")
  double weightDecay;

  @Option(
      names = "--clip",
      paramLabel = "X",
      defaultValue = "1",
      converter = Values.NotNegative.class,
      description =
          "The norm to which gradients are scaled down; 0 for none. Default: ${DEFAULT-VALUE}")
  double clip;

  @Option(
      names = "--eval-every",
      paramLabel = "N",
      converter = Values.Steps.class,
      description = "The steps between evaluations. Default: a tenth of all")
  Optional<Long> evalEvery = Optional.empty();

  @Option(
      names = "--eval-batches",
      paramLabel = "N",
      defaultValue = "50",
      converter = Values.Steps.class,
      description = "The most batches that an evaluation measures. Default: ${DEFAULT-VALUE}")
  long evalBatches;

  @Option(
      names = "--save-every",
      paramLabel = "N",
      defaultValue = "1000",
      converter = Values.Steps.class,
      description = "The steps between saved states, for --resume. Default: ${DEFAULT-VALUE}")
  long saveEvery;

  /** Returns the options for a number of steps. */
  TrainingOptions options(long steps, long seed) {
    long rise = warmup.orElse(steps / TENTH);
    return new TrainingOptions(
        steps,
        accumulate,
        new Schedule(schedule, learningRate, rise, steps, 0),
        new Optimizer(Optimizer.Kind.ADAMW, Optimizer.adamW(weightDecay).adamW(), clip),
        evalEvery.orElse(Math.max(1, steps / TENTH)),
        evalBatches,
        seed);
  }
}
