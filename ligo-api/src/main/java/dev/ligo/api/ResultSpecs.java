package dev.ligo.api;

import dev.ligo.api.spi.Kernels.Binary;
import dev.ligo.api.spi.Kernels.Reduction;
import dev.ligo.api.spi.Kernels.Unary;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;

/** Infers the dtype and shape of each operation's result and refuses operands that do not fit. */
final class ResultSpecs {
  private ResultSpecs() {}

  private static String name(Enum<?> operation) {
    return operation.name().toLowerCase(Locale.ROOT);
  }

  // Elementwise.

  static TensorSpec unary(Unary f, TensorSpec x) {
    switch (f) {
      case NOT -> Checks.bool("not", x);
      case NEGATE -> Checks.number("negate", x);
      default -> Checks.floating(name(f), x);
    }
    return x;
  }

  static TensorSpec binary(Binary f, TensorSpec a, TensorSpec b) {
    Checks.sameDType(name(f), a, b);
    switch (f) {
      case AND, OR -> Checks.bool(name(f), a);
      case DIVIDE, MAXIMUM, MINIMUM -> Checks.floating(name(f), a);
      case EQUAL -> {}
      default -> Checks.number(name(f), a);
    }
    Shape shape = Checks.broadcast(name(f), a.shape(), b.shape());
    return new TensorSpec(f.isComparison() ? DType.BOOL : a.dtype(), shape);
  }

  static TensorSpec where(TensorSpec condition, TensorSpec a, TensorSpec b) {
    Checks.bool("where", condition);
    Checks.sameDType("where", a, b);
    Shape first = Checks.broadcast("where", condition.shape(), a.shape());
    return new TensorSpec(a.dtype(), Checks.broadcast("where", first, b.shape()));
  }

  static TensorSpec cast(TensorSpec x, DType dtype) {
    if (x.dtype().isFloating()) {
      throw new TensorException(
          "cast converts integers and truth values, found "
              + x
              + "; give the program inputs of one floating dtype.");
    }
    return new TensorSpec(dtype, x.shape());
  }

  // Reductions.

  /** Returns the axes that a reduction takes, in order: those given, or all if none is. */
  static int[] reducedAxes(Reduction r, TensorSpec x, int... axes) {
    if (r == Reduction.SUM) {
      Checks.number(name(r), x);
    } else {
      Checks.floating(name(r), x);
    }
    Shape shape = x.shape();
    int[] reduced =
        axes.length == 0
            ? IntStream.range(0, shape.rank()).toArray()
            : Arrays.stream(axes).map(shape::axis).sorted().distinct().toArray();
    if (r != Reduction.SUM && Arrays.stream(reduced).anyMatch(a -> shape.dim(a) == 0)) {
      throw new TensorException(
          name(r) + " needs at least one element, found shape " + shape + ".");
    }
    return reduced;
  }

  /**
   * Returns what is left after a reduction.
   *
   * @param axes the axes that are reduced, in order
   * @param keep whether they stay, with extent 1
   */
  static TensorSpec reduce(TensorSpec x, int[] axes, boolean keep) {
    IntStream.Builder left = IntStream.builder();
    for (int i = 0; i < x.shape().rank(); i++) {
      if (Arrays.binarySearch(axes, i) < 0) {
        left.add(x.shape().dim(i));
      } else if (keep) {
        left.add(1);
      }
    }
    return new TensorSpec(x.dtype(), Shape.of(left.build().toArray()));
  }

  static TensorSpec argMax(TensorSpec x, int axis) {
    Checks.floating("argMax", x);
    int a = x.shape().axis(axis);
    if (x.shape().dim(a) == 0) {
      throw new TensorException(
          "argMax needs at least one element, found shape " + x.shape() + ".");
    }
    return new TensorSpec(DType.INT64, reduce(x, new int[] {a}, false).shape());
  }

  // Products.

  static TensorSpec matmul(TensorSpec a, boolean transposeA, TensorSpec b, boolean transposeB) {
    Checks.sameDType("matmul", a, b);
    Checks.floating("matmul", a);
    Shape x = a.shape();
    Shape y = b.shape();
    if (x.rank() < 2 || y.rank() < 2) {
      throw new TensorException(
          "matmul needs at least two axes on both sides, found " + x + " and " + y + ".");
    }
    int inner = x.dim(transposeA ? -2 : -1);
    int innerB = y.dim(transposeB ? -1 : -2);
    if (inner != innerB) {
      throw new TensorException(
          "matmul of "
              + x
              + (transposeA ? "ᵀ" : "")
              + " and "
              + y
              + (transposeB ? "ᵀ" : "")
              + ": the inner extents "
              + inner
              + " and "
              + innerB
              + " differ.");
    }
    Shape batch =
        Checks.broadcast(
            "matmul",
            Shape.of(Arrays.copyOf(x.dims(), x.rank() - 2)),
            Shape.of(Arrays.copyOf(y.dims(), y.rank() - 2)));
    int[] dims = Arrays.copyOf(batch.dims(), batch.rank() + 2);
    dims[dims.length - 2] = x.dim(transposeA ? -1 : -2);
    dims[dims.length - 1] = y.dim(transposeB ? -2 : -1);
    return new TensorSpec(a.dtype(), Shape.of(dims));
  }

