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
  /** The memory that a tensor and its views share, which an optimizer step may have consumed. */
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

  /** {@return the dtype and shape} */
  public TensorSpec spec() {
    return spec;
  }

  /** {@return the element type} */
  public DType dtype() {
    return spec.dtype();
  }

  /** {@return the extents} */
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
          "a tensor was used after an AdamW step consumed it; use the state that the step"
              + " returned.");
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

  /** Returns the result of a fused operation, or of its composition where there is none. */
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

  /**
   * {@return this + b}
   *
   * @param b the other operand, which broadcasts with this
   */
  public Tensor add(Tensor b) {
    return binary(Binary.ADD, b);
  }

  /**
   * {@return this + b}
   *
   * @param b the other operand, which broadcasts with this
   */
  public Tensor add(double b) {
    return add(scalar(b));
  }

  /**
   * {@return this − b}
   *
   * @param b the other operand, which broadcasts with this
   */
  public Tensor sub(Tensor b) {
    return binary(Binary.SUBTRACT, b);
  }

  /**
   * {@return this − b}
   *
   * @param b the other operand, which broadcasts with this
   */
  public Tensor sub(double b) {
    return sub(scalar(b));
  }

  /**
   * {@return this · b}
   *
   * @param b the other operand, which broadcasts with this
   */
  public Tensor mul(Tensor b) {
    return binary(Binary.MULTIPLY, b);
  }

  /**
   * {@return this · b}
   *
   * @param b the other operand, which broadcasts with this
   */
  public Tensor mul(double b) {
    return mul(scalar(b));
  }

  /**
   * {@return this / b; both floating}
   *
   * @param b the other operand, which broadcasts with this
   */
  public Tensor div(Tensor b) {
    return binary(Binary.DIVIDE, b);
  }

  /**
   * {@return this / b, floating}
   *
   * @param b the other operand, which broadcasts with this
   */
  public Tensor div(double b) {
    return div(scalar(b));
  }

  /**
   * {@return the larger of this and b; both floating}
   *
   * @param b the other operand, which broadcasts with this
   */
  public Tensor maximum(Tensor b) {
    return binary(Binary.MAXIMUM, b);
  }

  /**
   * {@return the smaller of this and b; both floating}
   *
   * @param b the other operand, which broadcasts with this
   */
  public Tensor minimum(Tensor b) {
    return binary(Binary.MINIMUM, b);
  }

  /**
   * {@return where this equals b}
   *
   * @param b the other operand, which broadcasts with this
   */
  public Tensor equalTo(Tensor b) {
    return binary(Binary.EQUAL, b);
  }

  /**
   * {@return where this equals b}
   *
   * @param b the other operand, which broadcasts with this
   */
  public Tensor equalTo(double b) {
    return equalTo(scalar(b));
  }

  /**
   * {@return where this is below b; both numbers}
   *
   * @param b the other operand, which broadcasts with this
   */
  public Tensor less(Tensor b) {
    return binary(Binary.LESS, b);
  }

  /**
   * {@return where this is at most b; both numbers}
   *
   * @param b the other operand, which broadcasts with this
   */
  public Tensor lessOrEqual(Tensor b) {
    return binary(Binary.LESS_OR_EQUAL, b);
  }

  /**
   * {@return where both truth values hold}
   *
   * @param b the other operand, which broadcasts with this
   */
  public Tensor and(Tensor b) {
    return binary(Binary.AND, b);
  }

  /**
   * {@return where either truth value holds}
   *
   * @param b the other operand, which broadcasts with this
   */
  public Tensor or(Tensor b) {
    return binary(Binary.OR, b);
  }

  /** {@return where this truth value does not hold} */
  public Tensor not() {
    return unary(Unary.NOT);
  }

  /** {@return −this} */
  public Tensor neg() {
    return unary(Unary.NEGATE);
  }

  /** {@return the absolute value; floating} */
  public Tensor abs() {
    return unary(Unary.ABS);
  }

  /** {@return e to the power of this; floating} */
  public Tensor exp() {
    return unary(Unary.EXP);
  }

  /** {@return the natural logarithm; floating} */
  public Tensor log() {
    return unary(Unary.LOG);
  }

  /** {@return the square root; floating} */
  public Tensor sqrt() {
    return unary(Unary.SQRT);
  }

  /** {@return 1 over the square root; floating} */
  public Tensor rsqrt() {
    return unary(Unary.RSQRT);
  }

  /** {@return the sine; floating} */
  public Tensor sin() {
    return unary(Unary.SIN);
  }

  /** {@return the cosine; floating} */
  public Tensor cos() {
    return unary(Unary.COS);
  }

  /** {@return the hyperbolic tangent; floating} */
  public Tensor tanh() {
    return unary(Unary.TANH);
  }

  /** {@return 1/(1+e⁻ˣ); floating} */
  public Tensor sigmoid() {
    return unary(Unary.SIGMOID);
  }

  /** {@return the error function; floating} */
  public Tensor erf() {
    return unary(Unary.ERF);
  }

  /** {@return max(x, 0), whose derivative at 0 is 0; floating} */
  public Tensor relu() {
    return unary(Unary.RELU);
  }

  /** {@return this · this} */
  public Tensor square() {
    return mul(this);
  }

  /**
   * {@return a where this truth value holds and b elsewhere; all three broadcast}
   *
   * @param a what stands where this holds
   * @param b what stands elsewhere
   */
  public Tensor where(Tensor a, Tensor b) {
    TensorSpec result = ResultSpecs.where(spec, a.spec, b.spec);
    return make(k().where(handle(), a.handle(t), b.handle(t), result), result);
  }

  /**
   * Converts integers or truth values to any dtype. Floating tensors are not converted.
   *
   * @param dtype the element type of the result
   * @return the converted elements, of this shape
   */
  public Tensor cast(DType dtype) {
    if (dtype == dtype()) {
      return this;
    }
    TensorSpec result = ResultSpecs.cast(spec, dtype);
    return make(k().cast(handle(), result), result);
  }

  /** {@return the same values as a constant for differentiation} */
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

  /**
   * {@return the sum over the given axes, or over all if none is given}
   *
   * @param axes the axes to reduce, all if none is given
   */
  public Tensor sum(int... axes) {
    return reduce(Reduction.SUM, false, axes);
  }

  /**
   * {@return the sum, keeping the reduced axes with extent 1}
   *
   * @param axes the axes to reduce, all if none is given
   */
  public Tensor sumKeeping(int... axes) {
    return reduce(Reduction.SUM, true, axes);
  }

  /**
   * {@return the mean over the given axes, or over all if none is given; floating}
   *
   * @param axes the axes to reduce, all if none is given
   */
  public Tensor mean(int... axes) {
    return reduce(Reduction.MEAN, false, axes);
  }

  /**
   * {@return the mean, keeping the reduced axes with extent 1; floating}
   *
   * @param axes the axes to reduce, all if none is given
   */
  public Tensor meanKeeping(int... axes) {
    return reduce(Reduction.MEAN, true, axes);
  }

  /**
   * {@return the largest element over the given axes, or over all if none is given; floating}
   *
   * @param axes the axes to reduce, all if none is given
   */
  public Tensor max(int... axes) {
    return reduce(Reduction.MAX, false, axes);
  }

  /**
   * {@return the largest element, keeping the reduced axes with extent 1; floating}
   *
   * @param axes the axes to reduce, all if none is given
   */
  public Tensor maxKeeping(int... axes) {
    return reduce(Reduction.MAX, true, axes);
  }

  /**
   * {@return the index of the largest element along an axis, as int64; the first of several}
   *
   * @param axis the axis
   */
  public Tensor argMax(int axis) {
    TensorSpec result = ResultSpecs.argMax(spec, axis);
    return make(k().argMax(handle(), shape().axis(axis), result), result);
  }

  // Products.

  /**
   * {@return the matrix product over the last two axes; axes before them broadcast}
   *
   * @param b the right factor
   */
  public Tensor matmul(Tensor b) {
    return matmul(false, b, false);
  }

  /**
   * {@return the matrix product over the last two axes, either factor transposed first if asked}
   * Axes before them broadcast.
   *
   * @param transposeThis whether this is transposed first
   * @param b the right factor
   * @param transposeB whether the right factor is transposed first
   */
  public Tensor matmul(boolean transposeThis, Tensor b, boolean transposeB) {
    TensorSpec result = ResultSpecs.matmul(spec, transposeThis, b.spec, transposeB);
    return make(k().matmul(handle(), transposeThis, b.handle(t), transposeB, result), result);
  }

  /**
   * {@return x·Wᵀ over the last axis; weight is (out, in)}
   *
   * @param weight the weight, (out, in)
   */
  public Tensor linear(Tensor weight) {
    return linear(weight, Optional.empty());
  }

  /**
   * {@return x·Wᵀ + b over the last axis; weight is (out, in), bias is (out)}
   *
   * @param weight the weight, (out, in)
   * @param bias the bias, (out)
   */
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

  /**
   * {@return the elements in row-major order under another shape; one extent may be −1}
   *
   * @param dims the extents of the result; one may be −1
   */
  public Tensor reshape(int... dims) {
    return reshape(ResultSpecs.closed(shape(), dims));
  }

  /**
   * {@return the elements in row-major order under another shape}
   *
   * @param to the shape of the result
   */
  public Tensor reshape(Shape to) {
    TensorSpec result = ResultSpecs.reshape(spec, to);
    return to.equals(shape()) ? this : t.view(this, k().reshape(handle(), result), result);
  }

  /**
   * Inserts an axis of extent 1 before an axis of the result.
   *
   * @param axis where the new axis stands in the result
   * @return this with one axis more
   */
  public Tensor expandDims(int axis) {
    return reshape(ResultSpecs.expandDims(shape(), axis));
  }

  /**
   * Reorders the axes: axis i of the result is axis {@code order[i]} of this.
   *
   * @param order the axes of this in the order of the result
   * @return this with its axes in the order
   */
  public Tensor permute(int... order) {
    TensorSpec result = ResultSpecs.permute(spec, order);
    int[] axes = Arrays.stream(order).map(shape()::axis).toArray();
    return t.view(this, k().permute(handle(), axes, result), result);
  }

  /**
   * Swaps the last two axes.
   *
   * @return this with its last two axes swapped
   */
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

  /**
   * Repeats along axes of extent 1 and new leading axes.
   *
   * @param to the shape of the result
   * @return this in the other shape
   */
  public Tensor broadcastTo(Shape to) {
    if (to.equals(shape())) {
      return this;
    }
    TensorSpec result = ResultSpecs.broadcastTo(spec, to);
    return t.view(this, k().broadcastTo(handle(), result), result);
  }

  /**
   * Takes the elements from (inclusive) to (exclusive) along an axis.
   *
   * @param axis the axis
   * @param from the first element
   * @param to the element after the last
   * @return the elements, of this rank
   */
  public Tensor slice(int axis, int from, int to) {
    TensorSpec result = ResultSpecs.slice(spec, axis, from, to);
    return t.view(this, k().slice(handle(), shape().axis(axis), from, to, result), result);
  }

  /**
   * Adds zeros (or false) before and after along an axis.
   *
   * @param axis the axis
   * @param before how many to add before
   * @param after how many to add after
   * @return the longer tensor
   */
  public Tensor pad(int axis, int before, int after) {
    TensorSpec result = ResultSpecs.pad(spec, axis, before, after);
    return make(k().pad(handle(), shape().axis(axis), before, after, result), result);
  }

  /**
   * Cuts along an axis into parts of the given extents, which add up to the axis's.
   *
   * @param axis the axis
   * @param extents the parts' extents
   * @return the parts, in order
   */
  public List<Tensor> split(int axis, int... extents) {
    List<TensorSpec> results = ResultSpecs.split(spec, axis, extents);
    List<Object> parts = k().split(handle(), shape().axis(axis), results);
    List<Tensor> out = new ArrayList<>();
    for (int i = 0; i < extents.length; i++) {
      out.add(t.view(this, parts.get(i), results.get(i)));
    }
    return out;
  }

  /**
   * Cuts along the first axis into its slices, without that axis.
   *
   * @return the slices, in order
   */
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
   *
   * @param indices integers (…), each below the axis's extent
   * @param axis the axis
   * @return the slices
   */
  public Tensor take(Tensor indices, int axis) {
    TensorSpec result = ResultSpecs.take(spec, indices.spec, axis);
    return make(k().take(handle(), indices.handle(t), shape().axis(axis), result), result);
  }

  /**
   * Takes single elements along an axis by integer indices of the same rank: {@code result[…,i,…] =
   * this[…,indices[…,i,…],…]}.
   *
   * @param indices integers of this shape but along the axis, each below the axis's extent
   * @param axis the axis
   * @return the elements, of the indices' shape
   */
  public Tensor gather(Tensor indices, int axis) {
    TensorSpec result = ResultSpecs.gather(spec, indices.spec, axis);
    return make(k().gather(handle(), indices.handle(t), shape().axis(axis), result), result);
  }

  // Functions of networks.

  /**
   * {@return this with elements zeroed at the given rate and the others divided by 1 − rate} The
   * mask follows from the seed of the run and the place of the call in the program.
   *
   * @param rate the share that is zeroed, in [0, 1)
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

  /** {@return the softmax over the last axis; floating} */
  public Tensor softmax() {
    Checks.lastAxis("softmax", spec);
    return fused(k().softmax(handle(), spec), spec, () -> Composition.softmax(this));
  }

  /** {@return the logarithm of the softmax over the last axis; floating} */
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
   * @param epsilon what is added to the variance
   * @return the normalized tensor, of this shape
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

  /** {@return x·Φ(x), the exact GELU (Hendrycks and Gimpel, 2016): ½x(1 + erf(x/√2)); floating} */
  public Tensor gelu() {
    Checks.floating("gelu", spec);
    return fused(k().gelu(handle(), spec), spec, () -> Composition.gelu(this));
  }

  /** {@return the tanh approximation of GELU: ½x(1 + tanh(√(2/π)(x + 0.044715x³))); floating} */
  public Tensor geluTanh() {
    Checks.floating("geluTanh", spec);
    return fused(k().geluTanh(handle(), spec), spec, () -> Composition.geluTanh(this));
  }

  /** {@return SiLU, or Swish (Elfwing et al., 2018): x / (1 + e⁻ˣ); floating} */
  public Tensor silu() {
    Checks.floating("silu", spec);
    return fused(k().silu(handle(), spec), spec, () -> Composition.silu(this));
  }

  /** {@return Σ x² over all elements, a scalar; floating} An engine may read each element once. */
  public Tensor sumOfSquares() {
    return t.sumOfSquares(List.of(this));
  }

  /**
   * {@return −log softmax(logits)[label] of each row, as (rows)}
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
   * {@return Σ weight · −log softmax(x·Wᵀ + b)[label] over the rows of this, x (rows, features)}
   * The logits, which this is the loss of, need never be there all at once.
   *
   * @param weight W, (classes, features)
   * @param bias b, (classes), if there is one
   * @param labels integers (rows), each below the number of classes
   * @param weights the weight of each row, (rows)
   */
  public Tensor linearCrossEntropy(
      Tensor weight, Optional<Tensor> bias, Tensor labels, Tensor weights) {
    TensorSpec result =
        ResultSpecs.linearCrossEntropy(
            spec, weight.spec, bias.map(Tensor::spec), labels.spec, weights.spec);
    return fused(
        k().linearCrossEntropy(
                handle(),
                weight.handle(t),
                bias.map(b -> b.handle(t)),
                labels.handle(t),
                weights.handle(t),
                result),
        result,
        () -> Composition.linearCrossEntropy(this, weight, bias, labels, weights));
  }

  /**
   * {@return dropout(softmax(scale·q·kᵀ + bias))·v, with this as the queries (…, queries, width)}
   *
   * @param key the keys (…, keys, width)
   * @param value the values (…, keys, value width)
   * @param bias what is added to the scores (…, queries, keys) and broadcasts to them; −∞, or a
   *     large negative number, masks. A query whose every key has −∞ is outside the contract
   *     (engines give NaN or 0): mask with a finite number, as −1e9, where that may happen, and
   *     such a query sees all keys alike
   * @param scale the factor of the scores, 1/√width as a rule
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
