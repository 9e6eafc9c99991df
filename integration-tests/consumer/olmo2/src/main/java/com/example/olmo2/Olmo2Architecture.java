package com.example.olmo2;

import com.google.gson.JsonObject;
import dev.ligo.api.DType;
import dev.ligo.api.HostArray;
import dev.ligo.api.NamedTensors;
import dev.ligo.api.Shape;
import dev.ligo.api.Tensor;
import dev.ligo.api.Tensors;
import dev.ligo.core.model.Architecture;
import dev.ligo.core.model.Axis;
import dev.ligo.core.model.ConfigReader;
import dev.ligo.core.model.Dialect;
import dev.ligo.core.model.Dimensions;
import dev.ligo.core.model.ForwardContext;
import dev.ligo.core.model.Heads;
import dev.ligo.core.model.Initializer;
import dev.ligo.core.model.Layout;
import dev.ligo.core.model.Logits;
import dev.ligo.core.model.Parameter.Kind;
import dev.ligo.core.model.Parameters;
import dev.ligo.core.model.Sizes;
import dev.ligo.core.model.Task;
import dev.ligo.core.model.Use;
import dev.ligo.text.AttentionMasks;
import dev.ligo.text.CausalLm;
import dev.ligo.text.TokenLimits;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * OLMo 2 (Walsh et al., "2 OLMo 2 Furious", 2024): a decoder that normalizes what its branches add,
 * not what they read, and its queries and keys, all heads together. It has rotary positions (Su et
 * al., "RoFormer", 2021), grouped queries (Ainslie et al., "GQA", EMNLP 2023) and gated
 * feed-forward layers (Shazeer, "GLU Variants Improve Transformer", 2020).
 */
public final class Olmo2Architecture implements Architecture<Olmo2Config> {
  private static final String BASE = "model.";
  private static final String WORDS = BASE + "embed_tokens";
  private static final String LAYERS = BASE + "layers";
  private static final String LAST_NORM = BASE + "norm";
  private static final String HEAD = "lm_head.weight";

  /** Creates the family. */
  public Olmo2Architecture() {}

  @Override
  public String name() {
    return "olmo2";
  }

  @Override
  public Olmo2Config parse(ConfigReader c) {
    return Olmo2Config.parse(c);
  }

  @Override
  public void write(Olmo2Config c, JsonObject json) {
    c.write(json);
  }

  @Override
  public Olmo2Config resize(Olmo2Config c, Sizes sizes) {
    return c.resized(sizes);
  }

  @Override
  public Optional<Olmo2Config> timesEpsilon(Olmo2Config c, double factor) {
    return Optional.of(c.timesEpsilon(factor));
  }

  @Override
  public OptionalInt longestSequence(Olmo2Config c) {
    return OptionalInt.of(c.positions());
  }

  @Override
  public double initializerRange(Olmo2Config c) {
    return c.initializerRange();
  }

  @Override
  public void parameters(Olmo2Config c, Layout p) {
    Dimensions d = c.dimensions();
    Axis.Width embed = p.width("embed", d.hidden());
    p.table(WORDS + ".weight", Axis.vocabulary(c.vocabulary()), embed);
    p.stack(
        LAYERS,
        d.layers(),
        l -> {
          // A product of a product: queries grow inside the group that shares a key.
          Axis.Width shared = l.width("kv_heads", c.keyValueHeads());
          Axis.Width heads = l.width("heads", shared, c.group());
          // Each pair of a head's units has a frequency of its own: heads grow in number alone.
          Axis.Width q = l.wholeHeads("q", heads, c.headWidth());
          Axis.Width k = l.wholeHeads("k", shared, c.headWidth());
          Axis.Width v = l.width("v", shared, c.headWidth());
          Axis.Width context = l.width("context", heads, c.headWidth());
          Axis.Width ffn = l.width("ffn", d.intermediate());
          normed(c, l, "self_attn.q", embed, Use.query(q));
          normed(c, l, "self_attn.k", embed, Use.write(k));
          l.linear("self_attn.v_proj", embed, Use.write(v), c.attentionBias());
          l.branchEnd("self_attn.o_proj", context, embed, c.attentionBias());
          norm(l, Kind.BRANCH_NORM, "post_attention_layernorm", embed);
          l.linear("mlp.gate_proj", embed, Use.write(ffn), false);
          l.linear("mlp.up_proj", embed, Use.write(ffn), false);
          l.branchEnd("mlp.down_proj", ffn, embed, false);
          norm(l, Kind.BRANCH_NORM, "post_feedforward_layernorm", embed);
        });
    p.rmsNorm(LAST_NORM, c.tied() ? Use.head(embed) : Use.write(embed));
  }

