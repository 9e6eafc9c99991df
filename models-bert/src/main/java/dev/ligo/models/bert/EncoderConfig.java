package dev.ligo.models.bert;

import com.google.gson.JsonObject;
import dev.ligo.core.model.Activation;
import dev.ligo.core.model.ConfigReader;
import dev.ligo.core.model.Dimensions;
import dev.ligo.core.model.Labels;

/**
 * The configuration of an {@link Encoder}.
 *
 * @param dimensions layers, hidden size, heads and feed-forward width
 * @param vocabulary the number of tokens
 * @param positions the rows of the table of positions
 * @param types the number of token types
 * @param activation the feed-forward activation
 * @param epsilon what layer normalization adds to the variance
 * @param hiddenDropout the rate at which hidden units are dropped in training
 * @param attentionDropout the rate at which attention probabilities are dropped in training
 * @param classifierDropout the rate before a classifier
 * @param initializerRange the standard deviation with which weights begin
 * @param tied whether the masked-language-model head reads the word embeddings
 * @param labels the classes of a classifier
 */
record EncoderConfig(
    Dimensions dimensions,
    int vocabulary,
    int positions,
    int types,
    Activation activation,
    double epsilon,
    double hiddenDropout,
    double attentionDropout,
    double classifierDropout,
    double initializerRange,
    boolean tied,
    Labels labels) {
  private static final String EPSILON = "layer_norm_eps";
  private static final double DEFAULT_EPSILON = 1e-12;

  private static final String DECODER =
      "Here tokens attend to those before and after them. To continue texts, take a gpt2 or llama;"
          + " to train on as an encoder, set 'is_decoder' to false in config.json and open the"
          + " checkpoint without its head.";

  /** Reads the keys that the encoders have in common, and refuses what they do not compute. */
  static EncoderConfig parse(ConfigReader c) {
    c.refuseUnless("position_embedding_type", "\"absolute\"");
    c.refuseUnless("is_decoder", "false", DECODER);
    c.refuseUnless("add_cross_attention", "false");
    c.refuse("pruned_heads");
    c.refuse("quantization_config");
    Dimensions dimensions =
        new Dimensions(
            c.positive("num_hidden_layers"),
            c.positive("hidden_size"),
            c.positive("num_attention_heads"),
            c.positive("intermediate_size"));
    double hiddenDropout = c.rate("hidden_dropout_prob", 0.1);
    return new EncoderConfig(
        dimensions,
        c.positive("vocab_size"),
        c.positive("max_position_embeddings", 512),
        c.positive("type_vocab_size", 2),
        c.oneOf("hidden_act", Activation.class, "gelu"),
        c.positiveNumber(EPSILON, DEFAULT_EPSILON),
        hiddenDropout,
        c.rate("attention_probs_dropout_prob", 0.1),
        c.rate("classifier_dropout", hiddenDropout),
        c.naturalNumber("initializer_range", 0.02),
        c.flag("tie_word_embeddings", true),
        Labels.read(c));
  }

  /** Writes the keys that growing and other classes change. */
  void write(JsonObject json) {
    json.addProperty("num_hidden_layers", dimensions.layers());
    json.addProperty("hidden_size", dimensions.hidden());
    json.addProperty("num_attention_heads", dimensions.heads());
    json.addProperty("intermediate_size", dimensions.intermediate());
    labels.write(json);
    if (new ConfigReader(json).number(EPSILON, DEFAULT_EPSILON) != epsilon) {
      json.addProperty(EPSILON, epsilon); // else its spelling stays
    }
  }

  EncoderConfig timesEpsilon(double factor) {
    return new EncoderConfig(
        dimensions,
        vocabulary,
        positions,
        types,
        activation,
        factor * epsilon,
        hiddenDropout,
        attentionDropout,
        classifierDropout,
        initializerRange,
        tied,
        labels);
  }

  EncoderConfig withDimensions(Dimensions other) {
    return new EncoderConfig(
        other,
        vocabulary,
        positions,
        types,
        activation,
        epsilon,
        hiddenDropout,
        attentionDropout,
        classifierDropout,
        initializerRange,
        tied,
        labels);
  }

  EncoderConfig withLabels(Labels other) {
    return new EncoderConfig(
        dimensions,
        vocabulary,
        positions,
        types,
        activation,
        epsilon,
        hiddenDropout,
        attentionDropout,
        classifierDropout,
        initializerRange,
        tied,
        other);
  }
}
