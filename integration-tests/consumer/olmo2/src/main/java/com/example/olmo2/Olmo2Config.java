package com.example.olmo2;

import com.google.gson.JsonObject;
import dev.ligo.core.model.Activation;
import dev.ligo.core.model.ConfigException;
import dev.ligo.core.model.ConfigReader;
import dev.ligo.core.model.Dimensions;
import dev.ligo.core.model.Sizes;

/**
 * OLMo 2's configuration, under the keys of {@code Olmo2Config} of transformers.
 *
 * @param dimensions layers, hidden size, heads and feed-forward width
 * @param keyValueHeads the heads of keys and values, each shared by a group of queries' heads
 * @param headWidth the units of a head
 * @param vocabulary the number of tokens
 * @param positions the longest sequence
 * @param activation what gates the feed-forward layer
 * @param epsilon what RMSNorm adds to the mean square
 * @param theta the base of the rotary frequencies
 * @param attentionBias whether the linear layers of attention have biases
 * @param attentionDropout the rate at which attention probabilities are dropped in training
 * @param initializerRange the standard deviation with which weights begin
 * @param tied whether the language-model head reads the word embeddings
 */
record Olmo2Config(
    Dimensions dimensions,
    int keyValueHeads,
    int headWidth,
    int vocabulary,
    int positions,
    Activation activation,
    double epsilon,
    double theta,
    boolean attentionBias,
    double attentionDropout,
    double initializerRange,
    boolean tied) {
  private static final String EPSILON = "rms_norm_eps";
  private static final double DEFAULT_EPSILON = 1e-5;

  Olmo2Config {
    if (dimensions.heads() % keyValueHeads != 0) {
      throw new ConfigException(
          "config.json: the %d heads are not shared evenly by %d of 'num_key_value_heads'; change one of them."
              .formatted(dimensions.heads(), keyValueHeads));
    }
    if (headWidth % 2 != 0) {
      throw new ConfigException(
          "config.json: 'head_dim' is %d, but rotary positions turn pairs of units; take an even one."
              .formatted(headWidth));
    }
  }

  static Olmo2Config parse(ConfigReader c) {
    c.refuse("quantization_config");
    c.refuse("pruned_heads");
    c.refuse("rope_scaling");
    ConfigReader rope = c.object("rope_parameters");
    rope.refuseUnless("rope_type", "\"default\"");
    Dimensions dimensions =
        new Dimensions(
            c.positive("num_hidden_layers"),
            c.positive("hidden_size"),
            c.positive("num_attention_heads"),
            c.positive("intermediate_size"));
    return new Olmo2Config(
        dimensions,
        c.positive("num_key_value_heads", dimensions.heads()),
        c.positive("head_dim", dimensions.headWidth()),
        c.positive("vocab_size"),
        c.positive("max_position_embeddings", 2048),
        c.oneOf("hidden_act", Activation.class, "silu"),
        c.positiveNumber(EPSILON, DEFAULT_EPSILON),
        rope.positiveNumber("rope_theta", c.positiveNumber("rope_theta", 10000)),
        c.flag("attention_bias", false),
        c.rate("attention_dropout", 0),
        c.naturalNumber("initializer_range", 0.02),
        c.flag("tie_word_embeddings", false));
  }

  void write(JsonObject json) {
    json.addProperty("num_hidden_layers", dimensions.layers());
    json.addProperty("hidden_size", dimensions.hidden());
    json.addProperty("num_attention_heads", dimensions.heads());
    json.addProperty("num_key_value_heads", keyValueHeads);
    json.addProperty("intermediate_size", dimensions.intermediate());
    if (json.has("head_dim") || headWidth != dimensions.headWidth()) {
      json.addProperty("head_dim", headWidth);
    }
    if (new ConfigReader(json).number(EPSILON, DEFAULT_EPSILON) != epsilon) {
      json.addProperty(EPSILON, epsilon); // else its spelling stays
    }
  }

  /** Returns the heads of queries that share a head of keys and values. */
  int group() {
    return dimensions.heads() / keyValueHeads;
  }

  /**
   * Returns this configuration with other sizes. The head width stays, since rotary positions turn
   * each pair of its units by a frequency of its own. Groups keep their size, and there are more of
   * them; a single head of keys and values stays alone, and where the groups can't stay as they
   * are, they grow.
   */
  Olmo2Config resized(Sizes sizes) {
    Dimensions d = dimensions.resized(sizes);
    boolean alone = keyValueHeads == 1 && group() > 1;
    int others = alone || d.heads() % group() != 0 ? keyValueHeads : d.heads() / group();
    return with(d, others, epsilon);
  }

  Olmo2Config timesEpsilon(double factor) {
    return with(dimensions, keyValueHeads, factor * epsilon);
  }

  private Olmo2Config with(Dimensions dimensions, int keyValueHeads, double epsilon) {
    return new Olmo2Config(
        dimensions,
        keyValueHeads,
        headWidth,
        vocabulary,
        positions,
        activation,
        epsilon,
        theta,
        attentionBias,
        attentionDropout,
        initializerRange,
        tied);
  }
}
