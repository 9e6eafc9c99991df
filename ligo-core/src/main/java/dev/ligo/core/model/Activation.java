package dev.ligo.core.model;

import dev.ligo.api.Tensor;

/** The activation functions of feed-forward layers, under the names that configs use. */
public enum Activation {
  /** x·Φ(x), through the error function. */
  GELU,
  /** GELU under the name of its spelled-out form. */
  GELU_PYTHON,
  /** The tanh approximation of GELU. */
  GELU_NEW,
  /** The tanh approximation of GELU, under PyTorch's name. */
  GELU_PYTORCH_TANH,
  /** The tanh approximation under the name of its spelled-out form. */
  GELU_PYTHON_TANH,
  /** The tanh approximation with the factor of x drawn out and √(2/π) to ten digits. */
  GELU_FAST,
  /** The tanh approximation with √(2/π) computed once. */
  GELU_ACCURATE,
  /** x·σ(1.702x). */
  QUICK_GELU,
  /** max(x, 0). */
  RELU,
  /** x·σ(x). */
  SILU,
  /** SiLU under its other name. */
  SWISH;

  /**
   * Applies the function to each element.
   *
   * @param x the tensor, floating
   * @return the activations, of the same shape
   */
  public Tensor apply(Tensor x) {
    return switch (this) {
      case GELU, GELU_PYTHON -> x.gelu();
      case GELU_NEW, GELU_PYTORCH_TANH, GELU_PYTHON_TANH, GELU_FAST, GELU_ACCURATE -> x.geluTanh();
      case QUICK_GELU -> x.mul(x.mul(1.702).sigmoid());
      case RELU -> x.relu();
      case SILU, SWISH -> x.silu();
    };
  }
}
