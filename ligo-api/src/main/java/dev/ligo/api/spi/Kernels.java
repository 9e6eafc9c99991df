package dev.ligo.api.spi;

import dev.ligo.api.HostArray;
import dev.ligo.api.TensorSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The operations of a backend on its own handles. Arguments are checked before, and each operation
 * is told the dtype and shape of its result, so that a backend never infers them. Axes are counted
 * from 0. Elementwise operations and batch axes broadcast as in NumPy.
 *
 * <p>The fused operations at the end may answer empty, "compose me": then the one composition from
 * primitives in {@link dev.ligo.api.Tensor} is used. A backend overrides those where its engine is
 * faster; the result must be the composition's, up to rounding.
 *
 * @param <H> the engine's own type of handle
 */
public interface Kernels<H> {
  /** Elementwise functions of one argument. */
  enum Unary {
    /** −x. */
    NEGATE,
    /** |x|, floating. */
    ABS,
    /** eˣ, floating. */
    EXP,
    /** The natural logarithm, floating. */
    LOG,
    /** √x, floating. */
    SQRT,
    /** 1/√x, floating. */
    RSQRT,
    /** sin x, floating. */
    SIN,
    /** cos x, floating. */
    COS,
    /** tanh x, floating. */
    TANH,
    /** 1/(1+e⁻ˣ), floating. */
    SIGMOID,
    /** The error function, floating. */
    ERF,
    /** max(x, 0), floating; its derivative at 0 is 0. */
    RELU,
    /** Logical negation, of truth values. */
    NOT
  }

  /** Elementwise functions of two arguments of one dtype; comparisons give truth values. */
  enum Binary {
    /** a + b. */
    ADD,
    /** a − b. */
    SUBTRACT,
    /** a · b. */
    MULTIPLY,
    /** a / b, floating. */
    DIVIDE,
    /** The larger of two, floating; NaN if either is. */
    MAXIMUM,
    /** The smaller of two, floating; NaN if either is. */
    MINIMUM,
    /** a = b, of any dtype. */
    EQUAL,
    /** a &lt; b, of numbers. */
    LESS,
    /** a ≤ b, of numbers. */
    LESS_OR_EQUAL,
    /** Both, of truth values. */
    AND,
    /** Either, of truth values. */
    OR;

    /** {@return whether the result is a truth value whatever the arguments} */
    public boolean isComparison() {
      return this == EQUAL || this == LESS || this == LESS_OR_EQUAL;
    }
  }

  /** Reductions over some axes; over no elements the sum is 0. */
  enum Reduction {
    /** The sum, of numbers. */
    SUM,
    /** The mean, floating. */
    MEAN,
    /** The largest element, floating, NaN if one is; over at least one element. */
    MAX
  }

  /**
   * {@return a constant with the values of a host array}
   *
   * @param value the values
   */
  H constant(HostArray value);

  /**
   * Applies a function of one argument.
   *
   * @param function what to compute
   * @param x the operand
   * @param result the result's dtype and shape
   * @return the result's handle
   */
  H unary(Unary function, H x, TensorSpec result);

  /**
   * Applies a function of two arguments, broadcasting them against each other.
   *
   * @param function what to compute
   * @param a the left operand
   * @param b the right operand
   * @param result the result's dtype and shape
   * @return the result's handle
   */
  H binary(Binary function, H a, H b, TensorSpec result);

  /**
   * Chooses a where the condition holds and b elsewhere, broadcasting all three.
   *
   * @param condition truth values, of the result's shape or broadcast to it
   * @param a what stands where they hold
   * @param b what stands elsewhere
   * @param result the result's dtype and shape
   * @return the result's handle
   */
  H where(H condition, H a, H b, TensorSpec result);

  /**
   * Reduces over the given axes (ascending, at least one), dropping them or keeping them as 1.
   *
   * @param reduction what to compute
   * @param x the operand
   * @param axes the axes to reduce, from 0 and in order, at least one
   * @param keepAxes whether reduced axes stay, with extent 1
   * @param result the result's dtype and shape
   * @return the result's handle
   */
  H reduce(Reduction reduction, H x, int[] axes, boolean keepAxes, TensorSpec result);

