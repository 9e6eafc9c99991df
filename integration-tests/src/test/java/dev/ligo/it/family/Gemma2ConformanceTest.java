package dev.ligo.it.family;

import com.google.gson.JsonElement;
import java.util.Map;

/** Gemma 2 keeps the contract of families. */
class Gemma2ConformanceTest extends DecoderConformance {
  Gemma2ConformanceTest() {
    super(
        "gemma2",
        """
        "sliding_window": 3,
        "attn_logit_softcapping": 2,
        "final_logit_softcapping": 3,
        "query_pre_attn_scalar": 4
        """);
  }

  @Override
  protected Map<String, JsonElement> refused() {
    return refused(
        Map.of("rope_parameters.rope_type", "\"yarn\"", "use_bidirectional_attention", "true"));
  }
}
