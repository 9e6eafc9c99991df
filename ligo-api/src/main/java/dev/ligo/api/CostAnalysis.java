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
 *     the forward direction alone: inside {@link Tensors#valueAndGradients} the backward products
 *     are not counted (a training step is taken as three times its forward)
 */
public record CostAnalysis(SortedMap<String, TensorSpec> outputs, long flops) {
  /**
   * Applies a program to inputs of the given specs.
   *
   * @throws TensorException if a shape or dtype does not fit
   */
  public static CostAnalysis of(Program program, Map<String, TensorSpec> inputs) {
    TreeMap<String, TensorSpec> sorted = new TreeMap<>(inputs);
    List<TensorSpec> specs = List.copyOf(sorted.values());
    ShapeKernels kernels = new ShapeKernels();
    NamedTensors out = Tensors.apply(program, kernels, List.copyOf(sorted.keySet()), specs, specs);
    TreeMap<String, TensorSpec> outputs = new TreeMap<>();
    out.forEach(e -> outputs.put(e.getKey(), e.getValue().spec()));
    return new CostAnalysis(outputs, kernels.flops);
  }

  /** Kernels whose handles are the specs of the results. */
  private static final class ShapeKernels implements Kernels<TensorSpec> {
    private long flops;

    @Override
    public TensorSpec constant(HostArray value) {
      return value.spec();
    }

    @Override
    public TensorSpec unary(Unary function, TensorSpec x, TensorSpec result) {
      return result;
    }

    @Override
    public TensorSpec binary(Binary function, TensorSpec a, TensorSpec b, TensorSpec result) {
      return result;
    }

    @Override
    public TensorSpec where(TensorSpec condition, TensorSpec a, TensorSpec b, TensorSpec result) {
      return result;
    }

    @Override
    public TensorSpec reduce(
        Reduction reduction, TensorSpec x, int[] axes, boolean keepAxes, TensorSpec result) {
      return result;
    }

    @Override
    public TensorSpec argMax(TensorSpec x, int axis, TensorSpec result) {
      return result;
    }

    @Override
    public TensorSpec matmul(
        TensorSpec a, boolean transposeA, TensorSpec b, boolean transposeB, TensorSpec result) {
      int inner = a.shape().dim(transposeA ? -2 : -1);
      flops += Math.multiplyExact(2L * inner, result.shape().size());
      return result;
    }

    @Override
    public TensorSpec reshape(TensorSpec x, TensorSpec result) {
      return result;
    }

    @Override
    public TensorSpec permute(TensorSpec x, int[] order, TensorSpec result) {
      return result;
    }

    @Override
    public TensorSpec broadcastTo(TensorSpec x, TensorSpec result) {
      return result;
    }

    @Override
    public TensorSpec slice(TensorSpec x, int axis, int from, int to, TensorSpec result) {
      return result;
    }

    @Override
    public TensorSpec pad(TensorSpec x, int axis, int before, int after, TensorSpec result) {
      return result;
    }

    @Override
    public TensorSpec concat(List<TensorSpec> parts, int axis, TensorSpec result) {
      return result;
    }

    @Override
    public TensorSpec take(TensorSpec x, TensorSpec indices, int axis, TensorSpec result) {
      return result;
    }

    @Override
    public TensorSpec gather(TensorSpec x, TensorSpec indices, int axis, TensorSpec result) {
      return result;
    }

    @Override
    public TensorSpec cast(TensorSpec x, TensorSpec result) {
      return result;
    }

    @Override
    public TensorSpec stopGradient(TensorSpec x) {
      return x;
    }

    @Override
    public TensorSpec dropoutMask(double rate, long place, TensorSpec result) {
      return result;
    }

    @Override
    public List<TensorSpec> valueAndGradients(
        Function<List<TensorSpec>, List<TensorSpec>> loss,
        List<TensorSpec> at,
        List<TensorSpec> specs) {
      List<TensorSpec> out = new ArrayList<>(loss.apply(at));
      out.addAll(specs);
      return out;
    }
  }
}
