package dev.ligo.backend.djl;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;

import ai.djl.ndarray.types.DataType;
import ai.djl.pytorch.engine.PtSymbolBlock;
import dev.ligo.api.DType;
import dev.ligo.api.HostArray;
import dev.ligo.api.Precision;
import dev.ligo.api.Shape;
import dev.ligo.api.TensorSpec;
import dev.ligo.api.spi.Kernels;
import dev.ligo.api.spi.LossChunks;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** The operations of one run. */
final class DjlKernels implements Kernels<Handle> {
  /** Fewer keys than these, and composing attention is as fast on a CPU; see attention. */
  private static final int MANY_KEYS = 256;

  /** The elements of a row whose norm float32 still holds; see sumOfSquares. */
  private static final int LONGEST_ROW = 1 << 14;

  private final Torch torch;
  private final Regions regions;
  private final Scripts scripts;
  private final Constants constants;
  private final Precision precision;
  private final Set<Handle> donated;
  private final Differentiation differentiation;
  private final long seed;

  DjlKernels(
      Torch torch,
      Regions regions,
      Scripts scripts,
      Constants constants,
      Precision precision,
      Set<Handle> donated,
      long seed) {
    this.torch = torch;
    this.regions = regions;
    this.scripts = scripts;
    this.constants = constants;
    this.precision = precision;
    this.donated = donated;
    this.differentiation = new Differentiation(torch, regions);
    this.seed = seed;
  }

  @Override
  public Handle constant(HostArray value) {
    return value.shape().rank() == 0
        ? constants.scalar(value).orElseGet(() -> torch.constant(value))
        : torch.constant(value);
  }

  private Handle scalar(TensorSpec like, double value) {
    return constant(HostArray.scalar(like.dtype(), value));
  }

  // Elementwise.

  @Override
  public Handle unary(Unary function, Handle x, TensorSpec result) {
    return torch.unary(function, x);
  }

  @Override
  public Handle binary(Binary function, Handle a, Handle b, TensorSpec result) {
    return torch.binary(function, a, b);
  }

  @Override
  public Handle where(Handle condition, Handle a, Handle b, TensorSpec result) {
    return torch.where(condition, a, b);
  }

  @Override
  public Handle cast(Handle x, TensorSpec result) {
    return torch.cast(x, DTypes.of(result));
  }

  // Reductions.

  @Override
  public Handle reduce(
      Reduction reduction, Handle x, int[] axes, boolean keepAxes, TensorSpec result) {
    return switch (reduction) {
      case SUM -> sum(x, axes, keepAxes, result);
      case MEAN -> mean(x, axes, keepAxes, result);
      case MAX -> torch.call(scripts.max(axes, keepAxes), x);
    };
  }

  private Handle sum(Handle x, int[] axes, boolean keepAxes, TensorSpec result) {
    Handle sum = torch.sum(x, axes, keepAxes);
    // torch adds integers up as int64
    return result.dtype().isFloating() ? sum : torch.cast(sum, DTypes.of(result));
  }

  private Handle mean(Handle x, int[] axes, boolean keepAxes, TensorSpec result) {
    if (axes.length == 1) {
      return torch.mean(x, axes[0], keepAxes);
    }
    double count = 1;
    long[] extents = torch.shape(x);
    for (int axis : axes) {
      count *= extents[axis];
    }
    return torch.binary(Binary.DIVIDE, torch.sum(x, axes, keepAxes), scalar(result, count));
  }

  @Override
  public Handle argMax(Handle x, int axis, TensorSpec result) {
    return torch.argMax(x, axis);
  }

  // Products.

  /**
   * A matrix times a batch is made a batch times a batch, of views of the one matrix: torch would
   * transpose and copy the batch instead.
   */
  @Override
  public Handle matmul(
      Handle a, boolean transposeA, Handle b, boolean transposeB, TensorSpec result) {
    Handle left = transposeA ? torch.transpose(a) : a;
    Handle right = transposeB ? torch.transpose(b) : b;
    long[] matrix = torch.shape(left);
    int rank = result.shape().rank();
    if (matrix.length == 2 && rank > 2) {
      int[] dims = result.shape().dims();
      dims[rank - 1] = Math.toIntExact(matrix[1]);
      left = torch.expand(left, Shape.of(dims));
    }
    return isRounded(result)
        ? torch.call(scripts.product(), left, right)
        : torch.matmul(left, right);
  }

  /** Whether operands of a product are rounded to bfloat16 first. */
  private boolean isRounded(TensorSpec result) {
    return precision == Precision.BF16 && result.dtype() == DType.FLOAT32;
  }

  @Override
  public Optional<Handle> linear(
      Handle x, Handle weight, Optional<Handle> bias, TensorSpec result) {
    if (!isRounded(result)) {
      return Optional.of(torch.linear(x, weight, bias));
    }
    Handle product = torch.call(scripts.product(), x, torch.transpose(weight));
    return Optional.of(bias.map(b -> torch.binary(Binary.ADD, product, b)).orElse(product));
  }

