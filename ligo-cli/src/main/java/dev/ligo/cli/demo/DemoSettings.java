package dev.ligo.cli.demo;

import dev.ligo.core.comparison.ComparisonOptions;
import dev.ligo.core.growth.learn.OperatorTraining;
import dev.ligo.core.model.Sizes;
import dev.ligo.core.train.Optimizer;
import dev.ligo.core.train.Schedule;
import dev.ligo.core.train.TrainingOptions;
import java.util.List;

/**
 * How the demo goes: every number that decides how long it takes and what it shows.
 *
 * @param sizes what to grow to
 * @param batchSize the examples in a batch
 * @param sequenceLength the tokens in an example
 * @param operatorSteps the steps in which the operator learns
 * @param operatorLearningRate the highest learning rate of the operator
 * @param steps the steps of either model
 * @param learningRate the highest learning rate of either model
 * @param warmup the steps over which the rate rises for the model from scratch
 * @param grownWarmup those for the grown model
 * @param evaluateEvery the steps between evaluations
 * @param evaluationBatches the batches of an evaluation
 */
record DemoSettings(
    Sizes sizes,
    int batchSize,
    int sequenceLength,
    long operatorSteps,
    double operatorLearningRate,
    long steps,
    double learningRate,
    long warmup,
    long grownWarmup,
    long evaluateEvery,
    long evaluationBatches) {
  /**
   * The settings of the command, those of preset 'bert' but for the steps and the schedule. The
   * rate stays where it is after its rise, so that the model from scratch leaves the plateau on
   * which it predicts by the frequency of words alone.
   */
  static final DemoSettings STANDARD =
      new DemoSettings(
          Sizes.SAME.withLayers(6).withHidden(128), 128, 16, 20, 0.001, 700, 0.001, 150, 20, 50, 8);

  private static final double WEIGHT_DECAY = 0.01;

  /** Returns how both models are trained: to the end, and kept. */
  ComparisonOptions options(long seed) {
    Schedule schedule = new Schedule(Schedule.Decay.CONSTANT, learningRate, warmup, steps, 0);
    TrainingOptions scratch =
        new TrainingOptions(
            steps,
            1,
            schedule,
            Optimizer.adamW(WEIGHT_DECAY),
            evaluateEvery,
            evaluationBatches,
            seed);
    return ComparisonOptions.builder(scratch)
        .seeds(List.of(seed))
        .grownWarmup(grownWarmup)
        .operator(OperatorTraining.Options.of(operatorSteps, operatorLearningRate))
        .toTheEnd(true)
        .keepModels(true)
        .build();
  }
}
