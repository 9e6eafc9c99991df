package dev.ligo.models.llama;

import dev.ligo.core.model.ConfigReader;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * Mistral (Jiang et al., "Mistral 7B", 2023): a {@link Decoder} that normalizes before its
 * branches, whose layers may all have a window.
 */
public final class MistralArchitecture extends DecoderArchitecture {
  private static final int WINDOW = 4096;

  /** Creates the family. */
  public MistralArchitecture() {
    super("mistral", "Mistral", "Mistral");
  }

  @Override
  public Map<String, String> unlike() {
    return Map.of("mixtral", EXPERTS, "mistral3", IMAGES);
  }

  @Override
  Defaults defaults() {
    return new Defaults(OptionalInt.of(8), OptionalInt.empty(), 131072);
  }

  @Override
  LayerTypes types(ConfigReader c, int layers) {
    LayerType all = window(c, WINDOW).isPresent() ? LayerType.SLIDING : LayerType.FULL;
    return LayerTypes.read(c, layers, l -> all).require(all);
  }

  @Override
  Variation variation(ConfigReader c, int headWidth) {
    return new Variation(
        Variation.Norms.BEFORE,
        false,
        false,
        Variation.Biases.NONE,
        activation(c),
        scale(headWidth),
        OptionalDouble.empty(),
        OptionalDouble.empty(),
        false,
        window(c, WINDOW),
        everywhere(rope(c, positions(c))),
        attentionDropout(c),
        initializer(c),
        tied(c, false));
  }
}
