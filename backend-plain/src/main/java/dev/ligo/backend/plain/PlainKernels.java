package dev.ligo.backend.plain;

import dev.ligo.api.HostArray;
import dev.ligo.api.Shape;
import dev.ligo.api.TensorSpec;
import dev.ligo.api.spi.Kernels;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * The operations in plain Java. Almost all that moves elements is one of two operations, each the
 * other's derivative: {@link #pick}, whose result takes each element from a position, and {@link
 * #pour}, whose result adds each element up at a position.
 */
public final class PlainKernels implements Kernels<PlainArray> {
  /** A part of a loss that is run again on the way back, and what it gave. */
  private record Region(Supplier<PlainArray> body, PlainArray result) {}

  private final long seed;
  private final List<Region> regions = new ArrayList<>();

  /** Kernels for one run. */
  public PlainKernels(long seed) {
    this.seed = seed;
  }

  /** Returns the array whose element i is x's at position from[i]. */
  private static PlainArray pick(PlainArray x, int[] from, TensorSpec result) {
    double[] elements = x.elements();
    double[] picked = new double[from.length];
    Arrays.setAll(picked, i -> elements[from[i]]);
    return PlainArray.result(
        result,
        picked,
        List.of(x),
        (g, s) -> {
          double[] gradient = s.get(0);
          for (int i = 0; i < from.length; i++) {
            gradient[from[i]] += g[i];
          }
        });
  }

  /** Returns the array that has, at each position, the sum of the elements that go to it. */
  private static PlainArray pour(List<PlainArray> parts, List<int[]> to, TensorSpec result) {
    double[] sums = new double[Math.toIntExact(result.shape().size())];
    for (int p = 0; p < parts.size(); p++) {
      double[] elements = parts.get(p).elements();
      int[] at = to.get(p);
      for (int i = 0; i < at.length; i++) {
        sums[at[i]] += elements[i];
      }
    }
    return PlainArray.result(
        result,
        sums,
        parts,
        (g, s) -> {
          for (int p = 0; p < s.size(); p++) {
            int[] from = to.get(p);
            double[] part = s.get(p);
            Arrays.setAll(part, i -> part[i] + g[from[i]]);
          }
        });
  }

  @Override
  public PlainArray constant(HostArray value) {
    return PlainArray.constant(PlainArray.copy(value));
  }

  @Override
  public PlainArray unary(Unary function, PlainArray x, TensorSpec result) {
    double[] in = x.elements();
    double[] out = new double[in.length];
    Arrays.setAll(out, i -> PlainFunctions.value(function, in[i]));
    return PlainArray.result(
        result,
        out,
        List.of(x),
        (g, s) -> {
          double[] gradient = s.get(0);
          for (int i = 0; i < g.length; i++) {
            gradient[i] += g[i] * PlainFunctions.derivative(function, in[i], out[i]);
          }
        });
  }

  @Override
  public PlainArray binary(Binary function, PlainArray a, PlainArray b, TensorSpec result) {
    PlainArray x = broadcast(a, result);
    PlainArray y = broadcast(b, result);
    double[] left = x.elements();
    double[] right = y.elements();
    return PlainArray.result(
        result,
        i -> PlainFunctions.value(function, left[i], right[i]),
        List.of(x, y),
        (g, s) -> {
          double[] toLeft = s.get(0);
          double[] toRight = s.get(1);
          for (int i = 0; i < g.length; i++) {
            toLeft[i] += g[i] * PlainFunctions.derivativeA(function, left[i], right[i]);
            toRight[i] += g[i] * PlainFunctions.derivativeB(function, left[i], right[i]);
          }
        });
  }

  @Override
  public PlainArray where(PlainArray condition, PlainArray a, PlainArray b, TensorSpec result) {
    PlainArray c = broadcast(condition, result);
    PlainArray x = broadcast(a, result);
    PlainArray y = broadcast(b, result);
    return PlainArray.result(
        result,
        i -> c.get(i) != 0 ? x.get(i) : y.get(i),
        List.of(x, y),
        (g, s) -> {
          for (int i = 0; i < g.length; i++) {
            s.get(c.get(i) != 0 ? 0 : 1)[i] += g[i];
          }
        });
  }

