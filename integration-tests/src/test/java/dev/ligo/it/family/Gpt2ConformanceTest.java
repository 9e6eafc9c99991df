package dev.ligo.it.family;

import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import dev.ligo.core.data.DataRequest;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** GPT-2 keeps the contract of families. */
class Gpt2ConformanceTest extends FamilyConformance {
  @Override
  protected String name() {
    return "gpt2";
  }

  @Override
  protected String config() {
    return """
    {"model_type": "gpt2", "vocab_size": 11, "n_embd": 4, "n_layer": 2, "n_head": 2,
     "n_inner": 6, "n_positions": 8, "layer_norm_epsilon": 1e-3,
     "tie_word_embeddings": true}
    """;
  }

  @Override
  protected Map<String, JsonElement> refused() {
    return Map.of(
        "quantization_config",
        JsonParser.parseString("{\"bits\": 4}"),
        "pruned_heads",
        JsonParser.parseString("{\"0\": [1]}"),
        "add_cross_attention",
        new JsonPrimitive(true),
        "scale_attn_by_inverse_layer_idx",
        new JsonPrimitive(true));
  }

  @Override
  protected Optional<DataRequest> data(Path directory) {
    return Optional.of(
        TinyCorpus.in(directory, "<pad>", "<unk>", "<s>", "<|endoftext|>", "<mask>"));
  }
}
