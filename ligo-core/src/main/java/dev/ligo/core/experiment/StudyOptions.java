package dev.ligo.core.experiment;

import dev.ligo.core.growth.OperatorTraining;
import dev.ligo.core.train.Optimizer;
import dev.ligo.core.train.Schedule;
import dev.ligo.core.train.TrainingOptions;
import java.util.List;

/**
 * How all candidates of a study are treated, each exactly alike.
 *
 * @param seeds one run of each candidate for each of them; it decides the order of the data, the
 *     initial values, masks and dropout
 * @param steps the steps of the model from scratch, and the horizon of every schedule
 * @param evaluateEvery the steps between evaluations
 * @param evaluationBatches the most batches that an evaluation measures
 * @param schedule how the learning rate changes over the steps
 * @param optimizer how parameters change
 * @param operator how an operator is learned by the methods that learn one
 * @param toTheEnd whether a run goes on when it has reached scratch's final loss
 */
public record StudyOptions(
    List<Long> seeds,
    long steps,
    long evaluateEvery,
    long evaluationBatches,
    Schedule schedule,
    Optimizer optimizer,
    OperatorTraining.Options operator,
    boolean toTheEnd) {
  /** Checks the numbers. */
  public StudyOptions {
    seeds = List.copyOf(seeds);
    if (seeds.isEmpty() || seeds.stream().distinct().count() != seeds.size()) {
      throw new StudyException("a study needs seeds that differ, found " + seeds + ".");
    }
    if (evaluateEvery < 1 || steps < 2 * evaluateEvery) {
      throw new StudyException(
          "a study needs two evaluations after its first step, found one every "
              + evaluateEvery
              + " of "
              + steps
              + " steps.");
    }
  }

  /** Returns how a model is trained. */
  TrainingOptions training(long seed) {
    return new TrainingOptions(
        steps, 1, schedule, optimizer, evaluateEvery, evaluationBatches, seed);
  }
}
