package dev.ligo.it.backends;

import dev.ligo.api.DType;
import dev.ligo.api.HostArray;
import dev.ligo.api.NamedTensors;
import dev.ligo.api.Program;
import dev.ligo.api.Shape;
import dev.ligo.api.Tensor;
import dev.ligo.api.Tensors;
import dev.ligo.api.Tensors.Loss;
import dev.ligo.api.Tensors.ValueAndGradients;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * A program of random operations, one upon the other, in float64: a loss, its gradients for all
 * inputs, and the tensors that it was made of. Values stay near 1, and no operation has a jump.
 *
 * @param seed what it is drawn from
 */
record RandomProgram(long seed) implements Program {
  /** What the names of the tensors begin with of which the loss is made. */
  static final String VALUE = "value/";

  private static final int INPUTS = 3;
  private static final int LARGEST_RANK = 4;
  private static final int LARGEST_SIZE = 400;

  /** Returns the inputs, a to c, of shapes and values drawn from the seed. */
  Map<String, HostArray> inputs() {
    Random random = new Random(seed);
    Map<String, HostArray> inputs = new TreeMap<>();
    for (int i = 0; i < INPUTS; i++) {
      Shape shape =
          Shape.of(
              IntStream.range(0, random.nextInt(LARGEST_RANK))
                  .map(axis -> 1 + random.nextInt(5))
                  .toArray());
      double[] values = random.doubles(shape.size(), -1, 1).toArray();
      inputs.put(String.valueOf((char) ('a' + i)), HostArray.of(shape, values));
    }
    return inputs;
  }

  @Override
  public NamedTensors apply(Tensors t, NamedTensors in) {
    ValueAndGradients result = t.valueAndGradients(values -> loss(t, values), in);
    NamedTensors out = result.auxiliaries().with("loss", result.value());
    for (String name : in.names()) {
      out = out.with("gradient/" + name, result.gradients().get(name));
    }
    return out;
  }

  /** Returns the sum of the weights 1, 2 and so on of the loss's terms. */
  double weights() {
    int terms = INPUTS + steps(operations());
    return terms * (terms + 1) / 2.0;
  }

  private Random operations() {
    return new Random(seed ^ 0x5DEECE66DL);
  }

  private static int steps(Random random) {
    return 4 + random.nextInt(12);
  }

  private Loss loss(Tensors t, NamedTensors in) {
    Random random = operations();
    List<Tensor> made = new ArrayList<>(in.names().stream().map(in::get).toList());
    int steps = steps(random);
    for (int i = 0; i < steps; i++) {
      made.add(next(t, random, made));
    }
    Map<String, Tensor> values = new TreeMap<>();
    Tensor sum = t.scalar(DType.FLOAT64, 0);
    for (int i = 0; i < made.size(); i++) {
      Tensor x = made.get(i);
      values.put(VALUE + i, x);
      sum = sum.add(x.sin().add(x.square()).mean(axes(x)).mul(1 + i));
    }
    return new Loss(sum, NamedTensors.of(values));
  }

  private static int[] axes(Tensor x) {
    return IntStream.range(0, x.shape().rank()).toArray();
  }

  private static Tensor next(Tensors t, Random random, List<Tensor> made) {
    Tensor x = any(random, made);
    int[] dims = x.shape().dims();
    int rank = dims.length;
    int axis = rank == 0 ? 0 : random.nextInt(rank);
    return switch (rank == 0 ? random.nextInt(8) : random.nextInt(23)) {
      case 0 -> x.tanh();
      case 1 -> x.sin().mul(x.sigmoid());
      case 2 -> x.gelu().add(x.geluTanh()).tanh();
      case 3 -> x.silu().erf();
      case 4 -> t.scopeOf(() -> x.cos().exp().log());
      case 5 -> t.recomputed(() -> x.square().add(1).rsqrt());
      case 6 -> x.div(x.square().add(1).sqrt());
      case 7 -> larger(random, x);
      case 8 -> paired(random, made, x);
      case 9 -> paired(random, made, x);
      case 10 -> product(random, t, x);
      case 11 -> product(random, t, x);
      case 12 -> x.softmax();
      case 13 -> x.logSoftmax().tanh();
      case 14 -> x.layerNorm(row(t, dims[rank - 1], 1), row(t, dims[rank - 1], 0), 0.1).tanh();
      case 15 -> x.permute(shuffled(random, rank));
      case 16 -> x.reshape(Math.toIntExact(x.shape().size()));
      case 17 -> x.slice(axis, 0, 1 + random.nextInt(dims[axis]));
      case 18 -> fits(x, 2) ? x.pad(axis, 1, random.nextInt(2)) : x;
      case 19 -> fits(x, 2) ? t.concat(axis, List.of(x, x.neg().mul(0.5))) : x;
      case 20 -> x.sumKeeping(axis).tanh();
      case 21 -> x.mean(axis);
      default -> x.take(indices(random, t, dims[axis]), axis);
    };
  }

  private static Tensor any(Random random, List<Tensor> made) {
    return made.get(random.nextInt(made.size()));
  }

  private static boolean fits(Tensor x, int times) {
    return x.shape().size() * times <= LARGEST_SIZE;
  }

  private static Tensor larger(Random random, Tensor x) {
    int times = 1 + random.nextInt(3);
    if (!fits(x, times) || x.shape().rank() == LARGEST_RANK) {
      return x.mul(0.5);
    }
    int[] dims = x.shape().dims();
    int[] to = new int[dims.length + 1];
    to[0] = times;
    System.arraycopy(dims, 0, to, 1, dims.length);
    return x.expandDims(0).broadcastTo(Shape.of(to));
  }

  /** Combines a tensor with another of its shape, or with a mean of another. */
  private static Tensor paired(Random random, List<Tensor> made, Tensor x) {
    Tensor other = any(random, made);
    Tensor y = other.shape().equals(x.shape()) ? other : other.mean(axes(other));
    return switch (random.nextInt(4)) {
      case 0 -> x.add(y).tanh();
      case 1 -> x.sub(y).sin();
      case 2 -> x.mul(y).tanh();
      default -> x.div(y.square().add(1)).tanh();
    };
  }

  /** Multiplies by a constant matrix, or by the tensor itself. */
  private static Tensor product(Random random, Tensors t, Tensor x) {
    int[] dims = x.shape().dims();
    int width = dims[dims.length - 1];
    int to = 1 + random.nextInt(5);
    if (dims.length > 1 && random.nextBoolean()) {
      return x.matmul(false, x, true).mul(1.0 / width).tanh();
    }
    double[] weight = random.doubles((long) to * width, -1, 1).toArray();
    Tensor w = t.constant(HostArray.of(Shape.of(to, width), weight));
    return x.linear(w).tanh();
  }

  private static Tensor row(Tensors t, int width, double value) {
    return t.full(DType.FLOAT64, Shape.of(width), value);
  }

  private static Tensor indices(Random random, Tensors t, int below) {
    int[] indices = random.ints(1 + random.nextInt(4), 0, below).toArray();
    return t.constant(HostArray.of(Shape.of(indices.length), indices));
  }

  private static int[] shuffled(Random random, int rank) {
    int[] order = IntStream.range(0, rank).toArray();
    for (int i = rank - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      int before = order[i];
      order[i] = order[j];
      order[j] = before;
    }
    return Arrays.copyOf(order, rank);
  }
}
