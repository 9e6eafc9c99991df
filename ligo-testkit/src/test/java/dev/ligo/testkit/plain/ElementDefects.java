package dev.ligo.testkit.plain;

import dev.ligo.api.DType;
import dev.ligo.api.TensorSpec;
import dev.ligo.api.spi.Kernels;
import dev.ligo.backend.plain.PlainArray;
import dev.ligo.backend.plain.Strides;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;

/** Wrong values, one element at a time or one reduction. */
final class ElementDefects {
  private ElementDefects() {}

  static List<Defect> all() {
    return List.of(
        binary("maximum swallows NaN", Kernels.Binary.MAXIMUM, "maximum", ElementDefects::larger),
        binary("minimum swallows NaN", Kernels.Binary.MINIMUM, "minimum", ElementDefects::smaller),
        binary(
            "NaN equals NaN",
            Kernels.Binary.EQUAL,
            "equalTo",
            (a, b) -> Double.compare(a + 0.0, b + 0.0) == 0 ? 1 : 0),
        binary("less is less or equal", Kernels.Binary.LESS, "less", (a, b) -> a <= b ? 1 : 0),
        unary(
            "the error function by an approximation good to 1e-7",
            Kernels.Unary.ERF,
            "erf",
            ElementDefects::coarseErf),
        unary(
            "float64 computed in float32",
            Kernels.Unary.EXP,
            "exp",
            x -> (float) Math.exp((float) x)),
        unary(
            "the sigmoid of a large negative number overflows",
            Kernels.Unary.SIGMOID,
            "sigmoid",
            x -> Math.exp(x) / (1 + Math.exp(x))),
        Defect.ofOperation("where adds products with 0 and 1", "where", BlendingWhere::new),
        Defect.ofOperation("a cast to bool takes the lowest bit", "cast", LowestBit::new),
        Defect.ofOperation("argMax takes the last of equals", "argMax", LastMaximum::new),
        Defect.ofOperation("max swallows NaN", "max", MaxWithoutNan::new),
        Defect.ofOperation("kept axes are dropped", "sumKeeping", DroppedAxes::new),
        Defect.ofOperation("a sum over the axis before", "sum", AxisBefore::new),
        Defect.ofOperation("a mean over the wrong count", "mean", WrongCount::new),
        Defect.ofOperation("a sum over nothing is refused", "sum", NoEmptySum::new));
  }

  private static double larger(double a, double b) {
    return a > b || Double.isNaN(b) ? a : b;
  }

  private static double smaller(double a, double b) {
    return a < b || Double.isNaN(b) ? a : b;
  }

