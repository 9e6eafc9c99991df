package dev.ligo.core.data;

import java.util.Map;
import java.util.OptionalDouble;

/**
 * Follows long work, and can cancel it: training, learning an operator, growing, evaluating,
 * comparing, tokenizing. The methods are called by the thread that works, between two steps.
 */
@FunctionalInterface
public interface ProgressListener {
  /** A listener that does nothing. */
  ProgressListener SILENT = progress -> {};

  /**
   * Takes note of a step that was made.
   *
   * @param progress how far the work is, and how fast it goes
   */
  void progress(Work.Progress progress);

  /**
   * Takes note of an evaluation of the model that is trained.
   *
   * @param step the number of training steps before it
   * @param metrics the task's metrics by name
   */
  default void evaluated(long step, Map<String, Double> metrics) {}

  /**
   * Takes note of what a training has been before it is continued.
   *
   * @param step the step after which it goes on
   * @param loss the loss of its first step, empty where its metrics are gone
   * @param evaluation the metrics of its first evaluation by name, none where there was none
   */
  default void resumed(long step, OptionalDouble loss, Map<String, Double> evaluation) {}

  /**
   * Takes note of which step the model is that a training writes, where that is to be the best.
   *
   * @param step the number of training steps before it
   * @param evaluation the metrics of its evaluation by name
   */
  default void kept(long step, Map<String, Double> evaluation) {}

  /**
   * {@return whether the work shall end: before its next step, by a {@link
   * dev.ligo.api.CancelledException}} Asked often, so it should answer at once.
   */
  default boolean isCancelled() {
    return false;
  }
}
