package dev.ligo.it.growth;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.ligo.api.Backend;
import dev.ligo.api.Computation;
import dev.ligo.api.DType;
import dev.ligo.api.DeviceArray;
import dev.ligo.api.HostArray;
import dev.ligo.api.NamedTensors;
import dev.ligo.api.Program;
import dev.ligo.api.Shape;
import dev.ligo.api.TensorSpec;
import dev.ligo.core.Ligo;
import dev.ligo.core.data.SeededRandom;
import dev.ligo.core.growth.GrowthOperator;
import dev.ligo.core.growth.apply.OperatorApplication;
import dev.ligo.core.model.ModelSpec;
import dev.ligo.core.model.Parameter;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Every family as small as can be, with 2 layers of 2 heads of 4 units and 12 feed-forward units,
 * and an epsilon so large that a norm which forgets it shows.
 */
enum TinyModels {
  BERT("post", 1e-2, "masked-lm", "{'model_type': 'bert', 'layer_norm_eps': 0.01, ", true),
  BERT_UNTIED(
      "post",
      1e-2,
      "masked-lm",
      "{'model_type': 'bert', 'tie_word_embeddings': false, 'layer_norm_eps': 0.01, ",
      true),
  ROBERTA("post", 1e-2, "masked-lm", "{'model_type': 'roberta', 'layer_norm_eps': 0.01, ", true),
  GPT2("pre", 1e-2, "causal-lm", gpt2(true), false),
  GPT2_UNTIED("pre", 1e-2, "causal-lm", gpt2(false), false),
  VIT("pre", 1e-2, "classification", vision("vit", true), true),
  VIT_NO_QKV_BIAS("pre", 1e-2, "classification", vision("vit", false), true),
  DEIT("pre", 1e-2, "distilled-classification", vision("deit", true), true),
  VIT_TIMM("timm", 1e-6, "classification", timm("vit_small_patch16_224", ""), false),
  CAIT(
      "cait",
      1e-6,
      "classification",
      timm(
          "cait_xs24_384",
          ", 'depth_token_only': 1, 'mlp_ratio_token_only': 3, 'init_values': 0.3"),
      false);

  private static final int VOCABULARY = 11;
  private static final int BATCH = 2;
  private static final int TOKENS = 5;

  private final String group;
  private final double epsilon;
  private final String task;
  private final String config;

  TinyModels(String group, double epsilon, String task, String config, boolean usualKeys) {
    this.group = group;
    this.epsilon = epsilon;
    this.task = task;
    this.config =
        usualKeys
            ? config
                + "'hidden_size': 8, 'num_hidden_layers': 2, 'num_attention_heads': 2,"
                + " 'intermediate_size': 12, 'vocab_size': 11, 'max_position_embeddings': 8,"
                + " 'type_vocab_size': 2}"
            : config;
  }

  private static String gpt2(boolean tied) {
    return "{'model_type': 'gpt2', 'vocab_size': 11, 'n_embd': 8, 'n_layer': 2, 'n_head': 2,"
        + " 'n_inner': 12, 'n_positions': 6, 'layer_norm_epsilon': 0.01, 'tie_word_embeddings': "
        + tied
        + "}";
  }

  private static String vision(String type, boolean qkvBias) {
    return "{'model_type': '"
        + type
        + "', 'image_size': 4, 'patch_size': 2, 'num_channels': 2, 'num_labels': 3,"
        + " 'layer_norm_eps': 0.01, 'qkv_bias': "
        + qkvBias
        + ", ";
  }

  private static String timm(String architecture, String more) {
    return "{'architecture': '"
        + architecture
        + "', 'num_classes': 3, 'model_args': {'embed_dim': 8, 'depth': 2, 'num_heads': 2,"
        + " 'mlp_ratio': 1.5, 'img_size': 4, 'patch_size': 2, 'in_chans': 2"
        + more
        + "}}";
  }

  /** Returns what families that preserve alike have in common: where they normalize. */
  String group() {
    return group;
  }

  /** Returns what norms add to the variance. */
  double epsilon() {
    return epsilon;
  }

  String task() {
    return task;
  }

  ModelSpec<?> model(Ligo ligo) {
    JsonObject json = JsonParser.parseString(config.replace('\'', '"')).getAsJsonObject();
    return ligo.model(json).withHead(task);
  }

  /** Returns float64 values, none of which is 0 or 1: γ around 1, the rest around 0. */
  static SortedMap<String, HostArray> values(ModelSpec<?> model, long seed) {
    SortedMap<String, HostArray> values = new TreeMap<>();
    for (Parameter p : model.layout().parameters()) {
      boolean scale =
          p.kind() == Parameter.Kind.NORM_SCALE || p.kind() == Parameter.Kind.STREAM_NORM_SCALE;
      for (int l = 0; l < model.layout().layers(p); l++) {
        values.put(p.at(l), TinyBert.random(p.shape(), seed, p.at(l), scale));
      }
    }
    return values;
  }

