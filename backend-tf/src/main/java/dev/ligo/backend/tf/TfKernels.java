package dev.ligo.backend.tf;

import dev.ligo.api.DType;
import dev.ligo.api.HostArray;
import dev.ligo.api.Precision;
import dev.ligo.api.Shape;
import dev.ligo.api.TensorSpec;
import dev.ligo.api.spi.Kernels;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The operations of one trace. */
final class TfKernels implements Kernels<Handle> {
  private static final TensorSpec SEED = new TensorSpec(DType.INT64, Shape.scalar());

  private final Trace trace;
  private final Products products;
  private final FusedOperations fused;
  private @Nullable Output seed;

  TfKernels(Trace trace, Precision precision) {
    this.trace = trace;
    this.products = new Products(trace, precision);
    this.fused = new FusedOperations(trace, products);
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
    boolean plain = function == Binary.ADD && trace.shape(a).equals(trace.shape(b));
    return plain
        ? trace.part(trace.unrecorded(name).in(a, b).make(), List.of(a, b), dy -> List.of(dy, dy))
        : operation(name).in(a, b).make();
  }

  @Override
  public Output where(Handle condition, Handle a, Handle b, TensorSpec result) {
    return operation("SelectV2").in(condition, a, b).make();
  }

  @Override
  public Output cast(Handle x, TensorSpec result) {
    return trace.cast(x, result.dtype());
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
    return products.matmul(a, transposeA, b, transposeB);
  }

  // Shapes.

  private Output reshape(Handle x, int... dims) {
    Output result = trace.unrecorded("Reshape").in(x, trace.vector(dims)).make();
    return trace.part(result, List.of(x), dy -> List.of(reshape(dy, trace.shape(x).dims())));
  }

  @Override
  public Output reshape(Handle x, TensorSpec result) {
    return reshape(x, result.shape().dims());
  }

  @Override
  public Output permute(Handle x, int[] order, TensorSpec result) {
    return transpose(x, order);
  }

  private Output transpose(Handle x, int... order) {
    int[] back = new int[order.length];
    for (int i = 0; i < order.length; i++) {
      back[order[i]] = i;
    }
    return trace.part(
        trace.unrecorded("Transpose").in(x, trace.vector(order)).make(),
        List.of(x),
        dy -> List.of(transpose(dy, back)));
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
    return transpose(gatherLast(transpose(x, order), transpose(indices, order), last), order);
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
    List<Handle> out = new ArrayList<>();
    Map<Output, Output> gradients =
        trace.differentiated(
            variables,
            () -> {
              out.addAll(loss.apply(List.copyOf(variables)));
              return (Output) out.get(0);
            });
    for (int i = 0; i < variables.size(); i++) {
      Output gradient = gradients.get(variables.get(i));
      out.add(gradient == null ? trace.full(specs.get(i), 0) : gradient);
    }
    return out;
  }

  @Override
  public Handle recomputed(Supplier<Handle> region) {
    return trace.recomputed(region);
  }

  // Fused operations.

  @Override
  public Optional<Handle> linear(
      Handle x, Handle weight, Optional<Handle> bias, TensorSpec result) {
    Shape shape = result.shape();
    Output rows = reshape(x, rows(shape), trace.shape(weight).dim(-1));
    Output y = products.matmul(rows, false, weight, true);
    return Optional.of(reshape(bias.map(b -> fused.biased(y, b)).orElse(y), result));
  }

  private static int rows(Shape shape) {
    int last = shape.rank() - 1;
    return IntStream.range(0, last).map(shape::dim).reduce(1, Math::multiplyExact);
  }

  @Override
  public Optional<Handle> layerNorm(
      Handle x, Handle gamma, Handle beta, double epsilon, TensorSpec result) {
    return Optional.of(fused.layerNorm(x, gamma, beta, epsilon, result));
  }

  @Override
  public Optional<Handle> softmax(Handle x, TensorSpec result) {
    return Optional.of(fused.softmax(x, result.shape().rank() - 1));
  }

  @Override
  public Optional<Handle> attention(
      Handle query,
      Handle key,
      Handle value,
      Optional<Handle> bias,
      double scale,
      TensorSpec result) {
    Output scaled = operation("Mul").in(query, trace.scalar(result.dtype(), scale)).make();
    Output plain = products.matmul(scaled, false, key, true);
    Output scores = bias.map(b -> operation("AddV2").in(plain, b).make()).orElse(plain);
    return Optional.of(fused.attention(scores, value));
  }

  /** At other ranks TensorFlow's gradient is wrong, or missing. */
  @Override
  public Optional<Handle> logSoftmax(Handle x, TensorSpec result) {
    Shape shape = result.shape();
    Output matrix = reshape(x, rows(shape), shape.dim(-1));
    return Optional.of(reshape(operation("LogSoftmax").in(matrix).make(), result));
  }

  @Override
  public Optional<Handle> gelu(Handle x, TensorSpec result) {
    return Optional.of(fused.gelu(x, result.dtype()));
  }

  @Override
  public Optional<Handle> geluTanh(Handle x, TensorSpec result) {
    return Optional.of(fused.geluTanh(x, result.dtype()));
  }

  @Override
  public Optional<Handle> crossEntropy(Handle logits, Handle labels, TensorSpec result) {
    return Optional.of(fused.crossEntropy(logits, labels));
  }

  @Override
  public Optional<Handle> linearCrossEntropy(
      Handle x,
      Handle weight,
      Optional<Handle> bias,
      Handle labels,
      Handle weights,
      TensorSpec result) {
    VocabularyLoss loss = new VocabularyLoss(trace, products, fused, x, weight, bias);
    OptionalInt chunk = loss.chunk();
    return chunk.isPresent()
        ? Optional.of(loss.of(labels, weights, chunk.getAsInt()))
        : Optional.empty();
  }

  @Override
  public Optional<Handle> sumOfSquares(
      List<Handle> operands, List<TensorSpec> specs, TensorSpec result) {
    return Optional.of(fused.sumOfSquares(operands, result.dtype()));
  }

  @Override
  public Optional<List<AdamWState<Handle>>> adamW(AdamWArguments<Handle> arguments) {
    AdamWUpdate update = new AdamWUpdate(trace, arguments);
    return update.isDefined() ? Optional.of(update.states()) : Optional.empty();
  }
}
