package dev.ligo.models.llama;

import dev.ligo.core.model.ConfigReader;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * LLaMA (Touvron et al., "LLaMA: Open and Efficient Foundation Language Models", 2023): a {@link
 * Decoder} that normalizes before its branches. TinyLlama, SmolLM, Yi and Falcon 3 are of this
 * family.
 */
public final class LlamaArchitecture extends DecoderArchitecture {
  /** Creates the family. */
  public LlamaArchitecture() {
    super("llama", "Llama", "Llama");
  }

  @Override
  public Map<String, String> unlike() {
    return Map.of("llama4", IMAGES, "llama4_text", EXPERTS, "mllama", IMAGES, "llava", IMAGES);
  }

  @Override
  Defaults defaults() {
    return new Defaults(OptionalInt.empty(), OptionalInt.empty(), 2048);
  }

  @Override
  Variation variation(ConfigReader c, int headWidth) {
    c.refuse("sliding_window");
    boolean attention = c.flag("attention_bias", false);
    return new Variation(
        Variation.Norms.BEFORE,
        false,
        false,
        new Variation.Biases(attention, attention, c.flag("mlp_bias", false)),
        activation(c),
        scale(headWidth),
        OptionalDouble.empty(),
        OptionalDouble.empty(),
        false,
        OptionalInt.empty(),
        everywhere(rope(c, positions(c))),
        attentionDropout(c),
        initializer(c),
        tied(c, false));
  }
}
