package dev.ligo.core.model;

import java.util.Locale;

/** Names and values of metrics as people read them, on a terminal and in model cards. */
public final class MetricText {
  private MetricText() {}

  /**
   * {@return a metric's name in words}
   *
   * @param name the name, such as macro_f1
   */
  public static String name(String name) {
    return name.replace('_', ' ');
  }

  /**
   * {@return a metric's value: a share in percent, a number of things, or a quantity}
   *
   * @param name the metric's name
   * @param value its value
   */
  public static String value(String name, double value) {
    if (name.endsWith("accuracy") || name.endsWith("f1")) {
      return String.format(Locale.ROOT, "%.1f %%", 100 * value);
    }
    return name.equals(Task.SCORED)
        ? String.format(Locale.ROOT, "%,d", Math.round(value))
        : String.format(Locale.ROOT, "%.3f", value);
  }
}