  // Shapes.

  @Override
  public Handle reshape(Handle x, TensorSpec result) {
    return torch.reshape(x, result.shape());
  }

  @Override
  public Handle permute(Handle x, int[] order, TensorSpec result) {
    return torch.permute(x, order);
  }

  @Override
  public Handle broadcastTo(Handle x, TensorSpec result) {
    return torch.expand(x, result.shape());
  }

  @Override
  public Handle slice(Handle x, int axis, int from, int to, TensorSpec result) {
    return torch.slice(x, axis, from, to);
  }

  @Override
  public Handle pad(Handle x, int axis, int before, int after, TensorSpec result) {
    if (before + after == result.shape().dim(axis) || result.shape().size() == 0) {
      return torch.zeros(result); // torch refuses to pad what has no elements
    }
    long[] widths = new long[2 * (result.shape().rank() - axis)];
    widths[widths.length - 2] = before;
    widths[widths.length - 1] = after;
    return torch.pad(x, widths);
  }

  @Override
  public Handle concat(List<Handle> parts, int axis, TensorSpec result) {
    return torch.concat(parts, axis);
  }

  @Override
  public List<Handle> split(Handle x, int axis, List<TensorSpec> results) {
    return torch.split(
        x, results.stream().mapToLong(part -> part.shape().dim(axis)).toArray(), axis);
  }

  // Look-ups.

  @Override
  public Handle take(Handle x, Handle indices, int axis, TensorSpec result) {
    if (torch.isOnGpu() && result.bytes() == 0) {
      // The kernel of torch 2.11 reads outside a table whose rows have no elements.
      return torch.zeros(result);
    }
    Handle taken = axis == 0 ? takeRows(x, indices) : takeAlong(axis, x, indices);
    return torch.reshape(taken, result.shape());
  }

  private Handle takeRows(Handle x, Handle indices) {
    long[] extents = torch.shape(x);
    if (extents.length == 2) {
      return torch.embedding(indices, x);
    }
    long width = 1;
    for (int i = 1; i < extents.length; i++) {
      width *= extents[i];
    }
    return torch.embedding(indices, torch.reshape(x, extents[0], width));
  }

  private Handle takeAlong(int axis, Handle x, Handle indices) {
    return torch.call(scripts.indexSelect(axis), x, torch.reshape(indices, -1));
  }

  @Override
  public Handle gather(Handle x, Handle indices, int axis, TensorSpec result) {
    return torch.gather(x, int64(indices), axis);
  }

  /** Some operations of torch take no other indices. */
  private Handle int64(Handle indices) {
    return torch.type(indices) == DataType.INT64 ? indices : torch.cast(indices, DataType.INT64);
  }

  @Override
  public Handle stopGradient(Handle x) {
    return torch.detach(x);
  }

  // Regions.

  @Override
  public Handle dropoutMask(double rate, long place, TensorSpec result) {
    return torch.dropoutMask(rate, seed, place, result);
  }

  @Override
  public List<Handle> valueAndGradients(
      Function<List<Handle>, List<Handle>> loss, List<Handle> at, List<TensorSpec> specs) {
    return regions.inner(() -> differentiation.apply(loss, at, specs));
  }

  @Override
  public Handle recomputed(Supplier<Handle> region) {
    return differentiation.recomputed(region);
  }

  @Override
  public List<Handle> scope(Supplier<List<Handle>> region) {
    return regions.inner(region);
  }

  // Fused operations.

  @Override
  public Optional<Handle> layerNorm(
      Handle x, Handle gamma, Handle beta, double epsilon, TensorSpec result) {
    return Optional.of(torch.layerNorm(x, result.shape().dim(-1), gamma, beta, epsilon));
  }

  @Override
  public Optional<Handle> softmax(Handle x, TensorSpec result) {
    return Optional.of(torch.softmax(x, result.shape().axis(-1), DTypes.of(result)));
  }

  @Override
  public Optional<Handle> logSoftmax(Handle x, TensorSpec result) {
    return Optional.of(torch.logSoftmax(x, result.shape().axis(-1), DTypes.of(result)));
  }

  @Override
  public Optional<Handle> gelu(Handle x, TensorSpec result) {
    return Optional.of(torch.gelu(x));
  }

  @Override
  public Optional<Handle> geluTanh(Handle x, TensorSpec result) {
    return Optional.of(torch.call(scripts.geluTanh(), x));
  }

