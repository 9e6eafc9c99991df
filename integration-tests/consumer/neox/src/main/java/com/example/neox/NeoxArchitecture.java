package com.example.neox;

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
import dev.ligo.core.model.Initializer;
import dev.ligo.core.model.Layout;
import dev.ligo.core.model.Logits;
import dev.ligo.core.model.Parameters;
import dev.ligo.core.model.Sizes;
import dev.ligo.core.model.Task;
import dev.ligo.core.model.Use;
import dev.ligo.text.CausalLm;
import dev.ligo.text.TokenLimits;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * GPT-NeoX (Black et al., "GPT-NeoX-20B", 2022), of which Pythia is made (Biderman et al., 2023): a
 * decoder with one weight for query, key and value, fused head by head; rotary positions on a part
 * of each head; attention and feed-forward layer side by side on the same stream, or one after the
 * other.
 */
public final class NeoxArchitecture implements Architecture<NeoxConfig> {
  private static final String BASE = "gpt_neox.";
  private static final String WORDS = BASE + "embed_in";
  private static final String LAYERS = BASE + "layers";
  private static final String LAST_NORM = BASE + "final_layer_norm";
  private static final String FUSED = "attention.query_key_value";
  private static final String HEAD = "embed_out.weight";

  /** The bias on the score of a hidden key, whose probability is then exactly 0. */
  private static final double HIDDEN = -1e9;

  /** Creates the family. */
  public NeoxArchitecture() {}

  @Override
  public String name() {
    return "gpt_neox";
  }

  @Override
  public NeoxConfig parse(ConfigReader c) {
    return NeoxConfig.parse(c);
  }

  @Override
  public void write(NeoxConfig c, JsonObject json) {
    c.write(json);
  }

  @Override
  public NeoxConfig resize(NeoxConfig c, Sizes sizes) {
    return c.withDimensions(c.dimensions().resized(sizes));
  }

  @Override
  public Optional<NeoxConfig> timesEpsilon(NeoxConfig c, double factor) {
    return Optional.of(c.withEpsilon(factor * c.epsilon()));
  }

  @Override
  public OptionalInt longestSequence(NeoxConfig c) {
    return OptionalInt.of(c.positions());
  }

  @Override
  public double initializerRange(NeoxConfig c) {
    return c.initializerRange();
  }

  @Override
  public void parameters(NeoxConfig c, Layout p) {
    Dimensions d = c.dimensions();
    Axis.Width embed = p.width("embed", d.hidden());
    p.table(WORDS + ".weight", Axis.vocabulary(c.vocabulary()), embed);
    p.stack(
        LAYERS,
        d.layers(),
        l -> {
          Axis.Width heads = l.width("heads", d.heads());
          // Each pair of a head's units has a frequency of its own: heads grow in number alone.
          Axis.Width q = l.wholeHeads("q", heads, d.headWidth());
          Axis.Width k = l.wholeHeads("k", heads, d.headWidth());
          Axis.Width v = l.width("v", heads, d.headWidth());
          Axis.Width ffn = l.width("ffn", d.intermediate());
          Axis fused = Axis.interleave(heads, Use.query(q), Use.write(k), Use.write(v));
          l.norm("input_layernorm", embed);
          l.linear(FUSED, embed, Use.write(fused), c.attentionBias());
          l.branchEnd("attention.dense", v, embed, c.attentionBias());
          l.norm("post_attention_layernorm", embed);
          l.linear("mlp.dense_h_to_4h", embed, ffn);
          l.branchEnd("mlp.dense_4h_to_h", ffn, embed);
        });
    p.norm(LAST_NORM, c.tied() ? Use.head(embed) : Use.write(embed));
    // The first releases kept the causal mask and the rotary frequencies beside the weights.
    p.ignore("(gpt_neox\\.)?layers\\.\\d+\\.attention\\.(bias|masked_bias|rotary_emb\\.inv_freq)");
  }

  /**
   * Computes {@code hidden} (batch, sequence, hidden) from {@code input_ids} and, if there is one,
   * {@code attention_mask}, each (batch, sequence). A token sees itself and those before it.
   */
  @Override
  public NamedTensors forward(Parameters w, NeoxConfig c, ForwardContext x) {
    Tensor ids = x.get("input_ids");
    Tensor embedded = x.dropout(w.embed(WORDS, ids), c.hiddenDropout());
    List<Tensor> along = new ArrayList<>(Rotary.of(x.t(), embedded, c));
    if (x.has("attention_mask")) {
      along.add(x.get("attention_mask").equalTo(0).cast(embedded.dtype()).mul(HIDDEN));
    }
    Tensor hidden =
        w.stack(
            LAYERS, c.dimensions().layers(), embedded, along, (l, h, a) -> layer(l, c, x, h, a));
    return NamedTensors.of("hidden", w.norm(LAST_NORM, hidden, c.epsilon()));
  }

