package dev.ligo.models.bert.text;

import dev.ligo.api.DType;
import dev.ligo.api.NamedTensors;
import dev.ligo.api.Tensor;
import dev.ligo.api.Tensors;
import dev.ligo.core.model.Batch;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/** Cross-entropy of labelled rows with weights, its sums and the metrics made from them. */
public final class TokenLoss {
  private TokenLoss() {}

  /**
   * Returns the weighted mean loss. The sums are {@code loss}, {@code count} and, outside training,
   * {@code correct}.
   *
   * @param logits (rows, classes)
   * @param labels (rows), integers
   * @param weights (rows), 0 for padding
   */
  public static Tensors.Loss of(Batch x, Tensor logits, Tensor labels, Tensor weights) {
    Tensor sum = logits.crossEntropy(labels).mul(weights).sum();
    Tensor count = weights.sum();
    Map<String, Tensor> sums = new TreeMap<>(Map.of("loss", sum, "count", count));
    if (!x.training()) {
      Tensor hits = logits.argMax(1).equalTo(labels.cast(DType.INT64));
      sums.put("correct", hits.cast(weights.dtype()).mul(weights).sum());
    }
    // A batch of padding alone has the loss 0, not NaN.
    Tensor mean = sum.div(count.maximum(x.t().scalar(count.dtype(), 1)));
    return new Tensors.Loss(mean, NamedTensors.of(sums));
  }

  /** Returns loss, perplexity, accuracy and the number of rows that were scored. */
  public static Map<String, Double> languageMetrics(Map<String, Double> sums) {
    Map<String, Double> m = new LinkedHashMap<>();
    double loss = sums.get("loss") / sums.get("count");
    m.put("loss", loss);
    m.put("perplexity", Math.exp(loss));
    m.put("accuracy", sums.getOrDefault("correct", 0.0) / sums.get("count"));
    m.put("scored", sums.get("count"));
    return m;
  }
}
