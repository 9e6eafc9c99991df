package dev.ligo.models.bert;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.ligo.api.NamedTensors;
import dev.ligo.api.Tensor;
import dev.ligo.core.model.Activation;
import dev.ligo.core.model.Architecture;
import dev.ligo.core.model.Axis;
import dev.ligo.core.model.ConfigReader;
import dev.ligo.core.model.Dialect;
import dev.ligo.core.model.Dimensions;
import dev.ligo.core.model.ForwardContext;
import dev.ligo.core.model.Initializer;
import dev.ligo.core.model.Labels;
import dev.ligo.core.model.Layout;
import dev.ligo.core.model.Parameter;
import dev.ligo.core.model.Parameters;
import dev.ligo.core.model.Sizes;
import dev.ligo.core.model.Task;
import dev.ligo.core.model.Use;
import dev.ligo.text.AttentionMasks;
import dev.ligo.text.TokenLimits;
import dev.ligo.text.TokenizerFile;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * GPT-2 (Radford et al., "Language Models are Unsupervised Multitask Learners", 2019): a decoder
 * with normalization before attention and feed-forward layers. Its linear weights are (in, out),
 * and one of them makes queries, keys and values side by side.
 */
public final class Gpt2Architecture implements Architecture<Gpt2Config> {
  private static final String BASE = "transformer.";
  static final String WORDS = BASE + "wte.weight";
  private static final String POSITIONS = BASE + "wpe.weight";
  private static final String LAYERS = BASE + "h";
  private static final String LAST_NORM = BASE + "ln_f";

  private static final String EPSILON = "layer_norm_epsilon";
  private static final double DEFAULT_EPSILON = 1e-5;

  /** The feed-forward width where the config has none, in hidden sizes. */
  private static final int INNER = 4;

  /** Creates the family. */
  public Gpt2Architecture() {}

  @Override
  public String name() {
    return "gpt2";
  }

  @Override
  public Gpt2Config parse(ConfigReader c) {
    c.refuseUnless("scale_attn_weights", "true");
    c.refuseUnless("scale_attn_by_inverse_layer_idx", "false");
    c.refuseUnless("reorder_and_upcast_attn", "false");
    c.refuseUnless("add_cross_attention", "false");
    c.refuse("pruned_heads");
    c.refuse("quantization_config");
    int hidden = c.positive("n_embd");
    Dimensions dimensions =
        new Dimensions(
            c.positive("n_layer"),
            hidden,
            c.positive("n_head"),
            c.positive("n_inner", INNER * hidden));
    return new Gpt2Config(
        dimensions,
        c.positive("vocab_size"),
        c.positive("n_positions", 1024),
        c.oneOf("activation_function", Activation.class, "gelu_new"),
        c.positiveNumber(EPSILON, DEFAULT_EPSILON),
        c.rate("embd_pdrop", 0.1),
        c.rate("attn_pdrop", 0.1),
        c.rate("resid_pdrop", 0.1),
        c.naturalNumber("initializer_range", 0.02),
        c.flag("tie_word_embeddings", true),
        Labels.read(c),
        c.tokenId("pad_token_id"));
  }

  @Override
  public void write(Gpt2Config c, JsonObject json) {
    Dimensions d = c.dimensions();
    json.addProperty("n_layer", d.layers());
    json.addProperty("n_embd", d.hidden());
    json.addProperty("n_head", d.heads());
    JsonElement inner = json.get("n_inner");
    boolean follows = inner == null || inner.isJsonNull();
    if (!follows || d.intermediate() != INNER * d.hidden()) {
      json.addProperty("n_inner", d.intermediate());
    }
    if (new ConfigReader(json).number(EPSILON, DEFAULT_EPSILON) != c.epsilon()) {
      json.addProperty(EPSILON, c.epsilon()); // else its spelling stays
    }
    c.labels().write(json);
    c.padding().ifPresent(id -> json.addProperty("pad_token_id", id));
  }

  @Override
  public Gpt2Config resize(Gpt2Config c, Sizes sizes) {
    return c.withDimensions(c.dimensions().resized(sizes));
  }

  @Override
  public Optional<Gpt2Config> timesEpsilon(Gpt2Config c, double factor) {
    return Optional.of(c.withEpsilon(factor * c.epsilon()));
  }

  @Override
  public OptionalInt tokenizerSize(Path directory) {
    return TokenizerFile.size(directory);
  }

  @Override
  public Map<String, JsonObject> besideTokenizer(Path tokenizer, JsonObject config) {
    return TokenizerFile.beside(tokenizer, config);
  }

  @Override
  public OptionalInt longestSequence(Gpt2Config c) {
    return OptionalInt.of(c.positions());
  }

  @Override
  public double initializerRange(Gpt2Config c) {
    return c.initializerRange();
  }

