package dev.ligo.testkit.plain;

import dev.ligo.api.Shape;
import dev.ligo.api.TensorSpec;
import dev.ligo.api.spi.Kernels;
import dev.ligo.backend.plain.PlainArray;
import java.util.List;
import java.util.Optional;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;

/**
 * Fused operations that are not what they replace. Those that know no derivative ask to be composed
 * where one is wanted, so that they spoil values alone.
 */
final class NetworkDefects {
  private static final String FORMULA = "adamWFollowsItsFormula";

  private NetworkDefects() {}

  static List<Defect> all() {
    return List.of(
        Defect.ofOperation("GELU by its tanh approximation", "gelu", TanhGelu::new),
        Defect.ofOperation("SiLU by a hard sigmoid", "silu", HardSilu::new),
        Defect.ofOperation("softmax without the maximum", "softmax", RawSoftmax::new),
        Defect.ofOperation(
            "logSoftmax is the logarithm of softmax", "logSoftmax", LogOfSoftmax::new),
        Defect.ofOperation("linear forgets its bias", "linear", NoBias::new),
        Defect.ofOperation(
            "layer norm adds epsilon outside the root", "layerNorm", k -> new Norm(k, true)),
        Defect.ofOperation(
            "layer norm divides the variance by n - 1", "layerNorm", k -> new Norm(k, false)),
        Defect.ofOperation("a sum of squares is a norm", "sumOfSquares", Norm2::new),
        Defect.ofOperation("cross-entropy over the rows", "crossEntropy", CrossEntropyOfRows::new),
        Defect.ofOperation(
            "linear cross-entropy without weights", "linearCrossEntropy", Unweighted::new),
        Defect.ofOperation("attention without scale", "attention", Unscaled::new),
        Defect.ofOperation("attention normalizes over queries", "attention", OverQueries::new),
        Defect.ofOperation("attention ignores its bias", "attention", NoMask::new),
        adamW("AdamW with coupled decay", FORMULA, new Adam(true, true, true, false)),
        adamW("AdamW without bias correction", FORMULA, new Adam(false, false, true, false)),
        adamW("AdamW overwrites what was not donated", FORMULA, new Adam(false, true, true, true)),
        adamW(
            "AdamW does not scale gradients",
            "adamWStepsManyParameters",
            new Adam(false, true, false, false)));
  }

  private static Defect adamW(String name, String test, Adam adam) {
    return Defect.ofKernels(
        name,
        test,
        k ->
            new ForwardingKernels(k) {
              @Override
              public Optional<List<AdamWState<PlainArray>>> adamW(AdamWArguments<PlainArray> a) {
                return Optional.of(adam.steps(a));
              }
            });
  }

  private static Optional<PlainArray> values(TensorSpec spec, IntToDoubleFunction element) {
    return Optional.of(PlainArray.result(spec, element, List.of(), (g, s) -> {}));
  }

  private static final class TanhGelu extends ForwardingKernels {
    TanhGelu(Kernels<PlainArray> k) {
      super(k);
    }

    @Override
    public Optional<PlainArray> gelu(PlainArray x, TensorSpec result) {
      return x.differentiable() ? Optional.empty() : values(result, i -> geluTanh(x.get(i)));
    }

