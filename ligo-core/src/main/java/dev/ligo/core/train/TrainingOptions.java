package dev.ligo.core.train;

/**
 * How to train a model.
 *
 * @param steps the number of optimizer steps
 * @param microBatches how many batches a step averages over (gradient accumulation)
 * @param schedule the learning rate
 * @param optimizer how parameters change
 * @param evaluateEvery the number of steps between evaluations; the first is before the first step,
 *     the last after the last
 * @param evaluationBatches the most batches that an evaluation measures
 * @param seed what dropout draws from
 */
public record TrainingOptions(
    long steps,
    int microBatches,
    Schedule schedule,
    Optimizer optimizer,
    long evaluateEvery,
    long evaluationBatches,
    long seed) {
  /** Checks the numbers. */
  public TrainingOptions {
    if (steps < 1 || microBatches < 1 || evaluateEvery < 1 || evaluationBatches < 1) {
      throw new TrainingException(
          "training needs at least 1 step, 1 micro-batch, 1 step between evaluations and 1 batch to"
              + " evaluate, found "
              + steps
              + ", "
              + microBatches
              + ", "
              + evaluateEvery
              + " and "
              + evaluationBatches
              + ".");
    }
  }
}
