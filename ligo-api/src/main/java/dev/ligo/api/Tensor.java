package dev.ligo.api;

import dev.ligo.api.spi.Kernels;
import dev.ligo.api.spi.Kernels.Binary;
import dev.ligo.api.spi.Kernels.Reduction;
import dev.ligo.api.spi.Kernels.Unary;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * A value inside a {@link Program}: a dtype, a shape and operations, each giving a new tensor. Its
 * elements cannot be read by the host. Elementwise operations broadcast as in NumPy; dtypes never
 * mix. Negative axes count from the last.
 *
 * <p>All methods throw {@link TensorException} for shapes or dtypes that do not fit and {@link
 * IllegalUseException} for a tensor of another program, of a scope or loss that has ended, or one
 * that an optimizer step consumed.
 */
public final class Tensor {
  /** What a tensor and its views share: whether their memory was given up to an update. */
  static final class Storage {
    private boolean consumed;
  }

  private final Tensors t;
  private final Tensors.Region region;
  private final Storage storage;
  private final Object handle;
  private final TensorSpec spec;

  Tensor(Tensors t, Tensors.Region region, Storage storage, Object handle, TensorSpec spec) {
    this.t = t;
    this.region = region;
    this.storage = storage;
    this.handle = handle;
    this.spec = spec;
  }

  /** Returns the dtype and shape. */
  public TensorSpec spec() {
    return spec;
  }

  /** Returns the element type. */
  public DType dtype() {
    return spec.dtype();
  }

  /** Returns the extents. */
  public Shape shape() {
    return spec.shape();
  }

  Storage storage() {
    return storage;
  }

  /** Returns the handle for use in an application, after checking that it may be used there. */
  Object handle(Tensors user) {
    if (user != t) {
      throw new IllegalUseException(
          "a tensor of one program was used in another; pass its value as an input.");
    }
    region.checkOpen();
    if (storage.consumed) {
      throw new IllegalUseException(
          "a tensor was used after an AdamW step consumed it; use the state that the step returned.");
    }
    return handle;
  }

  private Object handle() {
    return handle(t);
  }

  /** Returns the handle of an output, which {@link Tensors#apply} has checked. */
  Object rawHandle() {
    return handle;
  }

  private Kernels<Object> k() {
    return t.kernels();
  }

  private Tensor make(Object result, TensorSpec resultSpec) {
    return t.tensor(result, resultSpec);
  }

  /** What a fused operation gave, or the composition where it asks to be composed. */
  private Tensor fused(Optional<Object> result, TensorSpec spec, Supplier<Tensor> composition) {
    return result.map(r -> make(r, spec)).orElseGet(composition);
  }

  // Elementwise.

  private Tensor unary(Unary f) {
    if (f == Unary.NOT) {
      Checks.bool("not", this);
    } else if (f == Unary.NEGATE) {
      Checks.number("negate", this);
    } else {
      Checks.floating(f.name().toLowerCase(java.util.Locale.ROOT), this);
    }
    return make(k().unary(f, handle(), spec), spec);
  }

  private Tensor binary(Binary f, Tensor b) {
    String name = f.name().toLowerCase(java.util.Locale.ROOT);
    Checks.sameDType(name, this, b);
    switch (f) {
      case AND, OR -> Checks.bool(name, this);
      case DIVIDE, MAXIMUM, MINIMUM -> Checks.floating(name, this);
      case EQUAL -> {}
      default -> Checks.number(name, this);
    }
    Shape shape = Checks.broadcast(name, shape(), b.shape());
    TensorSpec result = new TensorSpec(f.isComparison() ? DType.BOOL : dtype(), shape);
    return make(k().binary(f, handle(), b.handle(t), result), result);
  }

  private Tensor scalar(double value) {
    return t.scalar(dtype(), value);
  }

  /** Returns this + b. */
  public Tensor add(Tensor b) {
    return binary(Binary.ADD, b);
  }

  /** Returns this + b. */
  public Tensor add(double b) {
    return add(scalar(b));
  }

  /** Returns this − b. */
  public Tensor sub(Tensor b) {
    return binary(Binary.SUBTRACT, b);
  }

  /** Returns this − b. */
  public Tensor sub(double b) {
    return sub(scalar(b));
  }

