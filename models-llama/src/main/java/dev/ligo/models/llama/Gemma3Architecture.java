package dev.ligo.models.llama;

import com.google.gson.JsonElement;
import dev.ligo.core.model.ConfigException;
import dev.ligo.core.model.ConfigReader;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * The text model of Gemma 3 (Kamath et al., "Gemma 3 Technical Report", 2025): a {@link Decoder}
 * that normalizes around its branches, and each head of queries and keys. Five of six layers have a
 * window, and rotary positions of their own.
 */
public final class Gemma3Architecture extends DecoderArchitecture {
  private static final int WINDOW = 4096;
  private static final int PERIOD = 6;
  private static final double FULL_THETA = 1e6;

  /** Creates the family. */
  public Gemma3Architecture() {
    super("gemma3_text", "Gemma3", "Gemma3Text");
  }

  @Override
  public Map<String, String> unlike() {
    String inputs = "its layers have inputs of their own beside the residual stream";
    return Map.of("gemma3", IMAGES, "gemma3n", IMAGES, "gemma3n_text", inputs);
  }

  @Override
  Defaults defaults() {
    return new Defaults(OptionalInt.of(4), OptionalInt.of(256), 131072);
  }

  @Override
  LayerTypes types(ConfigReader c, int layers) {
    int period = c.positive("sliding_window_pattern", PERIOD);
    return LayerTypes.read(
        c, layers, l -> (l + 1) % period == 0 ? LayerType.FULL : LayerType.SLIDING);
  }

  @Override
  Variation variation(ConfigReader c, int headWidth) {
    c.refuse("attn_logit_softcapping");
    return new Variation(
        Variation.Norms.AROUND,
        true,
        true,
        Variation.Biases.ofAttention(c.flag("attention_bias", false)),
        GemmaArchitecture.activation(c),
        1 / Math.sqrt(c.positiveNumber("query_pre_attn_scalar", 256)),
        OptionalDouble.empty(),
        Gemma2Architecture.cap(c, "final_logit_softcapping", OptionalDouble.empty()),
        true,
        window(c, WINDOW),
        ropes(c, positions(c)),
        attentionDropout(c),
        initializer(c),
        tied(c, true));
  }

  /** Reads the rotary positions of both types of layers, in either spelling. */
  private static Map<LayerType, Rope> ropes(ConfigReader c, int positions) {
    ConfigReader each = c.object(ROPE);
    if (isOldRope(c) && !each.json().isEmpty()) {
      throw new ConfigException(
          "config.json: '" + ROPE + "' and '" + OLD_ROPE + "' are both there; leave one out.");
    }
    if (each.json().asMap().values().stream().anyMatch(JsonElement::isJsonPrimitive)) {
      throw new ConfigException(
          "config.json: 'rope_parameters' should hold an object for each of "
              + LayerType.FULL.key()
              + " and "
              + LayerType.SLIDING.key()
              + ", found one for both; give each its own.");
    }
    ConfigReader full = isOldRope(c) ? c.object(OLD_ROPE) : each.object(LayerType.FULL.key());
    double fullTheta = c.positiveNumber("rope_theta", FULL_THETA);
    double slidingTheta = c.positiveNumber("rope_local_base_freq", Rope.THETA);
    return Map.of(
        LayerType.FULL,
        Rope.read(full, fullTheta, original(c), positions),
        LayerType.SLIDING,
        Rope.read(each.object(LayerType.SLIDING.key()), slidingTheta, original(c), positions));
  }
}
