package dev.ligo.cli;

import java.util.Map;
import java.util.stream.Collectors;

/** A task's metrics in words. */
final class Metrics {
  private Metrics() {}

  /** Returns a metric as people read it: a share, a number of things, or a quantity. */
  static String text(String name, double value) {
    return switch (name) {
      case "accuracy" -> Format.percent(value);
      case "scored" -> Format.count(Math.round(value));
      default -> Format.metric(value);
    };
  }

  /** Returns all metrics in one line. */
  static String line(Map<String, Double> metrics) {
    return metrics.entrySet().stream()
        .map(e -> e.getKey() + " " + text(e.getKey(), e.getValue()))
        .collect(Collectors.joining(", "));
  }
}
