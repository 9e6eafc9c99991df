package dev.ligo.models.bert;

import dev.ligo.api.DType;
import dev.ligo.api.NamedTensors;
import dev.ligo.api.Shape;
import dev.ligo.api.Tensor;
import dev.ligo.api.TensorSpec;
import dev.ligo.api.Tensors;
import dev.ligo.core.data.BatchSource;
import dev.ligo.core.data.DataException;
import dev.ligo.core.data.DataRequest;
import dev.ligo.core.model.Axis;
import dev.ligo.core.model.Batch;
import dev.ligo.core.model.Layout;
import dev.ligo.core.model.Parameters;
import dev.ligo.core.model.Task;
import java.util.LinkedHashMap;
import java.util.Map;

/** Sequence classification: a linear layer on the pooled first token. */
final class BertClassification implements Task<BertConfig> {
  @Override
  public String name() {
    return "classification";
  }

  @Override
  public String className() {
    return "BertForSequenceClassification";
  }

  @Override
  public void parameters(BertConfig c, Layout p) {
    p.linear("classifier", BertArchitecture.pooler(c, p), Axis.fixed(c.labels()));
  }

  /** Returns logits (batch, labels). */
  @Override
  public Tensor logits(Parameters w, BertConfig c, NamedTensors outputs, Batch x) {
    Tensor pooled = BertArchitecture.pooled(w, outputs.get("hidden"));
    return w.linear("classifier", x.dropout(pooled, c.classifierDropout()));
  }

  @Override
  public Tensors.Loss loss(Parameters w, BertConfig c, NamedTensors outputs, Batch x) {
    Tensor logits = logits(w, c, outputs, x);
    Tensor labels = x.get("labels");
    Tensor weights = x.t().full(logits.dtype(), labels.shape(), 1);
    return TokenLoss.of(x, logits, labels, weights);
  }

  @Override
  public Map<String, Double> metrics(Map<String, Double> sums) {
    Map<String, Double> m = new LinkedHashMap<>(TokenLoss.languageMetrics(sums));
    m.remove("perplexity");
    return m;
  }

  @Override
  public Map<String, TensorSpec> batch(BertConfig c, int batchSize, int sequenceLength) {
    TensorSpec tokens = new TensorSpec(DType.INT32, Shape.of(batchSize, sequenceLength));
    return Map.of(
        "input_ids", tokens,
        "token_type_ids", tokens,
        "attention_mask", tokens,
        "labels", new TensorSpec(DType.INT32, Shape.of(batchSize)));
  }

  @Override
  public BatchSource batches(BertConfig c, DataRequest request) {
    throw new DataException(
        "labelled examples are not read from text files; pretraining needs the task masked-lm.");
  }
}