  private static Tensor layer(
      Parameters w, NeoxConfig c, ForwardContext x, Tensor h, List<Tensor> along) {
    Tensor attended = x.dropout(attention(w, c, x, h, along), c.hiddenDropout());
    Tensor read = c.parallel() ? h : h.add(attended);
    Tensor in = w.norm("post_attention_layernorm", read, c.epsilon());
    Tensor inner = c.activation().apply(w.linear("mlp.dense_h_to_4h", in));
    Tensor fed = x.dropout(w.linear("mlp.dense_4h_to_h", inner), c.hiddenDropout());
    return h.add(attended).add(fed);
  }

  private static Tensor attention(
      Parameters w, NeoxConfig c, ForwardContext x, Tensor h, List<Tensor> along) {
    int width = c.dimensions().headWidth();
    Rotary rotary = new Rotary(x.t(), along.get(0), along.get(1));
    Tensor fused = w.linear(FUSED, w.norm("input_layernorm", h, c.epsilon()));
    int examples = h.shape().dim(0);
    int tokens = h.shape().dim(1);
    List<Tensor> parts =
        fused
            .reshape(examples, tokens, -1, 3 * width)
            .permute(0, 2, 1, 3)
            .split(3, width, width, width);
    Tensor context =
        rotary
            .turn(parts.get(0))
            .attention(
                rotary.turn(parts.get(1)),
                parts.get(2),
                Optional.of(bias(x, h, along)),
                1 / Math.sqrt(width),
                x.dropoutRate(c.attentionDropout()));
    return w.linear("attention.dense", context.permute(0, 2, 1, 3).reshape(examples, tokens, -1));
  }

  /** Returns a bias that hides from each token those that come later, and padding. */
  private static Tensor bias(ForwardContext x, Tensor h, List<Tensor> along) {
    Tensor places = x.t().range(h.shape().dim(1));
    Tensor later = places.reshape(-1, 1).less(places).cast(h.dtype()).mul(HIDDEN);
    return along.size() < 3 ? later : later.add(along.get(2).expandDims(1).expandDims(1));
  }

  /**
   * The cosines and sines (batch, sequence, turned units) by which places turn pairs of units: unit
   * i and unit i + turned / 2 of the first units of each head.
   */
  private record Rotary(Tensors t, Tensor cosines, Tensor sines) {
    /** Returns both, to go along with the tokens of embeddings (batch, sequence, hidden). */
    static List<Tensor> of(Tensors t, Tensor embedded, NeoxConfig c) {
      int turned = c.rotary();
      Shape each = embedded.shape().withDim(2, turned);
      double[] cosines = new double[each.dim(1) * turned];
      double[] sines = new double[cosines.length];
      for (int i = 0; i < cosines.length; i++) {
        int place = i / turned;
        double pair = i % (turned / 2);
        double angle = place * Math.pow(c.theta(), -2 * pair / turned);
        cosines[i] = Math.cos(angle);
        sines[i] = Math.sin(angle);
      }
      Shape shape = Shape.of(each.dim(1), turned);
      DType dtype = embedded.dtype();
      return List.of(
          t.constant(HostArray.of(shape, cosines).as(dtype)).broadcastTo(each),
          t.constant(HostArray.of(shape, sines).as(dtype)).broadcastTo(each));
    }

    /** Turns the first units of each head (batch, heads, sequence, width). */
    Tensor turn(Tensor x) {
      int units = cosines.shape().dim(2);
      int rest = x.shape().dim(3) - units;
      if (rest == 0) {
        return turnAll(x);
      }
      List<Tensor> pieces = x.split(3, units, rest);
      return t.concat(3, List.of(turnAll(pieces.get(0)), pieces.get(1)));
    }

    private Tensor turnAll(Tensor x) {
      int half = x.shape().dim(3) / 2;
      List<Tensor> halves = x.split(3, half, half);
      Tensor across = t.concat(3, List.of(halves.get(1).neg(), halves.get(0)));
      return x.mul(cosines.expandDims(1)).add(across.mul(sines.expandDims(1)));
    }
  }

  @Override
  public List<Task<NeoxConfig>> tasks() {
    return List.of(new LanguageModel());
  }

  /** The causal language model, which has no parameters of its own where it is tied. */
  private static final class LanguageModel implements CausalLm<NeoxConfig> {
    @Override
    public String className() {
      return "GPTNeoXForCausalLM";
    }

    @Override
    public TokenLimits limits(NeoxConfig c) {
      return new TokenLimits(c.vocabulary(), c.positions(), OptionalInt.empty(), false);
    }

    @Override
    public void parameters(NeoxConfig c, Layout p) {
      if (c.tied()) {
        p.tie(HEAD, WORDS + ".weight");
      } else {
        Axis.Width embed = p.width("embed", c.dimensions().hidden());
        Initializer normal = Initializer.normal(c.initializerRange());
        p.parameter(HEAD, normal, Use.write(Axis.vocabulary(c.vocabulary())), Use.read(embed));
      }
    }

    @Override
    public Logits decode(Parameters w, NeoxConfig c, Tensor rows) {
      return Logits.linear(rows, w.get(c.tied() ? WORDS + ".weight" : HEAD));
    }
  }

  @Override
  public List<Dialect> dialects() {
    return List.of(Dialect.CANONICAL, Dialect.withoutPrefix("without prefix", BASE));
  }
}
