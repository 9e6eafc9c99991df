package dev.ligo.it.family;

import com.google.gson.JsonElement;
import java.util.Map;

/** Qwen3 keeps the contract of families. */
class Qwen3ConformanceTest extends DecoderConformance {
  Qwen3ConformanceTest() {
    super(
        "qwen3",
        """
        "layer_types": ["full_attention", "sliding_attention"],
        "use_sliding_window": true,
        "sliding_window": 3
        """);
  }

  @Override
  protected Map<String, JsonElement> refused() {
    return refused(
        Map.of("rope_parameters.rope_type", "\"longrope\"", "use_bidirectional_attention", "true"));
  }
}