  /** Returns this · b. */
  public Tensor mul(Tensor b) {
    return binary(Binary.MULTIPLY, b);
  }

  /** Returns this · b. */
  public Tensor mul(double b) {
    return mul(scalar(b));
  }

  /** Returns this / b; both floating. */
  public Tensor div(Tensor b) {
    return binary(Binary.DIVIDE, b);
  }

  /** Returns this / b, floating. */
  public Tensor div(double b) {
    return div(scalar(b));
  }

  /** Returns the larger of this and b; both floating. */
  public Tensor maximum(Tensor b) {
    return binary(Binary.MAXIMUM, b);
  }

  /** Returns the smaller of this and b; both floating. */
  public Tensor minimum(Tensor b) {
    return binary(Binary.MINIMUM, b);
  }

  /** Returns where this equals b. */
  public Tensor equalTo(Tensor b) {
    return binary(Binary.EQUAL, b);
  }

  /** Returns where this equals b. */
  public Tensor equalTo(double b) {
    return equalTo(scalar(b));
  }

  /** Returns where this is below b; both numbers. */
  public Tensor less(Tensor b) {
    return binary(Binary.LESS, b);
  }

  /** Returns where this is at most b; both numbers. */
  public Tensor lessOrEqual(Tensor b) {
    return binary(Binary.LESS_OR_EQUAL, b);
  }

  /** Returns where both truth values hold. */
  public Tensor and(Tensor b) {
    return binary(Binary.AND, b);
  }

  /** Returns where either truth value holds. */
  public Tensor or(Tensor b) {
    return binary(Binary.OR, b);
  }

  /** Returns where this truth value does not hold. */
  public Tensor not() {
    return unary(Unary.NOT);
  }

  /** Returns −this. */
  public Tensor neg() {
    return unary(Unary.NEGATE);
  }

  /** Returns the absolute value; floating. */
  public Tensor abs() {
    return unary(Unary.ABS);
  }

  /** Returns e to the power of this; floating. */
  public Tensor exp() {
    return unary(Unary.EXP);
  }

  /** Returns the natural logarithm; floating. */
  public Tensor log() {
    return unary(Unary.LOG);
  }

  /** Returns the square root; floating. */
  public Tensor sqrt() {
    return unary(Unary.SQRT);
  }

  /** Returns 1 over the square root; floating. */
  public Tensor rsqrt() {
    return unary(Unary.RSQRT);
  }

  /** Returns the sine; floating. */
  public Tensor sin() {
    return unary(Unary.SIN);
  }

  /** Returns the cosine; floating. */
  public Tensor cos() {
    return unary(Unary.COS);
  }

  /** Returns the hyperbolic tangent; floating. */
  public Tensor tanh() {
    return unary(Unary.TANH);
  }

  /** Returns 1/(1+e⁻ˣ); floating. */
  public Tensor sigmoid() {
    return unary(Unary.SIGMOID);
  }

  /** Returns the error function; floating. */
  public Tensor erf() {
    return unary(Unary.ERF);
  }

  /** Returns max(x, 0), whose derivative at 0 is 0; floating. */
  public Tensor relu() {
    return unary(Unary.RELU);
  }

  /** Returns this · this. */
  public Tensor square() {
    return mul(this);
  }

  /** Returns a where this truth value holds and b elsewhere; all three broadcast. */
  public Tensor where(Tensor a, Tensor b) {
    Checks.bool("where", this);
    Checks.sameDType("where", a, b);
    Shape s = Checks.broadcast("where", Checks.broadcast("where", shape(), a.shape()), b.shape());
    TensorSpec result = new TensorSpec(a.dtype(), s);
    return make(k().where(handle(), a.handle(t), b.handle(t), result), result);
  }

  /** Converts integers or truth values to any dtype. Floating tensors are not converted. */
  public Tensor cast(DType dtype) {
    if (dtype == dtype()) {
      return this;
    }
    if (dtype().isFloating()) {
      throw new TensorException(
          "cast converts integers and truth values, found "
              + spec
              + "; give the program inputs of one floating dtype.");
    }
    TensorSpec result = new TensorSpec(dtype, shape());
    return make(k().cast(handle(), result), result);
  }

