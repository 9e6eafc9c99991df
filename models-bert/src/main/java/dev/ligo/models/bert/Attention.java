package dev.ligo.models.bert;

import dev.ligo.api.DType;
import dev.ligo.api.Tensor;
import dev.ligo.api.Tensors;
import dev.ligo.core.model.ForwardContext;
import dev.ligo.core.model.Heads;
import java.util.List;
import java.util.Optional;

/** Attention of several heads, and what hides keys from queries. */
final class Attention {
  /** What is added to the score of a hidden key: its probability is exactly 0. */
  private static final double HIDDEN = -1e9;

  private Attention() {}

  /**
   * Returns the values that the queries attend to, (batch, sequence, heads · width).
   *
   * @param q queries (batch, sequence, heads · width), as keys and values are
   * @param bias what is added to the scores (batch, heads, queries, keys) and broadcasts to them
   * @param dropout the rate at which probabilities are dropped
   */
  static Tensor of(Tensor q, Tensor k, Tensor v, int heads, Optional<Tensor> bias, double dropout) {
    double scale = 1 / Math.sqrt((double) q.shape().dim(2) / heads);
    Tensor query = Heads.split(q, heads);
    Tensor key = Heads.split(k, heads);
    return Heads.merge(query.attention(key, Heads.split(v, heads), bias, scale, dropout));
  }

  /**
   * Returns what is added to the scores of each key to hide padding, (batch, keys), where the batch
   * has an {@code attention_mask} of this shape, 0 at padding; nothing else.
   */
  static List<Tensor> padding(ForwardContext x, DType dtype) {
    return x.has("attention_mask")
        ? List.of(x.get("attention_mask").equalTo(0).cast(dtype).mul(HIDDEN))
        : List.of();
  }

  /** Returns what is added to each key's scores as a bias, (batch, 1, 1, keys). */
  static Tensor hiding(Tensor padding) {
    return padding.reshape(padding.shape().dim(0), 1, 1, -1);
  }

  /** Returns the bias that hides what comes later, (queries, keys). */
  static Tensor causal(Tensors t, int sequence, DType dtype) {
    Tensor places = t.range(sequence);
    return places.reshape(-1, 1).less(places).cast(dtype).mul(HIDDEN);
  }
}
