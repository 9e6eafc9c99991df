package dev.ligo.models.llama;

import dev.ligo.api.NamedTensors;
import dev.ligo.api.Tensor;
import dev.ligo.core.model.Axis;
import dev.ligo.core.model.Dimensions;
import dev.ligo.core.model.Encoding;
import dev.ligo.core.model.ForwardContext;
import dev.ligo.core.model.Heads;
import dev.ligo.core.model.Initializer;
import dev.ligo.core.model.Layout;
import dev.ligo.core.model.Parameter.Kind;
import dev.ligo.core.model.Parameters;
import dev.ligo.core.model.Use;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * A decoder with rotary positions (Su et al., "RoFormer", 2021), norms by the root mean square,
 * grouped queries (Ainslie et al., "GQA", EMNLP 2023) and gated feed-forward layers (Shazeer, "GLU
 * Variants Improve Transformer", 2020). In what families differ is data, a {@link Variation}.
 */
final class Decoder {
  static final String BASE = "model.";
  static final String WORDS = BASE + "embed_tokens.weight";
  static final String LAYERS = BASE + "layers";
  private static final String LAST_NORM = BASE + "norm";

  private Decoder() {}

  /** Lists the embeddings, the layers and the last norm. */
  static void parameters(DecoderConfig c, Layout p) {
    Dimensions d = c.dimensions();
    Axis.Width embed = embed(c, p);
    p.parameter(
        Kind.OTHER,
        WORDS,
        normal(c),
        Encoding.scaled(c.embeddingScale()),
        Use.write(Axis.vocabulary(c.vocabulary())),
        Use.write(embed));
    p.stack(LAYERS, d.layers(), l -> layer(c, l, embed));
    // The table of a tied head is scaled where it embeds, and is not where it decodes.
    Encoding plain = norm(c);
    boolean tied = c.variation().tied();
    p.parameter(
        Kind.RMS_NORM_SCALE,
        LAST_NORM + ".weight",
        plain.one(),
        tied ? new Encoding(plain.offset(), 1 / c.embeddingScale()) : plain,
        tied ? Use.head(embed) : Use.write(embed));
    // The first releases kept the rotary frequencies beside the weights.
    p.ignore("(model\\.)?layers\\.\\d+\\.self_attn\\.rotary_emb\\.inv_freq");
  }

  static Axis.Width embed(DecoderConfig c, Layout p) {
    return p.width("embed", c.dimensions().hidden());
  }

  static Initializer normal(DecoderConfig c) {
    return Initializer.normal(c.variation().initializerRange());
  }

  /** Returns how the weights of norms are stored. */
  private static Encoding norm(DecoderConfig c) {
    return c.variation().onePlus() ? Encoding.ONE_PLUS : Encoding.PLAIN;
  }

  private static void layer(DecoderConfig c, Layout l, Axis.Width embed) {
    Variation v = c.variation();
    // A product of a product: queries grow inside the group that shares a key.
    Axis.Width shared = l.width("kv_heads", c.keyValueHeads());
    Axis.Width heads = l.width("heads", shared, c.group());
    // Each pair of a head's units has a frequency of its own: heads grow in number alone.
    Axis.Width q = l.wholeHeads("q", heads, c.headWidth());
    Axis.Width k = l.wholeHeads("k", shared, c.headWidth());
    Axis.Width values = l.width("v", shared, c.headWidth());
    Axis.Width context = l.width("context", heads, c.headWidth());
    Axis.Width ffn = l.width("ffn", c.dimensions().intermediate());
    Kind normed = v.headNorms() ? Kind.NORMED : Kind.OTHER;
    norm(c, l, Kind.RMS_NORM_SCALE, v.norms().attention().before(), embed);
    linear(c, l, normed, "self_attn.q_proj", embed, Use.query(q), v.biases().inputs());
    linear(c, l, normed, "self_attn.k_proj", embed, Use.write(k), v.biases().inputs());
    if (v.headNorms()) {
      norm(c, l, Kind.HEAD_NORM_SCALE, "self_attn.q_norm", Axis.fixed(c.headWidth()));
      norm(c, l, Kind.HEAD_NORM_SCALE, "self_attn.k_norm", Axis.fixed(c.headWidth()));
    }
    l.linear("self_attn.v_proj", embed, Use.write(values), v.biases().inputs());
    l.branchEnd("self_attn.o_proj", context, embed, v.biases().output());
    v.norms().attention().after().ifPresent(n -> norm(c, l, Kind.BRANCH_NORM, n, embed));
    norm(c, l, Kind.RMS_NORM_SCALE, v.norms().feedForward().before(), embed);
    l.linear("mlp.gate_proj", embed, Use.write(ffn), v.biases().feedForward());
    l.linear("mlp.up_proj", embed, Use.write(ffn), v.biases().feedForward());
    l.branchEnd("mlp.down_proj", ffn, embed, v.biases().feedForward());
    v.norms().feedForward().after().ifPresent(n -> norm(c, l, Kind.BRANCH_NORM, n, embed));
  }

  private static void norm(DecoderConfig c, Layout l, Kind kind, String name, Axis axis) {
    Encoding e = norm(c);
    l.parameter(kind, name + ".weight", e.one(), e, Use.write(axis));
  }

  private static void linear(
      DecoderConfig c, Layout l, Kind kind, String name, Axis in, Use out, boolean bias) {
    l.parameter(kind, name + ".weight", normal(c), out, Use.read(in));
    if (bias) {
      l.parameter(kind, name + ".bias", Initializer.ZEROS, out);
    }
  }

  /**
   * Computes {@code hidden} (batch, sequence, hidden) from {@code input_ids} and, if there is one,
   * {@code attention_mask}, each (batch, sequence). A token sees itself and those before it, in
   * layers with a window the nearest alone.
   */
  static NamedTensors forward(Parameters w, DecoderConfig c, ForwardContext x) {
    Tensor words = w.get(WORDS).take(x.get("input_ids"), 0);
    Tensor embedded = c.variation().scalesEmbeddings() ? words.mul(c.embeddingScale()) : words;
    Along along = Along.of(c, x, embedded.dtype());
    List<Parameters.LayerFunction> layers =
        c.types().each().stream()
            .<Parameters.LayerFunction>map(
                type -> (l, h, with) -> layer(l, c, x, h, along.through(x.t(), type, with)))
            .toList();
    Tensor hidden = w.stack(LAYERS, embedded, along.tensors(), layers);
    return NamedTensors.of("hidden", normalized(w, c, LAST_NORM, hidden));
  }

  private static Tensor layer(
      Parameters w, DecoderConfig c, ForwardContext x, Tensor h, Along.Layer along) {
    Variation.Norms norms = c.variation().norms();
    Tensor a = branch(w, c, norms.attention(), h, in -> attention(w, c, x, in, along));
    return branch(w, c, norms.feedForward(), a, in -> feedForward(w, c, in));
  }

  private static Tensor branch(
      Parameters w,
      DecoderConfig c,
      Variation.Norms.Branch norms,
      Tensor h,
      UnaryOperator<Tensor> function) {
    Tensor out = function.apply(normalized(w, c, norms.before(), h));
    return h.add(norms.after().map(n -> normalized(w, c, n, out)).orElse(out));
  }

  /** Normalizes by the root mean square along the last axis. */
  private static Tensor normalized(Parameters w, DecoderConfig c, String name, Tensor x) {
    Tensor stored = w.get(name + ".weight");
    Tensor scale = x.square().meanKeeping(-1).add(c.epsilon()).rsqrt();
    return x.mul(scale).mul(c.variation().onePlus() ? stored.add(1) : stored);
  }

  private static Tensor attention(
      Parameters w, DecoderConfig c, ForwardContext x, Tensor in, Along.Layer along) {
    int kv = c.keyValueHeads();
    Tensor q = heads(w, c, in, "q", c.dimensions().heads());
    Tensor k = along.rotary().turn(heads(w, c, in, "k", kv));
    Tensor v = Heads.split(w.linear("self_attn.v_proj", in), kv);
    Tensor context = GroupedAttention.of(c, along.rotary().turn(q), k, v, along, x);
    return w.linear("self_attn.o_proj", context);
  }

  /** Returns queries or keys by head, (batch, heads, sequence, width), normalized if they are. */
  private static Tensor heads(Parameters w, DecoderConfig c, Tensor in, String name, int heads) {
    Tensor split = Heads.split(w.linear("self_attn." + name + "_proj", in), heads);
    return c.variation().headNorms()
        ? normalized(w, c, "self_attn." + name + "_norm", split)
        : split;
  }

  private static Tensor feedForward(Parameters w, DecoderConfig c, Tensor in) {
    Tensor gate = c.variation().activation().apply(w.linear("mlp.gate_proj", in));
    return w.linear("mlp.down_proj", gate.mul(w.linear("mlp.up_proj", in)));
  }
}