  /**
   * The norms of rows, which torch reads once: a twelfth of the composition's time. It adds one
   * after another, so that the norm of 40 M elements at once would be off by half a percent.
   */
  @Override
  public Optional<Handle> sumOfSquares(
      List<Handle> operands, List<TensorSpec> specs, TensorSpec result) {
    if (!Torch.isRecording()) {
      return Optional.of(torch.compute(scripts.sumOfSquares(LONGEST_ROW), operands));
    }
    Shape shape = specs.get(0).shape();
    return specs.size() == 1 && shape.rank() > 0 && shape.dim(-1) <= LONGEST_ROW
        ? Optional.of(torch.call(scripts.sumOfSquaresOfRows(), operands.get(0)))
        : Optional.empty();
  }

  @Override
  public Optional<Handle> silu(Handle x, TensorSpec result) {
    return Optional.of(torch.call(scripts.silu(), x));
  }

  @Override
  public Optional<Handle> crossEntropy(Handle logits, Handle labels, TensorSpec result) {
    return Optional.of(torch.call(scripts.crossEntropy(), logits, int64(labels)));
  }

  /**
   * In chunks, in training, where {@link LossChunks} says so. Milliseconds of a step, fused against
   * composed, 2 threads: GPT-2 4 × 256, vocabulary 8192, 2048 tokens 481 : 561; BERT 12 × 768,
   * vocabulary 30522, 40 tokens 1314 : 1174.
   */
  @Override
  public Optional<Handle> linearCrossEntropy(
      Handle x,
      Handle weight,
      Optional<Handle> bias,
      Handle labels,
      Handle weights,
      TensorSpec result) {
    OptionalInt rows =
        LossChunks.rows(torch.shape(x)[0], torch.shape(x)[1], torch.shape(weight)[0]);
    if (!Torch.isRecording() || rows.isEmpty()) {
      return Optional.empty();
    }
    List<Handle> arguments = new ArrayList<>(List.of(x, weight));
    bias.ifPresent(arguments::add);
    arguments.addAll(List.of(int64(labels), weights));
    return Optional.of(
        torch.call(
            scripts.linearCrossEntropy(bias.isPresent(), rows.getAsInt()),
            arguments.toArray(Handle[]::new)));
  }

  /**
   * Torch's own attention on a GPU, and on a CPU where there are many keys. With few, its backward
   * pass, which computes the scores again, costs more than it saves. Milliseconds forward and
   * backward, fused against composed, 2 threads, heads of 64, masked: 64 × 64 keys 2.2 : 1.8, 64 ×
   * 128 keys 6.7 : 6.1, 32 × 256 keys 10.9 : 10.9, 16 × 512 keys 19.0 : 22.4.
   */
  @Override
  public Optional<Handle> attention(
      Handle query,
      Handle key,
      Handle value,
      Optional<Handle> bias,
      double scale,
      TensorSpec result) {
    long[] keys = torch.shape(key);
    if (!torch.isOnGpu() && keys[keys.length - 2] < MANY_KEYS) {
      return Optional.empty();
    }
    PtSymbolBlock attention = scripts.attention(bias.isPresent(), scale, isRounded(result));
    return Optional.of(
        bias.map(b -> torch.call(attention, query, key, value, b))
            .orElseGet(() -> torch.call(attention, query, key, value)));
  }

  /**
   * Torch's own step, which reads and writes each array once. Of the composition's time it takes a
   * tenth (5 M elements) to a twentieth (50 M) in place, a third to a quarter on copies. Not on a
   * GPU, at the cost of a dozen launches: there torch 2.11 computes 1 - beta2 in float32, by 1.3e-5
   * too little for 0.999, and takes a learning rate that is a tensor as float32 alone.
   */
  @Override
  public Optional<List<AdamWState<Handle>>> adamW(AdamWArguments<Handle> a) {
    if (torch.isOnGpu()) {
      return Optional.empty();
    }
    Map<Storage, Long> users =
        Stream.concat(a.gradients().stream(), a.states().stream().flatMap(DjlKernels::arrays))
            .collect(groupingBy(Handle::storage, counting()));
    List<Handle> overwritten =
        a.states().stream()
            .flatMap(DjlKernels::arrays)
            .map(x -> users.get(x.storage()) == 1 && isWritable(x) ? x : torch.copy(x))
            .toList();
    List<Handle> scalars =
        Stream.concat(Stream.of(a.learningRate(), a.step()), a.scale().stream()).toList();
    List<Handle> updated = torch.update(scripts.adamW(a), overwritten, a.gradients(), scalars);
    List<AdamWState<Handle>> states = new ArrayList<>();
    for (int i = 0; i < updated.size(); i += 3) {
      states.add(new AdamWState<>(updated.get(i), updated.get(i + 1), updated.get(i + 2)));
    }
    return Optional.of(states);
  }

  private static Stream<Handle> arrays(AdamWState<Handle> state) {
    return Stream.of(state.parameter(), state.first(), state.second());
  }

  /**
   * Whether an array was given to be overwritten, and nobody else can see its memory. An operand
   * that lies in another's memory is not: the same array may be given for both moments.
   */
  private boolean isWritable(Handle x) {
    return donated.contains(x) && !x.storage().isShared();
  }
}