  @Override
  public PlainArray reduce(
      Reduction reduction, PlainArray x, int[] axes, boolean keepAxes, TensorSpec result) {
    int[] kept = x.dims();
    Arrays.stream(axes).forEach(a -> kept[a] = 1);
    int[] to = Strides.positions(x.dims(), 0, Strides.fixed(Strides.rowMajor(kept), axes));
    double share = Math.max(1, result.shape().size()) / (double) Math.max(1, x.size());
    return switch (reduction) {
      case SUM -> pour(List.of(x), List.of(to), result);
      case MEAN -> scaled(pour(List.of(x), List.of(to), result), share);
      case MAX -> max(x, to, result);
    };
  }

  private static PlainArray scaled(PlainArray x, double factor) {
    return PlainArray.result(
        x.values().spec(),
        i -> x.get(i) * factor,
        List.of(x),
        (g, s) -> Arrays.setAll(s.get(0), i -> s.get(0)[i] + g[i] * factor));
  }

  private static PlainArray max(PlainArray x, int[] to, TensorSpec result) {
    double[] largest = new double[Math.toIntExact(result.shape().size())];
    Arrays.fill(largest, Double.NEGATIVE_INFINITY);
    IntStream.range(0, to.length).forEach(i -> largest[to[i]] = Math.max(largest[to[i]], x.get(i)));
    return PlainArray.result(
        result,
        i -> largest[i],
        List.of(x),
        (g, s) ->
            IntStream.range(0, to.length)
                .filter(i -> x.get(i) == largest[to[i]])
                .forEach(i -> s.get(0)[i] += g[to[i]]));
  }

  @Override
  public PlainArray argMax(PlainArray x, int axis, TensorSpec result) {
    int[] first = x.dims();
    int extent = first[axis];
    int[] strides = Strides.rowMajor(first);
    first[axis] = 1;
    int[] starts = Strides.positions(first, 0, strides);
    return PlainArray.result(
        result,
        i -> {
          int best = 0;
          for (int k = 1; k < extent; k++) {
            double next = x.get(starts[i] + k * strides[axis]);
            best = next > x.get(starts[i] + best * strides[axis]) ? k : best;
          }
          return best;
        },
        List.of(),
        (g, s) -> {});
  }

  @Override
  public PlainArray matmul(
      PlainArray a, boolean transposeA, PlainArray b, boolean transposeB, TensorSpec result) {
    int[] dims = result.shape().dims();
    int m = dims[dims.length - 2];
    int n = dims[dims.length - 1];
    int inner = a.dims()[a.dims().length - (transposeA ? 2 : 1)];
    PlainArray x = matrices(a, transposeA, dims, m, inner);
    PlainArray y = matrices(b, transposeB, dims, inner, n);
    double[] left = x.elements();
    double[] right = y.elements();
    double[] product = new double[Math.toIntExact(result.shape().size())];
    int rows = n == 0 ? 0 : product.length / n;
    for (int row = 0; row < rows; row++) {
      for (int k = 0; k < inner; k++) {
        double factor = left[row * inner + k];
        int from = (row / m * inner + k) * n;
        for (int j = 0; j < n; j++) {
          product[row * n + j] += factor * right[from + j];
        }
      }
    }
    return PlainArray.result(
        result,
        product,
        List.of(x, y),
        (g, s) -> {
          double[] toLeft = s.get(0);
          double[] toRight = s.get(1);
          for (int row = 0; row < rows; row++) {
            for (int k = 0; k < inner; k++) {
              int at = row * inner + k;
              int from = (row / m * inner + k) * n;
              for (int j = 0; j < n; j++) {
                toLeft[at] += g[row * n + j] * right[from + j];
                toRight[from + j] += g[row * n + j] * left[at];
              }
            }
          }
        });
  }

  /** Repeats matrices over the batch axes of a result, transposed if asked. */
  private PlainArray matrices(PlainArray x, boolean transpose, int[] dims, int rows, int columns) {
    int[] to = dims.clone();
    to[dims.length - 2] = rows;
    to[dims.length - 1] = columns;
    int[] strides = Strides.broadcast(x.dims(), dims.length);
    if (transpose) {
      int last = strides[dims.length - 1];
      strides[dims.length - 1] = strides[dims.length - 2];
      strides[dims.length - 2] = last;
    }
    if (!transpose && Arrays.equals(to, x.dims())) {
      return x;
    }
    TensorSpec spec = new TensorSpec(x.values().dtype(), Shape.of(to));
    return pick(x, Strides.positions(to, 0, strides), spec);
  }

  @Override
  public PlainArray reshape(PlainArray x, TensorSpec result) {
    return pick(x, IntStream.range(0, x.size()).toArray(), result);
  }

