package dev.ligo.testkit.plain;

import dev.ligo.api.DType;
import dev.ligo.api.HostArray;
import dev.ligo.api.TensorSpec;
import dev.ligo.api.spi.Kernels;
import dev.ligo.backend.plain.Backpropagation;
import dev.ligo.backend.plain.PlainArray;
import dev.ligo.backend.plain.Strides;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;

/** Right values with wrong derivatives. */
final class GradientDefects {
  private GradientDefects() {}

  static List<Defect> all() {
    return List.of(
        Defect.ofOperation("exp detaches its result", "exp", Detached::new),
        Defect.ofKernels(
            "the derivative of relu at 0 is 1", "theDerivativeOfReluAtZeroIsZero", SteepRelu::new),
        Defect.ofOperation(
            "a broadcast keeps one of its gradients", "broadcastTo", LastGradient::new),
        Defect.ofOperation(
            "an index that is taken twice keeps one gradient", "take", LastTaken::new),
        Defect.ofKernels(
            "stopGradient lets gradients pass", "stoppedGradientsDoNotPass", Unstopped::new),
        Defect.ofKernels(
            "the gradients of one tensor's two names are added",
            "oneTensorUnderTwoNamesIsTwoVariables",
            GradientByValue::new),
        Defect.ofKernels(
            "gradients add up from call to call", "severalInARowDoNotMix", Accumulated::new),
        Defect.ofKernels(
            "the gradient for what is not reached is float32",
            "whatALossDoesNotReachHasAGradientOfZeros",
            SingleZeros::new),
        Defect.ofKernels(
            "a loss that reaches no variable is an error",
            "aLossThatReachesNoVariableHasGradientsOfZeros",
            Unreached::new),
        Defect.ofKernels(
            "an error in a loss leaves it recording",
            "anErrorInALossPassesAndLeavesTheBackendAsItWas",
            new LeftRecording()::kernels));
  }

  private static final class Detached extends ForwardingKernels {
    Detached(Kernels<PlainArray> k) {
      super(k);
    }

    @Override
    public PlainArray unary(Unary function, PlainArray x, TensorSpec result) {
      PlainArray y = super.unary(function, x, result);
      return function == Unary.EXP ? stopGradient(y) : y;
    }
  }

  private static final class SteepRelu extends ForwardingKernels {
    SteepRelu(Kernels<PlainArray> k) {
      super(k);
    }

    @Override
    public PlainArray unary(Unary function, PlainArray x, TensorSpec result) {
      return function == Unary.RELU
          ? PlainArray.result(
              result,
              i -> Math.max(x.get(i), 0),
              List.of(x),
              (g, s) -> {
                for (int i = 0; i < g.length; i++) {
                  s.get(0)[i] += x.get(i) >= 0 ? g[i] : 0;
                }
              })
          : super.unary(function, x, result);
    }
  }

  private static final class LastGradient extends ForwardingKernels {
    LastGradient(Kernels<PlainArray> k) {
      super(k);
    }

    @Override
    public PlainArray broadcastTo(PlainArray x, TensorSpec result) {
      int[] dims = result.shape().dims();
      int[] from = Strides.positions(dims, 0, Strides.broadcast(x.dims(), dims.length));
      return last(x, from, result);
    }
  }

  private static final class LastTaken extends ForwardingKernels {
    LastTaken(Kernels<PlainArray> k) {
      super(k);
    }

    @Override
    public PlainArray take(PlainArray x, PlainArray indices, int axis, TensorSpec result) {
      TensorSpec positions = new TensorSpec(DType.INT64, x.values().shape());
      PlainArray all = PlainArray.result(positions, i -> i, List.of(), (g, s) -> {});
      PlainArray taken =
          super.take(all, indices, axis, new TensorSpec(DType.INT64, result.shape()));
      int[] from = IntStream.range(0, taken.size()).map(i -> (int) taken.get(i)).toArray();
      return last(x, from, result);
    }
  }

  private static PlainArray last(PlainArray x, int[] from, TensorSpec result) {
    return PlainArray.result(
        result,
        i -> x.get(from[i]),
        List.of(x),
        (g, s) -> IntStream.range(0, g.length).forEach(i -> s.get(0)[from[i]] = g[i]));
  }

