package dev.ligo.models.vit;

import com.google.gson.JsonObject;
import dev.ligo.api.NamedTensors;
import dev.ligo.api.Tensor;
import dev.ligo.core.model.Architecture;
import dev.ligo.core.model.Axis;
import dev.ligo.core.model.ConfigReader;
import dev.ligo.core.model.Dialect;
import dev.ligo.core.model.Dimensions;
import dev.ligo.core.model.ForwardContext;
import dev.ligo.core.model.Heads;
import dev.ligo.core.model.Initializer;
import dev.ligo.core.model.Layout;
import dev.ligo.core.model.Parameter;
import dev.ligo.core.model.Parameters;
import dev.ligo.core.model.Resampling;
import dev.ligo.core.model.Sizes;
import dev.ligo.core.model.Task;
import dev.ligo.core.model.Use;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * CaiT (Touvron et al., "Going deeper with Image Transformers", ICCV 2021) as timm has it: patches
 * attend to each other with talking heads (Shazeer et al., 2020), each branch scaled unit by unit
 * (LayerScale); then the class token alone is updated, by a second stack of class-attention layers.
 */
public final class CaitArchitecture implements Architecture<CaitConfig> {
  private static final String PATCHES = "patch_embed.proj";
  private static final String POSITIONS = "pos_embed";
  private static final String TOKEN = "cls_token";
  private static final String LAYERS = "blocks";
  private static final String CLASS_LAYERS = "blocks_token_only";

  /** timm's file has the queries, keys and values of talking heads in one tensor. */
  private static final Dialect TIMM =
      new Dialect("timm", Dialect.Place::whole, false)
          .fusing(
              "",
              "^(" + LAYERS + "\\.\\d+\\.attn)\\.(?<part>[qkv])\\.",
              "$1.qkv.",
              List.of("q", "k", "v"));

  /** Creates the family. */
  public CaitArchitecture() {}

  @Override
  public String name() {
    return "cait";
  }

  /**
   * Returns nothing: transformers has no CaiT, a config is known by timm's {@code architecture}.
   */
  @Override
  public Set<String> modelTypes() {
    return Set.of();
  }

  @Override
  public boolean describes(JsonObject config) {
    return TimmConfig.isCait(config);
  }

  @Override
  public CaitConfig parse(ConfigReader c) {
    return TimmConfig.cait(c);
  }

  @Override
  public void write(CaitConfig c, JsonObject json) {
    TimmConfig.write(c, json);
    JsonObject args = json.getAsJsonObject("model_args");
    args.addProperty("depth_token_only", c.classLayers());
    args.addProperty(
        "mlp_ratio_token_only", TimmConfig.ratio(c.classIntermediate(), c.dimensions().hidden()));
  }

  @Override
  public CaitConfig resize(CaitConfig c, Sizes sizes) {
    return c.withDimensions(c.dimensions().resized(sizes));
  }

  @Override
  public double initializerRange(CaitConfig c) {
    return c.initializerRange();
  }

  @Override
  public void parameters(CaitConfig c, Layout p) {
    Dimensions d = c.dimensions();
    double deviation = c.initializerRange();
    Axis.Width embed = p.width("embed", d.hidden());
    Patches.token(p, TOKEN, embed, deviation);
    Axis positions = c.image().positions(0, Resampling.BICUBIC_ANTIALIASED);
    Patches.positions(p, POSITIONS, positions, embed, deviation);
    Patches.parameters(p, PATCHES, c.image(), embed, deviation);
    p.stack(
        LAYERS,
        d.layers(),
        l -> {
          Axis.Width heads = layer(l, c, embed, d.intermediate());
          l.linear("attn.proj_l", heads, heads);
          l.linear("attn.proj_w", heads, heads);
        });
    p.stack(CLASS_LAYERS, c.classLayers(), l -> layer(l, c, embed, c.classIntermediate()));
    p.norm("norm", embed);
  }

