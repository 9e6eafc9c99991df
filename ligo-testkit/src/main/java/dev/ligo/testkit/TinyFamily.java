package dev.ligo.testkit;

import com.google.gson.JsonObject;
import dev.ligo.api.DType;
import dev.ligo.api.NamedTensors;
import dev.ligo.api.Shape;
import dev.ligo.api.Tensor;
import dev.ligo.api.TensorSpec;
import dev.ligo.core.data.BatchSource;
import dev.ligo.core.data.DataException;
import dev.ligo.core.data.DataRequest;
import dev.ligo.core.model.Architecture;
import dev.ligo.core.model.Axis;
import dev.ligo.core.model.ConfigReader;
import dev.ligo.core.model.ForwardContext;
import dev.ligo.core.model.Layout;
import dev.ligo.core.model.Logits;
import dev.ligo.core.model.Parameters;
import dev.ligo.core.model.Scores;
import dev.ligo.core.model.Sizes;
import dev.ligo.core.model.Task;
import java.util.List;
import java.util.Map;

/**
 * A model family small enough to be computed by hand: embeddings, layers h + U·tanh(W·h + b) + c,
 * and classes from the mean over the tokens that the mask leaves.
 */
class TinyFamily implements Architecture<TinyFamily.Config> {
  static final String TASK = "classification";

  /** The key of the number of heads, for what has some. */
  static final String HEADS = "num_attention_heads";

  /** The sizes. */
  record Config(
      int layers, int hidden, int heads, int inner, int vocabulary, int classes, double dropout) {}

  /** Returns the {@code config.json} of some sizes. */
  static JsonObject json(int layers, int hidden, int inner) {
    JsonObject json = new JsonObject();
    json.addProperty("model_type", "tiny");
    json.addProperty("num_hidden_layers", layers);
    json.addProperty("hidden_size", hidden);
    json.addProperty("intermediate_size", inner);
    json.addProperty("vocab_size", 5);
    json.addProperty("num_labels", 3);
    return json;
  }

  @Override
  public String name() {
    return "tiny";
  }

  @Override
  public Config parse(ConfigReader c) {
    c.refuse("quantization_config");
    c.refuse("pruned_heads");
    return new Config(
        c.positive("num_hidden_layers"),
        c.positive("hidden_size"),
        c.positive(HEADS, 1),
        c.positive("intermediate_size"),
        c.positive("vocab_size"),
        c.positive("num_labels"),
        c.rate("dropout", 0.1));
  }

  @Override
  public void write(Config c, JsonObject json) {
    json.addProperty("num_hidden_layers", c.layers());
    json.addProperty("hidden_size", c.hidden());
    json.addProperty("intermediate_size", c.inner());
    if (json.has(HEADS)) {
      json.addProperty(HEADS, c.heads());
    }
  }

  @Override
  public Config resize(Config c, Sizes sizes) {
    int hidden = sizes.hidden().orElse(c.hidden());
    return new Config(
        sizes.layers().orElse(c.layers()),
        hidden,
        sizes.heads().orElse(c.heads()),
        sizes.intermediate().orElse(c.inner() * hidden / c.hidden()),
        c.vocabulary(),
        c.classes(),
        c.dropout());
  }

  @Override
  public double initializerRange(Config c) {
    return 0.4;
  }

  @Override
  public void parameters(Config c, Layout p) {
    Axis.Width embed = p.width("embed", c.hidden());
    p.table("tiny.embeddings.weight", Axis.vocabulary(c.vocabulary()), embed);
    p.stack("tiny.layers", c.layers(), l -> layer(c, l, embed));
  }

  /** Lists the parameters of a layer. */
  void layer(Config c, Layout l, Axis.Width embed) {
    Axis.Width inner = l.width("inner", c.inner());
    l.linear("in", embed, inner);
    l.linear("out", inner, embed);
  }

  @Override
  public NamedTensors forward(Parameters w, Config c, ForwardContext x) {
    Tensor embedded = w.embed("tiny.embeddings", x.get("input_ids"));
    Tensor hidden = w.stack("tiny.layers", c.layers(), embedded, (l, h) -> layer(l, c, x, h));
    Tensor mask = x.get("attention_mask").cast(hidden.dtype()).expandDims(-1);
    Tensor mean = hidden.mul(mask).sum(1).div(mask.sum(1));
    return NamedTensors.of("hidden", hidden).with("mean", mean);
  }

  /** Computes a layer of (batch, sequence, hidden). */
  Tensor layer(Parameters w, Config c, ForwardContext x, Tensor h) {
    return h.add(x.dropout(w.linear("out", activation(w.linear("in", h))), c.dropout()));
  }

  /** Returns what stands between the two products of a layer. */
  Tensor activation(Tensor x) {
    return x.tanh();
  }

  @Override
  public List<Task<Config>> tasks() {
    return List.of(new Classification());
  }

  /** A linear layer on the mean. */
  static class Classification implements Task<Config> {
    @Override
    public String name() {
      return TASK;
    }

    @Override
    public String className() {
      return "TinyForSequenceClassification";
    }

    @Override
    public void parameters(Config c, Layout p) {
      p.linear("classifier", p.width("embed", c.hidden()), Axis.fixed(c.classes()));
    }

    @Override
    public Tensor logits(Parameters w, Config c, NamedTensors outputs, ForwardContext x) {
      return w.linear("classifier", outputs.get("mean"));
    }

    @Override
    public Scores scores(Parameters w, Config c, NamedTensors outputs, ForwardContext x) {
      Tensor logits = logits(w, c, outputs, x);
      Tensor labels = x.get("labels");
      return Scores.of(Logits.of(logits), labels, x.t().full(logits.dtype(), labels.shape(), 1));
    }

    @Override
    public Map<String, Double> metrics(Map<String, Double> sums) {
      return sums;
    }

    @Override
    public Map<String, TensorSpec> batchSpecs(Config c, int batchSize, int sequenceLength) {
      TensorSpec tokens = new TensorSpec(DType.INT32, Shape.of(batchSize, sequenceLength));
      return Map.of(
          "input_ids", tokens,
          "attention_mask", tokens,
          "labels", new TensorSpec(DType.INT32, Shape.of(batchSize)));
    }

    @Override
    public BatchSource batches(Config c, DataRequest request) {
      throw new DataException("the tiny family reads no data.");
    }
  }
}
