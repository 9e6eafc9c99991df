package dev.ligo.core.model;

import dev.ligo.api.Tensor;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The logits of some rows, (rows, classes), computed when they are asked for. Those of a large
 * vocabulary are the largest array of a training step; a backend may compute the loss of a linear
 * layer without ever holding all of them.
 */
public final class Logits {
  /** The sum of the rows' weighted cross-entropies. */
  @FunctionalInterface
  private interface Loss {
    Tensor of(Tensor labels, Tensor weights);
  }

  private final Supplier<Tensor> compute;
  private final Loss loss;
  private Optional<Tensor> computed = Optional.empty();

  private Logits(Supplier<Tensor> compute, Loss loss) {
    this.compute = compute;
    this.loss = loss;
  }

  /**
   * {@return logits that are there already}
   *
   * @param logits (rows, classes)
   */
  public static Logits of(Tensor logits) {
    return new Logits(() -> logits, (labels, weights) -> sum(logits, labels, weights));
  }

  /**
   * {@return the logits of a linear layer without bias, rows·Wᵀ}
   *
   * @param rows (rows, features)
   * @param weight W, (classes, features)
   */
  public static Logits linear(Tensor rows, Tensor weight) {
    return new Logits(
        () -> rows.linear(weight),
        (labels, weights) -> rows.linearCrossEntropy(weight, Optional.empty(), labels, weights));
  }

  /**
   * {@return the logits of a linear layer, rows·Wᵀ + b}
   *
   * @param rows (rows, features)
   * @param weight W, (classes, features)
   * @param bias b, (classes)
   */
  public static Logits linear(Tensor rows, Tensor weight, Tensor bias) {
    return new Logits(
        () -> rows.linear(weight, bias),
        (labels, weights) -> rows.linearCrossEntropy(weight, Optional.of(bias), labels, weights));
  }

  private static Tensor sum(Tensor logits, Tensor labels, Tensor weights) {
    return logits.crossEntropy(labels).mul(weights).sum();
  }

  /** {@return the logits, (rows, classes)} They are computed once. */
  public Tensor tensor() {
    if (computed.isEmpty()) {
      computed = Optional.of(compute.get());
    }
    return computed.get();
  }

  /**
   * {@return Σ weight · −log softmax(logits)[label] over the rows}
   *
   * @param labels the right class of each row, integers (rows)
   * @param weights the weight of each row, (rows)
   */
  Tensor loss(Tensor labels, Tensor weights) {
    return computed.map(x -> sum(x, labels, weights)).orElseGet(() -> loss.of(labels, weights));
  }
}
