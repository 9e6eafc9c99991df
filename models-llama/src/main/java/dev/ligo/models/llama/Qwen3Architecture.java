package dev.ligo.models.llama;

import dev.ligo.core.model.ConfigReader;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * Qwen3 (Yang et al., "Qwen3 Technical Report", 2025): a {@link Decoder} that normalizes before its
 * branches, and each head of queries and keys. Later layers may have a window.
 */
public final class Qwen3Architecture extends DecoderArchitecture {
  /** Creates the family. */
  public Qwen3Architecture() {
    super("qwen3", "Qwen3", "Qwen3");
  }

  @Override
  public Map<String, String> unlike() {
    return Map.of(
        "qwen3_moe",
        EXPERTS,
        "qwen3_vl",
        IMAGES,
        "qwen3_next",
        "most of its layers have linear attention");
  }

  @Override
  Defaults defaults() {
    return new Defaults(OptionalInt.of(32), OptionalInt.of(128), 32768);
  }

  @Override
  LayerTypes types(ConfigReader c, int layers) {
    return QwenLayers.types(c, layers);
  }

  @Override
  Variation variation(ConfigReader c, int headWidth) {
    return new Variation(
        Variation.Norms.BEFORE,
        false,
        true,
        Variation.Biases.ofAttention(c.flag("attention_bias", false)),
        activation(c),
        scale(headWidth),
        OptionalDouble.empty(),
        OptionalDouble.empty(),
        false,
        QwenLayers.window(c),
        everywhere(rope(c, positions(c))),
        attentionDropout(c),
        initializer(c),
        tied(c, false));
  }
}
