package com.example.neox;

import com.google.gson.JsonObject;
import dev.ligo.core.model.Activation;
import dev.ligo.core.model.ConfigException;
import dev.ligo.core.model.ConfigReader;
import dev.ligo.core.model.Dimensions;

/**
 * GPT-NeoX's configuration, under the keys of {@code GPTNeoXConfig} of transformers.
 *
 * @param dimensions layers, hidden size, heads and feed-forward width
 * @param rotaryShare the share of a head's units that rotary positions turn
 * @param theta the base of the rotary frequencies
 * @param vocabulary the number of tokens
 * @param positions the longest sequence
 * @param activation the activation of the feed-forward layer
 * @param epsilon what norms add to the variance
 * @param parallel whether attention and feed-forward layer read the same stream
 * @param attentionBias whether the linear layers of attention have biases
 * @param attentionDropout the rate at which attention probabilities are dropped in training
 * @param hiddenDropout the rate at which what is added to the stream is dropped in training
 * @param initializerRange the standard deviation with which weights begin
 * @param tied whether the language-model head reads the word embeddings
 */
record NeoxConfig(
    Dimensions dimensions,
    double rotaryShare,
    double theta,
    int vocabulary,
    int positions,
    Activation activation,
    double epsilon,
    boolean parallel,
    boolean attentionBias,
    double attentionDropout,
    double hiddenDropout,
    double initializerRange,
    boolean tied) {
  private static final String EPSILON = "layer_norm_eps";
  private static final double DEFAULT_EPSILON = 1e-5;

  NeoxConfig {
    int turned = (int) (dimensions.headWidth() * rotaryShare);
    if (turned < 2 || turned > dimensions.headWidth() || turned % 2 != 0) {
      throw new ConfigException(
          ("config.json: 'rotary_pct' (in new files 'partial_rotary_factor' of 'rope_parameters')"
               + " of %s turns %d of the %d units of a head, but rotary positions turn pairs; take"
               + " another one.")
              .formatted(rotaryShare, turned, dimensions.headWidth()));
    }
  }

  static NeoxConfig parse(ConfigReader c) {
    c.refuse("quantization_config");
    c.refuse("pruned_heads");
    c.refuse("rope_scaling");
    Dimensions dimensions =
        new Dimensions(
            c.positive("num_hidden_layers"),
            c.positive("hidden_size"),
            c.positive("num_attention_heads"),
            c.positive("intermediate_size"));
    c.refuseUnless("head_dim", Integer.toString(dimensions.headWidth()));
    ConfigReader rope = c.object("rope_parameters");
    rope.refuseUnless("rope_type", "\"default\"");
    double theta = either(rope, "rope_theta", c, "rotary_emb_base", 10000);
    double share = either(rope, "partial_rotary_factor", c, "rotary_pct", 0.25);
    return new NeoxConfig(
        dimensions,
        share,
        theta,
        c.positive("vocab_size"),
        c.positive("max_position_embeddings", 2048),
        c.oneOf("hidden_act", Activation.class, "gelu"),
        c.positiveNumber(EPSILON, DEFAULT_EPSILON),
        c.flag("use_parallel_residual", true),
        c.flag("attention_bias", true),
        c.rate("attention_dropout", 0),
        c.rate("hidden_dropout", 0),
        c.naturalNumber("initializer_range", 0.02),
        c.flag("tie_word_embeddings", false));
  }

  /**
   * Reads a number under its key in new files, or else under that in old ones. Files between the
   * two repeat it outside {@code rope_parameters}.
   */
  private static double either(
      ConfigReader rope, String key, ConfigReader config, String older, double otherwise) {
    double value = rope.positiveNumber(key, config.positiveNumber(older, otherwise));
    double repeated = config.positiveNumber(key, value);
    if (repeated != value) {
      throw new ConfigException(
          "config.json: '%s' is %s, but '%s' is %s in 'rope_parameters' or by '%s'; make them equal."
              .formatted(key, repeated, key, value, older));
    }
    return value;
  }

  /** Returns the units of a head that are turned, the first ones, rounded down as in Python. */
  int rotary() {
    return (int) (dimensions.headWidth() * rotaryShare);
  }

  void write(JsonObject json) {
    json.addProperty("num_hidden_layers", dimensions.layers());
    json.addProperty("hidden_size", dimensions.hidden());
    json.addProperty("num_attention_heads", dimensions.heads());
    json.addProperty("intermediate_size", dimensions.intermediate());
    if (new ConfigReader(json).positiveNumber(EPSILON, DEFAULT_EPSILON) != epsilon) {
      json.addProperty(EPSILON, epsilon); // else its spelling stays
    }
  }

  NeoxConfig withDimensions(Dimensions d) {
    return with(d, epsilon);
  }

  NeoxConfig withEpsilon(double e) {
    return with(dimensions, e);
  }

  private NeoxConfig with(Dimensions d, double e) {
    return new NeoxConfig(
        d,
        rotaryShare,
        theta,
        vocabulary,
        positions,
        activation,
        e,
        parallel,
        attentionBias,
        attentionDropout,
        hiddenDropout,
        initializerRange,
        tied);
  }
}
