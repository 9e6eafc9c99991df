package dev.ligo.models.bert;

import dev.ligo.api.NamedTensors;
import dev.ligo.api.Tensor;
import dev.ligo.core.model.Axis;
import dev.ligo.core.model.Dialect;
import dev.ligo.core.model.Dimensions;
import dev.ligo.core.model.ForwardContext;
import dev.ligo.core.model.Layout;
import dev.ligo.core.model.Parameters;
import dev.ligo.core.model.Use;
import dev.ligo.text.AttentionMasks;
import java.util.List;
import java.util.Optional;

/**
 * A transformer encoder with normalization after each residual connection (Vaswani et al., 2017, as
 * used by Devlin et al., 2019), under the names that its families share but for their prefix.
 *
 * @param prefix what all names start with, the dot included
 */
record Encoder(String prefix) {
  /** Lists the embeddings and the layers. */
  void parameters(EncoderConfig c, Layout p) {
    Dimensions d = c.dimensions();
    Axis.Width embed = embed(c, p);
    p.table(words(), Axis.vocabulary(c.vocabulary()), embed);
    p.table(positions(), Axis.fixed(c.positions()), embed);
    p.table(embeddings("token_type_embeddings.weight"), Axis.fixed(c.types()), embed);
    p.streamNorm(embeddings("LayerNorm"), embed);
    p.stack(
        layers(),
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
          l.branchEnd("attention.output.dense", v, embed);
          l.streamNorm("attention.output.LayerNorm", embed);
          l.linear("intermediate.dense", embed, ffn);
          l.branchEnd("output.dense", ffn, embed);
          l.streamNorm("output.LayerNorm", embed);
        });
    p.ignore("(" + prefix.replace(".", "\\.") + ")?embeddings\\.position_ids");
  }

  /** Declares the axis of the hidden units. */
  static Axis.Width embed(EncoderConfig c, Layout p) {
    return p.width("embed", c.dimensions().hidden());
  }

  /** Lists the pooler, which the first token's vector passes before a classifier. */
  Axis.Width pooler(EncoderConfig c, Layout p) {
    Axis.Width pooler = p.width("pooler", c.dimensions().hidden());
    p.linear(prefix + "pooler.dense", embed(c, p), pooler);
    return pooler;
  }

  /** Returns the name of the word embeddings' table. */
  String words() {
    return embeddings("word_embeddings.weight");
  }

  /** Returns the name of the positions' table. */
  String positions() {
    return embeddings("position_embeddings.weight");
  }

  private String embeddings(String name) {
    return prefix + "embeddings." + name;
  }

  private String layers() {
    return prefix + "encoder.layer";
  }

  /**
   * Computes {@code hidden} (batch, sequence, hidden) from {@code input_ids} and, where there are
   * such, {@code token_type_ids} and {@code attention_mask}, each (batch, sequence).
   *
   * @param positions the embeddings of the positions, which broadcast to (batch, sequence, hidden)
   */
  NamedTensors forward(Parameters w, EncoderConfig c, ForwardContext x, Tensor positions) {
    Tensor types = w.get(embeddings("token_type_embeddings.weight"));
    Tensor sum =
        w.get(words())
            .take(x.get("input_ids"), 0)
            .add(
                x.has("token_type_ids")
                    ? types.take(x.get("token_type_ids"), 0)
                    : types.slice(0, 0, 1))
            .add(positions);
    Tensor embedded =
        x.dropout(w.norm(embeddings("LayerNorm"), sum, c.epsilon()), c.hiddenDropout());
    Tensor hidden =
        w.stack(
            layers(),
            c.dimensions().layers(),
            embedded,
            AttentionMasks.padding(x, embedded.dtype()),
            (l, h, along) ->
                layer(l, c, x, h, along.stream().findFirst().map(AttentionMasks::ofKeys)));
    return NamedTensors.of("hidden", hidden);
  }

  private static Tensor layer(
      Parameters w, EncoderConfig c, ForwardContext x, Tensor h, Optional<Tensor> bias) {
    Tensor q = w.linear("attention.self.query", h);
    Tensor k = w.linear("attention.self.key", h);
    Tensor v = w.linear("attention.self.value", h);
    double rate = x.dropoutRate(c.attentionDropout());
    Tensor context = Attention.of(q, k, v, c.dimensions().heads(), bias, rate);
    Tensor attended = x.dropout(w.linear("attention.output.dense", context), c.hiddenDropout());
    Tensor a = w.norm("attention.output.LayerNorm", attended.add(h), c.epsilon());
    Tensor inner = c.activation().apply(w.linear("intermediate.dense", a));
    Tensor out = x.dropout(w.linear("output.dense", inner), c.hiddenDropout());
    return w.norm("output.LayerNorm", out.add(a), c.epsilon());
  }

  /** Returns the first token's vectors, (batch, hidden). */
  static Tensor first(Tensor hidden) {
    return hidden.slice(1, 0, 1).reshape(hidden.shape().dim(0), -1);
  }

  /** Returns tanh of the pooler applied to the first token's vectors, (batch, hidden). */
  Tensor pooled(Parameters w, Tensor hidden) {
    return w.linear(prefix + "pooler.dense", first(hidden)).tanh();
  }

  /** Returns the layouts in which checkpoints stand. */
  List<Dialect> dialects() {
    Dialect base = Dialect.withoutPrefix("encoder without prefix", prefix);
    return List.of(Dialect.CANONICAL, base, legacy(Dialect.CANONICAL), legacy(base));
  }

  /** The names of the first releases: LayerNorm.gamma and LayerNorm.beta. */
  private static Dialect legacy(Dialect d) {
    return d.replacing(", gamma and beta", "LayerNorm\\.weight$", "LayerNorm.gamma")
        .replacing("", "LayerNorm\\.bias$", "LayerNorm.beta");
  }
}