  static TensorSpec linear(TensorSpec x, TensorSpec weight, Optional<TensorSpec> bias) {
    Checks.sameDType("linear", x, weight);
    Checks.floating("linear", x);
    if (x.shape().rank() < 1
        || weight.shape().rank() != 2
        || x.shape().dim(-1) != weight.shape().dim(1)) {
      throw new TensorException(
          "linear needs x of (…, in) and a weight of (out, in), found "
              + x.shape()
              + " and "
              + weight.shape()
              + ".");
    }
    int out = weight.shape().dim(0);
    bias.ifPresent(b -> Checks.vector("linear's bias", x, b, out));
    return new TensorSpec(x.dtype(), x.shape().withDim(-1, out));
  }

  // Shapes.

  /** Returns the shape in which one extent may be −1: whatever makes the sizes equal. */
  static Shape closed(Shape shape, int... dims) {
    long known = 1;
    int open = -1;
    for (int i = 0; i < dims.length; i++) {
      if (dims[i] == -1 && open < 0) {
        open = i;
      } else {
        known *= dims[i];
      }
    }
    int[] d = dims.clone();
    if (open >= 0) {
      if (known <= 0 || shape.size() % known != 0) {
        throw new TensorException(
            "reshape of "
                + shape
                + " to "
                + Arrays.toString(dims)
                + ": the open extent does not come out.");
      }
      d[open] = Math.toIntExact(shape.size() / known);
    }
    return Shape.of(d);
  }

  static TensorSpec reshape(TensorSpec x, Shape to) {
    if (to.size() != x.shape().size()) {
      throw new TensorException("reshape of " + x.shape() + " to " + to + ": the sizes differ.");
    }
    return new TensorSpec(x.dtype(), to);
  }

  static Shape expandDims(Shape shape, int axis) {
    int rank = shape.rank() + 1;
    int a = axis < 0 ? axis + rank : axis;
    if (a < 0 || a >= rank) {
      throw new TensorException("expandDims of " + shape + " at axis " + axis + ": out of range.");
    }
    int[] d = new int[rank];
    for (int i = 0, j = 0; i < rank; i++) {
      d[i] = i == a ? 1 : shape.dim(j++);
    }
    return Shape.of(d);
  }

  static TensorSpec permute(TensorSpec x, int... order) {
    Shape shape = x.shape();
    if (order.length != shape.rank()) {
      throw new TensorException(
          "permute of "
              + shape
              + " needs "
              + shape.rank()
              + " axes, found "
              + Arrays.toString(order)
              + ".");
    }
    if (Arrays.stream(order).map(shape::axis).distinct().count() < order.length) {
      throw new TensorException(
          "permute of " + shape + " names an axis twice: " + Arrays.toString(order) + ".");
    }
    return new TensorSpec(x.dtype(), Shape.of(Arrays.stream(order).map(shape::dim).toArray()));
  }

  static TensorSpec broadcastTo(TensorSpec x, Shape to) {
    if (!Checks.broadcast("broadcastTo", x.shape(), to).equals(to)) {
      throw new TensorException("broadcastTo of " + x.shape() + " to " + to + " does not fit.");
    }
    return new TensorSpec(x.dtype(), to);
  }

  static TensorSpec slice(TensorSpec x, int axis, int from, int to) {
    int a = x.shape().axis(axis);
    if (from < 0 || to < from || to > x.shape().dim(a)) {
      throw new TensorException(
          "slice of "
              + x.shape()
              + " from "
              + from
              + " to "
              + to
              + " along axis "
              + a
              + ": out of range.");
    }
    return new TensorSpec(x.dtype(), x.shape().withDim(a, to - from));
  }

  static TensorSpec pad(TensorSpec x, int axis, int before, int after) {
    int a = x.shape().axis(axis);
    if (before < 0 || after < 0) {
      throw new TensorException(
          "pad adds no negative number, found " + before + " and " + after + ".");
    }
    int extent = Math.addExact(x.shape().dim(a), before + after);
    return new TensorSpec(x.dtype(), x.shape().withDim(a, extent));
  }

