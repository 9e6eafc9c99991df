package dev.ligo.api;

import java.util.List;
import java.util.Optional;

/**
 * The one composition of each fused operation from primitives, for backends whose engine has
 * nothing faster. Arguments are checked before.
 */
final class Composition {
  private Composition() {}

  static Tensor linear(Tensor x, Tensor weight, Optional<Tensor> bias) {
    int out = weight.shape().dim(0);
    int rows = 1;
    for (int i = 0; i < x.shape().rank() - 1; i++) {
      rows = Math.multiplyExact(rows, x.shape().dim(i));
    }
    Tensor y = x.reshape(rows, x.shape().dim(-1)).matmul(false, weight, true);
    return bias.map(y::add).orElse(y).reshape(x.shape().withDim(-1, out));
  }

  static Tensor softmax(Tensor x) {
    Tensor e = x.sub(x.maxKeeping(-1).stopGradient()).exp();
    return e.div(e.sumKeeping(-1));
  }

  static Tensor logSoftmax(Tensor x) {
    Tensor shifted = x.sub(x.maxKeeping(-1).stopGradient());
    return shifted.sub(shifted.exp().sumKeeping(-1).log());
  }

  static Tensor layerNorm(Tensor x, Tensor gamma, Tensor beta, double epsilon) {
    Tensor centred = x.sub(x.meanKeeping(-1));
    Tensor scale = centred.square().meanKeeping(-1).add(epsilon).rsqrt();
    return centred.mul(scale).mul(gamma).add(beta);
  }

  static Tensor gelu(Tensor x) {
    return x.mul(0.5).mul(x.mul(Math.sqrt(0.5)).erf().add(1));
  }

  /** With ½(1 + tanh u) = sigmoid(2u), which keeps its digits where the tanh is close to −1. */
  static Tensor geluTanh(Tensor x) {
    Tensor inner = x.square().mul(0.044715).add(1).mul(x).mul(2 * Math.sqrt(2 / Math.PI));
    return x.mul(inner.sigmoid());
  }

  static Tensor silu(Tensor x) {
    return x.mul(x.sigmoid());
  }

  static Tensor sumOfSquares(Tensors t, List<Tensor> xs) {
    Tensor sum = xs.get(0).square().sum();
    for (Tensor x : xs.subList(1, xs.size())) {
      Tensor before = sum;
      sum = t.scopeOf(() -> before.add(x.square().sum()));
    }
    return sum;
  }

  static Tensor crossEntropy(Tensor logits, Tensor labels) {
    return logits.logSoftmax().gather(labels.expandDims(1), 1).reshape(labels.shape()).neg();
  }

  static Tensor linearCrossEntropy(
      Tensor x, Tensor weight, Optional<Tensor> bias, Tensor labels, Tensor weights) {
    Tensor logits = bias.map(b -> x.linear(weight, b)).orElseGet(() -> x.linear(weight));
    return logits.crossEntropy(labels).mul(weights).sum();
  }

  static Tensor attention(
      Tensor query, Tensor key, Tensor value, Optional<Tensor> bias, double scale, double dropout) {
    Tensor scores = query.mul(scale).matmul(false, key, true);
    return bias.map(scores::add).orElse(scores).softmax().dropout(dropout).matmul(value);
  }

  static AdamW.State adamW(AdamW.State state, Tensor gradient, AdamW.Step step, AdamW c) {
    Tensor m = state.first().mul(c.beta1()).add(gradient.mul(1 - c.beta1()));
    Tensor v = state.second().mul(c.beta2()).add(gradient.square().mul(1 - c.beta2()));
    Tensor denominator = v.div(step.correction2()).sqrt().add(c.epsilon());
    Tensor update = m.div(step.correction1()).div(denominator);
    Tensor parameter = state.parameter();
    Tensor decayed =
        c.weightDecay() == 0
            ? parameter
            : parameter.mul(step.learningRate().mul(-c.weightDecay()).add(1));
    return new AdamW.State(decayed.sub(update.mul(step.learningRate())), m, v);
  }
}
