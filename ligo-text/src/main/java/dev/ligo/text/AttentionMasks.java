package dev.ligo.text;

import dev.ligo.api.DType;
import dev.ligo.api.Tensor;
import dev.ligo.api.Tensors;
import dev.ligo.core.model.ForwardContext;
import java.util.List;

/** What is added to attention scores to hide keys from queries: 0, or a large negative number. */
public final class AttentionMasks {
  /** What is added to the score of a hidden key: its probability is exactly 0. */
  private static final double HIDDEN = -1e9;

  private AttentionMasks() {}

  /**
   * {@return what hides padding, (batch, keys), where the batch has an {@code attention_mask} of
   * this shape, 0 at padding; nothing else} {@link #ofKeys} makes a bias of it.
   *
   * @param x the batch
   * @param dtype the dtype of the scores
   */
  public static List<Tensor> padding(ForwardContext x, DType dtype) {
    return x.has(MaskedLmBatches.ATTENTION_MASK)
        ? List.of(hiding(x.get(MaskedLmBatches.ATTENTION_MASK).equalTo(0), dtype))
        : List.of();
  }

  /**
   * {@return what is added to each key's scores as a bias, (batch, 1, 1, keys)}
   *
   * @param padding what is added, (batch, keys)
   */
  public static Tensor ofKeys(Tensor padding) {
    return padding.reshape(padding.shape().dim(0), 1, 1, -1);
  }

  /**
   * {@return the bias that hides what comes later, (queries, keys)}
   *
   * @param t what makes constants
   * @param tokens the number of tokens
   * @param dtype the dtype of the scores
   */
  public static Tensor later(Tensors t, int tokens, DType dtype) {
    Tensor places = t.range(tokens);
    return hiding(places.reshape(-1, 1).less(places), dtype);
  }

  /**
   * {@return the bias that hides what lies before a window, (batch, 1, queries, keys)} A window of
   * n tokens reaches the token itself and n − 1 before it.
   *
   * @param places the place of each token, integers (batch, tokens)
   * @param window the number of tokens in the window
   * @param dtype the dtype of the scores
   */
  public static Tensor beyond(Tensor places, int window, DType dtype) {
    int batch = places.shape().dim(0);
    Tensor first = places.sub(window - 1).reshape(batch, 1, -1, 1);
    return hiding(places.reshape(batch, 1, 1, -1).less(first), dtype);
  }

  private static Tensor hiding(Tensor hidden, DType dtype) {
    return hidden.cast(dtype).mul(HIDDEN);
  }
}
