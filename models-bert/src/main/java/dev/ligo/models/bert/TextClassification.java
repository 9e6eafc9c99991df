package dev.ligo.models.bert;

import dev.ligo.api.DType;
import dev.ligo.api.NamedTensors;
import dev.ligo.api.Shape;
import dev.ligo.api.Tensor;
import dev.ligo.api.TensorSpec;
import dev.ligo.core.data.BatchSource;
import dev.ligo.core.data.DataException;
import dev.ligo.core.data.DataRequest;
import dev.ligo.core.model.Batch;
import dev.ligo.core.model.Parameters;
import dev.ligo.core.model.Scores;
import dev.ligo.core.model.Task;
import dev.ligo.models.bert.text.TokenLimits;
import dev.ligo.models.bert.text.TokenMetrics;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * Classification of texts: all of it but the head. A family's head gives logits (batch, labels).
 *
 * @param <C> the configuration of the family
 */
interface TextClassification<C> extends Task<C> {
  /** Returns what the tokens of a batch must fit. */
  TokenLimits limits(C config);

  /** Returns the number of classes. */
  int labels(C config);

  @Override
  default String name() {
    return "classification";
  }

  @Override
  default Scores scores(Parameters w, C c, NamedTensors outputs, Batch x) {
    Tensor logits = logits(w, c, outputs, x);
    Tensor labels = x.get("labels");
    return Scores.of(logits, labels, x.t().full(logits.dtype(), labels.shape(), 1));
  }

  @Override
  default Map<String, Double> metrics(Map<String, Double> sums) {
    Map<String, Double> m = new LinkedHashMap<>(TokenMetrics.of(sums));
    m.remove("perplexity");
    return m;
  }

  @Override
  default Map<String, TensorSpec> batch(C c, int batchSize, int sequenceLength) {
    TensorSpec tokens = new TensorSpec(DType.INT32, Shape.of(batchSize, sequenceLength));
    Map<String, TensorSpec> batch = new TreeMap<>();
    batch.put("input_ids", tokens);
    batch.put("attention_mask", tokens);
    if (limits(c).types()) {
      batch.put("token_type_ids", tokens);
    }
    batch.put("labels", new TensorSpec(DType.INT32, Shape.of(batchSize)));
    return batch;
  }

  @Override
  default BatchSource batches(C c, DataRequest request) {
    throw new DataException(
        "labelled examples are not read from text files; pretraining needs another task.");
  }
}
