package dev.ligo.models.vit.image;

import dev.ligo.core.model.ConfigException;
import java.util.Collections;
import java.util.List;

/**
 * How values from 0 to 255 become a model's inputs: (value / 255 − mean) / deviation in each
 * channel.
 *
 * @param mean the mean of each channel
 * @param deviation the standard deviation of each channel
 */
public record Normalization(List<Double> mean, List<Double> deviation) {
  private static final int VALUES = 256;

  /** The largest value of a pixel. */
  static final double BYTE = 255;

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

  /** Returns the input that each value from 0 to 255 of a channel becomes. */
  float[] inputs(int channel) {
    float[] inputs = new float[VALUES];
    for (int value = 0; value < VALUES; value++) {
      inputs[value] = (float) ((value / BYTE - mean.get(channel)) / deviation.get(channel));
    }
    return inputs;
  }
}
