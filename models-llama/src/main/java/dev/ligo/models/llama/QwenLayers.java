package dev.ligo.models.llama;

import dev.ligo.core.model.ConfigReader;
import java.util.OptionalInt;

/** The windows of Qwen's layers: those from a number on have one, if any have. */
final class QwenLayers {
  private static final int WINDOW = 4096;
  private static final int WINDOWLESS = 28;

  private QwenLayers() {}

  static OptionalInt window(ConfigReader c) {
    OptionalInt window = DecoderArchitecture.window(c, WINDOW);
    return c.flag("use_sliding_window", false) ? window : OptionalInt.empty();
  }

  static LayerTypes types(ConfigReader c, int layers) {
    boolean windowed = window(c).isPresent();
    int windowless = c.natural(LayerTypes.WINDOWLESS, WINDOWLESS);
    return LayerTypes.read(
        c, layers, l -> windowed && l >= windowless ? LayerType.SLIDING : LayerType.FULL);
  }
}
