package dev.ligo.it.family;

import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import dev.ligo.core.data.DataRequest;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** RoBERTa keeps the contract of families. */
class RobertaConformanceTest extends FamilyConformance {
  @Override
  protected String name() {
    return "roberta";
  }

  @Override
  protected String config() {
    return """
    {"model_type": "roberta", "vocab_size": 11, "hidden_size": 4, "num_hidden_layers": 2,
     "num_attention_heads": 2, "intermediate_size": 6, "max_position_embeddings": 8,
     "type_vocab_size": 1, "pad_token_id": 1, "layer_norm_eps": 1e-3, "hidden_act": "relu"}
    """;
  }

  @Override
  protected Map<String, JsonElement> refused() {
    return Map.of(
        "quantization_config",
        JsonParser.parseString("{\"bits\": 4}"),
        "pruned_heads",
        JsonParser.parseString("{\"0\": [1]}"),
        "is_decoder",
        new JsonPrimitive(true),
        "position_embedding_type",
        new JsonPrimitive("relative_key"));
  }

  @Override
  protected Optional<DataRequest> data(Path directory) {
    return Optional.of(TinyCorpus.in(directory, "<unk>", "<pad>", "<s>", "</s>", "<mask>"));
  }
}
