package dev.ligo.backend.tf;

import dev.ligo.api.DType;
import dev.ligo.api.HostArray;
import dev.ligo.api.Shape;
import dev.ligo.api.TensorSpec;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * Operations that are made of several of TensorFlow's. TensorFlow computes its operations one after
 * another, and differentiates each by itself, so that what counts is how many of them pass over an
 * array. The gradients here keep what the forward pass has computed.
 */
final class FusedOperations {
  private final Trace trace;
  private final Products products;

  FusedOperations(Trace trace, Products products) {
    this.trace = trace;
    this.products = products;
  }

  private Output make(String operation, Handle... inputs) {
    return trace.unrecorded(operation).in(inputs).make();
  }

  private Output times(Handle x, double factor, DType dtype) {
    return make("Mul", x, trace.scalar(dtype, factor));
  }

  private Output plus(Handle x, double term, DType dtype) {
    return make("AddV2", x, trace.scalar(dtype, term));
  }

  /** Reduces axes, which stay with extent 1. */
  private Output over(Output axes, String reduction, Handle x) {
    return trace.unrecorded(reduction).in(x, axes).with("keep_dims", true).make();
  }

  /** y + b in the last axis of a matrix. TensorFlow's optimizer has a product add it. */
  Output biased(Handle matrix, Handle bias) {
    return trace.part(
        make("BiasAdd", matrix, bias),
        List.of(matrix, bias),
        dy -> List.of(dy, make("BiasAddGrad", dy)));
  }

  Output layerNorm(Handle x, Handle gamma, Handle beta, double epsilon, TensorSpec result) {
    int axis = result.shape().rank() - 1;
    Output last = trace.vector(axis);
    Output rows = trace.vector(IntStream.range(0, axis).toArray());
    Output centred = make("Sub", x, over(last, "Mean", x));
    Output variance = over(last, "Mean", make("Square", centred));
    Output scale = make("Rsqrt", plus(variance, epsilon, result.dtype()));
    Output normal = make("Mul", centred, scale);
    return trace.part(
        make("AddV2", make("Mul", normal, gamma), beta),
        List.of(x, gamma, beta),
        dy -> {
          Output d = make("Mul", dy, gamma);
          Output along = over(last, "Mean", make("Mul", d, normal));
          Output rest = make("Sub", d, over(last, "Mean", d));
          Output dx = make("Mul", make("Sub", rest, make("Mul", normal, along)), scale);
          Output dGamma = make("Sum", make("Mul", dy, normal), rows);
          return List.of(dx, dGamma, make("Sum", dy, rows));
        });
  }

  /**
   * On processors with AVX-512 the engine's softmax gives 0 beside NaN, where the whole row is NaN.
   * The sum of a row is 1 or NaN: dividing by it changes no other value beyond rounding.
   */
  Output softmax(Handle x, int axis) {
    Output last = trace.vector(axis);
    Output raw = make("Softmax", x);
    Output p = make("RealDiv", raw, over(last, "Sum", raw));
    return trace.part(
        p,
        List.of(x),
        dy -> {
          Output mean = over(last, "Sum", make("Mul", dy, p));
          return List.of(make("Mul", make("Sub", dy, mean), p));
        });
  }

  /**
   * softmax(scores)·value. The gradient for the scores needs Σ p·∂L/∂p of each row. That is
   * y·∂L/∂y, which has fewer elements. A row of NaN needs no care as in {@link #softmax}: the
   * product spreads it.
   */
  Output attention(Handle scores, Handle value) {
    Output last = trace.vector(trace.shape(scores).rank() - 1);
    Output p = make("Softmax", scores);
    Output y = products.plain(p, false, value, false);
    return trace.part(
        y,
        List.of(scores, value),
        dy -> {
          Output mean = over(last, "Sum", make("Mul", dy, y));
          Output ofP = products.plain(dy, false, value, true);
          Output ofScores = make("Mul", make("Sub", ofP, mean), p);
          return List.of(ofScores, products.plain(p, true, dy, false));
        });
  }

