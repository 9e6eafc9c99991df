package dev.ligo.api;

import dev.ligo.api.spi.Kernels;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Applies a program to shapes alone: it validates a model of any size without allocating it, and
 * counts its products.
 *
 * @param outputs the dtypes and shapes of the program's outputs
 * @param flops the floating-point operations of its matrix products, 2·m·n·k for (m, k)·(k, n), of
 *     the forward pass alone: inside {@link Tensors#valueAndGradients} the backward products are
 *     not counted (a training step is taken as three times its forward)
 * @param differentiated those of {@code flops} whose product depends on what a loss is
 *     differentiated for: a gradient flows back through them
 */
public record CostAnalysis(SortedMap<String, TensorSpec> outputs, long flops, long differentiated) {
  /**
   * Applies a program to inputs of the given specs.
   *
   * @param program the function to count
   * @param inputs the dtypes and shapes of its inputs
   * @return what one run costs
   * @throws TensorException if a shape or dtype does not fit
   */
  public static CostAnalysis of(Program program, Map<String, TensorSpec> inputs) {
    TreeMap<String, TensorSpec> sorted = new TreeMap<>(inputs);
    List<TensorSpec> specs = List.copyOf(sorted.values());
    ShapeKernels kernels = new ShapeKernels();
    List<Traced> handles = specs.stream().map(ShapeKernels::of).toList();
    NamedTensors out =
        Tensors.apply(program, kernels, List.copyOf(sorted.keySet()), specs, handles);
    TreeMap<String, TensorSpec> outputs = new TreeMap<>();
    out.forEach(e -> outputs.put(e.getKey(), e.getValue().spec()));
    return new CostAnalysis(outputs, kernels.flops, kernels.differentiated);
  }

  /**
   * {@return the operations of both directions: a product through which a gradient flows costs
   * three times its forward, any other (of a frozen part, of a teacher) its forward alone}
   */
  public long trainingFlops() {
    try {
      return Math.addExact(flops, Math.multiplyExact(2L, differentiated));
    } catch (ArithmeticException e) {
      throw tooMany(e);
    }
  }

  private static LigoException tooMany(ArithmeticException e) {
    return new LigoException(
        "expected a run of at most "
            + Long.MAX_VALUE
            + " operations, found more; take smaller sizes or batches.",
        e);
  }

  /** A tensor of which only the spec is known, and whether it depends on what is differentiated. */
  private record Traced(TensorSpec spec, boolean varies) {}

  /** Kernels that know of each result its spec, and whether a gradient flows to it. */
  private static final class ShapeKernels implements Kernels<Traced> {
    private long flops;
    private long differentiated;

    private static Traced of(TensorSpec result, Traced... from) {
      return of(result, List.of(from));
    }

    private static Traced of(TensorSpec result, List<Traced> from) {
      return new Traced(result, from.stream().anyMatch(Traced::varies));
    }

    @Override
    public Traced constant(HostArray value) {
      return of(value.spec());
    }

    @Override
    public Traced unary(Unary function, Traced x, TensorSpec result) {
      return of(result, x);
    }

    @Override
    public Traced binary(Binary function, Traced a, Traced b, TensorSpec result) {
      return of(result, a, b);
    }

    @Override
    public Traced where(Traced condition, Traced a, Traced b, TensorSpec result) {
      return of(result, a, b);
    }

    @Override
    public Traced reduce(
        Reduction reduction, Traced x, int[] axes, boolean keepAxes, TensorSpec result) {
      return of(result, x);
    }

    @Override
    public Traced argMax(Traced x, int axis, TensorSpec result) {
      return of(result);
    }

    @Override
    public Traced matmul(
        Traced a, boolean transposeA, Traced b, boolean transposeB, TensorSpec result) {
      int inner = a.spec().shape().dim(transposeA ? -2 : -1);
      Traced out = of(result, a, b);
      try {
        long product = Math.multiplyExact(2L * inner, result.shape().size());
        flops = Math.addExact(flops, product);
        differentiated += out.varies() ? product : 0; // never more than the sum above
      } catch (ArithmeticException e) {
        throw tooMany(e);
      }
      return out;
    }

    @Override
    public Traced reshape(Traced x, TensorSpec result) {
      return of(result, x);
    }

    @Override
    public Traced permute(Traced x, int[] order, TensorSpec result) {
      return of(result, x);
    }

    @Override
    public Traced broadcastTo(Traced x, TensorSpec result) {
      return of(result, x);
    }

    @Override
    public Traced slice(Traced x, int axis, int from, int to, TensorSpec result) {
      return of(result, x);
    }

    @Override
    public Traced pad(Traced x, int axis, int before, int after, TensorSpec result) {
      return of(result, x);
    }

    @Override
    public Traced concat(List<Traced> parts, int axis, TensorSpec result) {
      return of(result, parts);
    }

    @Override
    public Traced take(Traced x, Traced indices, int axis, TensorSpec result) {
      return of(result, x);
    }

    @Override
    public Traced gather(Traced x, Traced indices, int axis, TensorSpec result) {
      return of(result, x);
    }

    @Override
    public Traced cast(Traced x, TensorSpec result) {
      return of(result, x);
    }

    @Override
    public Traced stopGradient(Traced x) {
      return of(x.spec());
    }

    @Override
    public Traced dropoutMask(double rate, long place, TensorSpec result) {
      return of(result);
    }

    @Override
    public List<Traced> valueAndGradients(
        Function<List<Traced>, List<Traced>> loss, List<Traced> at, List<TensorSpec> specs) {
      List<Traced> out = new ArrayList<>();
      loss.apply(at.stream().map(x -> new Traced(x.spec(), true)).toList())
          .forEach(x -> out.add(of(x.spec())));
      specs.forEach(s -> out.add(of(s)));
      return out;
    }
  }
}
