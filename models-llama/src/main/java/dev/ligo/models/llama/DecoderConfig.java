package dev.ligo.models.llama;

import dev.ligo.core.model.ConfigException;
import dev.ligo.core.model.Dimensions;
import dev.ligo.core.model.Labels;
import dev.ligo.core.model.Sizes;
import java.util.OptionalInt;

/**
 * A decoder's configuration.
 *
 * @param dimensions layers, hidden size, heads of queries and feed-forward width
 * @param keyValueHeads the heads of keys and values, each shared by a group of queries' heads
 * @param headWidth the units of a head
 * @param vocabulary the number of tokens
 * @param positions the longest sequence
 * @param epsilon what norms add to the mean square
 * @param types the type of each layer
 * @param variation in what the family and its options differ from others
 * @param labels the classes of a classifier
 * @param padding the id of the padding token, before which a classifier looks, if there is one
 */
record DecoderConfig(
    Dimensions dimensions,
    int keyValueHeads,
    int headWidth,
    int vocabulary,
    int positions,
    double epsilon,
    LayerTypes types,
    Variation variation,
    Labels labels,
    OptionalInt padding) {
  DecoderConfig {
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
    if (types.has(LayerType.SLIDING) && variation.window().isEmpty()) {
      throw new ConfigException(
          "config.json: 'layer_types' names "
              + LayerType.SLIDING.key()
              + ", but 'sliding_window' is not set, or 'use_sliding_window' is false; set them, or"
              + " leave 'layer_types' out.");
    }
  }

  /** Returns the heads of queries that share a head of keys and values. */
  int group() {
    return dimensions.heads() / keyValueHeads;
  }

  /** Returns what embeddings are multiplied by. */
  double embeddingScale() {
    return variation.scalesEmbeddings() ? Math.sqrt(dimensions.hidden()) : 1;
  }

  /**
   * Returns this configuration with other sizes. The head width stays, since rotary positions turn
   * each pair of its units by a frequency of its own. Groups keep their size, and there are more of
   * them; a single head of keys and values stays alone, and where the groups can't stay as they
   * are, they grow.
   */
  DecoderConfig resized(Sizes sizes) {
    Dimensions d = dimensions.resized(sizes);
    boolean alone = keyValueHeads == 1 && group() > 1;
    int others = alone || d.heads() % group() != 0 ? keyValueHeads : d.heads() / group();
    if (d.heads() % others != 0) {
      throw new ConfigException(
          "the "
              + d.heads()
              + " heads are not shared evenly by heads of keys and values: there are "
              + keyValueHeads
              + ", each for "
              + group()
              + "; take a multiple of either as the number of heads.");
    }
    return with(d, others, epsilon, types.resized(d.layers()), labels, padding);
  }

  DecoderConfig withTypes(LayerTypes other) {
    return with(dimensions, keyValueHeads, epsilon, other, labels, padding);
  }

  DecoderConfig timesEpsilon(double factor) {
    return with(dimensions, keyValueHeads, factor * epsilon, types, labels, padding);
  }

  DecoderConfig withLabels(Labels other) {
    return with(dimensions, keyValueHeads, epsilon, types, other, padding);
  }

  DecoderConfig withPadding(int id) {
    return with(dimensions, keyValueHeads, epsilon, types, labels, OptionalInt.of(id));
  }

  private DecoderConfig with(
      Dimensions dimensions,
      int keyValueHeads,
      double epsilon,
      LayerTypes types,
      Labels labels,
      OptionalInt padding) {
    return new DecoderConfig(
        dimensions,
        keyValueHeads,
        headWidth,
        vocabulary,
        positions,
        epsilon,
        types,
        variation,
        labels,
        padding);
  }
}
