package dev.ligo.models.bert;

import dev.ligo.core.model.Activation;
import dev.ligo.core.model.Dimensions;
import dev.ligo.core.model.Labels;
import java.util.OptionalInt;

/**
 * GPT-2's configuration (Radford et al., 2019).
 *
 * @param dimensions layers, hidden size, heads and feed-forward width
 * @param vocabulary the number of tokens
 * @param positions the longest sequence
 * @param activation the feed-forward activation
 * @param epsilon what layer normalization adds to the variance
 * @param embeddingDropout the rate at which embeddings are dropped in training
 * @param attentionDropout the rate at which attention probabilities are dropped in training
 * @param residualDropout the rate at which what is added to the residual stream is dropped
 * @param initializerRange the standard deviation with which weights begin
 * @param tied whether the language-model head reads the word embeddings
 * @param labels the classes of a classifier
 * @param padding the id of the padding token, before which a classifier looks, if there is one
 */
record Gpt2Config(
    Dimensions dimensions,
    int vocabulary,
    int positions,
    Activation activation,
    double epsilon,
    double embeddingDropout,
    double attentionDropout,
    double residualDropout,
    double initializerRange,
    boolean tied,
    Labels labels,
    OptionalInt padding) {
  Gpt2Config withDimensions(Dimensions other) {
    return new Gpt2Config(
        other,
        vocabulary,
        positions,
        activation,
        epsilon,
        embeddingDropout,
        attentionDropout,
        residualDropout,
        initializerRange,
        tied,
        labels,
        padding);
  }

  Gpt2Config withLabels(Labels other) {
    return new Gpt2Config(
        dimensions,
        vocabulary,
        positions,
        activation,
        epsilon,
        embeddingDropout,
        attentionDropout,
        residualDropout,
        initializerRange,
        tied,
        other,
        padding);
  }

  Gpt2Config withPadding(int id) {
    return new Gpt2Config(
        dimensions,
        vocabulary,
        positions,
        activation,
        epsilon,
        embeddingDropout,
        attentionDropout,
        residualDropout,
        initializerRange,
        tied,
        labels,
        OptionalInt.of(id));
  }

  Gpt2Config withEpsilon(double other) {
    return new Gpt2Config(
        dimensions,
        vocabulary,
        positions,
        activation,
        other,
        embeddingDropout,
        attentionDropout,
        residualDropout,
        initializerRange,
        tied,
        labels,
        padding);
  }
}
