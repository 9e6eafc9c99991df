package dev.ligo.it.family;

import com.google.gson.JsonElement;
import java.util.Map;

/** Gemma keeps the contract of families. */
class GemmaConformanceTest extends DecoderConformance {
  GemmaConformanceTest() {
    super(
        "gemma",
        """
        "hidden_act": "gelu"
        """);
  }

  @Override
  protected Map<String, JsonElement> refused() {
    return refused(
        Map.of(
            "rope_parameters.rope_type",
            "\"yarn\"",
            "use_bidirectional_attention",
            "true",
            "hidden_activation",
            "\"relu\""));
  }
}