  /** Returns the same values as a constant for differentiation. */
  public Tensor stopGradient() {
    return t.view(this, k().stopGradient(handle()), spec);
  }

  // Reductions.

  private Tensor reduce(Reduction r, boolean keep, int... axes) {
    String name = r.name().toLowerCase(java.util.Locale.ROOT);
    if (r == Reduction.SUM) {
      Checks.number(name, this);
    } else {
      Checks.floating(name, this);
    }
    int rank = shape().rank();
    boolean[] reduced = new boolean[rank];
    for (int a : axes) {
      reduced[shape().axis(a)] = true;
    }
    if (axes.length == 0) {
      Arrays.fill(reduced, true);
    }
    List<Integer> list = new ArrayList<>();
    List<Integer> left = new ArrayList<>();
    for (int i = 0; i < rank; i++) {
      if (reduced[i]) {
        list.add(i);
        if (r != Reduction.SUM && shape().dim(i) == 0) {
          throw new TensorException(
              name + " needs at least one element, found shape " + shape() + ".");
        }
      }
      if (!reduced[i]) {
        left.add(shape().dim(i));
      } else if (keep) {
        left.add(1);
      }
    }
    if (list.isEmpty()) {
      return this;
    }
    TensorSpec result = new TensorSpec(dtype(), Shape.of(ints(left)));
    return make(k().reduce(r, handle(), ints(list), keep, result), result);
  }

  /** Returns the sum over the given axes, or over all if none is given. */
  public Tensor sum(int... axes) {
    return reduce(Reduction.SUM, false, axes);
  }

  /** Returns the sum, keeping the reduced axes with extent 1. */
  public Tensor sumKeeping(int... axes) {
    return reduce(Reduction.SUM, true, axes);
  }

  /** Returns the mean over the given axes, or over all if none is given; floating. */
  public Tensor mean(int... axes) {
    return reduce(Reduction.MEAN, false, axes);
  }

  /** Returns the mean, keeping the reduced axes with extent 1; floating. */
  public Tensor meanKeeping(int... axes) {
    return reduce(Reduction.MEAN, true, axes);
  }

  /** Returns the largest element over the given axes, or over all if none is given; floating. */
  public Tensor max(int... axes) {
    return reduce(Reduction.MAX, false, axes);
  }

  /** Returns the largest element, keeping the reduced axes with extent 1; floating. */
  public Tensor maxKeeping(int... axes) {
    return reduce(Reduction.MAX, true, axes);
  }

  /** Returns the index of the largest element along an axis, as int64; the first of several. */
  public Tensor argMax(int axis) {
    Checks.floating("argMax", this);
    int a = shape().axis(axis);
    if (shape().dim(a) == 0) {
      throw new TensorException("argMax needs at least one element, found shape " + shape() + ".");
    }
    List<Integer> left = new ArrayList<>();
    for (int i = 0; i < shape().rank(); i++) {
      if (i != a) {
        left.add(shape().dim(i));
      }
    }
    TensorSpec result = new TensorSpec(DType.INT64, Shape.of(ints(left)));
    return make(k().argMax(handle(), a, result), result);
  }

  // Products.

  /** Returns the matrix product over the last two axes; axes before them broadcast. */
  public Tensor matmul(Tensor b) {
    return matmul(false, b, false);
  }

