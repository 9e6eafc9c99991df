package dev.ligo.cli.options;

import dev.ligo.core.train.Optimizer;
import dev.ligo.core.train.Schedule;
import dev.ligo.core.train.TrainingOptions;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The options that say how parameters change, and on how much they are measured. */
public class OptimizerChoice {
  public static final class Decays extends Words<Schedule.Decay> {
    Decays() {
      super(Schedule.Decay.class);
    }
  }

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
      defaultValue = "" + Optimizer.WEIGHT_DECAY,
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
      names = "--eval-batches",
      paramLabel = "N",
      converter = Values.Steps.class,
      description = {
        "The most batches that an evaluation measures.",
        "Default: " + TrainingOptions.EVALUATION_BATCHES + ", and all of labelled data"
      })
  public Optional<Long> evalBatches = Optional.empty();

  @Option(
      names = "--checkpoint-activations",
      description =
          "Keep only what stands between layers, and run each again in the backward pass: less"
              + " memory for a third more work, and the same result")
  public boolean checkpointActivations;

  /** Returns the learning rate of each of a number of steps. */
  public final Schedule schedule(long steps) {
    return new Schedule(
        schedule, learningRate, warmup.orElse(TrainingOptions.warmup(steps)), steps, 0);
  }

  /** Returns how parameters change. */
  public final Optimizer optimizer() {
    return Optimizer.adamW(weightDecay).withMaxGradientNorm(clip);
  }

  /** Returns the most batches that an evaluation measures. */
  public final long evaluationBatches() {
    return evalBatches.orElse(TrainingOptions.EVALUATION_BATCHES);
  }
}
