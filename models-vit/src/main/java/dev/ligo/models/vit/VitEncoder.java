package dev.ligo.models.vit;

import dev.ligo.api.NamedTensors;
import dev.ligo.api.Tensor;
import dev.ligo.core.model.Axis;
import dev.ligo.core.model.Dialect;
import dev.ligo.core.model.Dimensions;
import dev.ligo.core.model.ForwardContext;
import dev.ligo.core.model.Heads;
import dev.ligo.core.model.Layout;
import dev.ligo.core.model.Parameters;
import dev.ligo.core.model.Use;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The encoder that ViT and DeiT share, with normalization before each residual branch.
 *
 * @param prefix what the names begin with
 * @param distilled whether a distillation token stands beside the class token
 */
record VitEncoder(String prefix, boolean distilled) {
  private String embeddings() {
    return prefix + ".embeddings.";
  }

  private String layers() {
    return prefix + ".encoder.layer";
  }

  /** Returns the number of tokens before the patches. */
  int tokens() {
    return distilled ? 2 : 1;
  }

  /** Lists the embeddings and the layers. */
  void parameters(VitConfig c, Layout p) {
    Dimensions d = c.dimensions();
    double deviation = c.initializerRange();
    Axis.Width embed = p.width("embed", d.hidden());
    Patches.token(p, embeddings() + "cls_token", embed, deviation);
    if (distilled) {
      Patches.token(p, embeddings() + "distillation_token", embed, deviation);
    }
    Axis positions = c.image().positions(tokens(), c.resampling());
    Patches.positions(p, embeddings() + "position_embeddings", positions, embed, deviation);
    Patches.parameters(
        p, embeddings() + "patch_embeddings.projection", c.image(), embed, deviation);
    p.stack(
        layers(),
        d.layers(),
        l -> {
          Axis.Width heads = l.width("heads", d.heads());
          Axis.Width q = l.width("q", heads, d.headWidth());
          Axis.Width k = l.width("k", heads, d.headWidth());
          Axis.Width v = l.width("v", heads, d.headWidth());
          Axis.Width ffn = l.width("ffn", d.intermediate());
          l.norm("layernorm_before", embed);
          l.linear("attention.attention.query", embed, Use.query(q), c.qkvBias());
          l.linear("attention.attention.key", embed, Use.write(k), c.qkvBias());
          l.linear("attention.attention.value", embed, Use.write(v), c.qkvBias());
          l.branchEnd("attention.output.dense", v, embed);
          l.norm("layernorm_after", embed);
          l.linear("intermediate.dense", embed, ffn);
          l.branchEnd("output.dense", ffn, embed);
        });
    p.norm(prefix + ".layernorm", embed);
    // What stands for hidden patches where masked images are modelled.
    p.ofHead("(" + prefix + "\\.)?embeddings\\.mask_token");
    // Pooled by transformers' base models, which no head here reads.
    p.optional(o -> o.linear(prefix + ".pooler.dense", embed, o.width("pooler", d.hidden())));
  }

  /** Computes {@code hidden} (batch, tokens + patches, hidden), normalized. */
  NamedTensors forward(Parameters w, VitConfig c, ForwardContext x) {
    Tensor patches = Patches.embed(w, embeddings() + "patch_embeddings.projection", c.image(), x);
    List<Tensor> tokens = new ArrayList<>();
    tokens.add(Patches.token(w, embeddings() + "cls_token", patches));
    if (distilled) {
      tokens.add(Patches.token(w, embeddings() + "distillation_token", patches));
    }
    tokens.add(patches);
    Tensor placed = x.t().concat(1, tokens).add(w.get(embeddings() + "position_embeddings"));
    Tensor hidden =
        w.stack(
            layers(),
            c.dimensions().layers(),
            x.dropout(placed, c.hiddenDropout()),
            (l, h) -> layer(l, c, x, h));
    return NamedTensors.of("hidden", w.norm(prefix + ".layernorm", hidden, c.epsilon()));
  }

  private static Tensor layer(Parameters w, VitConfig c, ForwardContext x, Tensor h) {
    int heads = c.dimensions().heads();
    Tensor in = w.norm("layernorm_before", h, c.epsilon());
    Tensor q = Heads.split(w.linear("attention.attention.query", in), heads);
    Tensor k = Heads.split(w.linear("attention.attention.key", in), heads);
    Tensor v = Heads.split(w.linear("attention.attention.value", in), heads);
    double scale = 1 / Math.sqrt(c.dimensions().headWidth());
    double dropout = x.dropoutRate(c.attentionDropout());
    Tensor context = Heads.merge(q.attention(k, v, Optional.empty(), scale, dropout));
    Tensor attended = x.dropout(w.linear("attention.output.dense", context), c.hiddenDropout());
    Tensor a = h.add(attended);
    Tensor inner = w.norm("layernorm_after", a, c.epsilon());
    Tensor ffn = c.activation().apply(w.linear("intermediate.dense", inner));
    return a.add(x.dropout(w.linear("output.dense", ffn), c.hiddenDropout()));
  }

  /** Returns the layouts in which checkpoints stand. */
  List<Dialect> dialects() {
    return List.of(
        Dialect.CANONICAL, Dialect.withoutPrefix("encoder without prefix", prefix + "."), timm());
  }

  /** Returns the names of timm, where queries, keys and values are one tensor. */
  Dialect timm() {
    return new Dialect("timm", Dialect.Place::whole, false)
        .replacing("", "^" + prefix + "\\.embeddings\\.cls_token$", "cls_token")
        .replacing("", "^" + prefix + "\\.embeddings\\.distillation_token$", "dist_token")
        .replacing("", "^" + prefix + "\\.embeddings\\.position_embeddings$", "pos_embed")
        .replacing(
            "", "^" + prefix + "\\.embeddings\\.patch_embeddings\\.projection", "patch_embed.proj")
        .replacing("", "^" + prefix + "\\.encoder\\.layer\\.", "blocks.")
        .replacing("", "\\.layernorm_before\\.", ".norm1.")
        .replacing("", "\\.layernorm_after\\.", ".norm2.")
        .replacing("", "\\.attention\\.output\\.dense\\.", ".attn.proj.")
        .replacing("", "\\.intermediate\\.dense\\.", ".mlp.fc1.")
        .replacing("", "(^blocks\\.\\d+)\\.output\\.dense\\.", "$1.mlp.fc2.")
        .replacing("", "^" + prefix + "\\.layernorm\\.", "norm.")
        .replacing("", distilled ? "^cls_classifier\\." : "^classifier\\.", "head.")
        .replacing("", "^distillation_classifier\\.", "head_dist.")
        .fusing(
            "",
            "\\.attention\\.attention\\.(?<part>query|key|value)\\.",
            ".attn.qkv.",
            List.of("query", "key", "value"));
  }
}