  /**
   * Returns the matrix product over the last two axes, either factor transposed first if asked.
   * Axes before them broadcast.
   */
  public Tensor matmul(boolean transposeThis, Tensor b, boolean transposeB) {
    Checks.sameDType("matmul", this, b);
    Checks.floating("matmul", this);
    int ra = shape().rank();
    int rb = b.shape().rank();
    if (ra < 2 || rb < 2) {
      throw new TensorException(
          "matmul needs at least two axes on both sides, found "
              + shape()
              + " and "
              + b.shape()
              + ".");
    }
    int m = shape().dim(transposeThis ? -1 : -2);
    int inner = shape().dim(transposeThis ? -2 : -1);
    int innerB = b.shape().dim(transposeB ? -1 : -2);
    int n = b.shape().dim(transposeB ? -2 : -1);
    if (inner != innerB) {
      throw new TensorException(
          "matmul of "
              + shape()
              + (transposeThis ? "ᵀ" : "")
              + " and "
              + b.shape()
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
            Shape.of(Arrays.copyOf(shape().dims(), ra - 2)),
            Shape.of(Arrays.copyOf(b.shape().dims(), rb - 2)));
    int[] dims = Arrays.copyOf(batch.dims(), batch.rank() + 2);
    dims[dims.length - 2] = m;
    dims[dims.length - 1] = n;
    TensorSpec result = new TensorSpec(dtype(), Shape.of(dims));
    return make(k().matmul(handle(), transposeThis, b.handle(t), transposeB, result), result);
  }

  /** Returns x·Wᵀ over the last axis; weight is (out, in). */
  public Tensor linear(Tensor weight) {
    return linear(weight, Optional.empty());
  }

  /** Returns x·Wᵀ + b over the last axis; weight is (out, in), bias is (out). */
  public Tensor linear(Tensor weight, Tensor bias) {
    return linear(weight, Optional.of(bias));
  }

  private Tensor linear(Tensor weight, Optional<Tensor> bias) {
    Checks.sameDType("linear", this, weight);
    Checks.floating("linear", this);
    if (shape().rank() < 1
        || weight.shape().rank() != 2
        || shape().dim(-1) != weight.shape().dim(1)) {
      throw new TensorException(
          "linear needs x of (…, in) and a weight of (out, in), found "
              + shape()
              + " and "
              + weight.shape()
              + ".");
    }
    int out = weight.shape().dim(0);
    bias.ifPresent(b -> Checks.vector("linear's bias", this, b, out));
    TensorSpec result = new TensorSpec(dtype(), shape().withDim(-1, out));
    return fused(
        k().linear(handle(), weight.handle(t), bias.map(b -> b.handle(t)), result),
        result,
        () -> Composition.linear(this, weight, bias));
  }

  // Shapes.

  /** Returns the elements in row-major order under another shape; one extent may be −1. */
  public Tensor reshape(int... dims) {
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
      if (known <= 0 || shape().size() % known != 0) {
        throw new TensorException(
            "reshape of "
                + shape()
                + " to "
                + Arrays.toString(dims)
                + ": the open extent does not come out.");
      }
      d[open] = Math.toIntExact(shape().size() / known);
    }
    return reshape(Shape.of(d));
  }

  /** Returns the elements in row-major order under another shape. */
  public Tensor reshape(Shape to) {
    if (to.size() != shape().size()) {
      throw new TensorException("reshape of " + shape() + " to " + to + ": the sizes differ.");
    }
    if (to.equals(shape())) {
      return this;
    }
    TensorSpec result = new TensorSpec(dtype(), to);
    return t.view(this, k().reshape(handle(), result), result);
  }

  /** Inserts an axis of extent 1 before an axis of the result. */
  public Tensor expandDims(int axis) {
    int rank = shape().rank() + 1;
    int a = axis < 0 ? axis + rank : axis;
    if (a < 0 || a >= rank) {
      throw new TensorException(
          "expandDims of " + shape() + " at axis " + axis + ": out of range.");
    }
    int[] d = new int[rank];
    for (int i = 0, j = 0; i < rank; i++) {
      d[i] = i == a ? 1 : shape().dim(j++);
    }
    return reshape(Shape.of(d));
  }

  /** Reorders the axes: axis i of the result is axis {@code order[i]} of this. */
  public Tensor permute(int... order) {
    int rank = shape().rank();
    int[] d = new int[rank];
    boolean[] seen = new boolean[rank];
    if (order.length != rank) {
      throw new TensorException(
          "permute of "
              + shape()
              + " needs "
              + rank
              + " axes, found "
              + Arrays.toString(order)
              + ".");
    }
    for (int i = 0; i < rank; i++) {
      int a = shape().axis(order[i]);
      if (seen[a]) {
        throw new TensorException(
            "permute of " + shape() + " names an axis twice: " + Arrays.toString(order) + ".");
      }
      seen[a] = true;
      d[i] = shape().dim(a);
    }
    TensorSpec result = new TensorSpec(dtype(), Shape.of(d));
    int[] axes = Arrays.stream(order).map(shape()::axis).toArray();
    return t.view(this, k().permute(handle(), axes, result), result);
  }

