package dev.ligo.models.llama;

import dev.ligo.core.model.Activation;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * In what decoders differ from each other, whatever their sizes.
 *
 * @param norms where a layer normalizes
 * @param onePlus whether norms multiply by 1 + weight, not by the weight
 * @param headNorms whether each head of queries and keys is normalized
 * @param biases which linear layers have biases
 * @param activation what gates the feed-forward layer
 * @param attentionScale the factor of the attention scores
 * @param attentionCap c of c·tanh(score / c), if scores are capped
 * @param logitCap c of c·tanh(logit / c), if logits are capped
 * @param scalesEmbeddings whether embeddings are multiplied by √(hidden size)
 * @param window the tokens that a layer of the type {@code SLIDING} reaches
 * @param ropes the rotary positions of each type of layer
 * @param attentionDropout the rate at which attention probabilities are dropped in training
 * @param initializerRange the standard deviation with which weights begin
 * @param tied whether the language-model head reads the word embeddings
 */
record Variation(
    Norms norms,
    boolean onePlus,
    boolean headNorms,
    Biases biases,
    Activation activation,
    double attentionScale,
    OptionalDouble attentionCap,
    OptionalDouble logitCap,
    boolean scalesEmbeddings,
    OptionalInt window,
    Map<LayerType, Rope> ropes,
    double attentionDropout,
    double initializerRange,
    boolean tied) {
  Variation {
    ropes = Map.copyOf(ropes);
  }

  /**
   * Where a layer normalizes, and how its norms are called.
   *
   * @param attention the norms of attention
   * @param feedForward the norms of the feed-forward layer
   */
  record Norms(Branch attention, Branch feedForward) {
    /** Before attention, and before the feed-forward layer. */
    static final Norms BEFORE =
        new Norms(
            new Branch("input_layernorm", Optional.empty()),
            new Branch("post_attention_layernorm", Optional.empty()));

    /** Before each, and its result once more before it is added. */
    static final Norms AROUND =
        new Norms(
            new Branch("input_layernorm", Optional.of("post_attention_layernorm")),
            new Branch("pre_feedforward_layernorm", Optional.of("post_feedforward_layernorm")));

    /**
     * The norms of a residual branch.
     *
     * @param before the name of the one before it
     * @param after the name of the one that its result passes, if there is one
     */
    record Branch(String before, Optional<String> after) {}
  }

  /**
   * Which linear layers have biases.
   *
   * @param inputs those that make queries, keys and values
   * @param output the one that ends attention
   * @param feedForward those of the feed-forward layer
   */
  record Biases(boolean inputs, boolean output, boolean feedForward) {
    static final Biases NONE = new Biases(false, false, false);

    static Biases ofAttention(boolean all) {
      return new Biases(all, all, false);
    }
  }
}
