package dev.ligo.models.bert;

import dev.ligo.api.Tensor;
import dev.ligo.core.model.Heads;
import java.util.Optional;

/** Attention of several heads. */
final class Attention {
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
}
