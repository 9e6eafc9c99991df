package dev.ligo.core.train;

import dev.ligo.api.TensorSpec;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a run does beside plain training, and what it begins with.
 *
 * @param batch the dtypes and shapes of the batches' arrays
 * @param strategies how steps differ from plain ones, in any order
 * @param small the model that the trained one was grown from, for strategies that need it
 * @param moments the optimizer's state at the beginning, of all variables or some
 */
public record TrainingSetup(
    Map<String, TensorSpec> batch,
    List<TrainingStrategy> strategies,
    Optional<TrainingStrategy.SmallModel> small,
    Moments moments) {
  /** Copies the lists and refuses a strategy that is named twice. */
  public TrainingSetup {
    batch = Map.copyOf(batch);
    strategies = List.copyOf(strategies);
    List<String> names = strategies.stream().map(TrainingStrategy::name).toList();
    if (names.stream().distinct().count() != names.size()) {
      throw new TrainingException("each strategy is named once, found " + names + ".");
    }
  }

  /** Returns plain training on batches of the given specs. */
  public static TrainingSetup plain(Map<String, TensorSpec> batch) {
    return new TrainingSetup(batch, List.of(), Optional.empty(), Moments.NONE);
  }
}