  static List<TensorSpec> split(TensorSpec x, int axis, int... extents) {
    int a = x.shape().axis(axis);
    if (Arrays.stream(extents).sum() != x.shape().dim(a)
        || Arrays.stream(extents).anyMatch(e -> e < 0)) {
      throw new TensorException(
          "split of "
              + x.shape()
              + " along axis "
              + a
              + " into "
              + Arrays.toString(extents)
              + ": the parts do not add up.");
    }
    return Arrays.stream(extents)
        .mapToObj(e -> new TensorSpec(x.dtype(), x.shape().withDim(a, e)))
        .toList();
  }

  // Look-ups.

  static TensorSpec take(TensorSpec x, TensorSpec indices, int axis) {
    Checks.integer("take's indices", indices);
    Shape shape = x.shape();
    int a = shape.axis(axis);
    if (shape.dim(a) == 0 && indices.shape().size() > 0) {
      throw new TensorException("take from the empty axis " + a + " of " + shape + ".");
    }
    int[] d =
        IntStream.range(0, shape.rank())
            .flatMap(
                i -> i == a ? Arrays.stream(indices.shape().dims()) : IntStream.of(shape.dim(i)))
            .toArray();
    return new TensorSpec(x.dtype(), Shape.of(d));
  }

  static TensorSpec gather(TensorSpec x, TensorSpec indices, int axis) {
    Checks.integer("gather's indices", indices);
    int a = x.shape().axis(axis);
    if (!Checks.equalBut(a, indices.shape(), x.shape())) {
      throw new TensorException(
          "gather along axis "
              + a
              + " of "
              + x.shape()
              + " needs indices with equal extents on all others, found "
              + indices.shape()
              + ".");
    }
    return new TensorSpec(x.dtype(), indices.shape());
  }

  static TensorSpec concat(TensorSpec first, List<TensorSpec> parts, int axis) {
    int a = first.shape().axis(axis);
    int extent = 0;
    for (TensorSpec p : parts) {
      Checks.sameDType("concat", first, p);
      if (!Checks.equalBut(a, p.shape(), first.shape())) {
        throw new TensorException(
            "concat along axis "
                + a
                + " needs equal extents on all others, found "
                + first.shape()
                + " and "
                + p.shape()
                + ".");
      }
      extent += p.shape().dim(a);
    }
    return new TensorSpec(first.dtype(), first.shape().withDim(a, extent));
  }

  // Functions of networks.

  static TensorSpec linearCrossEntropy(
      TensorSpec x,
      TensorSpec weight,
      Optional<TensorSpec> bias,
      TensorSpec labels,
      TensorSpec weights) {
    TensorSpec losses = crossEntropy(linear(x, weight, bias), labels);
    Checks.vector("linearCrossEntropy's weights", losses, weights, losses.shape().dim(0));
    return new TensorSpec(losses.dtype(), Shape.of());
  }

  static TensorSpec crossEntropy(TensorSpec logits, TensorSpec labels) {
    Checks.lastAxis("crossEntropy", logits);
    Checks.integer("crossEntropy's labels", labels);
    if (logits.shape().rank() != 2 || !labels.shape().equals(Shape.of(logits.shape().dim(0)))) {
      throw new TensorException(
          "crossEntropy needs logits of (rows, classes) and labels of (rows), found "
              + logits.shape()
              + " and "
              + labels.shape()
              + ".");
    }
    return new TensorSpec(logits.dtype(), labels.shape());
  }

  /**
   * Returns what ordinary attention gives, which engines have fused; nothing for other shapes,
   * which the composition takes or refuses.
   */
  static Optional<TensorSpec> attention(
      TensorSpec query, TensorSpec key, TensorSpec value, Optional<TensorSpec> bias) {
    Shape q = query.shape();
    Shape k = key.shape();
    Shape v = value.shape();
    if (q.rank() < 3 || k.rank() != q.rank() || v.rank() != q.rank() || k.dim(-1) != q.dim(-1)) {
      return Optional.empty();
    }
    if (k.dim(-2) == 0 || k.dim(-2) != v.dim(-2)) {
      return Optional.empty(); // the composition refuses the softmax over nothing
    }
    for (int i = 0; i < q.rank() - 2; i++) {
      if (k.dim(i) != q.dim(i) || v.dim(i) != q.dim(i)) {
        return Optional.empty();
      }
    }
    Shape scores = q.withDim(-1, k.dim(-2));
    boolean fits =
        bias.isEmpty()
            || (bias.get().dtype() == query.dtype()
                && Checks.broadcast("attention's bias", bias.get().shape(), scores).equals(scores));
    return fits
        ? Optional.of(new TensorSpec(query.dtype(), q.withDim(-1, v.dim(-1))))
        : Optional.empty();
  }
}
