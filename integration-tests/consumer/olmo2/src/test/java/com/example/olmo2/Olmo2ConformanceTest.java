package com.example.olmo2;

import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import dev.ligo.core.data.DataRequest;
import dev.ligo.testkit.ArchitectureConformance;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** OLMo 2 keeps the contract of families. */
class Olmo2ConformanceTest extends ArchitectureConformance {
  @Override
  protected String name() {
    return "olmo2";
  }

  @Override
  protected String config() {
    return """
    {"model_type": "olmo2", "vocab_size": 11, "hidden_size": 8, "num_hidden_layers": 2,
     "num_attention_heads": 4, "num_key_value_heads": 2, "head_dim": 6,
     "intermediate_size": 5, "max_position_embeddings": 8, "rms_norm_eps": 1e-3,
     "attention_bias": true, "tie_word_embeddings": true,
     "rope_parameters": {"rope_type": "default", "rope_theta": 20.0}}
    """;
  }

  @Override
  protected Map<String, JsonElement> refused() {
    return Map.of(
        "quantization_config",
        JsonParser.parseString("{\"bits\": 4}"),
        "rope_scaling",
        JsonParser.parseString("{\"type\": \"linear\", \"factor\": 2}"),
        "rope_parameters.rope_type",
        new JsonPrimitive("llama3"));
  }

  @Override
  protected Optional<DataRequest> data(Path directory) {
    return Optional.of(TinyText.in(directory, true));
  }
}