  /**
   * {@return the index of the largest element along an axis, as int64; the first if several are,
   * any if one is NaN}
   *
   * @param x the operand
   * @param axis the axis, from 0
   * @param result the result's dtype and shape
   */
  H argMax(H x, int axis, TensorSpec result);

  /**
   * Multiplies matrices in the last two axes (of rank ≥ 2 both), each transposed first if asked,
   * broadcasting the axes before them.
   *
   * @param a the left operand
   * @param transposeA whether the left operand is transposed first
   * @param b the right operand
   * @param transposeB whether the right operand is transposed first
   * @param result the result's dtype and shape
   * @return the result's handle
   */
  H matmul(H a, boolean transposeA, H b, boolean transposeB, TensorSpec result);

  /**
   * Gives the elements, in row-major order, another shape.
   *
   * @param x the operand
   * @param result the result's dtype and shape
   * @return the result's handle
   */
  H reshape(H x, TensorSpec result);

  /**
   * Reorders the axes: axis i of the result is axis {@code order[i]} of x.
   *
   * @param x the operand
   * @param order the axes of the operand in the order of the result
   * @param result the result's dtype and shape
   * @return the result's handle
   */
  H permute(H x, int[] order, TensorSpec result);

  /**
   * Repeats along axes of extent 1 and new leading axes.
   *
   * @param x the operand
   * @param result the result's dtype and shape
   * @return the result's handle
   */
  H broadcastTo(H x, TensorSpec result);

  /**
   * Takes the elements from (inclusive) to (exclusive) along an axis.
   *
   * @param x the operand
   * @param axis the axis, from 0
   * @param from the first element
   * @param to the element after the last
   * @param result the result's dtype and shape
   * @return the result's handle
   */
  H slice(H x, int axis, int from, int to, TensorSpec result);

  /**
   * Adds zeros before and after along an axis.
   *
   * @param x the operand
   * @param axis the axis, from 0
   * @param before how many zeros stand before
   * @param after how many zeros stand after
   * @param result the result's dtype and shape
   * @return the result's handle
   */
  H pad(H x, int axis, int before, int after, TensorSpec result);

  /**
   * Joins at least one array along an axis.
   *
   * @param parts the handles to join
   * @param axis the axis, from 0
   * @param result the result's dtype and shape
   * @return the result's handle
   */
  H concat(List<H> parts, int axis, TensorSpec result);

  /**
   * Cuts an array along an axis into parts of the given results: slices, if not overridden.
   *
   * @param x the operand
   * @param axis the axis, from 0
   * @param results the parts' dtypes and shapes
   * @return the parts' handles, in order
   */
  default List<H> split(H x, int axis, List<TensorSpec> results) {
    List<H> parts = new ArrayList<>(results.size());
    int from = 0;
    for (TensorSpec part : results) {
      int to = from + part.shape().dim(axis);
      parts.add(slice(x, axis, from, to, part));
      from = to;
    }
    return parts;
  }

  /**
   * Takes slices along an axis by an array of indices: the indices' axes stand in the place of that
   * axis. Indices are int32 or int64 and the caller's promise to lie in range.
   *
   * @param x the operand
   * @param indices integers, int32 or int64
   * @param axis the axis, from 0
   * @param result the result's dtype and shape
   * @return the result's handle
   */
  H take(H x, H indices, int axis, TensorSpec result);

  /**
   * Takes single elements along an axis: {@code result[…,i,…] = x[…,indices[…,i,…],…]}; indices
   * have the rank of x and its extents on all other axes.
   *
   * @param x the operand
   * @param indices integers, int32 or int64
   * @param axis the axis, from 0
   * @param result the result's dtype and shape
   * @return the result's handle
   */
  H gather(H x, H indices, int axis, TensorSpec result);

