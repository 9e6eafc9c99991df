package dev.ligo.testkit;

import dev.ligo.api.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;

/**
 * The primitive operations in plain Java and double precision, each written as what its result
 * holds at an index. Slow, short, and independent of any engine.
 */
final class Oracle {
  private Oracle() {}

  // Elementwise.

  static Doubles map(Doubles x, DoubleUnaryOperator f) {
    return Doubles.of(x.shape(), i -> f.applyAsDouble(x.at(i)));
  }

  static Doubles zip(Doubles a, Doubles b, DoubleBinaryOperator f) {
    return Doubles.of(broadcast(a.shape(), b.shape()), i -> f.applyAsDouble(a.at(i), b.at(i)));
  }

  static Doubles where(Doubles condition, Doubles a, Doubles b) {
    Shape shape = broadcast(condition.shape(), broadcast(a.shape(), b.shape()));
    return Doubles.of(shape, i -> condition.at(i) != 0 ? a.at(i) : b.at(i));
  }

  static double truth(boolean value) {
    return value ? 1 : 0;
  }

  static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }

  /**
   * The error function by its series 2/√π · e^(−x²) · Σ 2ⁿx²ⁿ⁺¹/(2n+1)!!, whose terms have one sign
   * (Abramowitz and Stegun, 7.1.6). From |x| = 6 on it is ±1 in double precision.
   */
  static double erf(double x) {
    if (Double.isNaN(x) || Math.abs(x) >= 6) {
      return Math.signum(x);
    }
    double term = x;
    double sum = x;
    for (int n = 1; Math.abs(term) > Math.abs(sum) * 1e-18; n++) {
      term *= 2 * x * x / (2 * n + 1);
      sum += term;
    }
    return 2 / Math.sqrt(Math.PI) * Math.exp(-x * x) * sum;
  }

  // Reductions. No axes stands for all of them.

  static Doubles sum(Doubles x, boolean keep, int... axes) {
    return fold(x, keep, axes, 0, Double::sum);
  }

  static Doubles mean(Doubles x, boolean keep, int... axes) {
    Doubles sum = sum(x, keep, axes);
    return map(sum, s -> s * sum.size() / x.size());
  }

  static Doubles max(Doubles x, boolean keep, int... axes) {
    return fold(x, keep, axes, Double.NEGATIVE_INFINITY, Math::max);
  }

  private static Doubles fold(
      Doubles x, boolean keep, int[] axes, double start, DoubleBinaryOperator f) {
    int rank = x.shape().rank();
    int[] reduced = axes.length == 0 ? IntStream.range(0, rank).toArray() : axes;
    Shape kept = x.shape();
    for (int a : reduced) {
      kept = kept.withDim(a, 1);
    }
    double[] result = new double[Math.toIntExact(kept.size())];
    Arrays.fill(result, start);
    double[] positions = IntStream.range(0, result.length).asDoubleStream().toArray();
    Doubles targets = Doubles.of(kept, positions);
    Doubles target = Doubles.of(x.shape(), targets::at);
    for (int i = 0; i < x.size(); i++) {
      int to = (int) target.flat(i);
      result[to] = f.applyAsDouble(result[to], x.flat(i));
    }
    return Doubles.of(keep ? kept : without(x.shape(), reduced), result);
  }

  static Doubles argMax(Doubles x, int axis) {
    int a = x.shape().axis(axis);
    return Doubles.of(
        without(x.shape(), a),
        i -> {
          int best = 0;
          for (int k = 1; k < x.shape().dim(a); k++) {
            best = x.at(inserted(i, a, k)) > x.at(inserted(i, a, best)) ? k : best;
          }
          return best;
        });
  }

  // Products.

  static Doubles matmul(Doubles a, boolean transposeA, Doubles b, boolean transposeB) {
    return matmul(transposeA ? transpose(a) : a, transposeB ? transpose(b) : b);
  }

  static Doubles matmul(Doubles a, Doubles b) {
    Shape batch = broadcast(without(a.shape(), -2, -1), without(b.shape(), -2, -1));
    int row = batch.rank();
    int column = row + 1;
    int[] dims = Arrays.copyOf(batch.dims(), row + 2);
    dims[row] = a.shape().dim(-2);
    dims[column] = b.shape().dim(-1);
    return Doubles.of(
        Shape.of(dims),
        i -> {
          double sum = 0;
          for (int k = 0; k < a.shape().dim(-1); k++) {
            sum += a.at(replaced(i, column, k)) * b.at(replaced(i, row, k));
          }
          return sum;
        });
  }

  // Shapes.

  static Doubles transpose(Doubles x) {
    int[] order = IntStream.range(0, x.shape().rank()).toArray();
    order[order.length - 2]++;
    order[order.length - 1]--;
    return permute(x, order);
  }

  static Doubles permute(Doubles x, int... order) {
    int[] axes = Arrays.stream(order).map(x.shape()::axis).toArray();
    Shape shape = Shape.of(Arrays.stream(axes).map(x.shape()::dim).toArray());
    return Doubles.of(
        shape,
        i -> {
          int[] source = new int[i.length];
          for (int a = 0; a < i.length; a++) {
            source[axes[a]] = i[a];
          }
          return x.at(source);
        });
  }

  static Doubles broadcastTo(Doubles x, Shape shape) {
    return Doubles.of(shape, x::at);
  }

  static Doubles slice(Doubles x, int axis, int from, int to) {
    int a = x.shape().axis(axis);
    return Doubles.of(x.shape().withDim(a, to - from), i -> x.at(replaced(i, a, i[a] + from)));
  }

  static Doubles pad(Doubles x, int axis, int before, int after) {
    int a = x.shape().axis(axis);
    int extent = x.shape().dim(a);
    return Doubles.of(
        x.shape().withDim(a, before + extent + after),
        i -> {
          int k = i[a] - before;
          return k >= 0 && k < extent ? x.at(replaced(i, a, k)) : 0;
        });
  }

  static Doubles concat(int axis, List<Doubles> parts) {
    Shape first = parts.get(0).shape();
    int a = first.axis(axis);
    int extent = parts.stream().mapToInt(p -> p.shape().dim(a)).sum();
    return Doubles.of(
        first.withDim(a, extent),
        i -> {
          int k = i[a];
          int part = 0;
          while (k >= parts.get(part).shape().dim(a)) {
            k -= parts.get(part++).shape().dim(a);
          }
          return parts.get(part).at(replaced(i, a, k));
        });
  }

  // Look-ups.

  static Doubles take(Doubles x, Doubles indices, int axis) {
    int a = x.shape().axis(axis);
    int n = indices.shape().rank();
    int[] head = Arrays.copyOf(x.shape().dims(), a);
    int[] tail = Arrays.copyOfRange(x.shape().dims(), a + 1, x.shape().rank());
    return Doubles.of(
        Shape.of(joined(head, indices.shape().dims(), tail)),
        i -> {
          int k = (int) indices.at(Arrays.copyOfRange(i, a, a + n));
          return x.at(
              joined(Arrays.copyOf(i, a), new int[] {k}, Arrays.copyOfRange(i, a + n, i.length)));
        });
  }

  static Doubles gather(Doubles x, Doubles indices, int axis) {
    int a = x.shape().axis(axis);
    return Doubles.of(indices.shape(), i -> x.at(replaced(i, a, (int) indices.at(i))));
  }

  // Indices and shapes.

  static Shape broadcast(Shape a, Shape b) {
    int rank = Math.max(a.rank(), b.rank());
    int[] dims = new int[rank];
    for (int i = 1; i <= rank; i++) {
      int x = i <= a.rank() ? a.dim(-i) : 1;
      int y = i <= b.rank() ? b.dim(-i) : 1;
      dims[rank - i] = x == 1 ? y : x;
    }
    return Shape.of(dims);
  }

  private static Shape without(Shape shape, int... axes) {
    int[] gone = Arrays.stream(axes).map(shape::axis).toArray();
    return Shape.of(
        IntStream.range(0, shape.rank())
            .filter(a -> Arrays.stream(gone).noneMatch(g -> g == a))
            .map(shape::dim)
            .toArray());
  }

  private static int[] replaced(int[] index, int axis, int value) {
    int[] other = index.clone();
    other[axis] = value;
    return other;
  }

  private static int[] inserted(int[] index, int axis, int value) {
    return joined(
        Arrays.copyOf(index, axis),
        new int[] {value},
        Arrays.copyOfRange(index, axis, index.length));
  }

  private static int[] joined(int[]... parts) {
    return Arrays.stream(parts).flatMapToInt(Arrays::stream).toArray();
  }
}
