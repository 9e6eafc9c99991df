package dev.ligo.cli.demo;

import com.google.gson.JsonObject;
import dev.ligo.cli.console.Format;
import dev.ligo.core.model.ModelSpec;

/**
 * How large a BERT is.
 *
 * @param layers the layers
 * @param hidden the width of what goes from layer to layer
 * @param heads the attention heads of a layer
 * @param intermediate the feed-forward units of a layer
 * @param parameters all parameters
 */
record ModelSize(int layers, int hidden, int heads, int intermediate, long parameters) {
  static ModelSize of(ModelSpec<?> model) {
    JsonObject config = model.json();
    return new ModelSize(
        config.get("num_hidden_layers").getAsInt(),
        config.get("hidden_size").getAsInt(),
        config.get("num_attention_heads").getAsInt(),
        config.get("intermediate_size").getAsInt(),
        model.layout().size());
  }

  /** Returns the two numbers that it is called by, as in 6 × 256. */
  String name() {
    return layers + " × " + hidden;
  }

  /** Returns all numbers in words. */
  String text() {
    return String.format(
        "%d layers of width %d, %d heads, %s feed-forward units, %s parameters",
        layers, hidden, heads, Format.count(intermediate), Format.count(parameters));
  }
}