  /**
   * Converts integers or truth values to any dtype.
   *
   * @param x the operand
   * @param result the result's dtype and shape
   * @return the result's handle
   */
  H cast(H x, TensorSpec result);

  /**
   * {@return x as a constant for differentiation}
   *
   * @param x the operand
   */
  H stopGradient(H x);

  /**
   * Draws a mask of zeros, with the probability given, and 1/(1−rate) elsewhere. It depends on the
   * seed of the run and on the place, a number that differs for each use in a program.
   *
   * @param rate the share of zeros, in (0, 1)
   * @param place the call's place in the program, from 0
   * @param result the result's dtype and shape
   * @return the mask's handle
   */
  H dropoutMask(double rate, long place, TensorSpec result);

  /**
   * Applies a loss to fresh variables of the given values. The loss returns its scalar value first,
   * then auxiliaries; handles that it makes may be freed but for those that it returns.
   *
   * @param loss a function of the variables' handles; the loss is the first that it returns
   * @param at the variables
   * @param specs the variables' dtypes and shapes
   * @return what the loss returned (constants now), followed by the gradient of its first result
   *     for each variable, in their order; zeros for one that the value does not depend on
   */
  List<H> valueAndGradients(Function<List<H>, List<H>> loss, List<H> at, List<TensorSpec> specs);

  /**
   * Runs a region whose intermediates may be freed when it ends, all but what it returns.
   *
   * @param region what is run; its handles are those that must outlive it
   * @return the handles that the region returned, which outlive it
   */
  default List<H> scope(Supplier<List<H>> region) {
    return region.get();
  }

  /**
   * Runs a region inside the loss of {@link #valueAndGradients}. A backend may drop its
   * intermediates and run it once more on the way back, when the loss has been run and before
   * {@code valueAndGradients} returns; what the region uses is still there then. Such regions are
   * not nested.
   *
   * @param region what is run, and returns a floating handle
   * @return the handle that the region returned, or one of the same values
   */
  default H recomputed(Supplier<H> region) {
    return region.get();
  }

  /**
   * x·Wᵀ + b in the last axis; W is (out, in), b is (out) or empty.
   *
   * @param x the operand
   * @param weight (out, in)
   * @param bias (out), if there is one
   * @param result the result's dtype and shape
   * @return the handle, or nothing to have it composed
   */
  default Optional<H> linear(H x, H weight, Optional<H> bias, TensorSpec result) {
    return Optional.empty();
  }

  /**
   * Normalizes the last axis to mean 0 and variance 1 (+ epsilon), then scales and shifts.
   *
   * @param x the operand
   * @param gamma the scale, as long as the last axis
   * @param beta the shift, as long as the last axis
   * @param epsilon what is added to the variance
   * @param result the result's dtype and shape
   * @return the handle, or nothing to have it composed
   */
  default Optional<H> layerNorm(H x, H gamma, H beta, double epsilon, TensorSpec result) {
    return Optional.empty();
  }

  /**
   * The softmax over the last axis.
   *
   * @param x the operand
   * @param result the result's dtype and shape
   * @return the handle, or nothing to have it composed
   */
  default Optional<H> softmax(H x, TensorSpec result) {
    return Optional.empty();
  }

  /**
   * The logarithm of the softmax over the last axis.
   *
   * @param x the operand
   * @param result the result's dtype and shape
   * @return the handle, or nothing to have it composed
   */
  default Optional<H> logSoftmax(H x, TensorSpec result) {
    return Optional.empty();
  }

  /**
   * x·Φ(x), exactly, through the error function.
   *
   * @param x the operand
   * @param result the result's dtype and shape
   * @return the handle, or nothing to have it composed
   */
  default Optional<H> gelu(H x, TensorSpec result) {
    return Optional.empty();
  }

  /**
   * The approximation ½x(1 + tanh(√(2/π)(x + 0.044715x³))).
   *
   * @param x the operand
   * @param result the result's dtype and shape
   * @return the handle, or nothing to have it composed
   */
  default Optional<H> geluTanh(H x, TensorSpec result) {
    return Optional.empty();
  }

