package dev.ligo.models.llama;

import dev.ligo.core.model.ConfigException;
import dev.ligo.core.model.ConfigReader;
import java.util.OptionalInt;

/**
 * Rotary positions (Su et al., "RoFormer", 2021): with what frequencies the pairs of a head's units
 * turn from place to place.
 *
 * @param theta the base of the frequencies θ^(−2i / head width)
 * @param type how they are changed for longer sequences
 * @param factor what the frequencies of {@code LINEAR}, and the low ones of {@code LLAMA3}, are
 *     divided by
 * @param low the turns within {@code original} places below which a frequency is low
 * @param high the turns above which it is high, and stays
 * @param original the longest sequence before the change
 */
record Rope(double theta, Type type, double factor, double low, double high, double original) {
  static final double THETA = 10000;

  private static final String TYPE = "rope_type";
  private static final String OLD_TYPE = "type";

  /** How frequencies are changed, under the names that configs use. */
  enum Type {
    DEFAULT,
    /** All are divided by one factor: places lie closer (Chen et al., 2023). */
    LINEAR,
    /** Low ones are divided, high ones stay, those between are interpolated (LLaMA 3.1, 2024). */
    LLAMA3
  }

  /**
   * Reads one object with {@code rope_type}, or {@code type} in older configs.
   *
   * @param rope the object
   * @param theta the base where the object has none
   * @param outside the longest sequence before the change, if the config says it outside, which
   *     goes first, as in the public implementation
   * @param positions that length where neither says it
   */
  static Rope read(ConfigReader rope, double theta, OptionalInt outside, int positions) {
    rope.refuseUnless("partial_rotary_factor", "1.0");
    String key = rope.json().has(TYPE) ? TYPE : OLD_TYPE;
    Type type = rope.oneOf(key, Type.class, "default");
    double low = type == Type.LLAMA3 ? required(rope, "low_freq_factor") : 1;
    double high = type == Type.LLAMA3 ? required(rope, "high_freq_factor") : 2;
    if (low >= high) {
      throw new ConfigException(
          "config.json: 'low_freq_factor' should be below 'high_freq_factor', found "
              + low
              + " and "
              + high
              + ".");
    }
    return new Rope(
        rope.positiveNumber("rope_theta", theta),
        type,
        type == Type.DEFAULT ? 1 : required(rope, "factor"),
        low,
        high,
        outside.isPresent()
            ? outside.getAsInt()
            : rope.positiveNumber("original_max_position_embeddings", positions));
  }

  private static double required(ConfigReader rope, String key) {
    if (!rope.json().has(key)) {
      throw new ConfigException(
          "config.json: '" + key + "' is missing beside '" + TYPE + "'; add it.");
    }
    return rope.positiveNumber(key, 1);
  }

  /** Returns the frequency of each pair of a head's units, in radians from place to place. */
  double[] frequencies(int headWidth) {
    double[] frequencies = new double[headWidth / 2];
    for (int pair = 0; pair < frequencies.length; pair++) {
      double frequency = Math.pow(theta, -2.0 * pair / headWidth);
      frequencies[pair] =
          switch (type) {
            case DEFAULT -> frequency;
            case LINEAR -> frequency / factor;
            case LLAMA3 -> interpolated(frequency);
          };
    }
    return frequencies;
  }

  private double interpolated(double frequency) {
    double turns = original * frequency / (2 * Math.PI);
    double share = Math.min(1, Math.max(0, (turns - low) / (high - low)));
    return (1 - share) * frequency / factor + share * frequency;
  }
}
