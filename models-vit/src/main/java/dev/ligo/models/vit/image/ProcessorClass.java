package dev.ligo.models.vit.image;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import dev.ligo.core.model.ConfigException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The image processors of transformers that resize and crop in the common way, each with the values
 * that it has where a file names none.
 */
public enum ProcessorClass {
  /** That of ViT. */
  VIT("ViT", "{do_resize: true, size: {height: 224, width: 224}, resample: 2}"),
  /** That of DeiT. */
  DEIT(
      "DeiT",
      "{do_resize: true, size: {height: 256, width: 256}, resample: 3,"
          + " do_center_crop: true, crop_size: {height: 224, width: 224}}"),
  /** That of CLIP, which ViTs trained with it have. */
  CLIP(
      "CLIP",
      "{do_resize: true, size: {shortest_edge: 224}, resample: 3,"
          + " do_center_crop: true, crop_size: {height: 224, width: 224}}");

  private static final List<String> KEYS =
      List.of("image_processor_type", "feature_extractor_type");

  private final String name;
  private final String defaults;

  ProcessorClass(String name, String defaults) {
    this.name = name;
    this.defaults = defaults;
  }

  /**
   * Returns that of the models of a family.
   *
   * @param family the family's name
   */
  public static ProcessorClass ofFamily(String family) {
    return family.equals("deit") ? DEIT : VIT;
  }

  /**
   * Returns the class that a file names, in the order in which transformers looks, or another.
   *
   * @throws ConfigException if the class is none of these
   */
  static ProcessorClass of(JsonObject file, ProcessorClass otherwise) {
    for (String key : KEYS) {
      if (file.get(key) instanceof JsonPrimitive p) {
        String found = p.getAsString();
        return Arrays.stream(values())
            .filter(c -> c.names().anyMatch(found::equals))
            .findFirst()
            .orElseThrow(
                () ->
                    new ConfigException(
                        "'"
                            + key
                            + "' is "
                            + found
                            + ", whose steps are not computed here; those of "
                            + Arrays.stream(values())
                                .map(c -> c.names().findFirst().orElseThrow())
                                .collect(Collectors.joining(", "))
                            + " are."));
      }
    }
    return otherwise;
  }

  private Stream<String> names() {
    return Stream.of(
            "ImageProcessor", "ImageProcessorFast", "ImageProcessorPil", "FeatureExtractor")
        .map(end -> name + end);
  }

  /** Returns whether a number for a size is that of the shorter edge, and not of a square. */
  boolean numberIsShorterEdge() {
    return this == CLIP;
  }

  /** Returns a file's contents with this class's values for what it does not name. */
  JsonObject complete(JsonObject file) {
    JsonObject all = JsonParser.parseString(defaults).getAsJsonObject();
    for (String key : file.keySet()) {
      JsonElement value = file.get(key);
      if (!value.isJsonNull() || !all.has(key)) {
        all.add(key, value);
      }
    }
    return all;
  }
}
