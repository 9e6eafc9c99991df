package dev.ligo.it.family;

import com.google.gson.JsonElement;
import com.google.gson.JsonPrimitive;
import dev.ligo.core.data.DataRequest;
import dev.ligo.core.model.Sizes;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** CaiT keeps the contract of families. */
class CaitConformanceTest extends FamilyConformance {
  @Override
  protected String name() {
    return "cait";
  }

  @Override
  protected String config() {
    return """
    {"architecture": "cait_xs24_384", "num_classes": 3, "num_features": 4,
     "model_args": {"embed_dim": 4, "depth": 2, "num_heads": 2, "mlp_ratio": 2.5,
                    "img_size": [4, 6], "patch_size": 2, "in_chans": 1,
                    "depth_token_only": 1, "mlp_ratio_token_only": 1.5, "init_values": 0.3}}
    """;
  }

  /** A config of timm's has its sizes in {@code model_args}. */
  @Override
  protected Sizes larger() {
    return Sizes.SAME.withLayers(4).withHidden(8);
  }

  /** Options of timm's class that are not computed here. */
  @Override
  protected Map<String, JsonElement> refused() {
    return Map.of(
        "global_pool", new JsonPrimitive("avg"),
        "model_args.pre_norm", new JsonPrimitive(true),
        "model_args.class_token", new JsonPrimitive(false));
  }

  @Override
  protected Optional<DataRequest> data(Path directory) {
    return Optional.of(TinyImages.in(directory, 4, 6, "x", "y", "z"));
  }
}
