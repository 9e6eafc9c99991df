package dev.ligo.models.llama;

import dev.ligo.core.model.Activation;
import dev.ligo.core.model.ConfigException;
import dev.ligo.core.model.ConfigReader;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * Gemma (Mesnard et al., "Gemma: Open Models Based on Gemini Research and Technology", 2024): a
 * {@link Decoder} whose norms, before its branches, multiply by 1 + weight, and whose embeddings
 * are multiplied by the root of the hidden size.
 */
public final class GemmaArchitecture extends DecoderArchitecture {
  private static final Activation TANH = Activation.GELU_PYTORCH_TANH;

  /** Creates the family. */
  public GemmaArchitecture() {
    super("gemma", "Gemma", "Gemma");
  }

  @Override
  public Map<String, String> unlike() {
    return Map.of(
        "recurrent_gemma", "two of three of its layers are recurrent, and have no attention");
  }

  @Override
  Defaults defaults() {
    return new Defaults(OptionalInt.of(16), OptionalInt.of(256), 8192);
  }

  @Override
  Variation variation(ConfigReader c, int headWidth) {
    c.refuse("sliding_window");
    return new Variation(
        Variation.Norms.BEFORE,
        true,
        false,
        Variation.Biases.ofAttention(c.flag("attention_bias", false)),
        activations(c),
        scale(headWidth),
        OptionalDouble.empty(),
        OptionalDouble.empty(),
        true,
        OptionalInt.empty(),
        everywhere(rope(c, positions(c))),
        attentionDropout(c),
        initializer(c),
        tied(c, true));
  }

  /**
   * Reads the activation under either of its keys. The first releases say {@code gelu} under {@code
   * hidden_act} and mean the tanh approximation, as the public class takes it.
   */
  private static Activation activations(ConfigReader c) {
    Activation old = c.oneOf("hidden_act", Activation.class, TANH.name());
    Activation meant = old == Activation.GELU ? TANH : old;
    Activation named = c.oneOf("hidden_activation", Activation.class, meant.name());
    if (named != meant) {
      throw new ConfigException(
          "config.json: 'hidden_activation' and 'hidden_act' name two functions; keep one of them.");
    }
    return meant;
  }

  /** Reads the activation of later Gemmas, whose other key is not read. */
  static Activation activation(ConfigReader c) {
    return c.oneOf("hidden_activation", Activation.class, TANH.name());
  }
}
