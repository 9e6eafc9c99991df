package dev.ligo.models.llama;

import dev.ligo.core.model.ConfigReader;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * Qwen2 and Qwen2.5 (Yang et al., "Qwen2 Technical Report", 2024): a {@link Decoder} that
 * normalizes before its branches, with biases for queries, keys and values. Later layers may have a
 * window.
 */
public final class Qwen2Architecture extends DecoderArchitecture {
  /** Creates the family. */
  public Qwen2Architecture() {
    super("qwen2", "Qwen2", "Qwen2");
  }

  @Override
  public Map<String, String> unlike() {
    return Map.of("qwen2_moe", EXPERTS, "qwen2_vl", IMAGES, "qwen2_5_vl", IMAGES);
  }

  @Override
  Defaults defaults() {
    return new Defaults(OptionalInt.of(32), OptionalInt.empty(), 32768);
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
        false,
        new Variation.Biases(true, false, false),
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