  /** Declares queries or keys, whose heads a norm takes together. */
  private static void normed(Olmo2Config c, Layout l, String name, Axis embed, Use out) {
    Initializer normal = Initializer.normal(c.initializerRange());
    l.parameter(Kind.NORMED, name + "_proj.weight", normal, out, Use.read(embed));
    if (c.attentionBias()) {
      l.parameter(Kind.NORMED, name + "_proj.bias", Initializer.ZEROS, out);
    }
    norm(l, Kind.HEAD_NORM_SCALE, name + "_norm", out.axis());
  }

  private static void norm(Layout l, Kind kind, String name, Axis axis) {
    l.parameter(kind, name + ".weight", Initializer.ONES, Use.write(axis));
  }

  /**
   * Computes {@code hidden} (batch, sequence, hidden) from {@code input_ids} and, if there is one,
   * {@code attention_mask}, each (batch, sequence). A token sees itself and those before it.
   */
  @Override
  public NamedTensors forward(Parameters w, Olmo2Config c, ForwardContext x) {
    Tensor ids = x.get("input_ids");
    Tensor embedded = w.embed(WORDS, ids);
    int sequence = ids.shape().dim(1);
    Rotary rotary = Rotary.of(x.t(), embedded.dtype(), sequence, c);
    List<Tensor> along = new ArrayList<>(rotary.of(ids.shape().dim(0)));
    along.addAll(AttentionMasks.padding(x, embedded.dtype()));
    Tensor hidden =
        w.stack(
            LAYERS,
            c.dimensions().layers(),
            embedded,
            along,
            (l, h, a) -> feedForward(l, c, attention(l, c, x, h, a)));
    return NamedTensors.of("hidden", rmsNorm(w, LAST_NORM, hidden, c));
  }

  /** Returns a bias that hides from each token those that come later, and padding. */
  private static Tensor bias(ForwardContext x, Tensor h, List<Tensor> along) {
    Tensor later = AttentionMasks.later(x.t(), h.shape().dim(1), h.dtype());
    return along.size() < 3 ? later : later.add(AttentionMasks.ofKeys(along.get(2)));
  }

  private static Tensor rmsNorm(Parameters w, String name, Tensor x, Olmo2Config c) {
    Tensor scale = x.square().meanKeeping(-1).add(c.epsilon()).rsqrt();
    return x.mul(scale).mul(w.get(name + ".weight"));
  }

  private static Tensor attention(
      Parameters w, Olmo2Config c, ForwardContext x, Tensor h, List<Tensor> along) {
    Rotary rotary = new Rotary(x.t(), along.get(0), along.get(1));
    int heads = c.dimensions().heads();
    Tensor q = rotary.turn(Heads.split(normed(w, c, "self_attn.q", h), heads));
    Tensor k = rotary.turn(Heads.split(normed(w, c, "self_attn.k", h), c.keyValueHeads()));
    Tensor v = Heads.split(w.linear("self_attn.v_proj", h), c.keyValueHeads());
    Tensor context =
        q.attention(
            repeated(k, c.group()),
            repeated(v, c.group()),
            Optional.of(bias(x, h, along)),
            1 / Math.sqrt(c.headWidth()),
            x.dropoutRate(c.attentionDropout()));
    Tensor out = w.linear("self_attn.o_proj", Heads.merge(context));
    return h.add(rmsNorm(w, "post_attention_layernorm", out, c));
  }