    private static double geluTanh(double x) {
      return x / 2 * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x)));
    }
  }

  /** Σ over the row in which element i lies. */
  private static double row(PlainArray x, int i, IntToDoubleFunction element) {
    int n = x.dims()[x.dims().length - 1];
    int from = i / n * n;
    return IntStream.range(from, from + n).mapToDouble(element).sum();
  }

  private static final class RawSoftmax extends ForwardingKernels {
    RawSoftmax(Kernels<PlainArray> k) {
      super(k);
    }

    @Override
    public Optional<PlainArray> softmax(PlainArray x, TensorSpec result) {
      IntToDoubleFunction e = i -> Math.exp(x.get(i));
      return x.differentiable()
          ? Optional.empty()
          : values(result, i -> e.applyAsDouble(i) / row(x, i, e));
    }
  }

  private static final class LogOfSoftmax extends ForwardingKernels {
    LogOfSoftmax(Kernels<PlainArray> k) {
      super(k);
    }

    @Override
    public Optional<PlainArray> logSoftmax(PlainArray x, TensorSpec result) {
      int n = x.dims()[x.dims().length - 1];
      return x.differentiable()
          ? Optional.empty()
          : values(
              result,
              i -> {
                double max =
                    IntStream.range(i / n * n, i / n * n + n).mapToDouble(x::get).max().orElse(0);
                IntToDoubleFunction e = j -> Math.exp(x.get(j) - max);
                return Math.log(e.applyAsDouble(i) / row(x, i, e));
              });
    }
  }

  private static final class NoBias extends ForwardingKernels {
    NoBias(Kernels<PlainArray> k) {
      super(k);
    }

    @Override
    public Optional<PlainArray> linear(
        PlainArray x, PlainArray weight, Optional<PlainArray> bias, TensorSpec result) {
      if (x.differentiable() || weight.differentiable() || bias.isEmpty()) {
        return Optional.empty();
      }
      int in = weight.dims()[1];
      int out = weight.dims()[0];
      return values(
          result,
          i ->
              IntStream.range(0, in)
                  .mapToDouble(k -> x.get(i / out * in + k) * weight.get(i % out * in + k))
                  .sum());
    }
  }

  private static final class Norm extends ForwardingKernels {
    private final boolean outside;

    Norm(Kernels<PlainArray> k, boolean outside) {
      super(k);
      this.outside = outside;
    }

    @Override
    public Optional<PlainArray> layerNorm(
        PlainArray x, PlainArray gamma, PlainArray beta, double epsilon, TensorSpec result) {
      int n = x.dims()[x.dims().length - 1];
      if (x.differentiable() || gamma.differentiable() || n == 1) {
        return Optional.empty();
      }
      return values(
          result,
          i -> {
            double mean = row(x, i, x::get) / n;
            double squares = row(x, i, j -> (x.get(j) - mean) * (x.get(j) - mean));
            double deviation =
                outside ? Math.sqrt(squares / n) + epsilon : Math.sqrt(squares / (n - 1) + epsilon);
            return (x.get(i) - mean) / deviation * gamma.get(i % n) + beta.get(i % n);
          });
    }
  }

  private static final class CrossEntropyOfRows extends ForwardingKernels {
    CrossEntropyOfRows(Kernels<PlainArray> k) {
      super(k);
    }

    @Override
    public Optional<PlainArray> crossEntropy(
        PlainArray logits, PlainArray labels, TensorSpec result) {
      int rows = logits.dims()[0];
      int classes = logits.dims()[1];
      return logits.differentiable()
          ? Optional.empty()
          : values(
              result,
              r -> {
                int label = (int) labels.get(r);
                double sum =
                    IntStream.range(0, rows)
                        .mapToDouble(i -> Math.exp(logits.get(i * classes + label)))
                        .sum();
                return Math.log(sum) - logits.get(r * classes + label);
              });
    }
  }

  private static final class HardSilu extends ForwardingKernels {
    HardSilu(Kernels<PlainArray> k) {
      super(k);
    }

    @Override
    public Optional<PlainArray> silu(PlainArray x, TensorSpec result) {
      return x.differentiable()
          ? Optional.empty()
          : values(result, i -> x.get(i) * Math.max(0, Math.min(1, x.get(i) / 6 + 0.5)));
    }
  }

  private static final class Norm2 extends ForwardingKernels {
    Norm2(Kernels<PlainArray> k) {
      super(k);
    }

    @Override
    public Optional<PlainArray> sumOfSquares(
        List<PlainArray> operands, List<TensorSpec> specs, TensorSpec result) {
      return operands.stream().anyMatch(PlainArray::differentiable)
          ? Optional.empty()
          : values(
              result, i -> Math.sqrt(operands.stream().mapToDouble(Norm2::sumOfSquares).sum()));
    }

    private static double sumOfSquares(PlainArray x) {
      return IntStream.range(0, x.size()).mapToDouble(x::get).map(v -> v * v).sum();
    }
  }

  private static final class Unweighted extends ForwardingKernels {
    Unweighted(Kernels<PlainArray> k) {
      super(k);
    }

    @Override
    public Optional<PlainArray> linearCrossEntropy(
        PlainArray x,
        PlainArray weight,
        Optional<PlainArray> bias,
        PlainArray labels,
        PlainArray weights,
        TensorSpec result) {
      int rows = x.dims()[0];
      int features = x.dims()[1];
      int classes = weight.dims()[0];
      if (x.differentiable() || weight.differentiable() || weights.differentiable()) {
        return Optional.empty();
      }
      return values(
          result,
          nothing -> {
            double sum = 0;
            for (int r = 0; r < rows; r++) {
              double total = 0;
              double chosen = 0;
              for (int c = 0; c < classes; c++) {
                double logit = bias.isPresent() ? bias.get().get(c) : 0;
                for (int f = 0; f < features; f++) {
                  logit += x.get(r * features + f) * weight.get(c * features + f);
                }
                total += Math.exp(logit);
                chosen = c == (int) labels.get(r) ? logit : chosen;
              }
              sum += Math.log(total) - chosen;
            }
            return sum;
          });
    }
  }

  /** Attention from primitives, in the ways in which it may go wrong. */
  private abstract static class Attention extends ForwardingKernels {
    Attention(Kernels<PlainArray> k) {
      super(k);
    }

    final PlainArray attend(
        PlainArray query,
        PlainArray key,
        PlainArray value,
        Optional<PlainArray> bias,
        double scale,
        int axisFromLast,
        TensorSpec result) {
      int rank = query.dims().length;
      Shape shape = result.shape().withDim(-1, key.dims()[rank - 2]);
      TensorSpec scores = new TensorSpec(result.dtype(), shape);
      PlainArray raw = matmul(query, false, key, true, scores);
      PlainArray scaled = binary(Binary.MULTIPLY, raw, full(scores, scale), scores);
      PlainArray s = bias.map(b -> binary(Binary.ADD, scaled, b, scores)).orElse(scaled);
      int[] axis = {rank - axisFromLast};
      TensorSpec kept = new TensorSpec(result.dtype(), shape.withDim(axis[0], 1));
      PlainArray max = reduce(Reduction.MAX, s, axis, true, kept);
      PlainArray e = unary(Unary.EXP, binary(Binary.SUBTRACT, s, max, scores), scores);
      PlainArray sum = reduce(Reduction.SUM, e, axis, true, kept);
      return matmul(binary(Binary.DIVIDE, e, sum, scores), false, value, false, result);
    }

    private static PlainArray full(TensorSpec spec, double value) {
      return PlainArray.result(spec, i -> value, List.of(), (g, s) -> {});
    }
  }

  private static final class Unscaled extends Attention {
    Unscaled(Kernels<PlainArray> k) {
      super(k);
    }

    @Override
    public Optional<PlainArray> attention(
        PlainArray q,
        PlainArray k,
        PlainArray v,
        Optional<PlainArray> bias,
        double scale,
        TensorSpec result) {
      return Optional.of(attend(q, k, v, bias, 1, 1, result));
    }
  }

  private static final class OverQueries extends Attention {
    OverQueries(Kernels<PlainArray> k) {
      super(k);
    }

    @Override
    public Optional<PlainArray> attention(
        PlainArray q,
        PlainArray k,
        PlainArray v,
        Optional<PlainArray> bias,
        double scale,
        TensorSpec result) {
      return Optional.of(attend(q, k, v, bias, scale, 2, result));
    }
  }

  private static final class NoMask extends Attention {
    NoMask(Kernels<PlainArray> k) {
      super(k);
    }

    @Override
    public Optional<PlainArray> attention(
        PlainArray q,
        PlainArray k,
        PlainArray v,
        Optional<PlainArray> bias,
        double scale,
        TensorSpec result) {
      return Optional.of(attend(q, k, v, Optional.empty(), scale, 1, result));
    }
  }

  /** A step of AdamW in the ways in which it may go wrong. */
  private record Adam(boolean coupled, boolean corrected, boolean scaled, boolean inPlace) {
    List<Kernels.AdamWState<PlainArray>> steps(Kernels.AdamWArguments<PlainArray> a) {
      return IntStream.range(0, a.states().size()).mapToObj(i -> step(a, i)).toList();
    }

    private Kernels.AdamWState<PlainArray> step(Kernels.AdamWArguments<PlainArray> a, int index) {
      Kernels.AdamWState<PlainArray> state = a.states().get(index);
      PlainArray gradient = a.gradients().get(index);
      TensorSpec spec = a.specs().get(index);
      double rate = a.learningRate().get(0);
      double scale = scaled ? a.scale().map(s -> s.get(0)).orElse(1.0) : 1;
      double correction1 = corrected ? 1 - Math.pow(a.beta1(), a.step().get(0)) : 1;
      double correction2 = corrected ? 1 - Math.pow(a.beta2(), a.step().get(0)) : 1;
      IntToDoubleFunction g =
          i -> scale * gradient.get(i) + (coupled ? a.weightDecay() * state.parameter().get(i) : 0);
      PlainArray m =
          result(
              spec, i -> a.beta1() * state.first().get(i) + (1 - a.beta1()) * g.applyAsDouble(i));
      PlainArray v =
          result(
              spec,
              i ->
                  a.beta2() * state.second().get(i)
                      + (1 - a.beta2()) * g.applyAsDouble(i) * g.applyAsDouble(i));
      PlainArray p =
          result(
              spec,
              i -> {
                double decay = coupled ? 0 : a.weightDecay();
                double update =
                    m.get(i) / correction1 / (Math.sqrt(v.get(i) / correction2) + a.epsilon());
                return state.parameter().get(i) * (1 - rate * decay) - rate * update;
              });
      for (int i = 0; inPlace && i < p.size(); i++) {
        state.parameter().values().set(i, p.get(i));
      }
      return new Kernels.AdamWState<>(p, m, v);
    }

    private static PlainArray result(TensorSpec spec, IntToDoubleFunction element) {
      return PlainArray.result(spec, element, List.of(), (g, s) -> {});
    }
  }
}
