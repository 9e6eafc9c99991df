package dev.ligo.backend.tf;

import dev.ligo.api.DType;
import dev.ligo.api.HostArray;
import dev.ligo.api.Precision;
import dev.ligo.api.Shape;
import dev.ligo.api.TensorSpec;
import dev.ligo.api.spi.Kernels;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The operations of one trace. */
final class TfKernels implements Kernels<Handle> {
  private static final TensorSpec SEED = new TensorSpec(DType.INT64, Shape.scalar());

  /** A part of a loss whose nodes are made again for the way back. */
  private record Recomputed(Supplier<Handle> body, Output result) {}

  private final Trace trace;
  private final Precision precision;
  private final List<Recomputed> recomputed = new ArrayList<>();
  private @Nullable Output seed;

  TfKernels(Trace trace, Precision precision) {
    this.trace = trace;
    this.precision = precision;
  }

  /** Returns the input for the seed of a run, if the program draws random numbers. */
  Optional<Output> seed() {
    return Optional.ofNullable(seed);
  }

  /** Returns the array to pass to it. */
  static HostArray seed(long value) {
    return HostArray.of(SEED.shape(), value);
  }

  private Trace.Operation operation(String name) {
    return trace.operation(name);
  }

  @Override
  public Output constant(HostArray value) {
    return trace.constant(value);
  }

  // Elementwise.

  @Override
  public Output unary(Unary function, Handle x, TensorSpec result) {
    String name =
        switch (function) {
          case NEGATE -> "Neg";
          case ABS -> "Abs";
          case EXP -> "Exp";
          case LOG -> "Log";
          case SQRT -> "Sqrt";
          case RSQRT -> "Rsqrt";
          case SIN -> "Sin";
          case COS -> "Cos";
          case TANH -> "Tanh";
          case SIGMOID -> "Sigmoid";
          case ERF -> "Erf";
          case RELU -> "Relu";
          case NOT -> "LogicalNot";
        };
    return operation(name).in(x).make();
  }

  @Override
  public Output binary(Binary function, Handle a, Handle b, TensorSpec result) {
    String name =
        switch (function) {
          case ADD -> "AddV2";
          case SUBTRACT -> "Sub";
          case MULTIPLY -> "Mul";
          case DIVIDE -> "RealDiv";
          case MAXIMUM -> "Maximum";
          case MINIMUM -> "Minimum";
          case EQUAL -> "Equal";
          case LESS -> "Less";
          case LESS_OR_EQUAL -> "LessEqual";
          case AND -> "LogicalAnd";
          case OR -> "LogicalOr";
        };
    return operation(name).in(a, b).make();
  }

  @Override
  public Output where(Handle condition, Handle a, Handle b, TensorSpec result) {
    return operation("SelectV2").in(condition, a, b).make();
  }

  @Override
  public Output cast(Handle x, TensorSpec result) {
    return operation("Cast").in(x).with("DstT", result.dtype()).make();
  }

  // Reductions.

  @Override
  public Output reduce(
      Reduction reduction, Handle x, int[] axes, boolean keepAxes, TensorSpec result) {
    String name =
        switch (reduction) {
          case SUM -> "Sum";
          case MEAN -> "Mean";
          case MAX -> "Max";
        };
    return operation(name).in(x, trace.vector(axes)).with("keep_dims", keepAxes).make();
  }

  @Override
  public Output argMax(Handle x, int axis, TensorSpec result) {
    return operation("ArgMax").in(x, trace.axis(axis)).with("output_type", result.dtype()).make();
  }

  // Products.

  @Override
  public Output matmul(
      Handle a, boolean transposeA, Handle b, boolean transposeB, TensorSpec result) {
    if (precision == Precision.FLOAT32 || result.dtype() != DType.FLOAT32) {
      return product(a, transposeA, b, transposeB, result);
    }
    Output rounded = product(trace.bfloat16(a), transposeA, trace.bfloat16(b), transposeB, result);
    return cast(rounded, result);
  }

