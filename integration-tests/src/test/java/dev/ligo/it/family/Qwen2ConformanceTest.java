package dev.ligo.it.family;

import com.google.gson.JsonElement;
import java.util.Map;

/** Qwen2 keeps the contract of families. */
class Qwen2ConformanceTest extends DecoderConformance {
  Qwen2ConformanceTest() {
    super(
        "qwen2",
        """
        "use_sliding_window": true,
        "sliding_window": 3,
        "max_window_layers": 1,
        "tie_word_embeddings": true
        """);
  }

  @Override
  protected Map<String, JsonElement> refused() {
    return refused(Map.of("rope_scaling.type", "\"mrope\""));
  }
}
