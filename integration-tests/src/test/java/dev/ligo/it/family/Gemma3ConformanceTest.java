package dev.ligo.it.family;

import com.google.gson.JsonElement;
import java.util.Map;

/** Gemma 3's text model keeps the contract of families. */
class Gemma3ConformanceTest extends DecoderConformance {
  Gemma3ConformanceTest() {
    super(
        "gemma3_text",
        """
        "sliding_window": 3,
        "sliding_window_pattern": 2,
        "query_pre_attn_scalar": 4
        """);
  }

  @Override
  protected Map<String, JsonElement> refused() {
    return refused(
        Map.of(
            "rope_parameters",
            "{\"rope_theta\": 100}",
            "attn_logit_softcapping",
            "2",
            "text_config",
            "{\"hidden_size\": 8}"));
  }
}
