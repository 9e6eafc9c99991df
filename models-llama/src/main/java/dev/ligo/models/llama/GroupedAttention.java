package dev.ligo.models.llama;

import dev.ligo.api.Shape;
import dev.ligo.api.Tensor;
import dev.ligo.core.model.ForwardContext;
import java.util.Optional;

/** Attention in which several heads of queries share a head of keys and values. */
final class GroupedAttention {
  private GroupedAttention() {}

  /**
   * Returns the values that the queries attend to, (batch, sequence, heads · width). No key and no
   * value is repeated: the queries of a group stand one after the other, as queries of one head.
   *
   * @param q queries (batch, heads, sequence, width)
   * @param k keys (batch, heads that are shared, sequence, width), as values are
   */
  static Tensor of(
      DecoderConfig c, Tensor q, Tensor k, Tensor v, Along.Layer along, ForwardContext x) {
    int batch = q.shape().dim(0);
    int sequence = q.shape().dim(2);
    int group = c.group();
    Tensor queries = q.reshape(batch, c.keyValueHeads(), group * sequence, c.headWidth());
    Tensor bias = forGroup(along.bias(), group);
    Variation variation = c.variation();
    double scale = variation.attentionScale();
    double dropout = x.dropoutRate(variation.attentionDropout());
    Tensor context;
    if (variation.attentionCap().isEmpty()) {
      context = queries.attention(k, v, Optional.of(bias), scale, dropout);
    } else {
      Tensor scores = queries.mul(scale).matmul(false, k, true);
      Tensor capped = capped(scores, variation.attentionCap().getAsDouble());
      context = capped.add(bias).softmax().dropout(dropout).matmul(v);
    }
    return context
        .reshape(batch, c.keyValueHeads() * group, sequence, c.headWidth())
        .permute(0, 2, 1, 3)
        .reshape(batch, sequence, -1);
  }

  /** Returns a bias (…, queries, keys) for each of a group's heads, (…, group · queries, keys). */
  private static Tensor forGroup(Tensor bias, int group) {
    if (group == 1) {
      return bias;
    }
    Shape s = bias.shape();
    int queries = s.dim(s.rank() - 2);
    int keys = s.dim(s.rank() - 1);
    if (s.rank() == 2) {
      return bias.expandDims(0)
          .broadcastTo(Shape.of(group, queries, keys))
          .reshape(group * queries, keys);
    }
    return bias.broadcastTo(Shape.of(s.dim(0), group, queries, keys))
        .reshape(s.dim(0), 1, group * queries, keys);
  }

  /** Returns cap · tanh(x / cap). */
  static Tensor capped(Tensor x, double cap) {
    return x.div(cap).tanh().mul(cap);
  }
}
