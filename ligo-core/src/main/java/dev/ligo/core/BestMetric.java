package dev.ligo.core;

import dev.ligo.api.Wording;
import dev.ligo.core.model.Task;
import dev.ligo.core.train.TrainingDirectory;
import dev.ligo.core.train.TrainingException;
import dev.ligo.core.train.TrainingOptions;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The metric on the held-out data by which the best of a run's models is known: the lowest, where
 * it is a loss or a perplexity, else the highest.
 *
 * @param name its name, as evaluations have it
 */
record BestMetric(String name) {
  /** The metric where none is named. */
  static final BestMetric LOSS = new BestMetric("loss");

  /** Returns the metric of a name, which may be that of a line of metrics, as in eval_macro_f1. */
  static BestMetric named(String text) {
    return new BestMetric(
        text.startsWith(TrainingDirectory.EVALUATED)
            ? text.substring(TrainingDirectory.EVALUATED.length())
            : text);
  }

  /** Returns the key of the metric in a line of metrics. */
  String key() {
    return TrainingDirectory.EVALUATED + name;
  }

  private boolean isLowest() {
    return name.endsWith("loss") || name.endsWith("perplexity");
  }

  /** Returns whether a value is better than another. */
  boolean isBetter(double value, double than) {
    return isLowest() ? value < than : value > than;
  }

  /**
   * Returns the value among those of an evaluation.
   *
   * @throws TrainingException if it is not there
   */
  double of(Map<String, Double> metrics) {
    Set<String> names = new TreeSet<>(metrics.keySet());
    names.remove(Task.SCORED); // no model is better by it
    if (!names.contains(name)) {
      throw new TrainingException(
          "the best model is to be that of the best '"
              + name
              + "', but evaluations have "
              + String.join(", ", names)
              + "; name one of these.");
    }
    return metrics.get(name);
  }

  /**
   * Returns which model is kept: one that was evaluated, so that it depends on when and on what.
   */
  String kept(TrainingOptions options) {
    return "that of "
        + this
        + ", evaluated "
        + (options.evaluateEvery() == TrainingOptions.AT_END
            ? "at the end"
            : "every " + Wording.count(options.evaluateEvery(), "step"))
        + " on up to "
        + options.evaluationBatches()
        + " batches";
  }

  @Override
  public String toString() {
    return "the "
        + (isLowest() ? "lowest " : "highest ")
        + name.replace('_', ' ')
        + " on the held-out data";
  }
}
