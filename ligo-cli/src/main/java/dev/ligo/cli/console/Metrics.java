package dev.ligo.cli.console;

import com.google.gson.JsonObject;
import dev.ligo.core.model.Task;
import java.util.Map;
import java.util.stream.Collectors;

/** A task's metrics in words. */
public final class Metrics {
  private Metrics() {}

  /** Returns a metric's name as people read it. */
  public static String words(String name) {
    return name.replace('_', ' ');
  }

  /** Returns a metric as people read it: a share, a number of things, or a quantity. */
  public static String text(String name, double value) {
    if (name.endsWith("accuracy") || name.endsWith("f1")) {
      return Format.percent(value);
    }
    return name.equals(Task.SCORED) ? Format.count(Math.round(value)) : Format.metric(value);
  }

  /** Returns all metrics in one line. */
  public static String line(Map<String, Double> metrics) {
    return metrics.entrySet().stream()
        .map(e -> words(e.getKey()) + " " + text(e.getKey(), e.getValue()))
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
