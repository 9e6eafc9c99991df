package dev.ligo.models.bert;

import com.google.gson.JsonObject;
import dev.ligo.api.NamedTensors;
import dev.ligo.api.Tensor;
import dev.ligo.core.model.Activation;
import dev.ligo.core.model.Architecture;
import dev.ligo.core.model.Axis;
import dev.ligo.core.model.Batch;
import dev.ligo.core.model.ConfigReader;
import dev.ligo.core.model.Dialect;
import dev.ligo.core.model.Dimensions;
import dev.ligo.core.model.Layout;
import dev.ligo.core.model.Parameters;
import dev.ligo.core.model.Sizes;
import dev.ligo.core.model.Task;
import dev.ligo.core.model.Use;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * BERT (Devlin et al., "BERT: Pre-training of Deep Bidirectional Transformers", NAACL 2019), with
 * normalisation after each residual connection.
 */
public final class BertArchitecture implements Architecture<BertConfig> {
  private static final String LAYERS = "bert.encoder.layer";

  /** What is added to the score of a masked position: its probability is exactly 0. */
  private static final double MASKED = -1e9;

  /** Creates the family. */
  public BertArchitecture() {}

  @Override
  public String name() {
    return "bert";
  }

  @Override
  public BertConfig parse(ConfigReader c) {
    c.refuseUnless("position_embedding_type", "\"absolute\"");
    c.refuseUnless("is_decoder", "false");
    c.refuseUnless("add_cross_attention", "false");
    c.refuse("pruned_heads");
    c.refuse("quantization_config");
    Dimensions dimensions =
        new Dimensions(
            c.positive("num_hidden_layers"),
            c.positive("hidden_size"),
            c.positive("num_attention_heads"),
            c.positive("intermediate_size"));
    double hiddenDropout = c.rate("hidden_dropout_prob", 0.1);
    return new BertConfig(
        dimensions,
        c.positive("vocab_size"),
        c.positive("max_position_embeddings", 512),
        c.positive("type_vocab_size", 2),
        c.oneOf("hidden_act", Activation.class, "gelu"),
        c.number("layer_norm_eps", 1e-12),
        hiddenDropout,
        c.rate("attention_probs_dropout_prob", 0.1),
        c.rate("classifier_dropout", hiddenDropout),
        c.number("initializer_range", 0.02),
        c.flag("tie_word_embeddings", true),
        c.count("id2label", c.positive("num_labels", 2)));
  }

  @Override
  public void write(BertConfig c, JsonObject json) {
    json.addProperty("num_hidden_layers", c.dimensions().layers());
    json.addProperty("hidden_size", c.dimensions().hidden());
    json.addProperty("num_attention_heads", c.dimensions().heads());
    json.addProperty("intermediate_size", c.dimensions().intermediate());
  }

  @Override
  public BertConfig resize(BertConfig c, Sizes sizes) {
    return c.withDimensions(c.dimensions().resized(sizes));
  }

  @Override
  public OptionalInt longestSequence(BertConfig c) {
    return OptionalInt.of(c.positions());
  }

  @Override
  public double initializerRange(BertConfig c) {
    return c.initializerRange();
  }

  @Override
  public void parameters(BertConfig c, Layout p) {
    Dimensions d = c.dimensions();
    Axis.Width embed = p.width("embed", d.hidden());
    p.table("bert.embeddings.word_embeddings.weight", Axis.fixed(c.vocabulary()), embed);
    p.table("bert.embeddings.position_embeddings.weight", Axis.fixed(c.positions()), embed);
    p.table("bert.embeddings.token_type_embeddings.weight", Axis.fixed(c.types()), embed);
    p.norm("bert.embeddings.LayerNorm", embed);
    p.stack(
        LAYERS,
        d.layers(),
        l -> {
          Axis.Width heads = l.width("heads", d.heads());
          Axis.Width q = l.width("q", heads, d.headWidth());
          Axis.Width k = l.width("k", heads, d.headWidth());
          Axis.Width v = l.width("v", heads, d.headWidth());
          Axis.Width ffn = l.width("ffn", d.intermediate());
          l.linear("attention.self.query", embed, Use.query(q));
          l.linear("attention.self.key", embed, k);
          l.linear("attention.self.value", embed, v);
          l.linear("attention.output.dense", v, embed);
          l.norm("attention.output.LayerNorm", embed);
          l.linear("intermediate.dense", embed, ffn);
          l.linear("output.dense", ffn, embed);
          l.norm("output.LayerNorm", embed);
        });
    p.optional(
        o -> {
          Axis.Width pooler = pooler(c, o);
          o.linear("cls.seq_relationship", pooler, Axis.fixed(2));
        });
    p.ignore("(bert\\.)?embeddings\\.position_ids");
  }