  /** Returns a batch, floating numbers in float64; the last token of a masked one is padding. */
  SortedMap<String, HostArray> batch(ModelSpec<?> model) {
    SortedMap<String, HostArray> batch = new TreeMap<>();
    for (Map.Entry<String, TensorSpec> e :
        model.forTask(task).batchSpecs(BATCH, TOKENS).entrySet()) {
      batch.put(e.getKey(), array(e.getKey(), e.getValue().shape()));
    }
    return batch;
  }

  private static HostArray array(String name, Shape shape) {
    SeededRandom random = new SeededRandom(1, "batch/" + name);
    int size = (int) shape.size();
    if (name.equals("pixel_values")) {
      return TinyBert.random(shape, 1, name, false);
    }
    if (name.endsWith("weights")) {
      return filled(shape, i -> 1).as(DType.FLOAT64);
    }
    return switch (name) {
      case "attention_mask" -> filled(shape, i -> i == size - 1 ? 0 : 1);
      case "token_type_ids" -> filled(shape, i -> random.nextInt(2));
      case "masked_positions" -> filled(shape, i -> 2 * i);
      case "labels" -> filled(shape, i -> random.nextInt(3));
      default -> filled(shape, i -> 2 + random.nextInt(VOCABULARY - 2)); // RoBERTa pads with 1
    };
  }

  private static HostArray filled(Shape shape, java.util.function.IntUnaryOperator value) {
    int[] values = new int[(int) shape.size()];
    java.util.Arrays.setAll(values, value);
    return HostArray.of(shape, values);
  }

  /** Returns the logits of values of some dtype. */
  HostArray logits(Backend backend, ModelSpec<?> model, Map<String, HostArray> values) {
    return run(
            backend,
            (t, in) ->
                NamedTensors.of(
                    "logits",
                    model
                        .forTask(task)
                        .logits(t, in.under("parameter/"), in.under("batch/"), false)),
            model,
            values)
        .get("logits");
  }

  /** Returns the gradients of the task's loss. */
  SortedMap<String, HostArray> gradients(
      Backend backend, ModelSpec<?> model, Map<String, HostArray> values) {
    return run(
        backend,
        (t, in) ->
            t.valueAndGradients(
                    w -> model.forTask(task).loss(t, w, in.under("batch/"), false),
                    in.under("parameter/"))
                .gradients(),
        model,
        values);
  }

  /** Returns float64 values after a step of plain descent. */
  static Map<String, HostArray> descended(
      Map<String, HostArray> values, Map<String, HostArray> gradients, double rate) {
    Map<String, HostArray> after = new TreeMap<>();
    values.forEach(
        (n, a) -> {
          double[] moved = a.toDoubles();
          double[] gradient = gradients.get(n).toDoubles();
          for (int i = 0; i < moved.length; i++) {
            moved[i] -= rate * gradient[i];
          }
          after.put(n, HostArray.of(a.shape(), moved));
        });
    return after;
  }

  private SortedMap<String, HostArray> run(
      Backend backend, Program program, ModelSpec<?> model, Map<String, HostArray> values) {
    DType dtype = values.values().iterator().next().dtype();
    Map<String, HostArray> in = new TreeMap<>();
    values.forEach((n, a) -> in.put("parameter/" + n, a));
    batch(model).forEach((n, a) -> in.put("batch/" + n, a.dtype().isFloating() ? a.as(dtype) : a));
    Map<String, DeviceArray> inputs = backend.arrays(in);
    SortedMap<String, HostArray> out = new TreeMap<>();
    try (Computation computation = backend.compile(program)) {
      computation
          .run(inputs)
          .forEach(
              (n, a) -> {
                out.put(n, a.toHost());
                a.close();
              });
    } finally {
      inputs.values().forEach(DeviceArray::close);
    }
    return out;
  }

  /** Applies an operator. */
  static Map<String, HostArray> grown(
      Backend backend, GrowthOperator operator, Map<String, HostArray> small) {
    Map<String, HostArray> large = new TreeMap<>();
    new OperatorApplication(operator, small::get, () -> backend).run(large::put);
    return large;
  }

  /** Returns the largest difference in relation to the largest number. */
  static double drift(HostArray before, HostArray after) {
    double worst = 0;
    double largest = 0;
    for (int i = 0; i < before.size(); i++) {
      worst = Math.max(worst, Math.abs(after.get(i) - before.get(i)));
      largest = Math.max(largest, Math.abs(before.get(i)));
    }
    return worst / largest;
  }
}