  private static final class Unstopped extends ForwardingKernels {
    Unstopped(Kernels<PlainArray> k) {
      super(k);
    }

    @Override
    public PlainArray stopGradient(PlainArray x) {
      return x;
    }
  }

  /** Differentiates as the sound kernels do, and lets a defect change what comes out. */
  private abstract static class Differentiating extends ForwardingKernels {
    Differentiating(Kernels<PlainArray> k) {
      super(k);
    }

    abstract HostArray gradient(
        Backpropagation gradients, List<PlainArray> at, List<PlainArray> variables, int i);

    @Override
    public List<PlainArray> valueAndGradients(
        Function<List<PlainArray>, List<PlainArray>> loss,
        List<PlainArray> at,
        List<TensorSpec> specs) {
      List<PlainArray> variables = at.stream().map(x -> PlainArray.variable(x.values())).toList();
      List<PlainArray> results = loss.apply(variables);
      Backpropagation gradients = new Backpropagation(results.get(0));
      List<PlainArray> out = new ArrayList<>();
      results.forEach(r -> out.add(PlainArray.constant(r.values())));
      for (int i = 0; i < at.size(); i++) {
        out.add(PlainArray.constant(gradient(gradients, at, variables, i)));
      }
      return out;
    }

    static HostArray sum(HostArray a, HostArray b) {
      HostArray sum = HostArray.zeros(a.dtype(), a.shape());
      IntStream.range(0, sum.size()).forEach(i -> sum.set(i, a.get(i) + b.get(i)));
      return sum;
    }
  }

  private static final class GradientByValue extends Differentiating {
    GradientByValue(Kernels<PlainArray> k) {
      super(k);
    }

    @Override
    HostArray gradient(
        Backpropagation gradients, List<PlainArray> at, List<PlainArray> variables, int i) {
      return IntStream.range(0, at.size())
          .filter(j -> at.get(j) == at.get(i))
          .mapToObj(j -> gradients.gradient(variables.get(j)))
          .reduce(Differentiating::sum)
          .orElseThrow();
    }
  }

  private static final class Accumulated extends Differentiating {
    private final IdentityHashMap<PlainArray, HostArray> before = new IdentityHashMap<>();

    Accumulated(Kernels<PlainArray> k) {
      super(k);
    }

    @Override
    HostArray gradient(
        Backpropagation gradients, List<PlainArray> at, List<PlainArray> variables, int i) {
      return before.merge(at.get(i), gradients.gradient(variables.get(i)), Differentiating::sum);
    }
  }

  private static final class SingleZeros extends Differentiating {
    SingleZeros(Kernels<PlainArray> k) {
      super(k);
    }

    @Override
    HostArray gradient(
        Backpropagation gradients, List<PlainArray> at, List<PlainArray> variables, int i) {
      HostArray gradient = gradients.gradient(variables.get(i));
      boolean zero = Arrays.stream(gradient.toDoubles()).allMatch(g -> g == 0);
      return zero ? HostArray.zeros(DType.FLOAT32, gradient.shape()) : gradient;
    }
  }

  private static final class Unreached extends ForwardingKernels {
    Unreached(Kernels<PlainArray> k) {
      super(k);
    }

    @Override
    public List<PlainArray> valueAndGradients(
        Function<List<PlainArray>, List<PlainArray>> loss,
        List<PlainArray> at,
        List<TensorSpec> specs) {
      return super.valueAndGradients(
          in -> {
            List<PlainArray> results = loss.apply(in);
            if (!results.get(0).differentiable()) {
              throw new IllegalStateException("the loss does not require a gradient");
            }
            return results;
          },
          at,
          specs);
    }
  }

  /** Recording, once an error left it on, refuses to be turned on again. */
  private static final class LeftRecording {
    private boolean recording;

    ForwardingKernels kernels(Kernels<PlainArray> sound) {
      return new ForwardingKernels(sound) {
        @Override
        public List<PlainArray> valueAndGradients(
            Function<List<PlainArray>, List<PlainArray>> loss,
            List<PlainArray> at,
            List<TensorSpec> specs) {
          if (recording) {
            throw new IllegalStateException("recording already");
          }
          recording = true;
          List<PlainArray> out = super.valueAndGradients(loss, at, specs);
          recording = false;
          return out;
        }
      };
    }
  }
}
