package dev.ligo.models.vit;

import dev.ligo.api.Tensor;

/** Between units side by side and heads. */
final class Heads {
  private Heads() {}

  /** (batch, tokens, heads · width) to (batch, heads, tokens, width). */
  static Tensor split(Tensor x, int heads) {
    return x.reshape(x.shape().dim(0), x.shape().dim(1), heads, -1).permute(0, 2, 1, 3);
  }

  /** (batch, heads, tokens, width) to (batch, tokens, heads · width). */
  static Tensor merge(Tensor x) {
    return x.permute(0, 2, 1, 3).reshape(x.shape().dim(0), x.shape().dim(2), -1);
  }
}
