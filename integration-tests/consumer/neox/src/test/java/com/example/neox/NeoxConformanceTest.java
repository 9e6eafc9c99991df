package com.example.neox;

import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import dev.ligo.core.data.DataRequest;
import dev.ligo.testkit.ArchitectureConformance;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** GPT-NeoX keeps the contract of families. */
class NeoxConformanceTest extends ArchitectureConformance {
  @Override
  protected String name() {
    return "gpt_neox";
  }

  @Override
  protected String config() {
    return """
    {"model_type": "gpt_neox", "vocab_size": 11, "hidden_size": 12, "num_hidden_layers": 2,
     "num_attention_heads": 2, "intermediate_size": 5, "max_position_embeddings": 8,
     "layer_norm_eps": 1e-3, "use_parallel_residual": true, "tie_word_embeddings": false,
     "rope_parameters": {"rope_type": "default", "rope_theta": 20.0, "partial_rotary_factor": 0.7}}
    """;
  }

  @Override
  protected Map<String, JsonElement> refused() {
    return Map.of(
        "quantization_config",
        JsonParser.parseString("{\"bits\": 4}"),
        "pruned_heads",
        JsonParser.parseString("{\"0\": [1]}"),
        "head_dim",
        new JsonPrimitive(4),
        "rope_theta",
        new JsonPrimitive(500),
        "partial_rotary_factor",
        new JsonPrimitive(0.5),
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