  /**
   * x / (1 + e⁻ˣ).
   *
   * @param x the operand
   * @param result the result's dtype and shape
   * @return the handle, or nothing to have it composed
   */
  default Optional<H> silu(H x, TensorSpec result) {
    return Optional.empty();
  }

  /**
   * Σ x² over all elements of all operands.
   *
   * @param operands the operands, one or more
   * @param specs their dtypes, which are equal, and shapes
   * @param result the result's dtype and shape, a scalar
   * @return the handle, or nothing to have it composed
   */
  default Optional<H> sumOfSquares(List<H> operands, List<TensorSpec> specs, TensorSpec result) {
    return Optional.empty();
  }

  /**
   * −log softmax(logits)[label] of each row; logits (rows, classes), labels (rows), integers.
   *
   * @param logits (rows, classes)
   * @param labels integers (rows)
   * @param result the result's dtype and shape
   * @return the handle, or nothing to have it composed
   */
  default Optional<H> crossEntropy(H logits, H labels, TensorSpec result) {
    return Optional.empty();
  }

  /**
   * Σ weight · −log softmax(x·Wᵀ + b)[label] over the rows, differentiable in x, W, b and the
   * weights. The logits need never be there all at once.
   *
   * @param x (rows, features)
   * @param weight W, (classes, features)
   * @param bias b, (classes), if there is one
   * @param labels integers (rows)
   * @param weights the weight of each row, (rows)
   * @param result the result's dtype and shape, a scalar
   * @return the handle, or nothing to have it composed
   */
  default Optional<H> linearCrossEntropy(
      H x, H weight, Optional<H> bias, H labels, H weights, TensorSpec result) {
    return Optional.empty();
  }

  /**
   * softmax(scale·q·kᵀ + bias)·v over the last two axes, without dropout.
   *
   * @param query the queries (…, queries, width)
   * @param key the keys (…, keys, width)
   * @param value the values (…, keys, value width)
   * @param bias what broadcasts to the scores, or empty
   * @param scale the factor of the scores
   * @param result the result's dtype and shape
   * @return the handle, or nothing to have it composed
   */
  default Optional<H> attention(
      H query, H key, H value, Optional<H> bias, double scale, TensorSpec result) {
    return Optional.empty();
  }

  /**
   * One step of AdamW (Loshchilov and Hutter, 2019) for parameters, see {@link dev.ligo.api.AdamW}.
   * The backend may overwrite a parameter and its moments if they are donated inputs: they are not
   * used again.
   *
   * @param arguments the states, the gradients and the constants
   * @return the new states in their order, or nothing to have the step composed
   */
  default Optional<List<AdamWState<H>>> adamW(AdamWArguments<H> arguments) {
    return Optional.empty();
  }

  /**
   * A parameter with its moments.
   *
   * @param parameter the parameter
   * @param first the first moment
   * @param second the second moment
   * @param <H> the engine's own type of handle
   */
  record AdamWState<H>(H parameter, H first, H second) {}

  /**
   * The operands of {@link #adamW}.
   *
   * @param states the parameters and their moments
   * @param gradients the gradients, one for each parameter
   * @param scale what gradients are multiplied by, a scalar of the parameters' dtype
   * @param learningRate a scalar of the parameters' dtype
   * @param step the number of this step, from 1, a scalar of the parameters' dtype
   * @param beta1 the decay of the first moment
   * @param beta2 the decay of the second moment
   * @param epsilon what is added to the denominator
   * @param weightDecay the decoupled decay, times the learning rate
   * @param specs the dtypes, which are equal, and shapes of the parameters
   * @param <H> the engine's own type of handle
   */
  record AdamWArguments<H>(
      List<AdamWState<H>> states,
      List<H> gradients,
      Optional<H> scale,
      H learningRate,
      H step,
      double beta1,
      double beta2,
      double epsilon,
      double weightDecay,
      List<TensorSpec> specs) {}
}
