package dev.ligo.it.family;

import com.google.gson.JsonElement;
import java.util.Map;

/** LLaMA keeps the contract of families. */
class LlamaConformanceTest extends DecoderConformance {
  LlamaConformanceTest() {
    super(
        "llama",
        """
        "rope_parameters": {"rope_type": "llama3", "rope_theta": 100, "factor": 8,
         "low_freq_factor": 1, "high_freq_factor": 4, "original_max_position_embeddings": 8}
        """);
  }

  @Override
  protected Map<String, JsonElement> refused() {
    return refused(
        Map.of(
            "rope_parameters.rope_type",
            "\"yarn\"",
            "mlp_bias",
            "\"true\"",
            "sliding_window",
            "4"));
  }
}
