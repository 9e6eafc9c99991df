package dev.ligo.it.family;

import com.google.gson.JsonElement;
import java.util.Map;

/** Mistral keeps the contract of families. */
class MistralConformanceTest extends DecoderConformance {
  MistralConformanceTest() {
    super(
        "mistral",
        """
        "sliding_window": 3,
        "rope_theta": 100
        """);
  }

  @Override
  protected Map<String, JsonElement> refused() {
    return refused(Map.of("rope_scaling.rope_type", "\"dynamic\""));
  }
}