  /** Lists the pooler, which the first token's vector passes before a classifier. */
  static Axis.Width pooler(BertConfig c, Layout p) {
    Axis.Width embed = p.width("embed", c.dimensions().hidden());
    Axis.Width pooler = p.width("pooler", c.dimensions().hidden());
    p.linear("bert.pooler.dense", embed, pooler);
    return pooler;
  }

  /**
   * Computes {@code hidden} (batch, sequence, hidden) from {@code input_ids}, {@code
   * token_type_ids} and, if there is one, {@code attention_mask}, each (batch, sequence).
   */
  @Override
  public NamedTensors forward(Parameters w, BertConfig c, Batch x) {
    Tensor ids = x.get("input_ids");
    int sequence = ids.shape().dim(1);
    Tensor positions = w.get("bert.embeddings.position_embeddings.weight").slice(0, 0, sequence);
    Tensor sum =
        w.embed("bert.embeddings.word_embeddings", ids)
            .add(w.embed("bert.embeddings.token_type_embeddings", x.get("token_type_ids")))
            .add(positions);
    Tensor embedded =
        x.dropout(w.norm("bert.embeddings.LayerNorm", sum, c.epsilon()), c.hiddenDropout());
    Optional<Tensor> bias =
        x.has("attention_mask")
            ? Optional.of(bias(x.get("attention_mask"), embedded))
            : Optional.empty();
    Tensor hidden =
        w.stack(LAYERS, c.dimensions().layers(), embedded, (l, h) -> layer(l, c, x, h, bias));
    return NamedTensors.of("hidden", hidden);
  }

  /** What is added to attention scores, (batch, 1, 1, keys). */
  private static Tensor bias(Tensor mask, Tensor like) {
    int batch = mask.shape().dim(0);
    Tensor hidden = mask.equalTo(0).cast(like.dtype());
    return hidden.mul(MASKED).reshape(batch, 1, 1, -1);
  }

  private static Tensor layer(
      Parameters w, BertConfig c, Batch x, Tensor h, Optional<Tensor> bias) {
    int heads = c.dimensions().heads();
    Tensor q = split(w.linear("attention.self.query", h), heads);
    Tensor k = split(w.linear("attention.self.key", h), heads);
    Tensor v = split(w.linear("attention.self.value", h), heads);
    double scale = 1 / Math.sqrt(c.dimensions().headWidth());
    Tensor context = merge(q.attention(k, v, bias, scale, x.dropoutRate(c.attentionDropout())));
    Tensor attended = x.dropout(w.linear("attention.output.dense", context), c.hiddenDropout());
    Tensor a = w.norm("attention.output.LayerNorm", attended.add(h), c.epsilon());
    Tensor inner = c.activation().apply(w.linear("intermediate.dense", a));
    Tensor out = x.dropout(w.linear("output.dense", inner), c.hiddenDropout());
    return w.norm("output.LayerNorm", out.add(a), c.epsilon());
  }

  /** (batch, sequence, heads · width) to (batch, heads, sequence, width). */
  private static Tensor split(Tensor x, int heads) {
    return x.reshape(x.shape().dim(0), x.shape().dim(1), heads, -1).permute(0, 2, 1, 3);
  }

  /** (batch, heads, sequence, width) to (batch, sequence, heads · width). */
  private static Tensor merge(Tensor x) {
    return x.permute(0, 2, 1, 3).reshape(x.shape().dim(0), x.shape().dim(2), -1);
  }

  /** Returns tanh of the pooler applied to the first token's vector, (batch, hidden). */
  static Tensor pooled(Parameters w, Tensor hidden) {
    Tensor first = hidden.slice(1, 0, 1).reshape(hidden.shape().dim(0), -1);
    return w.linear("bert.pooler.dense", first).tanh();
  }

  @Override
  public List<Task<BertConfig>> tasks() {
    return List.of(new BertMaskedLm(), new BertClassification());
  }

  @Override
  public List<Dialect> dialects() {
    Dialect base = Dialect.withoutPrefix("encoder without prefix", "bert.");
    return List.of(Dialect.CANONICAL, base, legacy(Dialect.CANONICAL), legacy(base));
  }

  /** The names of the first releases: LayerNorm.gamma and LayerNorm.beta. */
  private static Dialect legacy(Dialect d) {
    return d.replacing(", gamma and beta", "LayerNorm\\.weight$", "LayerNorm.gamma")
        .replacing("", "LayerNorm\\.bias$", "LayerNorm.beta");
  }
}