  private Output product(
      Handle a, boolean transposeA, Handle b, boolean transposeB, TensorSpec result) {
    return result.shape().rank() == 2
        ? operation("MatMul")
            .in(a, b)
            .with("transpose_a", transposeA)
            .with("transpose_b", transposeB)
            .make()
        : operation("BatchMatMulV2")
            .in(a, b)
            .with("adj_x", transposeA)
            .with("adj_y", transposeB)
            .make();
  }

  // Shapes.

  private Output reshape(Handle x, int... dims) {
    return operation("Reshape").in(x, trace.vector(dims)).make();
  }

  @Override
  public Output reshape(Handle x, TensorSpec result) {
    return reshape(x, result.shape().dims());
  }

  @Override
  public Output permute(Handle x, int[] order, TensorSpec result) {
    return operation("Transpose").in(x, trace.vector(order)).make();
  }

  @Override
  public Output broadcastTo(Handle x, TensorSpec result) {
    return operation("BroadcastTo").in(x, trace.vector(result.shape().dims())).make();
  }

  @Override
  public Output slice(Handle x, int axis, int from, int to, TensorSpec result) {
    int[] begin = new int[result.shape().rank()];
    begin[axis] = from;
    return operation("Slice")
        .in(x, trace.vector(begin), trace.vector(result.shape().dims()))
        .make();
  }

  @Override
  public Output pad(Handle x, int axis, int before, int after, TensorSpec result) {
    int rank = result.shape().rank();
    int[] widths = new int[2 * rank];
    widths[2 * axis] = before;
    widths[2 * axis + 1] = after;
    return operation("Pad").in(x, trace.constant(HostArray.of(Shape.of(rank, 2), widths))).make();
  }

  @Override
  public Output concat(List<Handle> parts, int axis, TensorSpec result) {
    return operation("ConcatV2").in(parts).in(trace.axis(axis)).make();
  }

  @Override
  public List<Handle> split(Handle x, int axis, List<TensorSpec> results) {
    if (results.size() == 1) {
      return List.of(x); // its gradient would join one part, which TensorFlow refuses
    }
    int[] extents = results.stream().mapToInt(r -> r.shape().dim(axis)).toArray();
    Node split =
        operation("SplitV")
            .in(x, trace.vector(extents), trace.axis(axis))
            .with("num_split", results.size())
            .node();
    return IntStream.range(0, results.size()).mapToObj(i -> (Handle) split.output(i)).toList();
  }

  // Look-ups.

  @Override
  public Output take(Handle x, Handle indices, int axis, TensorSpec result) {
    return operation("GatherV2").in(x, indices, trace.axis(axis)).make();
  }

  /** The axis that is looked up goes last: those before it are taken pairwise. */
  @Override
  public Output gather(Handle x, Handle indices, int axis, TensorSpec result) {
    int last = result.shape().rank() - 1;
    if (axis == last) {
      return gatherLast(x, indices, last);
    }
    int[] order = IntStream.rangeClosed(0, last).toArray();
    order[axis] = last;
    order[last] = axis;
    Output swap = trace.vector(order);
    Output taken = gatherLast(transpose(x, swap), transpose(indices, swap), last);
    return transpose(taken, swap);
  }

  private Output transpose(Handle x, Output order) {
    return operation("Transpose").in(x, order).make();
  }

  private Output gatherLast(Handle x, Handle indices, int last) {
    return operation("GatherV2").in(x, indices, trace.axis(last)).with("batch_dims", last).make();
  }

  @Override
  public Output stopGradient(Handle x) {
    return operation("StopGradient").in(x).make();
  }

  // Regions.

