package dev.ligo.models.llama;

import dev.ligo.core.model.ConfigException;
import java.util.Arrays;
import java.util.List;

/** Which tokens a layer's attention reaches, under the names that configs use. */
enum LayerType {
  /** Every token before, and the token itself. */
  FULL("full_attention"),
  /** As many tokens as the window is long, the token itself the last of them. */
  SLIDING("sliding_attention");

  private final String key;

  LayerType(String key) {
    this.key = key;
  }

  String key() {
    return key;
  }

  static LayerType of(String key) {
    List<LayerType> all = List.of(values());
    return all.stream()
        .filter(t -> t.key.equals(key))
        .findFirst()
        .orElseThrow(
            () ->
                new ConfigException(
                    "config.json: 'layer_types' names "
                        + key
                        + ", which is not computed here; known are "
                        + String.join(", ", Arrays.stream(values()).map(LayerType::key).toList())
                        + "."));
  }
}
