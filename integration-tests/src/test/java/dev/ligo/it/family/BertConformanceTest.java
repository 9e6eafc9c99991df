package dev.ligo.it.family;

import dev.ligo.core.data.DataRequest;
import java.nio.file.Path;
import java.util.Optional;

/** BERT keeps the contract of families. */
class BertConformanceTest extends FamilyConformance {
  @Override
  protected String name() {
    return "bert";
  }

  @Override
  protected String config() {
    return """
    {"model_type": "bert", "vocab_size": 11, "hidden_size": 4, "num_hidden_layers": 2,
     "num_attention_heads": 2, "intermediate_size": 6, "max_position_embeddings": 8,
     "layer_norm_eps": 1e-3, "hidden_act": "gelu"}
    """;
  }

  @Override
  protected Optional<DataRequest> data(Path directory) {
    return Optional.of(TinyCorpus.in(directory, "[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"));
  }
}
