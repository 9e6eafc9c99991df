package dev.ligo.core.comparison;

import dev.ligo.core.data.BatchSource;
import dev.ligo.core.data.DataRequest;
import dev.ligo.core.model.TaskModel;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongFunction;

/**
 * The data of a comparison, each corpus opened once: the runs of a seed share its batches, and
 * seeds share the corpus where its batches can be drawn again with another seed.
 */
final class ComparisonData {
  private final TaskModel<?> model;
  private final LongFunction<DataRequest> request;
  private final BatchSource first;
  private final BatchSource heldOut;
  private final Map<Long, BatchSource> bySeed = new HashMap<>();

  /**
   * Opens the data.
   *
   * @param model the model whose task makes batches of them
   * @param request the data to train on, by seed
   * @param heldOut the held-out data
   * @throws dev.ligo.core.data.DataException if data cannot be read
   */
  ComparisonData(TaskModel<?> model, LongFunction<DataRequest> request, DataRequest heldOut) {
    this.model = model;
    this.request = request;
    this.first = model.batches(request.apply(0));
    this.heldOut = model.batches(heldOut);
    bySeed.put(0L, first);
  }

  /** Returns the batches to train on, of one seed whichever seeds are run. */
  BatchSource training() {
    return first;
  }

  /** Returns the batches that a run with a seed is trained on. */
  BatchSource training(long seed) {
    return bySeed.computeIfAbsent(seed, this::drawn);
  }

  private BatchSource drawn(long seed) {
    Optional<BatchSource> again = first.withSeed(seed);
    return again.orElseGet(() -> model.batches(request.apply(seed)));
  }

  /** Returns the held-out batches. */
  BatchSource heldOut() {
    return heldOut;
  }
}
