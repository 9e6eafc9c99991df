package dev.ligo.models.llama;

import com.google.gson.JsonObject;
import dev.ligo.api.NamedTensors;
import dev.ligo.core.model.Activation;
import dev.ligo.core.model.Architecture;
import dev.ligo.core.model.ConfigException;
import dev.ligo.core.model.ConfigReader;
import dev.ligo.core.model.Dialect;
import dev.ligo.core.model.Dimensions;
import dev.ligo.core.model.ForwardContext;
import dev.ligo.core.model.Labels;
import dev.ligo.core.model.Layout;
import dev.ligo.core.model.Parameters;
import dev.ligo.core.model.Sizes;
import dev.ligo.core.model.Task;
import dev.ligo.text.TokenizerFile;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What the families of a {@link Decoder} have in common: all but how a config says what differs.
 */
abstract sealed class DecoderArchitecture implements Architecture<DecoderConfig>
    permits LlamaArchitecture,
        MistralArchitecture,
        Qwen2Architecture,
        Qwen3Architecture,
        GemmaArchitecture,
        Gemma2Architecture,
        Gemma3Architecture {
  /** The key of the rotary positions in configs of version 5. */
  static final String ROPE = "rope_parameters";

  /** The key in those of version 4. */
  static final String OLD_ROPE = "rope_scaling";

  private static final String EPSILON = "rms_norm_eps";
  private static final double DEFAULT_EPSILON = 1e-6;
  private static final String HEAD_WIDTH = "head_dim";
  private static final String KEY_VALUE_HEADS = "num_key_value_heads";

  static final String EXPERTS =
      "its feed-forward layers are mixtures of experts, of which each token passes some";
  static final String IMAGES =
      "it reads images: its text model stands inside it, with other names of tensors";

  private final String name;
  private final List<Task<DecoderConfig>> tasks;

  /**
   * Creates a family.
   *
   * @param name the value of {@code model_type}
   * @param modelClass what the name of the language model's class begins with
   * @param classifierClass what the name of the classifier's class begins with
   */
  DecoderArchitecture(String name, String modelClass, String classifierClass) {
    this.name = name;
    this.tasks =
        List.of(
            new DecoderLanguageModel(modelClass + "ForCausalLM"),
            new DecoderClassification(classifierClass + "ForSequenceClassification"));
  }

  /** The values of keys that a config may leave out, as the family's public class has them. */
  record Defaults(OptionalInt keyValueHeads, OptionalInt headWidth, int positions) {}

  abstract Defaults defaults();

  /** Reads what differs from other families, and refuses what is not computed. */
  abstract Variation variation(ConfigReader c, int headWidth);

  /** Reads the type of each layer. */
  LayerTypes types(ConfigReader c, int layers) {
    return LayerTypes.read(c, layers, l -> LayerType.FULL).require(LayerType.FULL);
  }

  @Override
  public final String name() {
    return name;
  }

  @Override
  public final DecoderConfig parse(ConfigReader c) {
    for (String key :
        List.of(
            "quantization_config",
            "pruned_heads",
            "text_config",
            "vision_config",
            "num_experts",
            "num_local_experts")) {
      c.refuse(key);
    }
    c.refuseUnless("partial_rotary_factor", "1.0");
    c.refuseUnless("use_bidirectional_attention", "false");
    Dimensions dimensions =
        new Dimensions(
            c.positive("num_hidden_layers"),
            c.positive("hidden_size"),
            c.positive("num_attention_heads"),
            c.positive("intermediate_size"));
    int headWidth = headWidth(c, dimensions);
    return new DecoderConfig(
        dimensions,
        keyValueHeads(c, dimensions),
        headWidth,
        c.positive("vocab_size"),
        positions(c),
        c.positiveNumber(EPSILON, DEFAULT_EPSILON),
        types(c, dimensions.layers()),
        variation(c, headWidth),
        Labels.read(c),
        c.tokenId("pad_token_id"));
  }

  /** Returns the longest sequence. */
  final int positions(ConfigReader c) {
    return c.positive("max_position_embeddings", defaults().positions());
  }

  private int headWidth(ConfigReader c, Dimensions d) {
    return c.positive(HEAD_WIDTH, defaults().headWidth().orElse(d.headWidth()));
  }

  private int keyValueHeads(ConfigReader c, Dimensions d) {
    // Null means as many as there are heads of queries; absent is what the public class has.
    boolean absent = !c.json().has(KEY_VALUE_HEADS);
    int otherwise = absent ? defaults().keyValueHeads().orElse(d.heads()) : d.heads();
    return c.positive(KEY_VALUE_HEADS, otherwise);
  }

  // What several families read.

  /** Reads the rotary positions of all layers, in either spelling. */
  static Rope rope(ConfigReader c, int positions) {
    double theta = c.positiveNumber("rope_theta", Rope.THETA);
    ConfigReader rope = c.object(isOldRope(c) ? OLD_ROPE : ROPE);
    for (LayerType type : LayerType.values()) {
      if (rope.json().has(type.key())) {
        throw new ConfigException(
            "config.json: the family has one rotation for all layers, found one for "
                + type.key()
                + "; give it alone.");
      }
    }
    return Rope.read(rope, theta, original(c), positions);
  }

  /** Returns whether a config says its rotation in the older spelling, which goes first. */
  static boolean isOldRope(ConfigReader c) {
    return c.json().get(OLD_ROPE) instanceof JsonObject o && !o.isEmpty();
  }

  /** Returns the longest sequence before the change, which goes before the rotation's own. */
  static OptionalInt original(ConfigReader c) {
    String key = "original_max_position_embeddings";
    return c.json().has(key) && !c.json().get(key).isJsonNull()
        ? OptionalInt.of(c.positive(key, 1))
        : OptionalInt.empty();
  }

  static Map<LayerType, Rope> everywhere(Rope rope) {
    return Map.of(LayerType.FULL, rope, LayerType.SLIDING, rope);
  }

  static double scale(int headWidth) {
    return 1 / Math.sqrt(headWidth);
  }

  static Activation activation(ConfigReader c) {
    return c.oneOf("hidden_act", Activation.class, "silu");
  }

  static double attentionDropout(ConfigReader c) {
    return c.rate("attention_dropout", 0);
  }

  static double initializer(ConfigReader c) {
    return c.naturalNumber("initializer_range", 0.02);
  }

  static boolean tied(ConfigReader c, boolean otherwise) {
    return c.flag("tie_word_embeddings", otherwise);
  }

  /** Reads a window, which null switches off. */
  static OptionalInt window(ConfigReader c, int otherwise) {
    String key = "sliding_window";
    return c.json().has(key) && c.json().get(key).isJsonNull()
        ? OptionalInt.empty()
        : OptionalInt.of(c.positive(key, otherwise));
  }

  // The same for all families.

  @Override
  public final void write(DecoderConfig c, JsonObject json) {
    Dimensions d = c.dimensions();
    json.addProperty("num_hidden_layers", d.layers());
    json.addProperty("hidden_size", d.hidden());
    json.addProperty("num_attention_heads", d.heads());
    json.addProperty("intermediate_size", d.intermediate());
    ConfigReader written = new ConfigReader(json);
    if (keyValueHeads(written, d) != c.keyValueHeads()) {
      json.addProperty(KEY_VALUE_HEADS, c.keyValueHeads());
    }
    if (headWidth(written, d) != c.headWidth()) {
      json.addProperty(HEAD_WIDTH, c.headWidth());
    }
    if (written.number(EPSILON, DEFAULT_EPSILON) != c.epsilon()) {
      json.addProperty(EPSILON, c.epsilon()); // else its spelling stays
    }
    c.types().write(json, r -> types(r, d.layers()));
    c.labels().write(json);
    c.padding().ifPresent(id -> json.addProperty("pad_token_id", id));
  }

  @Override
  public final DecoderConfig resize(DecoderConfig c, Sizes sizes) {
    return c.resized(sizes);
  }

  @Override
  public final DecoderConfig layersFrom(
      DecoderConfig c, DecoderConfig small, Map<String, List<OptionalInt>> sources) {
    List<OptionalInt> own = sources.get(Decoder.LAYERS);
    return own == null ? c : c.withTypes(c.types().from(small.types(), own));
  }

  @Override
  public final Optional<DecoderConfig> timesEpsilon(DecoderConfig c, double factor) {
    return Optional.of(c.timesEpsilon(factor));
  }

  @Override
  public final OptionalInt tokenizerSize(Path directory) {
    return TokenizerFile.size(directory);
  }

  @Override
  public final Map<String, JsonObject> besideTokenizer(Path tokenizer, JsonObject config) {
    return TokenizerFile.beside(tokenizer, config);
  }

  @Override
  public final OptionalInt longestSequence(DecoderConfig c) {
    return OptionalInt.of(c.positions());
  }

  @Override
  public final double initializerRange(DecoderConfig c) {
    return c.variation().initializerRange();
  }

  @Override
  public final void parameters(DecoderConfig c, Layout p) {
    Decoder.parameters(c, p);
  }

  @Override
  public final NamedTensors forward(Parameters w, DecoderConfig c, ForwardContext x) {
    return Decoder.forward(w, c, x);
  }

  @Override
  public final List<Task<DecoderConfig>> tasks() {
    return tasks;
  }

  @Override
  public final List<Dialect> dialects() {
    return List.of(Dialect.CANONICAL, Dialect.withoutPrefix("without prefix", Decoder.BASE));
  }
}
