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

  /** Returns the application that this is a tensor of. */
  Tensors application() {
    return t;
  }

  Storage storage() {
    return storage;
  }

  /** Gives the memory up to an update. */
  void consume() {
    storage.consumed = true;
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
    TensorSpec result = ResultSpecs.unary(f, spec);
    return make(k().unary(f, handle(), result), result);
  }

  private Tensor binary(Binary f, Tensor b) {
    TensorSpec result = ResultSpecs.binary(f, spec, b.spec);
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
    TensorSpec result = ResultSpecs.where(spec, a.spec, b.spec);
    return make(k().where(handle(), a.handle(t), b.handle(t), result), result);
  }

  /** Converts integers or truth values to any dtype. Floating tensors are not converted. */
  public Tensor cast(DType dtype) {
    if (dtype == dtype()) {
      return this;
    }
    TensorSpec result = ResultSpecs.cast(spec, dtype);
    return make(k().cast(handle(), result), result);
  }

  /** Returns the same values as a constant for differentiation. */
  public Tensor stopGradient() {
    return t.view(this, k().stopGradient(handle()), spec);
  }

  // Reductions.

  private Tensor reduce(Reduction r, boolean keep, int... axes) {
    int[] reduced = ResultSpecs.reducedAxes(r, spec, axes);
    if (reduced.length == 0) {
      return this;
    }
    TensorSpec result = ResultSpecs.reduce(spec, reduced, keep);
    return make(k().reduce(r, handle(), reduced, keep, result), result);
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
    TensorSpec result = ResultSpecs.argMax(spec, axis);
    return make(k().argMax(handle(), shape().axis(axis), result), result);
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
    TensorSpec result = ResultSpecs.matmul(spec, transposeThis, b.spec, transposeB);
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
    TensorSpec result = ResultSpecs.linear(spec, weight.spec, bias.map(Tensor::spec));
    return fused(
        k().linear(handle(), weight.handle(t), bias.map(b -> b.handle(t)), result),
        result,
        () -> Composition.linear(this, weight, bias));
  }

  // Shapes.

  /** Returns the elements in row-major order under another shape; one extent may be −1. */
  public Tensor reshape(int... dims) {
    return reshape(ResultSpecs.closed(shape(), dims));
  }

  /** Returns the elements in row-major order under another shape. */
  public Tensor reshape(Shape to) {
    TensorSpec result = ResultSpecs.reshape(spec, to);
    return to.equals(shape()) ? this : t.view(this, k().reshape(handle(), result), result);
  }

  /** Inserts an axis of extent 1 before an axis of the result. */
  public Tensor expandDims(int axis) {
    return reshape(ResultSpecs.expandDims(shape(), axis));
  }

  /** Reorders the axes: axis i of the result is axis {@code order[i]} of this. */
  public Tensor permute(int... order) {
    TensorSpec result = ResultSpecs.permute(spec, order);
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
    TensorSpec result = ResultSpecs.broadcastTo(spec, to);
    return t.view(this, k().broadcastTo(handle(), result), result);
  }

  /** Takes the elements from (inclusive) to (exclusive) along an axis. */
  public Tensor slice(int axis, int from, int to) {
    TensorSpec result = ResultSpecs.slice(spec, axis, from, to);
    return t.view(this, k().slice(handle(), shape().axis(axis), from, to, result), result);
  }

  /** Adds zeros (or false) before and after along an axis. */
  public Tensor pad(int axis, int before, int after) {
    TensorSpec result = ResultSpecs.pad(spec, axis, before, after);
    return make(k().pad(handle(), shape().axis(axis), before, after, result), result);
  }

  /** Cuts along an axis into parts of the given extents, which add up to the axis's. */
  public List<Tensor> split(int axis, int... extents) {
    List<TensorSpec> results = ResultSpecs.split(spec, axis, extents);
    List<Object> parts = k().split(handle(), shape().axis(axis), results);
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
    TensorSpec result = ResultSpecs.take(spec, indices.spec, axis);
    return make(k().take(handle(), indices.handle(t), shape().axis(axis), result), result);
  }

  /**
   * Takes single elements along an axis by integer indices of the same rank: {@code result[…,i,…] =
   * this[…,indices[…,i,…],…]}.
   */
  public Tensor gather(Tensor indices, int axis) {
    TensorSpec result = ResultSpecs.gather(spec, indices.spec, axis);
    return make(k().gather(handle(), indices.handle(t), shape().axis(axis), result), result);
  }

  // Functions of networks.

  /**
   * Returns this with elements zeroed at the given rate and the others divided by 1 − rate. The
   * mask follows from the seed of the run and the place of the call in the program.
   */
  public Tensor dropout(double rate) {
    Checks.floating("dropout", spec);
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
    Checks.lastAxis("softmax", spec);
    return fused(k().softmax(handle(), spec), spec, () -> Composition.softmax(this));
  }

  /** Returns the logarithm of the softmax over the last axis; floating. */
  public Tensor logSoftmax() {
    Checks.lastAxis("logSoftmax", spec);
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
    Checks.lastAxis("layerNorm", spec);
    Checks.sameDType("layerNorm", spec, gamma.spec);
    Checks.vector("layerNorm's gamma", spec, gamma.spec, shape().dim(-1));
    Checks.vector("layerNorm's beta", spec, beta.spec, shape().dim(-1));
    return fused(
        k().layerNorm(handle(), gamma.handle(t), beta.handle(t), epsilon, spec),
        spec,
        () -> Composition.layerNorm(this, gamma, beta, epsilon));
  }

  /** Returns x·Φ(x), the exact GELU (Hendrycks and Gimpel, 2016): ½x(1 + erf(x/√2)); floating. */
  public Tensor gelu() {
    Checks.floating("gelu", spec);
    return fused(k().gelu(handle(), spec), spec, () -> Composition.gelu(this));
  }

  /** Returns the tanh approximation of GELU: ½x(1 + tanh(√(2/π)(x + 0.044715x³))); floating. */
  public Tensor geluTanh() {
    Checks.floating("geluTanh", spec);
    return fused(k().geluTanh(handle(), spec), spec, () -> Composition.geluTanh(this));
  }

  /**
   * Returns −log softmax(logits)[label] of each row, as (rows).
   *
   * @param labels integers (rows), each below the number of classes; this is (rows, classes)
   */
  public Tensor crossEntropy(Tensor labels) {
    TensorSpec result = ResultSpecs.crossEntropy(spec, labels.spec);
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
    Checks.sameDType("attention", spec, key.spec);
    Checks.sameDType("attention", spec, value.spec);
    Checks.floating("attention", spec);
    Optional<TensorSpec> ordinary =
        dropout > 0
            ? Optional.empty()
            : ResultSpecs.attention(spec, key.spec, value.spec, bias.map(Tensor::spec));
    if (ordinary.isEmpty()) {
      return Composition.attention(this, key, value, bias, scale, dropout);
    }
    TensorSpec result = ordinary.get();
    Optional<Object> mask = bias.map(b -> b.handle(t));
    return fused(
        k().attention(handle(), key.handle(t), value.handle(t), mask, scale, result),
        result,
        () -> Composition.attention(this, key, value, bias, scale, 0));
  }

  @Override
  public String toString() {
    return "Tensor " + spec;
  }
}
