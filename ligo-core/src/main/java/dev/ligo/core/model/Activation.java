package dev.ligo.core.model;

import dev.ligo.api.Tensor;

/** The activation functions of feed-forward layers, under the names that configs use. */
public enum Activation {
  /** x·Φ(x), through the error function. */
  GELU,
  /** The tanh approximation of GELU. */
  GELU_NEW,
  /** The tanh approximation of GELU, under PyTorch's name. */
  GELU_PYTORCH_TANH,
  /** x·σ(1.702x). */
  QUICK_GELU,
  /** max(x, 0). */
  RELU,
  /** x·σ(x). */
  SILU;

  /**
   * Applies the function to each element.
   *
   * @param x the tensor, floating
   * @return the activations, of the same shape
   */
  public Tensor apply(Tensor x) {
    return switch (this) {
      case GELU -> x.gelu();
      case GELU_NEW, GELU_PYTORCH_TANH -> x.geluTanh();
      case QUICK_GELU -> x.mul(x.mul(1.702).sigmoid());
      case RELU -> x.relu();
      case SILU -> x.mul(x.sigmoid());
    };
  }
}
