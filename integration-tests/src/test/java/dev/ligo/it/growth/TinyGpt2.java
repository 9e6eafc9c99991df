package dev.ligo.it.growth;

import com.google.gson.JsonObject;
import dev.ligo.api.DType;
import dev.ligo.api.HostArray;
import dev.ligo.api.NamedTensors;
import dev.ligo.api.Shape;
import dev.ligo.core.Ligo;
import dev.ligo.core.data.SeededRandom;
import dev.ligo.core.model.Architecture;
import dev.ligo.core.model.Axis;
import dev.ligo.core.model.ConfigReader;
import dev.ligo.core.model.ForwardContext;
import dev.ligo.core.model.Initializer;
import dev.ligo.core.model.Layout;
import dev.ligo.core.model.ModelSpec;
import dev.ligo.core.model.Parameters;
import dev.ligo.core.model.Sizes;
import dev.ligo.core.model.Task;
import dev.ligo.core.model.Use;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** A GPT-2 small enough for explicit matrices, and the same with its fused weights split. */
final class TinyGpt2 {
  static final int VOCABULARY = 11;
  static final int POSITIONS = 6;

  private TinyGpt2() {}

  static JsonObject config(int layers, int hidden, int heads, int inner) {
    JsonObject json = new JsonObject();
    json.addProperty("model_type", "gpt2");
    json.addProperty("vocab_size", VOCABULARY);
    json.addProperty("n_embd", hidden);
    json.addProperty("n_layer", layers);
    json.addProperty("n_head", heads);
    json.addProperty("n_inner", inner);
    json.addProperty("n_positions", POSITIONS);
    json.addProperty("layer_norm_epsilon", 1e-3);
    return json;
  }

  static ModelSpec<?> fused(Ligo ligo, int layers, int hidden, int heads, int inner) {
    return ligo.model(config(layers, hidden, heads, inner)).withHead("causal-lm");
  }

  static ModelSpec<?> split(int layers, int hidden, int heads, int inner) {
    return ModelSpec.of(new Split(), config(layers, hidden, heads, inner), n -> true);
  }

  /** Returns float64 values, none of which is 0 or 1. */
  static SortedMap<String, HostArray> values(ModelSpec<?> model, long seed) {
    SortedMap<String, HostArray> values = new TreeMap<>();
    model
        .layout()
        .shapes()
        .forEach(
            (n, shape) ->
                values.put(n, TinyBert.random(shape, seed, n, n.matches(".*ln_\\w\\.weight"))));
    return values;
  }

  /** Returns 2 × 5 tokens. */
  static SortedMap<String, HostArray> batch() {
    SeededRandom r = new SeededRandom(1, "batch");
    int[] ids = new int[10];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = r.nextInt(VOCABULARY);
    }
    Shape tokens = Shape.of(2, 5);
    SortedMap<String, HostArray> m = new TreeMap<>();
    m.put("input_ids", HostArray.of(tokens, ids));
    m.put("next_ids", HostArray.of(tokens, ids));
    m.put("next_weights", HostArray.zeros(DType.FLOAT64, tokens));
    return m;
  }

  /** The parameters of GPT-2 with queries, keys and values apart; described, not computed. */
  private static final class Split implements Architecture<JsonObject> {
    @Override
    public String name() {
      return "gpt2-split";
    }

    @Override
    public JsonObject parse(ConfigReader config) {
      return config.json();
    }

    @Override
    public void write(JsonObject config, JsonObject json) {}

    @Override
    public JsonObject resize(JsonObject config, Sizes sizes) {
      return config;
    }

    @Override
    public double initializerRange(JsonObject config) {
      return 1;
    }

    @Override
    public void parameters(JsonObject c, Layout p) {
      int heads = c.get("n_head").getAsInt();
      int headWidth = c.get("n_embd").getAsInt() / heads;
      Axis.Width embed = p.width("embed", heads * headWidth);
      p.table("transformer.wte.weight", Axis.fixed(VOCABULARY), embed);
      p.table("transformer.wpe.weight", Axis.fixed(POSITIONS), embed);
      p.stack(
          "transformer.h",
          c.get("n_layer").getAsInt(),
          l -> {
            Axis.Width h = l.width("heads", heads);
            Axis.Width q = l.width("q", h, headWidth);
            Axis.Width k = l.width("k", h, headWidth);
            Axis.Width v = l.width("v", h, headWidth);
            Axis.Width ffn = l.width("ffn", c.get("n_inner").getAsInt());
            l.norm("ln_1", embed);
            linear(l, "attn.c_attn.q", embed, Use.query(q));
            linear(l, "attn.c_attn.k", embed, Use.write(k));
            linear(l, "attn.c_attn.v", embed, Use.write(v));
            linear(l, "attn.c_proj", v, Use.write(embed));
            l.norm("ln_2", embed);
            linear(l, "mlp.c_fc", embed, Use.write(ffn));
            linear(l, "mlp.c_proj", ffn, Use.write(embed));
          });
      p.norm("transformer.ln_f", Use.head(embed));
    }

    private static void linear(Layout l, String name, Axis in, Use out) {
      l.parameter(name + ".weight", Initializer.ZEROS, Use.read(in), out);
      l.parameter(name + ".bias", Initializer.ZEROS, out);
    }

    @Override
    public NamedTensors forward(Parameters w, JsonObject config, ForwardContext x) {
      throw new AssertionError("only the parameters are of interest");
    }

    @Override
    public List<Task<JsonObject>> tasks() {
      return List.of();
    }
  }
}
