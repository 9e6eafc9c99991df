package dev.ligo.text;

import dev.ligo.core.model.Task;
import java.util.LinkedHashMap;
import java.util.Map;

/** The metrics of rows that were scored. */
public final class TokenMetrics {
  private TokenMetrics() {}

  /**
   * {@return loss, perplexity, accuracy and the number of rows that were scored}
   *
   * @param sums the sums over all batches, by name
   */
  public static Map<String, Double> of(Map<String, Double> sums) {
    Map<String, Double> m = new LinkedHashMap<>();
    double loss = sums.get("loss") / sums.get("count");
    m.put("loss", loss);
    m.put("perplexity", Math.exp(loss));
    m.put("accuracy", sums.getOrDefault("correct", 0.0) / sums.get("count"));
    m.put(Task.SCORED, sums.get("count"));
    return m;
  }
}
