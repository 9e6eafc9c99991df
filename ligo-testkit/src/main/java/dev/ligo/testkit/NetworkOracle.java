package dev.ligo.testkit;

import static dev.ligo.testkit.Oracle.map;
import static dev.ligo.testkit.Oracle.matmul;
import static dev.ligo.testkit.Oracle.max;
import static dev.ligo.testkit.Oracle.mean;
import static dev.ligo.testkit.Oracle.sum;
import static dev.ligo.testkit.Oracle.zip;

import dev.ligo.api.AdamW;
import dev.ligo.api.Shape;
import java.util.Optional;
import java.util.stream.IntStream;

/** The functions of networks in double precision, from their formulas. */
final class NetworkOracle {
  /** A parameter with its moments. */
  record Adam(Doubles parameter, Doubles first, Doubles second) {}

  private NetworkOracle() {}

  /** x·Wᵀ + b over the last axis. */
  static Doubles linear(Doubles x, Doubles weight, Optional<Doubles> bias) {
    Shape rows = Shape.of(Math.toIntExact(x.shape().withDim(-1, 1).size()), x.shape().dim(-1));
    Doubles y =
        matmul(x.reshape(rows), false, weight, true)
            .reshape(x.shape().withDim(-1, weight.shape().dim(0)));
    return bias.map(b -> zip(y, b, Double::sum)).orElse(y);
  }

  /** eˣ / Σ eˣ over the last axis. */
  static Doubles softmax(Doubles x) {
    return map(logSoftmax(x), Math::exp);
  }

  /** x − log Σ eˣ over the last axis. */
  static Doubles logSoftmax(Doubles x) {
    Doubles shifted = zip(x, max(x, true, -1), (a, m) -> a - m);
    Doubles logSum = map(sum(map(shifted, Math::exp), true, -1), Math::log);
    return zip(shifted, logSum, (a, l) -> a - l);
  }

  /** γ·(x − μ)/√(σ² + ε) + β over the last axis. */
  static Doubles layerNorm(Doubles x, Doubles gamma, Doubles beta, double epsilon) {
    Doubles centred = zip(x, mean(x, true, -1), (a, m) -> a - m);
    Doubles variance = mean(map(centred, c -> c * c), true, -1);
    Doubles normal = zip(centred, variance, (c, v) -> c / Math.sqrt(v + epsilon));
    return zip(zip(normal, gamma, (n, g) -> n * g), beta, Double::sum);
  }

  /** x·Φ(x). */
  static double gelu(double x) {
    return 0.5 * x * (1 + Oracle.erf(x / Math.sqrt(2)));
  }

  /** ½x(1 + tanh(√(2/π)(x + 0.044715x³))). */
  static double geluTanh(double x) {
    return 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x)));
  }

  /** x / (1 + e⁻ˣ). */
  static double silu(double x) {
    return x / (1 + Math.exp(-x));
  }

  /** Σ x² over all elements. */
  static Doubles sumOfSquares(Doubles x) {
    int[] axes = IntStream.range(0, x.shape().rank()).toArray();
    return sum(map(x, v -> v * v), false, axes);
  }

  /** −log softmax(logits)[label] of each row. */
  static Doubles crossEntropy(Doubles logits, Doubles labels) {
    Doubles log = logSoftmax(logits);
    return Doubles.of(labels.shape(), i -> -log.at(i[0], (int) labels.at(i)));
  }

  /** Σ weight · −log softmax(x·Wᵀ + b)[label] over the rows. */
  static Doubles linearCrossEntropy(
      Doubles x, Doubles weight, Optional<Doubles> bias, Doubles labels, Doubles weights) {
    Doubles product = matmul(x, false, weight, true);
    Doubles logits = bias.map(b -> zip(product, b, Double::sum)).orElse(product);
    return sum(zip(crossEntropy(logits, labels), weights, (c, w) -> c * w), false, 0);
  }

  /** softmax(scale·q·kᵀ + bias)·v. */
  static Doubles attention(
      Doubles query, Doubles key, Doubles value, Optional<Doubles> bias, double scale) {
    Doubles scores = map(matmul(query, false, key, true), s -> s * scale);
    return matmul(softmax(bias.map(b -> zip(scores, b, Double::sum)).orElse(scores)), value);
  }

  /** One step of AdamW: θ ← θ − η·λ·θ, then θ ← θ − η·m̂/(√v̂ + ε). */
  static Adam adamW(Adam state, Doubles gradient, double learningRate, int step, AdamW c) {
    Doubles first = zip(state.first(), gradient, (m, g) -> c.beta1() * m + (1 - c.beta1()) * g);
    Doubles second =
        zip(state.second(), gradient, (v, g) -> c.beta2() * v + (1 - c.beta2()) * g * g);
    double correction1 = 1 - Math.pow(c.beta1(), step);
    double correction2 = 1 - Math.pow(c.beta2(), step);
    Doubles update =
        zip(first, second, (m, v) -> m / correction1 / (Math.sqrt(v / correction2) + c.epsilon()));
    Doubles decayed = map(state.parameter(), p -> p - learningRate * c.weightDecay() * p);
    Doubles parameter = zip(decayed, update, (p, u) -> p - learningRate * u);
    return new Adam(parameter, first, second);
  }
}
