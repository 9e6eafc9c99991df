package dev.ligo.core.model;

import dev.ligo.api.Tensor;

/** Rearranges the units of attention: side by side as a linear layer gives them, or by head. */
public final class Heads {
  private Heads() {}

  /**
   * Splits units into heads.
   *
   * @param x (batch, tokens, heads · width)
   * @param heads the number of heads
   * @return (batch, heads, tokens, width)
   */
  public static Tensor split(Tensor x, int heads) {
    return x.reshape(x.shape().dim(0), x.shape().dim(1), heads, -1).permute(0, 2, 1, 3);
  }

  /**
   * Puts the units of all heads side by side, the inverse of {@link #split}.
   *
   * @param x (batch, heads, tokens, width)
   * @return (batch, tokens, heads · width)
   */
  public static Tensor merge(Tensor x) {
    return x.permute(0, 2, 1, 3).reshape(x.shape().dim(0), x.shape().dim(2), -1);
  }
}