  /** Swaps the last two axes. */
  public Tensor transpose() {
    int rank = shape().rank();
    if (rank < 2) {
      throw new TensorException("transpose needs two axes, found " + shape() + ".");
    }
    int[] order = new int[rank];
    Arrays.setAll(order, i -> i);
    order[rank - 2] = rank - 1;
    order[rank - 1] = rank - 2;
    return permute(order);
  }

  /** Repeats along axes of extent 1 and new leading axes. */
  public Tensor broadcastTo(Shape to) {
    if (to.equals(shape())) {
      return this;
    }
    if (!Checks.broadcast("broadcastTo", shape(), to).equals(to)) {
      throw new TensorException("broadcastTo of " + shape() + " to " + to + " does not fit.");
    }
    TensorSpec result = new TensorSpec(dtype(), to);
    return t.view(this, k().broadcastTo(handle(), result), result);
  }

  /** Takes the elements from (inclusive) to (exclusive) along an axis. */
  public Tensor slice(int axis, int from, int to) {
    int a = shape().axis(axis);
    if (from < 0 || to < from || to > shape().dim(a)) {
      throw new TensorException(
          "slice of "
              + shape()
              + " from "
              + from
              + " to "
              + to
              + " along axis "
              + a
              + ": out of range.");
    }
    TensorSpec result = new TensorSpec(dtype(), shape().withDim(a, to - from));
    return t.view(this, k().slice(handle(), a, from, to, result), result);
  }

  /** Adds zeros (or false) before and after along an axis. */
  public Tensor pad(int axis, int before, int after) {
    int a = shape().axis(axis);
    if (before < 0 || after < 0) {
      throw new TensorException(
          "pad adds no negative number, found " + before + " and " + after + ".");
    }
    TensorSpec result =
        new TensorSpec(dtype(), shape().withDim(a, Math.addExact(shape().dim(a), before + after)));
    return make(k().pad(handle(), a, before, after, result), result);
  }

  /** Cuts along an axis into parts of the given extents, which add up to the axis's. */
  public List<Tensor> split(int axis, int... extents) {
    int a = shape().axis(axis);
    if (Arrays.stream(extents).sum() != shape().dim(a)
        || Arrays.stream(extents).anyMatch(e -> e < 0)) {
      throw new TensorException(
          "split of "
              + shape()
              + " along axis "
              + a
              + " into "
              + Arrays.toString(extents)
              + ": the parts do not add up.");
    }
    List<TensorSpec> results = new ArrayList<>();
    for (int e : extents) {
      results.add(new TensorSpec(dtype(), shape().withDim(a, e)));
    }
    List<Object> parts = k().split(handle(), a, results);
    List<Tensor> out = new ArrayList<>();
    for (int i = 0; i < extents.length; i++) {
      out.add(t.view(this, parts.get(i), results.get(i)));
    }
    return out;
  }

  /** Cuts along the first axis into its slices, without that axis. */
  public List<Tensor> unstack() {
    int[] ones = new int[shape().dim(0)];
    Arrays.fill(ones, 1);
    Shape rest = Shape.of(Arrays.copyOfRange(shape().dims(), 1, shape().rank()));
    if (ones.length == 1) {
      return List.of(reshape(rest)); // a split would copy its gradient
    }
    List<Tensor> out = new ArrayList<>();
    for (Tensor part : split(0, ones)) {
      out.add(part.reshape(rest));
    }
    return out;
  }

  // Look-ups.

  /**
   * Takes slices along an axis by integer indices, whose axes stand in its place: of a table
   * (vocabulary, hidden) along axis 0 by ids (batch, sequence), vectors (batch, sequence, hidden).
   * Indices must lie in range; who makes them from data checks that on the host.
   */
  public Tensor take(Tensor indices, int axis) {
    Checks.integer("take's indices", indices);
    int a = shape().axis(axis);
    int[] d = new int[shape().rank() - 1 + indices.shape().rank()];
    int n = 0;
    for (int i = 0; i < shape().rank(); i++) {
      if (i == a) {
        for (int e : indices.shape().dims()) {
          d[n++] = e;
        }
      } else {
        d[n++] = shape().dim(i);
      }
    }
    if (shape().dim(a) == 0 && indices.shape().size() > 0) {
      throw new TensorException("take from the empty axis " + a + " of " + shape() + ".");
    }
    TensorSpec result = new TensorSpec(dtype(), Shape.of(d));
    return make(k().take(handle(), indices.handle(t), a, result), result);
  }

