package dev.ligo.models.vit.image;

import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import dev.ligo.api.Shape;
import dev.ligo.core.checkpoint.HuggingFaceDirectory;
import dev.ligo.core.data.DataException;
import dev.ligo.core.model.ConfigException;
import dev.ligo.core.model.ConfigReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How values from 0 to 255 become a model's inputs: (value / 255 − mean) / deviation in each
 * channel.
 *
 * @param mean the mean of each channel
 * @param deviation the standard deviation of each channel
 */
public record Normalization(List<Double> mean, List<Double> deviation) {
  private static final Logger LOGGER = LoggerFactory.getLogger(Normalization.class);

  /** What was said of files, which several batches of a run read. */
  private static final Set<String> SAID = ConcurrentHashMap.newKeySet();

  private static final String PROCESSOR = "processor_config.json";
  private static final String PREPROCESSOR = "preprocessor_config.json";
  private static final int VALUES = 256;
  private static final double BYTE = 255;

  /** Copies the lists. */
  public Normalization {
    mean = List.copyOf(mean);
    deviation = List.copyOf(deviation);
  }

  /** Returns what maps to [−1, 1], the default of transformers' ViT. */
  public static Normalization standard(int channels) {
    List<Double> half = Collections.nCopies(channels, 0.5);
    return new Normalization(half, half);
  }

  /**
   * Returns a normalization of a number of channels.
   *
   * @throws ConfigException if there is not one number for each channel, or a deviation is not
   *     above 0
   */
  public static Normalization of(List<Double> mean, List<Double> deviation, int channels) {
    if (mean.size() != channels
        || deviation.size() != channels
        || !deviation.stream().allMatch(d -> d > 0)) {
      throw new ConfigException(
          "images of "
              + channels
              + " channels need a mean and a deviation above 0 for each, found "
              + mean
              + " and "
              + deviation
              + ".");
    }
    return new Normalization(mean, deviation);
  }

  /**
   * Returns the normalization of a checkpoint: that of its image processor, or another where it has
   * none. Once for a file, a warning says so if it asks for pictures of another size than the
   * model's.
   *
   * @param shape what the model takes, (channels, rows, columns)
   * @throws DataException if a file is wrong, or scales values otherwise than by 1/255
   */
  public static Normalization of(Path checkpoint, Normalization otherwise, Shape shape) {
    // The order of transformers' ImageProcessingMixin.get_image_processor_dict.
    Path both = checkpoint.resolve(PROCESSOR);
    if (Files.exists(both)) {
      JsonObject json = HuggingFaceDirectory.readConfig(both);
      if (json.get("image_processor") instanceof JsonObject images) {
        return read(both, images, otherwise, shape);
      }
    }
    Path file = checkpoint.resolve(PREPROCESSOR);
    return Files.exists(file)
        ? read(file, HuggingFaceDirectory.readConfig(file), otherwise, shape)
        : otherwise;
  }

  private static Normalization read(
      Path file, JsonObject json, Normalization otherwise, Shape shape) {
    try {
      ConfigReader c = new ConfigReader(json);
      c.refuseUnless("do_rescale", "true");
      c.refuseUnless("do_flip_channel_order", "false");
      c.refuseUnless("offset", "false");
      if (Math.abs(c.number("rescale_factor", 1 / BYTE) * BYTE - 1) > 1e-6) {
        throw new ConfigException("'rescale_factor' is not 1/255, the only scale computed here.");
      }
      Preparation.note(c, shape.dim(1), shape.dim(2))
          .map(note -> file + ": " + note)
          .filter(SAID::add)
          .ifPresent(LOGGER::warn);
      int channels = otherwise.mean().size();
      if (!c.flag("do_normalize", true)) {
        return new Normalization(
            Collections.nCopies(channels, 0.0), Collections.nCopies(channels, 1.0));
      }
      return of(
          numbers(c, "image_mean", otherwise.mean()),
          numbers(c, "image_std", otherwise.deviation()),
          channels);
    } catch (ConfigException e) {
      String problem = e.getMessage().replaceFirst("^config\\.json: ", ""); // of another file
      throw new DataException("reading " + file + ": " + problem, e);
    }
  }

  /** Returns a number for each channel; one number stands for all, as in transformers. */
  private static List<Double> numbers(ConfigReader c, String key, List<Double> otherwise) {
    if (c.json().get(key) instanceof JsonPrimitive) {
      return Collections.nCopies(otherwise.size(), c.number(key, 0));
    }
    List<Double> numbers = c.numbers(key);
    return numbers.isEmpty() ? otherwise : numbers;
  }

  /** Returns the input that each value from 0 to 255 of a channel becomes. */
  float[] inputs(int channel) {
    float[] inputs = new float[VALUES];
    for (int value = 0; value < VALUES; value++) {
      inputs[value] = (float) ((value / BYTE - mean.get(channel)) / deviation.get(channel));
    }
    return inputs;
  }
}