  /** Abramowitz and Stegun, 7.1.26. */
  private static double coarseErf(double x) {
    double t = 1 / (1 + 0.3275911 * Math.abs(x));
    double sum =
        t
            * (0.254829592
                + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
    return Math.signum(x) * (1 - sum * Math.exp(-x * x));
  }

  private static Defect unary(
      String name, Kernels.Unary function, String operation, DoubleUnaryOperator value) {
    return Defect.ofOperation(
        name,
        operation,
        k ->
            new ForwardingKernels(k) {
              @Override
              public PlainArray unary(Unary f, PlainArray x, TensorSpec result) {
                PlainArray sound = super.unary(f, x, result);
                return f == function ? sound.revalued(i -> value.applyAsDouble(x.get(i))) : sound;
              }
            });
  }

  /** Broadcasts through the sound kernel of where, which takes either side for all elements. */
  private static Defect binary(
      String name, Kernels.Binary function, String operation, DoubleBinaryOperator value) {
    return Defect.ofOperation(
        name,
        operation,
        k ->
            new ForwardingKernels(k) {
              @Override
              public PlainArray binary(Binary f, PlainArray a, PlainArray b, TensorSpec result) {
                PlainArray sound = super.binary(f, a, b, result);
                PlainArray x = whole(a, result);
                PlainArray y = whole(b, result);
                return f == function
                    ? sound.revalued(i -> value.applyAsDouble(x.get(i), y.get(i)))
                    : sound;
              }

              private PlainArray whole(PlainArray x, TensorSpec like) {
                return broadcastTo(x, new TensorSpec(x.values().dtype(), like.shape()));
              }
            });
  }

  private static final class BlendingWhere extends ForwardingKernels {
    BlendingWhere(Kernels<PlainArray> k) {
      super(k);
    }

    @Override
    public PlainArray where(PlainArray condition, PlainArray a, PlainArray b, TensorSpec result) {
      TensorSpec truth = new TensorSpec(DType.BOOL, result.shape());
      PlainArray c = broadcastTo(condition, truth);
      PlainArray x = broadcastTo(a, result);
      PlainArray y = broadcastTo(b, result);
      return super.where(condition, a, b, result)
          .revalued(i -> c.get(i) * x.get(i) + (1 - c.get(i)) * y.get(i));
    }
  }

  private static final class LowestBit extends ForwardingKernels {
    LowestBit(Kernels<PlainArray> k) {
      super(k);
    }

    @Override
    public PlainArray cast(PlainArray x, TensorSpec result) {
      PlainArray sound = super.cast(x, result);
      return result.dtype() == DType.BOOL ? sound.revalued(i -> (long) x.get(i) & 1) : sound;
    }
  }

  private static final class LastMaximum extends ForwardingKernels {
    LastMaximum(Kernels<PlainArray> k) {
      super(k);
    }

    @Override
    public PlainArray argMax(PlainArray x, int axis, TensorSpec result) {
      int last = x.dims()[axis] - 1;
      int[] strides = Strides.rowMajor(x.dims());
      int[] backwards = Strides.positions(x.dims(), last * strides[axis], negated(strides, axis));
      PlainArray reversed =
          PlainArray.result(x.values().spec(), i -> x.get(backwards[i]), List.of(), (g, s) -> {});
      PlainArray sound = super.argMax(reversed, axis, result);
      return sound.revalued(i -> last - sound.get(i));
    }

    private static int[] negated(int[] strides, int axis) {
      int[] other = strides.clone();
      other[axis] = -other[axis];
      return other;
    }
  }

  private static final class MaxWithoutNan extends ForwardingKernels {
    MaxWithoutNan(Kernels<PlainArray> k) {
      super(k);
    }

    @Override
    public PlainArray reduce(
        Reduction reduction, PlainArray x, int[] axes, boolean keepAxes, TensorSpec result) {
      PlainArray read =
          reduction == Reduction.MAX && !x.differentiable()
              ? PlainArray.result(
                  x.values().spec(),
                  i -> Double.isNaN(x.get(i)) ? Double.NEGATIVE_INFINITY : x.get(i),
                  List.of(),
                  (g, s) -> {})
              : x;
      return super.reduce(reduction, read, axes, keepAxes, result);
    }
  }

  private static final class DroppedAxes extends ForwardingKernels {
    DroppedAxes(Kernels<PlainArray> k) {
      super(k);
    }

    @Override
    public PlainArray reduce(
        Reduction reduction, PlainArray x, int[] axes, boolean keepAxes, TensorSpec result) {
      List<Integer> gone = Arrays.stream(axes).boxed().toList();
      int[] left =
          IntStream.range(0, x.dims().length)
              .filter(a -> !gone.contains(a))
              .map(a -> x.dims()[a])
              .toArray();
      TensorSpec dropped = new TensorSpec(result.dtype(), dev.ligo.api.Shape.of(left));
      return super.reduce(reduction, x, axes, false, dropped);
    }
  }

  private static final class AxisBefore extends ForwardingKernels {
    AxisBefore(Kernels<PlainArray> k) {
      super(k);
    }

    @Override
    public PlainArray reduce(
        Reduction reduction, PlainArray x, int[] axes, boolean keepAxes, TensorSpec result) {
      boolean one = axes.length == 1 && axes[0] > 0 && reduction == Reduction.SUM;
      int[] moved = one ? new int[] {axes[0] - 1} : axes;
      int[] dims = x.dims();
      boolean square = one && dims[axes[0]] == dims[axes[0] - 1];
      return super.reduce(reduction, x, one && !square ? moved : axes, keepAxes, result);
    }
  }

  private static final class WrongCount extends ForwardingKernels {
    WrongCount(Kernels<PlainArray> k) {
      super(k);
    }

    @Override
    public PlainArray reduce(
        Reduction reduction, PlainArray x, int[] axes, boolean keepAxes, TensorSpec result) {
      PlainArray sound = super.reduce(reduction, x, axes, keepAxes, result);
      double count = x.size() / (double) Math.max(1, sound.size());
      return reduction == Reduction.MEAN && count > 1
          ? sound.revalued(i -> sound.get(i) * count / (count - 1))
          : sound;
    }
  }

  private static final class NoEmptySum extends ForwardingKernels {
    NoEmptySum(Kernels<PlainArray> k) {
      super(k);
    }

    @Override
    public PlainArray reduce(
        Reduction reduction, PlainArray x, int[] axes, boolean keepAxes, TensorSpec result) {
      if (x.size() == 0) {
        throw new IllegalArgumentException("nothing to reduce");
      }
      return super.reduce(reduction, x, axes, keepAxes, result);
    }
  }
}
