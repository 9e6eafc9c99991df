package dev.ligo.models.vit;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import dev.ligo.core.model.Activation;
import dev.ligo.core.model.ConfigReader;
import dev.ligo.core.model.Dimensions;
import dev.ligo.core.model.Labels;
import dev.ligo.models.vit.image.Normalization;
import dev.ligo.models.vit.image.Preparation;
import dev.ligo.models.vit.image.Preprocessing;
import dev.ligo.models.vit.image.ProcessorClass;

/** The {@code config.json} of ViT and DeiT as {@code transformers} writes it. */
final class HuggingFaceConfig {
  private HuggingFaceConfig() {}

  /**
   * Reads a config.
   *
   * @param family the name of its family, which has an image processor of its own
   */
  static VitConfig read(ConfigReader c, String family) {
    c.refuse("quantization_config");
    c.refuse("pruned_heads");
    c.refuseUnless("pooler_act", "\"tanh\"");
    Dimensions dimensions =
        new Dimensions(
            c.positive("num_hidden_layers", 12),
            c.positive("hidden_size", 768),
            c.positive("num_attention_heads", 12),
            c.positive("intermediate_size", 3072));
    c.refuseUnless("pooler_output_size", Integer.toString(dimensions.hidden()));
    ImageShape image =
        ImageShape.of(
            c.positive("num_channels", 3), c.pair("image_size", 224), c.pair("patch_size", 16));
    return new VitConfig(
        dimensions,
        image,
        c.oneOf("hidden_act", Activation.class, "gelu"),
        c.positiveNumber("layer_norm_eps", 1e-12),
        c.rate("hidden_dropout_prob", 0),
        c.rate("attention_probs_dropout_prob", 0),
        c.naturalNumber("initializer_range", 0.02),
        c.flag("qkv_bias", true),
        Labels.read(c),
        new Preprocessing(
            ProcessorClass.ofFamily(family),
            Preparation.none(image.shape()),
            Normalization.standard(image.channels())),
        false);
  }

  static void write(VitConfig c, JsonObject json) {
    Dimensions d = c.dimensions();
    json.addProperty("num_hidden_layers", d.layers());
    json.addProperty("hidden_size", d.hidden());
    json.addProperty("num_attention_heads", d.heads());
    json.addProperty("intermediate_size", d.intermediate());
    json.add("image_size", size(c.image()));
    json.addProperty("layer_norm_eps", c.epsilon());
    if (json.has("pooler_output_size")) {
      json.addProperty("pooler_output_size", d.hidden());
    }
    c.labels().write(json);
  }

  /** Returns one number for a square, and else height and width. */
  static JsonElement size(ImageShape image) {
    if (image.rows() == image.columns()) {
      return new JsonPrimitive(image.rows());
    }
    JsonArray size = new JsonArray();
    size.add(image.rows());
    size.add(image.columns());
    return size;
  }
}