  private static Tensor normed(Parameters w, Olmo2Config c, String name, Tensor h) {
    return rmsNorm(w, name + "_norm", w.linear(name + "_proj", h), c);
  }

  /** Gives each query of a group the head that it shares: (batch, heads, sequence, width). */
  private static Tensor repeated(Tensor x, int group) {
    Shape s = x.shape();
    return x.expandDims(2)
        .broadcastTo(Shape.of(s.dim(0), s.dim(1), group, s.dim(2), s.dim(3)))
        .reshape(s.dim(0), s.dim(1) * group, s.dim(2), s.dim(3));
  }

  private static Tensor feedForward(Parameters w, Olmo2Config c, Tensor h) {
    Tensor gate = c.activation().apply(w.linear("mlp.gate_proj", h));
    Tensor out = w.linear("mlp.down_proj", gate.mul(w.linear("mlp.up_proj", h)));
    return h.add(rmsNorm(w, "post_feedforward_layernorm", out, c));
  }

  /**
   * The cosines and sines, (sequence, width) or of each example's tokens (batch, sequence, width),
   * by which places turn pairs of units.
   */
  private record Rotary(Tensors t, Tensor cosines, Tensor sines) {
    static Rotary of(Tensors t, DType dtype, int sequence, Olmo2Config c) {
      int width = c.headWidth();
      double[] cosines = new double[sequence * width];
      double[] sines = new double[cosines.length];
      for (int i = 0; i < cosines.length; i++) {
        int place = i / width;
        double pair = i % (width / 2);
        double angle = place * Math.pow(c.theta(), -2 * pair / width);
        cosines[i] = Math.cos(angle);
        sines[i] = Math.sin(angle);
      }
      Shape shape = Shape.of(sequence, width);
      return new Rotary(
          t,
          t.constant(HostArray.of(shape, cosines).as(dtype)),
          t.constant(HostArray.of(shape, sines).as(dtype)));
    }

    /** Returns both for each of some examples, to go along with their tokens. */
    List<Tensor> of(int examples) {
      Shape each = Shape.of(examples, cosines.shape().dim(0), cosines.shape().dim(1));
      return List.of(cosines.broadcastTo(each), sines.broadcastTo(each));
    }

    /** Turns unit i and unit i + width / 2 of each head (batch, heads, sequence, width). */
    Tensor turn(Tensor x) {
      int half = x.shape().dim(3) / 2;
      List<Tensor> halves = x.split(3, half, half);
      Tensor across = t.concat(3, List.of(halves.get(1).neg(), halves.get(0)));
      return x.mul(cosines.expandDims(1)).add(across.mul(sines.expandDims(1)));
    }
  }

  @Override
  public List<Task<Olmo2Config>> tasks() {
    return List.of(new LanguageModel());
  }

  /** The causal language model, which has no parameters of its own where it is tied. */
  private static final class LanguageModel implements CausalLm<Olmo2Config> {
    @Override
    public String className() {
      return "Olmo2ForCausalLM";
    }

    @Override
    public TokenLimits limits(Olmo2Config c) {
      return new TokenLimits(c.vocabulary(), c.positions(), OptionalInt.empty(), false);
    }

    @Override
    public void parameters(Olmo2Config c, Layout p) {
      if (c.tied()) {
        p.tie(HEAD, WORDS + ".weight");
      } else {
        Axis.Width embed = p.width("embed", c.dimensions().hidden());
        Initializer normal = Initializer.normal(c.initializerRange());
        p.parameter(HEAD, normal, Use.write(Axis.vocabulary(c.vocabulary())), Use.read(embed));
      }
    }

    @Override
    public Logits decode(Parameters w, Olmo2Config c, Tensor rows) {
      return Logits.linear(rows, w.get(c.tied() ? WORDS + ".weight" : HEAD));
    }
  }

  @Override
  public List<Dialect> dialects() {
    return List.of(Dialect.CANONICAL, Dialect.withoutPrefix("without prefix", BASE));
  }
}