  /** Declares what the layers of both stacks have, and returns the axis of heads. */
  private static Axis.Width layer(Layout l, CaitConfig c, Axis.Width embed, int intermediate) {
    Dimensions d = c.dimensions();
    Axis.Width heads = l.width("heads", d.heads());
    Axis.Width q = l.width("q", heads, d.headWidth());
    Axis.Width k = l.width("k", heads, d.headWidth());
    Axis.Width v = l.width("v", heads, d.headWidth());
    Axis.Width ffn = l.width("ffn", intermediate);
    l.norm("norm1", embed);
    l.linear("attn.q", embed, Use.query(q), c.qkvBias());
    l.linear("attn.k", embed, Use.write(k), c.qkvBias());
    l.linear("attn.v", embed, Use.write(v), c.qkvBias());
    l.branchEnd("attn.proj", v, embed);
    l.norm("norm2", embed);
    l.linear("mlp.fc1", embed, ffn);
    l.branchEnd("mlp.fc2", ffn, embed);
    Initializer scale = new Initializer(c.initialScale(), 0);
    l.parameter(Parameter.Kind.BRANCH_SCALE, "gamma_1", scale, Use.write(embed));
    l.parameter(Parameter.Kind.BRANCH_SCALE, "gamma_2", scale, Use.write(embed));
    return heads;
  }

  /**
   * Computes {@code hidden} (batch, 1 + patches, hidden), normalized, the class token first, from
   * {@code pixel_values} (batch, channels, rows, columns).
   */
  @Override
  public NamedTensors forward(Parameters w, CaitConfig c, ForwardContext x) {
    Tensor patches = Patches.embed(w, PATCHES, c.image(), x).add(w.get(POSITIONS));
    int heads = c.dimensions().heads();
    Tensor seen =
        w.stack(
            LAYERS,
            c.dimensions().layers(),
            patches,
            (l, h) -> feedForward(l, h.add(scaled(l, "gamma_1", talkingHeads(l, h, heads)))));
    Tensor token =
        w.stack(
            CLASS_LAYERS,
            c.classLayers(),
            Patches.token(w, TOKEN, seen),
            List.of(seen),
            (l, cls, patch) -> {
              Tensor all = x.t().concat(1, List.of(cls, patch.get(0)));
              return feedForward(l, cls.add(scaled(l, "gamma_1", classAttention(l, all, heads))));
            });
    Tensor hidden = x.t().concat(1, List.of(token, seen));
    return NamedTensors.of("hidden", w.norm("norm", hidden, TimmConfig.EPSILON));
  }

  private static Tensor feedForward(Parameters w, Tensor h) {
    Tensor in = w.norm("norm2", h, TimmConfig.EPSILON);
    return h.add(scaled(w, "gamma_2", w.linear("mlp.fc2", w.linear("mlp.fc1", in).gelu())));
  }

  private static Tensor scaled(Parameters w, String gamma, Tensor branch) {
    return branch.mul(w.get(gamma));
  }

  /** Attention whose scores are mixed across heads before and after the softmax. */
  private static Tensor talkingHeads(Parameters w, Tensor h, int heads) {
    Tensor in = w.norm("norm1", h, TimmConfig.EPSILON);
    Tensor q = Heads.split(w.linear("attn.q", in), heads);
    Tensor k = Heads.split(w.linear("attn.k", in), heads);
    Tensor v = Heads.split(w.linear("attn.v", in), heads);
    Tensor scores = q.mul(scale(q)).matmul(false, k, true);
    Tensor probabilities = mixed(w, "attn.proj_l", scores).softmax();
    Tensor context = mixed(w, "attn.proj_w", probabilities).matmul(v);
    return w.linear("attn.proj", Heads.merge(context));
  }

  /** Applies a linear layer across heads to (batch, heads, queries, keys). */
  private static Tensor mixed(Parameters w, String name, Tensor x) {
    int heads = x.shape().dim(1);
    Tensor flat = x.reshape(x.shape().dim(0), heads, -1);
    Tensor mixed = w.get(name + ".weight").matmul(flat);
    return mixed.add(w.get(name + ".bias").reshape(heads, 1)).reshape(x.shape());
  }

  /** Attention of the class token alone, to itself and the patches. */
  private static Tensor classAttention(Parameters w, Tensor all, int heads) {
    Tensor in = w.norm("norm1", all, TimmConfig.EPSILON);
    Tensor q = Heads.split(w.linear("attn.q", in.slice(1, 0, 1)), heads);
    Tensor k = Heads.split(w.linear("attn.k", in), heads);
    Tensor v = Heads.split(w.linear("attn.v", in), heads);
    Tensor context = q.attention(k, v, Optional.empty(), scale(q), 0);
    return w.linear("attn.proj", Heads.merge(context));
  }

  private static double scale(Tensor queries) {
    return 1 / Math.sqrt(queries.shape().dim(3));
  }

  @Override
  public List<Task<CaitConfig>> tasks() {
    return List.of(
        new ImageClassification<>(
            "classification", "Cait", List.of("head"), CaitConfig::withLabels));
  }

  @Override
  public List<Dialect> dialects() {
    return List.of(TIMM);
  }
}
