package dev.ligo.models.llama;

import dev.ligo.core.model.ConfigReader;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * Gemma 2 (Riviere et al., "Gemma 2: Improving Open Language Models at a Practical Size", 2024): a
 * {@link Decoder} that normalizes around its branches and caps attention scores and logits. Every
 * other layer has a window.
 */
public final class Gemma2Architecture extends DecoderArchitecture {
  private static final int WINDOW = 4096;

  /** Creates the family. */
  public Gemma2Architecture() {
    super("gemma2", "Gemma2", "Gemma2");
  }

  @Override
  Defaults defaults() {
    return new Defaults(OptionalInt.of(4), OptionalInt.of(256), 8192);
  }

  @Override
  LayerTypes types(ConfigReader c, int layers) {
    return LayerTypes.read(c, layers, l -> l % 2 == 0 ? LayerType.SLIDING : LayerType.FULL);
  }

  @Override
  Variation variation(ConfigReader c, int headWidth) {
    return new Variation(
        Variation.Norms.AROUND,
        true,
        false,
        Variation.Biases.ofAttention(c.flag("attention_bias", false)),
        GemmaArchitecture.activation(c),
        1 / Math.sqrt(c.positiveNumber("query_pre_attn_scalar", 256)),
        cap(c, "attn_logit_softcapping", OptionalDouble.of(50)),
        cap(c, "final_logit_softcapping", OptionalDouble.of(30)),
        true,
        window(c, WINDOW),
        everywhere(rope(c, positions(c))),
        attentionDropout(c),
        initializer(c),
        tied(c, true));
  }

  /** Reads a cap, which null switches off. */
  static OptionalDouble cap(ConfigReader c, String key, OptionalDouble otherwise) {
    if (!c.json().has(key)) {
      return otherwise;
    }
    return c.json().get(key).isJsonNull()
        ? OptionalDouble.empty()
        : OptionalDouble.of(c.positiveNumber(key, 1));
  }
}