  /** x·Φ(x), whose derivative is Φ(x) + x·φ(x). */
  Output gelu(Handle x, DType dtype) {
    Output scaled = times(x, Math.sqrt(0.5), dtype);
    Output below = plus(times(make("Erf", scaled), 0.5, dtype), 0.5, dtype);
    return trace.part(
        make("Mul", x, below),
        List.of(x),
        dy -> {
          Output density = make("Exp", make("Neg", make("Square", scaled)));
          Output slope = times(make("Mul", scaled, density), 1 / Math.sqrt(Math.PI), dtype);
          return List.of(make("Mul", make("AddV2", slope, below), dy));
        });
  }

  /**
   * x·σ(w) with w = x(a + bx²): ½(1 + tanh u) is σ(2u). The derivative is σ(w) + x·σ(w)·(1 −
   * σ(w))·(a + 3bx²).
   */
  Output geluTanh(Handle x, DType dtype) {
    double a = 2 * Math.sqrt(2 / Math.PI);
    double b = 0.044715 * a;
    Output square = make("Square", x);
    Output share = make("Sigmoid", make("Mul", plus(times(square, b, dtype), a, dtype), x));
    Output y = make("Mul", x, share);
    return trace.part(
        y,
        List.of(x),
        dy -> {
          Output inner = plus(times(square, 3 * b, dtype), a, dtype);
          Output slope = plus(make("Mul", make("Sub", x, y), inner), 1, dtype);
          return List.of(make("Mul", make("Mul", slope, share), dy));
        });
  }

  /**
   * The cross-entropy of each row.
   *
   * @param places the row and the label of each
   * @param probabilities the softmax of the logits
   * @param losses −log softmax(logits)[label]
   */
  record CrossEntropy(Output places, Output probabilities, Output losses) {}

  /**
   * Returns log Σ exp(logits) − logits[label] of each row. The logarithm is that of the largest
   * logit's probability: TensorFlow's own loss takes the exponential of each logit twice, and more
   * slowly than oneDNN's softmax.
   */
  CrossEntropy crossEntropies(Handle logits, Handle labels) {
    Output last = trace.vector(1);
    Output p = make("Softmax", logits);
    long[] rows = LongStream.range(0, trace.shape(labels).dim(0)).toArray();
    Output row = trace.constant(HostArray.of(Shape.of(rows.length), rows));
    Output label = trace.unrecorded("Cast").in(labels).with("DstT", DType.INT64).make();
    Output places = trace.unrecorded("Pack").in(List.of(row, label)).with("axis", 1).make();
    Output logSum = make("Sub", make("Max", logits, last), make("Log", make("Max", p, last)));
    return new CrossEntropy(places, p, make("Sub", logSum, make("GatherNd", logits, places)));
  }

  /** Returns the gradient for the logits. */
  Output ofLogits(CrossEntropy of, Handle dy) {
    Output scaled = make("Mul", of.probabilities(), make("ExpandDims", dy, trace.axis(1)));
    return make("TensorScatterSub", scaled, of.places(), dy);
  }

  Output crossEntropy(Handle logits, Handle labels) {
    CrossEntropy each = crossEntropies(logits, labels);
    return trace.part(each.losses(), List.of(logits), dy -> List.of(ofLogits(each, dy)));
  }

  Output sumOfSquares(List<Handle> operands, DType dtype) {
    List<Output> halves = operands.stream().map(x -> make("L2Loss", x)).toList();
    Output half = halves.get(0);
    for (Output next : halves.subList(1, halves.size())) {
      half = make("AddV2", half, next);
    }
    return trace.part(
        times(half, 2, dtype),
        operands,
        dy -> {
          Output twice = times(dy, 2, dtype);
          return operands.stream().map(x -> make("Mul", x, twice)).toList();
        });
  }
}