  @Override
  public void parameters(Gpt2Config c, Layout p) {
    Dimensions d = c.dimensions();
    Initializer normal = Initializer.normal(c.initializerRange());
    // What is added to the residual stream begins smaller: it is added 2 · layers times.
    Initializer added = Initializer.normal(c.initializerRange() / Math.sqrt(2.0 * d.layers()));
    Axis.Width embed = p.width("embed", d.hidden());
    p.table(WORDS, Axis.vocabulary(c.vocabulary()), embed);
    p.table(POSITIONS, Axis.fixed(c.positions()), embed);
    p.stack(
        LAYERS,
        d.layers(),
        l -> {
          Axis.Width heads = l.width("heads", d.heads());
          Axis.Width q = l.width("q", heads, d.headWidth());
          Axis.Width k = l.width("k", heads, d.headWidth());
          Axis.Width v = l.width("v", heads, d.headWidth());
          Axis.Width ffn = l.width("ffn", d.intermediate());
          l.norm("ln_1", embed);
          convolution(
              l,
              "attn.c_attn",
              embed,
              Axis.concat(Use.query(q), Use.write(k), Use.write(v)),
              normal);
          branchEnd(l, "attn.c_proj", v, embed, added);
          l.norm("ln_2", embed);
          convolution(l, "mlp.c_fc", embed, ffn, normal);
          branchEnd(l, "mlp.c_proj", ffn, embed, added);
        });
    p.norm(LAST_NORM, c.tied() ? Use.head(embed) : Use.write(embed));
    // The causal mask, which the first releases kept beside the weights.
    p.ignore("(transformer\\.)?h\\.\\d+\\.attn\\.(bias|masked_bias)");
  }

  /** Declares a weight (in, out) and a bias (out). */
  private static void convolution(Layout l, String name, Axis in, Axis out, Initializer initial) {
    convolution(l, Parameter.Kind.OTHER, name, in, out, initial);
  }

  /** Declares the weight and bias whose result is added to the residual stream. */
  private static void branchEnd(Layout l, String name, Axis in, Axis out, Initializer initial) {
    convolution(l, Parameter.Kind.BRANCH_END, name, in, out, initial);
  }

  private static void convolution(
      Layout l, Parameter.Kind kind, String name, Axis in, Axis out, Initializer initial) {
    l.parameter(kind, name + ".weight", initial, Use.read(in), Use.write(out));
    l.parameter(kind, name + ".bias", Initializer.ZEROS, Use.write(out));
  }

  /**
   * Computes {@code hidden} (batch, sequence, hidden) from {@code input_ids} and, if there is one,
   * {@code attention_mask}, each (batch, sequence). A token sees itself and those before it.
   */
  @Override
  public NamedTensors forward(Parameters w, Gpt2Config c, ForwardContext x) {
    Tensor ids = x.get("input_ids");
    Tensor words = w.get(WORDS).take(ids, 0);
    Tensor embedded = words.add(Positions.inOrder(w.get(POSITIONS), ids));
    Tensor hidden =
        w.stack(
            LAYERS,
            c.dimensions().layers(),
            x.dropout(embedded, c.embeddingDropout()),
            AttentionMasks.padding(x, embedded.dtype()),
            (l, h, along) -> layer(l, c, x, h, bias(x, h, along)));
    return NamedTensors.of("hidden", w.norm(LAST_NORM, hidden, c.epsilon()));
  }

  /** What hides from each token those that come later, and padding. */
  private static Tensor bias(ForwardContext x, Tensor h, List<Tensor> padding) {
    Tensor later = AttentionMasks.later(x.t(), h.shape().dim(1), h.dtype());
    return padding.isEmpty() ? later : later.add(AttentionMasks.ofKeys(padding.get(0)));
  }

  private static Tensor layer(Parameters w, Gpt2Config c, ForwardContext x, Tensor h, Tensor bias) {
    int hidden = c.dimensions().hidden();
    Tensor fused = linear(w, "attn.c_attn", w.norm("ln_1", h, c.epsilon()));
    List<Tensor> qkv = fused.split(2, hidden, hidden, hidden);
    Tensor context =
        Attention.of(
            qkv.get(0),
            qkv.get(1),
            qkv.get(2),
            c.dimensions().heads(),
            Optional.of(bias),
            x.dropoutRate(c.attentionDropout()));
    Tensor attended = x.dropout(linear(w, "attn.c_proj", context), c.residualDropout());
    Tensor a = attended.add(h);
    Tensor inner = linear(w, "mlp.c_fc", w.norm("ln_2", a, c.epsilon()));
    Tensor out = linear(w, "mlp.c_proj", c.activation().apply(inner));
    return x.dropout(out, c.residualDropout()).add(a);
  }

  /** Applies a weight (in, out) and a bias (out). */
  private static Tensor linear(Parameters w, String name, Tensor x) {
    return x.linear(w.get(name + ".weight").transpose(), w.get(name + ".bias"));
  }

  /** Returns what tokens must fit; the tokenizer's padding, if it has one, is never seen. */
  static TokenLimits limits(Gpt2Config c) {
    return new TokenLimits(c.vocabulary(), c.positions(), OptionalInt.empty(), false);
  }

  @Override
  public List<Task<Gpt2Config>> tasks() {
    return List.of(new Gpt2LanguageModel(), new Gpt2Classification());
  }

  @Override
  public List<Dialect> dialects() {
    return List.of(Dialect.CANONICAL, Dialect.withoutPrefix("without prefix", BASE));
  }
}