  @Override
  public PlainArray permute(PlainArray x, int[] order, TensorSpec result) {
    int[] strides = Strides.rowMajor(x.dims());
    int[] permuted = Arrays.stream(order).map(a -> strides[a]).toArray();
    return pick(x, Strides.positions(result.shape().dims(), 0, permuted), result);
  }

  @Override
  public PlainArray broadcastTo(PlainArray x, TensorSpec result) {
    int[] dims = result.shape().dims();
    int[] from = Strides.positions(dims, 0, Strides.broadcast(x.dims(), dims.length));
    return pick(x, from, result);
  }

  private PlainArray broadcast(PlainArray x, TensorSpec like) {
    return x.values().shape().equals(like.shape())
        ? x
        : broadcastTo(x, new TensorSpec(x.values().dtype(), like.shape()));
  }

  @Override
  public PlainArray slice(PlainArray x, int axis, int from, int to, TensorSpec result) {
    int[] strides = Strides.rowMajor(x.dims());
    int[] dims = result.shape().dims();
    return pick(x, Strides.positions(dims, from * strides[axis], strides), result);
  }

  @Override
  public PlainArray pad(PlainArray x, int axis, int before, int after, TensorSpec result) {
    int[] strides = Strides.rowMajor(result.shape().dims());
    int[] to = Strides.positions(x.dims(), before * strides[axis], strides);
    return pour(List.of(x), List.of(to), result);
  }

  @Override
  public PlainArray concat(List<PlainArray> parts, int axis, TensorSpec result) {
    int[] strides = Strides.rowMajor(result.shape().dims());
    List<int[]> to = new ArrayList<>();
    int start = 0;
    for (PlainArray p : parts) {
      to.add(Strides.positions(p.dims(), start * strides[axis], strides));
      start += p.dims()[axis];
    }
    return pour(parts, to, result);
  }

  @Override
  public PlainArray take(PlainArray x, PlainArray indices, int axis, TensorSpec result) {
    int[] strides = Strides.rowMajor(x.dims());
    int inner = strides[axis];
    int outer = inner * x.dims()[axis];
    int n = indices.size();
    int[] from = new int[Math.toIntExact(result.shape().size())];
    Arrays.setAll(
        from,
        i -> i / (n * inner) * outer + ((int) indices.get(i / inner % n)) * inner + i % inner);
    return pick(x, from, result);
  }

  @Override
  public PlainArray gather(PlainArray x, PlainArray indices, int axis, TensorSpec result) {
    int[] strides = Strides.rowMajor(x.dims());
    int[] from = Strides.positions(result.shape().dims(), 0, Strides.fixed(strides, axis));
    Arrays.setAll(from, i -> from[i] + ((int) indices.get(i)) * strides[axis]);
    return pick(x, from, result);
  }

  @Override
  public PlainArray cast(PlainArray x, TensorSpec result) {
    return PlainArray.result(result, x::get, List.of(), (g, s) -> {});
  }

  @Override
  public PlainArray stopGradient(PlainArray x) {
    return PlainArray.constant(x.values());
  }

  @Override
  public PlainArray dropoutMask(double rate, long place, TensorSpec result) {
    SplittableRandom random = new SplittableRandom(seed ^ (place + 1) * 0x9E3779B97F4A7C15L);
    double kept = 1 / (1 - rate);
    return PlainArray.result(
        result, i -> random.nextDouble() < rate ? 0 : kept, List.of(), (g, s) -> {});
  }

  /** The result begins a new history: that of the region is made again on the way back. */
  @Override
  public PlainArray recomputed(Supplier<PlainArray> region) {
    PlainArray first = region.get();
    if (!first.differentiable()) {
      return first;
    }
    PlainArray result = PlainArray.variable(first.values());
    regions.add(new Region(region, result));
    return result;
  }

  @Override
  public List<PlainArray> valueAndGradients(
      Function<List<PlainArray>, List<PlainArray>> loss,
      List<PlainArray> at,
      List<TensorSpec> specs) {
    List<PlainArray> variables = at.stream().map(x -> PlainArray.variable(x.values())).toList();
    regions.clear();
    List<PlainArray> results = loss.apply(variables);
    Backpropagation gradients = new Backpropagation(results.get(0));
    for (int i = regions.size() - 1; i >= 0; i--) {
      Region r = regions.get(i);
      gradients.continueFrom(r.result(), r.body().get());
    }
    List<PlainArray> out = new ArrayList<>();
    results.forEach(r -> out.add(stopGradient(r)));
    variables.forEach(v -> out.add(PlainArray.constant(gradients.gradient(v))));
    return out;
  }
}