  /** Philox draws from both numbers, so that the seed is an input of the graph. */
  @Override
  public Output dropoutMask(double rate, long place, TensorSpec result) {
    if (seed == null) {
      seed = trace.input(SEED);
    }
    Output both =
        operation("Pack")
            .in(List.of(seed, trace.constant(HostArray.of(Shape.scalar(), place))))
            .make();
    Output drawn =
        operation("StatelessRandomUniform")
            .in(trace.vector(result.shape().dims()), both)
            .with("dtype", DType.FLOAT32)
            .make();
    Output kept = operation("LessEqual").in(trace.scalar(DType.FLOAT32, rate), drawn).make();
    Output ones = operation("Cast").in(kept).with("DstT", result.dtype()).make();
    return operation("Mul").in(ones, trace.scalar(result.dtype(), 1 / (1 - rate))).make();
  }

  @Override
  public List<Handle> valueAndGradients(
      Function<List<Handle>, List<Handle>> loss, List<Handle> at, List<TensorSpec> specs) {
    List<Output> variables = at.stream().map(trace::identity).toList();
    recomputed.clear();
    List<Handle> out = new ArrayList<>(loss.apply(List.copyOf(variables)));
    Map<Output, Output> gradients = gradients((Output) out.get(0), variables);
    for (int i = 0; i < variables.size(); i++) {
      Output gradient = gradients.get(variables.get(i));
      out.add(gradient == null ? trace.full(specs.get(i), 0) : gradient);
    }
    return out;
  }

  /** Returns the gradients of a loss, through the parts of it that are computed again. */
  private Map<Output, Output> gradients(Output value, List<Output> variables) {
    List<Output> from = new ArrayList<>(variables);
    recomputed.forEach(part -> from.add(part.result()));
    Map<Output, Output> sums = new HashMap<>();
    add(sums, trace.gradients(value, trace.scalar(Tf.floating(value), 1), from));
    for (int i = recomputed.size() - 1; i >= 0; i--) {
      Recomputed part = recomputed.get(i);
      Output gradient = sums.get(part.result());
      if (gradient != null) {
        Output again = (Output) trace.after(gradient, part.body());
        add(sums, trace.gradients(again, gradient, from.subList(0, variables.size() + i)));
      }
    }
    return sums;
  }

  private void add(Map<Output, Output> sums, Map<Output, Output> more) {
    more.forEach(
        (x, gradient) -> sums.merge(x, gradient, (a, b) -> operation("AddV2").in(a, b).make()));
  }

  /**
   * Adds the region to the graph. Its result is detached: the loss is differentiated for it as for
   * a variable, and the region is added once more for the rest of the way back.
   */
  @Override
  public Handle recomputed(Supplier<Handle> region) {
    Output result = stopGradient(region.get());
    recomputed.add(new Recomputed(region, result));
    return result;
  }

  // Fused operations.

  private static int rows(Shape shape) {
    int last = shape.rank() - 1;
    return IntStream.range(0, last).map(shape::dim).reduce(1, Math::multiplyExact);
  }

  @Override
  public Optional<Handle> linear(
      Handle x, Handle weight, Optional<Handle> bias, TensorSpec result) {
    return Optional.empty();
  }

  /**
   * On processors with AVX-512 the engine's softmax gives 0 beside NaN, where the whole row is NaN.
   * The sum of a row is 1 or NaN, and a constant for the gradient: dividing by it changes no other
   * value beyond rounding.
   */
  @Override
  public Optional<Handle> softmax(Handle x, TensorSpec result) {
    Output probabilities = operation("Softmax").in(x).make();
    Output last = trace.vector(result.shape().rank() - 1);
    Output sum = operation("Sum").in(probabilities, last).with("keep_dims", true).make();
    return Optional.of(operation("RealDiv").in(probabilities, stopGradient(sum)).make());
  }

  /** At other ranks TensorFlow's gradient is wrong, or missing. */
  @Override
  public Optional<Handle> logSoftmax(Handle x, TensorSpec result) {
    Shape shape = result.shape();
    Output matrix = reshape(x, rows(shape), shape.dim(-1));
    return Optional.of(reshape(operation("LogSoftmax").in(matrix).make(), result));
  }
}
