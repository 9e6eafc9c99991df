package dev.ligo.core.train;

import dev.ligo.api.TensorSpec;
import dev.ligo.core.growth.Origins;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a run does beside plain training, and what it begins with.
 *
 * @param batch the dtypes and shapes of the batches' arrays
 * @param strategies how steps differ from plain ones, in any order
 * @param small the model that the trained one was grown from, for strategies that need it
 * @param moments the optimizer's state at the beginning, of all variables or some
 * @param origins where layers and entries come from, for strategies that tell them apart
 * @param fresh the parameters of a head that begins afresh on a trained model; they are trained
 *     whatever a strategy freezes
 */
public record TrainingSetup(
    Map<String, TensorSpec> batch,
    List<TrainingStrategy> strategies,
    Optional<TrainingStrategy.SmallModel> small,
    Moments moments,
    Origins origins,
    Set<String> fresh) {
  /**
   * Copies the lists and refuses a strategy that is named twice.
   *
   * @param batch the dtypes and shapes of the batches' arrays
   * @param strategies how steps differ from plain ones, in any order
   * @param small the model that the trained one was grown from, for strategies that need it
   * @param moments the optimizer's state at the beginning, of all variables or some
   * @param origins where layers and entries come from, for strategies that tell them apart
   * @param fresh the parameters of a head that begins afresh on a trained model; they are trained
   *     whatever a strategy freezes
   */
  public TrainingSetup {
    batch = Map.copyOf(batch);
    strategies = List.copyOf(strategies);
    fresh = Set.copyOf(fresh);
    List<String> names = strategies.stream().map(TrainingStrategy::name).toList();
    if (names.stream().distinct().count() != names.size()) {
      throw new TrainingException("each strategy is named once, found " + names + ".");
    }
  }

  /**
   * Describes the training of a model of which nothing is known to be grown.
   *
   * @param batch the dtypes and shapes of the batches' arrays
   * @param strategies the strategies that change the steps, in order
   * @param small the model that the trained one was grown from, if there is one
   * @param moments the optimizer's moments to begin with
   */
  public TrainingSetup(
      Map<String, TensorSpec> batch,
      List<TrainingStrategy> strategies,
      Optional<TrainingStrategy.SmallModel> small,
      Moments moments) {
    this(batch, strategies, small, moments, Origins.UNKNOWN, Set.of());
  }

  /**
   * {@return plain training on batches of the given specs}
   *
   * @param batch the dtypes and shapes of the batches' arrays
   */
  public static TrainingSetup plain(Map<String, TensorSpec> batch) {
    return new TrainingSetup(batch, List.of(), Optional.empty(), Moments.NONE);
  }
}
