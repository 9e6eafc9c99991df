package dev.ligo.core;

import dev.ligo.core.train.TrainingDirectory;
import dev.ligo.core.train.TrainingException;
import java.util.Map;
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
    String name =
        text.startsWith(TrainingDirectory.EVALUATED)
            ? text.substring(TrainingDirectory.EVALUATED.length())
            : text;
    return new BestMetric(name.replace('_', ' '));
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
    Double value = metrics.get(name);
    if (value == null) {
      throw new TrainingException(
          "the best model is to be that of the best '"
              + name
              + "', but evaluations have "
              + String.join(", ", new TreeSet<>(metrics.keySet()))
              + "; name one of these.");
    }
    return value;
  }

  @Override
  public String toString() {
    return "the " + (isLowest() ? "lowest " : "highest ") + name + " on the held-out data";
  }
}
