package dev.ligo.it.family;

import dev.ligo.core.data.DataRequest;
import java.nio.file.Path;
import java.util.Optional;

/** DeiT with a distillation token, and each of its heads, keeps the contract of families. */
class DeitConformanceTest extends FamilyConformance {
  @Override
  protected String name() {
    return "deit";
  }

  /** Without a number of heads there are 12, as in transformers. */
  @Override
  protected String config() {
    return """
        {"model_type": "deit", "image_size": [4, 6], "patch_size": 2, "num_channels": 1,
         "hidden_size": 12, "num_hidden_layers": 2, "num_attention_heads": 2,
         "intermediate_size": 10, "layer_norm_eps": 1e-3, "hidden_act": "gelu",
         "id2label": {"0": "x", "1": "y", "2": "z"}}
        """;
  }

  @Override
  protected Optional<DataRequest> data(Path directory) {
    return Optional.of(TinyImages.in(directory, 4, 6, "x", "y", "z"));
  }
}
