package dev.ligo.cli.console;

import com.google.gson.JsonObject;
import dev.ligo.core.model.MetricText;
import dev.ligo.core.model.Task;
import java.util.Map;
import java.util.stream.Collectors;

/** A task's metrics in words. */
public final class Metrics {
  private Metrics() {}

  /** Returns all metrics in one line. */
  public static String line(Map<String, Double> metrics) {
    return metrics.entrySet().stream()
        .map(e -> MetricText.name(e.getKey()) + " " + MetricText.value(e.getKey(), e.getValue()))
        .collect(Collectors.joining(", "));
  }

  /** Returns the metrics for programs. */
  public static JsonObject json(Map<String, Double> metrics) {
    JsonObject o = new JsonObject();
    metrics.forEach(
        (name, value) -> {
          if (name.equals(Task.SCORED)) {
            o.addProperty(name, Math.round(value));
          } else {
            o.addProperty(name, value);
          }
        });
    return o;
  }
}
