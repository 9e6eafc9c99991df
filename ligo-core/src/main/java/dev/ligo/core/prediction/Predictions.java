package dev.ligo.core.prediction;

import dev.ligo.api.HostArray;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * Texts or pictures that were read and checked, of which a model is yet to predict. To be closed,
 * and not for several threads at once.
 */
public interface Predictions extends AutoCloseable {
  /** {@return how many texts or pictures there are} */
  int size();

  /**
   * Predicts of one of them.
   *
   * @param number its number, from 0
   * @param logits computes the logits of a batch of the task, (rows, classes)
   * @return the prediction
   * @throws dev.ligo.api.CancelledException if the work is cancelled
   */
  Prediction compute(int number, Function<Map<String, HostArray>, HostArray> logits);

  /**
   * {@return the predictions of all of them, in order}
   *
   * @param logits computes the logits of a batch of the task, (rows, classes)
   * @throws dev.ligo.api.CancelledException if the work is cancelled
   */
  default List<Prediction> all(Function<Map<String, HostArray>, HostArray> logits) {
    return IntStream.range(0, size()).mapToObj(i -> compute(i, logits)).toList();
  }

  @Override
  default void close() {}
}
