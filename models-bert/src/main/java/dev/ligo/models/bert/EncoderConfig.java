package dev.ligo.models.bert;

import dev.ligo.core.model.Activation;
import dev.ligo.core.model.Dimensions;

/**
 * BERT's configuration (Devlin et al., 2019).
 *
 * @param dimensions layers, hidden size, heads and feed-forward width
 * @param vocabulary the number of tokens
 * @param positions the longest sequence
 * @param types the number of token types
 * @param activation the feed-forward activation
 * @param epsilon what layer normalisation adds to the variance
 * @param hiddenDropout the rate at which hidden units are dropped in training
 * @param attentionDropout the rate at which attention probabilities are dropped in training
 * @param classifierDropout the rate before a classifier
 * @param initializerRange the standard deviation with which weights begin
 * @param tied whether the masked-language-model head reads the word embeddings
 * @param labels the number of classes of a classifier
 */
record BertConfig(
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
    int labels) {
  BertConfig withDimensions(Dimensions other) {
    return new BertConfig(
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
}