  /**
   * Takes single elements along an axis by integer indices of the same rank: {@code result[…,i,…] =
   * this[…,indices[…,i,…],…]}.
   */
  public Tensor gather(Tensor indices, int axis) {
    Checks.integer("gather's indices", indices);
    int a = shape().axis(axis);
    if (indices.shape().rank() != shape().rank()
        || !indices.shape().withDim(a, 0).equals(shape().withDim(a, 0))) {
      throw new TensorException(
          "gather along axis "
              + a
              + " of "
              + shape()
              + " needs indices with equal extents on all others, found "
              + indices.shape()
              + ".");
    }
    TensorSpec result = new TensorSpec(dtype(), indices.shape());
    return make(k().gather(handle(), indices.handle(t), a, result), result);
  }

  // Functions of networks.

  /**
   * Returns this with elements zeroed at the given rate and the others divided by 1 − rate. The
   * mask follows from the seed of the run and the place of the call in the program.
   */
  public Tensor dropout(double rate) {
    Checks.floating("dropout", this);
    if (!(rate >= 0 && rate < 1)) {
      throw new TensorException("a dropout rate lies in [0, 1), found " + rate + ".");
    }
    if (rate == 0) {
      return this;
    }
    return mul(make(k().dropoutMask(rate, t.nextPlace(), spec), spec));
  }

  /** Returns the softmax over the last axis; floating. */
  public Tensor softmax() {
    Checks.lastAxis("softmax", this);
    return fused(k().softmax(handle(), spec), spec, () -> Composition.softmax(this));
  }

  /** Returns the logarithm of the softmax over the last axis; floating. */
  public Tensor logSoftmax() {
    Checks.lastAxis("logSoftmax", this);
    return fused(k().logSoftmax(handle(), spec), spec, () -> Composition.logSoftmax(this));
  }

  /**
   * Normalizes the last axis to mean 0 and variance 1, then scales and shifts (Ba et al., 2016):
   * γ·(x − μ)/√(σ² + ε) + β, with the variance over n, not n − 1.
   *
   * @param gamma the scale, as long as the last axis
   * @param beta the shift, as long as the last axis
   */
  public Tensor layerNorm(Tensor gamma, Tensor beta, double epsilon) {
    Checks.lastAxis("layerNorm", this);
    Checks.sameDType("layerNorm", this, gamma);
    Checks.vector("layerNorm's gamma", this, gamma, shape().dim(-1));
    Checks.vector("layerNorm's beta", this, beta, shape().dim(-1));
    return fused(
        k().layerNorm(handle(), gamma.handle(t), beta.handle(t), epsilon, spec),
        spec,
        () -> Composition.layerNorm(this, gamma, beta, epsilon));
  }

  /** Returns x·Φ(x), the exact GELU (Hendrycks and Gimpel, 2016): ½x(1 + erf(x/√2)); floating. */
  public Tensor gelu() {
    Checks.floating("gelu", this);
    return fused(k().gelu(handle(), spec), spec, () -> Composition.gelu(this));
  }

  /** Returns the tanh approximation of GELU: ½x(1 + tanh(√(2/π)(x + 0.044715x³))); floating. */
  public Tensor geluTanh() {
    Checks.floating("geluTanh", this);
    return fused(k().geluTanh(handle(), spec), spec, () -> Composition.geluTanh(this));
  }

  /**
   * Returns −log softmax(logits)[label] of each row, as (rows).
   *
   * @param labels integers (rows), each below the number of classes; this is (rows, classes)
   */
  public Tensor crossEntropy(Tensor labels) {
    Checks.lastAxis("crossEntropy", this);
    Checks.integer("crossEntropy's labels", labels);
    if (shape().rank() != 2 || !labels.shape().equals(Shape.of(shape().dim(0)))) {
      throw new TensorException(
          "crossEntropy needs logits of (rows, classes) and labels of (rows), found "
              + shape()
              + " and "
              + labels.shape()
              + ".");
    }
    TensorSpec result = new TensorSpec(dtype(), labels.shape());
    return fused(
        k().crossEntropy(handle(), labels.handle(t), result),
        result,
        () -> Composition.crossEntropy(this, labels));
  }

