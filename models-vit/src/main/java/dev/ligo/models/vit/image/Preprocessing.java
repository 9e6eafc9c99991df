package dev.ligo.models.vit.image;

import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import dev.ligo.core.checkpoint.HuggingFaceDirectory;
import dev.ligo.core.data.DataException;
import dev.ligo.core.model.ConfigException;
import dev.ligo.core.model.ConfigReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;

/**
 * How pictures become a model's inputs.
 *
 * @param processor the image processor of a checkpoint whose files name none
 * @param preparation how they come to have the model's size
 * @param normalization how their values are scaled
 */
public record Preprocessing(
    ProcessorClass processor, Preparation preparation, Normalization normalization) {
  private static final String PROCESSOR = "processor_config.json";
  private static final String PREPROCESSOR = "preprocessor_config.json";

  /**
   * Returns the preprocessing of a checkpoint: that of its image processor, or this one where it
   * has none.
   *
   * @throws DataException if a file is wrong, asks for what is not done here, or makes pictures of
   *     another size than the model's
   */
  public Preprocessing of(Path checkpoint) {
    // The order of transformers' ImageProcessingMixin.get_image_processor_dict.
    Path both = checkpoint.resolve(PROCESSOR);
    if (Files.exists(both)) {
      JsonObject json = HuggingFaceDirectory.readConfig(both);
      if (json.get("image_processor") instanceof JsonObject images) {
        return read(both, images);
      }
    }
    Path file = checkpoint.resolve(PREPROCESSOR);
    return Files.exists(file) ? read(file, HuggingFaceDirectory.readConfig(file)) : this;
  }

  private Preprocessing read(Path file, JsonObject json) {
    try {
      ConfigReader c = new ConfigReader(json);
      c.refuseUnless("do_rescale", "true");
      c.refuseUnless("do_flip_channel_order", "false");
      c.refuseUnless("offset", "false");
      if (Math.abs(c.number("rescale_factor", 1 / Normalization.BYTE) * Normalization.BYTE - 1)
          > 1e-6) {
        throw new ConfigException("'rescale_factor' is not 1/255, the only scale computed here.");
      }
      ProcessorClass named = ProcessorClass.of(json, processor);
      return new Preprocessing(
          named, ProcessorSteps.read(json, named, preparation.shape()), normalization(c));
    } catch (ConfigException e) {
      String problem = e.getMessage().replaceFirst("^config\\.json: ", ""); // of another file
      throw new DataException("reading " + file + ": " + problem, e);
    }
  }

  private Normalization normalization(ConfigReader c) {
    int channels = preparation.shape().dim(0);
    if (!c.flag("do_normalize", true)) {
      return new Normalization(
          Collections.nCopies(channels, 0.0), Collections.nCopies(channels, 1.0));
    }
    return Normalization.of(
        numbers(c, "image_mean", normalization.mean()),
        numbers(c, "image_std", normalization.deviation()),
        channels);
  }

  /** Returns a number for each channel; one number stands for all, as in transformers. */
  private static List<Double> numbers(ConfigReader c, String key, List<Double> otherwise) {
    if (c.json().get(key) instanceof JsonPrimitive) {
      return Collections.nCopies(otherwise.size(), c.number(key, 0));
    }
    List<Double> numbers = c.numbers(key);
    return numbers.isEmpty() ? otherwise : numbers;
  }
}
