package dev.ligo.cli.demo;

import dev.ligo.core.comparison.EqualComputeTraining;
import dev.ligo.core.growth.learn.OperatorTraining;
import dev.ligo.core.model.Sizes;
import dev.ligo.core.train.Optimizer;
import java.math.BigDecimal;
import java.util.List;

/**
 * How the demo goes: every number that decides how long it takes and what it shows.
 *
 * @param small the runs in which the small model was trained, which nobody is charged for
 * @param sizes what to grow to
 * @param batchSize the examples in a training batch, for the operator and for both arms
 * @param sequenceLength the tokens in an example
 * @param operatorSteps the steps in which the operator learns
 * @param operatorLearningRate the highest learning rate of the operator
 * @param steps the steps of the arm from scratch, which set the budget of both
 * @param learningRate the highest learning rate of both arms
 * @param warmup the share of its steps over which an arm's rate rises
 * @param evaluations the shares of the budget after which both arms are evaluated
 * @param evaluationBatchSize the examples in an evaluation's batch
 * @param evaluationBatches the batches of an evaluation
 */
record DemoSettings(
    List<Pretraining> small,
    Sizes sizes,
    int batchSize,
    int sequenceLength,
    long operatorSteps,
    double operatorLearningRate,
    long steps,
    double learningRate,
    double warmup,
    int evaluations,
    int evaluationBatchSize,
    long evaluationBatches) {
  /** The settings of the command: under five minutes on two cores. */
  static final DemoSettings STANDARD =
      new DemoSettings(
          List.of(new Pretraining(5000, 64, 32), new Pretraining(1000, 32, 64)),
          Sizes.SAME.withLayers(6).withHidden(256),
          16,
          64,
          40,
          0.0003,
          320,
          0.0005,
          0.05,
          12,
          32,
          10);

  private static final double WEIGHT_DECAY = 0.01;

  /** Copies the runs. */
  DemoSettings {
    small = List.copyOf(small);
  }

  /**
   * A training run.
   *
   * @param steps its steps
   * @param batchSize the examples in a batch
   * @param sequenceLength the tokens in an example
   */
  record Pretraining(long steps, int batchSize, int sequenceLength) {}

  /** Returns a rate as people write it, as in 0.0005. */
  static String rate(double rate) {
    return BigDecimal.valueOf(rate).stripTrailingZeros().toPlainString();
  }

  /** Returns how the operator learns. */
  OperatorTraining.Options operator() {
    return OperatorTraining.Options.of(operatorSteps, operatorLearningRate);
  }

  /** Returns how both arms are trained. */
  EqualComputeTraining.Options comparison(String task, long seed) {
    return new EqualComputeTraining.Options(
        task,
        steps,
        evaluations,
        evaluationBatches,
        learningRate,
        warmup,
        Optimizer.adamW(WEIGHT_DECAY),
        seed);
  }
}