  /**
   * Returns dropout(softmax(scale·q·kᵀ + bias))·v, with this as the queries (…, queries, width).
   *
   * @param key the keys (…, keys, width)
   * @param value the values (…, keys, value width)
   * @param bias what is added to the scores (…, queries, keys) and broadcasts to them; −∞, or a
   *     large negative number, masks. A query whose every key has −∞ is outside the contract
   *     (engines give NaN or 0): mask with a finite number, as −1e9, where that may happen, and
   *     such a query sees all keys alike
   * @param dropout the rate at which attention probabilities are dropped
   */
  public Tensor attention(
      Tensor key, Tensor value, Optional<Tensor> bias, double scale, double dropout) {
    Checks.sameDType("attention", this, key);
    Checks.sameDType("attention", this, value);
    Checks.floating("attention", this);
    if (dropout > 0 || !plainAttention(key, value, bias)) {
      return Composition.attention(this, key, value, bias, scale, dropout);
    }
    TensorSpec result = new TensorSpec(dtype(), shape().withDim(-1, value.shape().dim(-1)));
    Optional<Object> mask = bias.map(b -> b.handle(t));
    return fused(
        k().attention(handle(), key.handle(t), value.handle(t), mask, scale, result),
        result,
        () -> Composition.attention(this, key, value, bias, scale, 0));
  }

  /** Whether the shapes are those of ordinary attention, which engines have fused. */
  private boolean plainAttention(Tensor key, Tensor value, Optional<Tensor> bias) {
    int rank = shape().rank();
    Shape k = key.shape();
    Shape v = value.shape();
    if (rank < 3 || k.rank() != rank || v.rank() != rank || k.dim(-1) != shape().dim(-1)) {
      return false;
    }
    if (k.dim(-2) == 0) {
      return false; // the composition refuses the softmax over nothing
    }
    for (int i = 0; i < rank - 2; i++) {
      if (k.dim(i) != shape().dim(i) || v.dim(i) != shape().dim(i)) {
        return false;
      }
    }
    Shape scores = shape().withDim(-1, k.dim(-2));
    return k.dim(-2) == v.dim(-2)
        && (bias.isEmpty()
            || (bias.get().dtype() == dtype()
                && Checks.broadcast("attention's bias", bias.get().shape(), scores)
                    .equals(scores)));
  }

  AdamW.State adamW(AdamW.State state, Tensor gradient, AdamW.Step step, AdamW c) {
    for (Tensor x : List.of(gradient, state.first(), state.second())) {
      Checks.sameDType("AdamW", this, x);
      if (!x.shape().equals(shape())) {
        throw new TensorException(
            "AdamW needs a gradient and moments of the parameter's shape "
                + shape()
                + ", found "
                + x.shape()
                + ".");
      }
    }
    Checks.floating("AdamW", this);
    for (Tensor x :
        List.of(step.learningRate(), step.step(), step.correction1(), step.correction2())) {
      Checks.sameDType("AdamW's step", this, x);
      if (x.shape().rank() != 0) {
        throw new TensorException("AdamW's step needs scalars, found shape " + x.shape() + ".");
      }
    }
    Optional<List<Object>> fused =
        k().adamW(
                new Kernels.AdamWArguments<>(
                    handle(),
                    gradient.handle(t),
                    state.first().handle(t),
                    state.second().handle(t),
                    step.learningRate().handle(t),
                    step.step().handle(t),
                    c.beta1(),
                    c.beta2(),
                    c.epsilon(),
                    c.weightDecay(),
                    spec));
    AdamW.State result =
        fused
            .map(
                f ->
                    new AdamW.State(
                        make(f.get(0), spec), make(f.get(1), spec), make(f.get(2), spec)))
            .orElseGet(() -> Composition.adamW(state, gradient, step, c));
    state.tensors().forEach(x -> x.storage.consumed = true);
    return result;
  }

  private static int[] ints(List<Integer> list) {
    return list.stream().mapToInt(Integer::intValue).toArray();
  }

  @Override
  public String toString() {
    return "Tensor " + spec;
  }
}
