package dev.ligo.it.family;

import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import dev.ligo.core.data.DataRequest;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Checks that a decoder with rotary positions conforms; a family names its config. */
abstract class DecoderConformance extends FamilyConformance {
  private final String name;
  private final String options;

  /**
   * Creates the test of a family.
   *
   * @param options what its config says beside its sizes: keys and values of JSON
   */
  DecoderConformance(String name, String options) {
    this.name = name;
    this.options = options;
  }

  @Override
  protected String name() {
    return name;
  }

  @Override
  protected String config() {
    return """
    {"model_type": "%s", "vocab_size": 11, "hidden_size": 8, "num_hidden_layers": 2,
     "num_attention_heads": 4, "num_key_value_heads": 2, "head_dim": 6, "intermediate_size": 6,
     "max_position_embeddings": 8, "rms_norm_eps": 1e-2, "attention_dropout": 0.1,
     "pad_token_id": 0, %s}
    """
        .formatted(name, options);
  }

  /** Options that no family of these computes, and more. */
  static Map<String, JsonElement> refused(Map<String, String> more) {
    Map<String, JsonElement> all = new TreeMap<>();
    Map<String, String> common =
        Map.of(
            "quantization_config", "{\"bits\": 4}",
            "pruned_heads", "{\"0\": [1]}",
            "vision_config", "{\"hidden_size\": 8}",
            "num_experts", "8",
            "partial_rotary_factor", "0.5",
            "layer_types", "[\"chunked_attention\", \"chunked_attention\"]");
    common.forEach((k, v) -> all.put(k, JsonParser.parseString(v)));
    more.forEach((k, v) -> all.put(k, JsonParser.parseString(v)));
    return all;
  }

  @Override
  protected Optional<DataRequest> data(Path directory) {
    return Optional.of(TinyCorpus.in(directory, "<pad>", "<unk>", "<s>", "</s>", "<mask>"));
  }
}
