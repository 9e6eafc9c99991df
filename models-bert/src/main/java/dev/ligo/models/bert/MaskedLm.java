package dev.ligo.models.bert;

import dev.ligo.api.DType;
import dev.ligo.api.NamedTensors;
import dev.ligo.api.Shape;
import dev.ligo.api.Tensor;
import dev.ligo.api.TensorSpec;
import dev.ligo.api.Tensors;
import dev.ligo.core.data.BatchSource;
import dev.ligo.core.data.DataRequest;
import dev.ligo.core.model.Axis;
import dev.ligo.core.model.Batch;
import dev.ligo.core.model.Layout;
import dev.ligo.core.model.Parameters;
import dev.ligo.core.model.Task;
import dev.ligo.core.model.Use;
import dev.ligo.models.bert.text.MaskedLmBatches;
import java.util.Map;

/** BERT's masked language model: the loss is computed at the masked positions only. */
final class BertMaskedLm implements Task<BertConfig> {
  private static final String WORDS = "bert.embeddings.word_embeddings.weight";
  private static final String HEAD = "cls.predictions.";

  @Override
  public String name() {
    return "masked-lm";
  }

  @Override
  public String className() {
    return "BertForMaskedLM";
  }

  @Override
  public void parameters(BertConfig c, Layout p) {
    Axis.Width embed = p.width("embed", c.dimensions().hidden());
    Axis vocabulary = Axis.fixed(c.vocabulary());
    p.linear(HEAD + "transform.dense", embed, embed);
    if (c.tied()) {
      p.norm(HEAD + "transform.LayerNorm", Use.head(embed));
      p.bias(HEAD + "bias", vocabulary);
      p.tie(HEAD + "decoder.weight", WORDS);
      p.tie(HEAD + "decoder.bias", HEAD + "bias");
    } else {
      p.norm(HEAD + "transform.LayerNorm", embed);
      p.linear(HEAD + "decoder", embed, vocabulary);
      // Older readers of untied heads want the one name, newer ones the other.
      p.duplicate(HEAD + "bias", HEAD + "decoder.bias");
    }
  }

  /** Returns logits (masked positions, vocabulary). */
  @Override
  public Tensor logits(Parameters w, BertConfig c, NamedTensors outputs, Batch x) {
    Tensor hidden = outputs.get("hidden");
    Tensor rows = hidden.reshape(-1, hidden.shape().dim(2)).take(x.get("masked_positions"), 0);
    Tensor transformed = c.activation().apply(w.linear(HEAD + "transform.dense", rows));
    Tensor normed = w.norm(HEAD + "transform.LayerNorm", transformed, c.epsilon());
    return c.tied()
        ? normed.linear(w.get(WORDS), w.get(HEAD + "bias"))
        : w.linear(HEAD + "decoder", normed);
  }

  @Override
  public Tensors.Loss loss(Parameters w, BertConfig c, NamedTensors outputs, Batch x) {
    return TokenLoss.of(
        x, logits(w, c, outputs, x), x.get("masked_labels"), x.get("masked_weights"));
  }

  @Override
  public Map<String, Double> metrics(Map<String, Double> sums) {
    return TokenLoss.languageMetrics(sums);
  }

  @Override
  public Map<String, TensorSpec> batch(BertConfig c, int batchSize, int sequenceLength) {
    TensorSpec tokens = new TensorSpec(DType.INT32, Shape.of(batchSize, sequenceLength));
    Shape masked = Shape.of(batchSize * MaskedLmBatches.capacity(sequenceLength));
    return Map.of(
        "input_ids",
        tokens,
        "token_type_ids",
        tokens,
        "attention_mask",
        tokens,
        "masked_positions",
        new TensorSpec(DType.INT32, masked),
        "masked_labels",
        new TensorSpec(DType.INT32, masked),
        "masked_weights",
        new TensorSpec(DType.FLOAT32, masked));
  }

  @Override
  public BatchSource batches(BertConfig c, DataRequest request) {
    return MaskedLmBatches.open(request, c.vocabulary(), c.positions());
  }
}
