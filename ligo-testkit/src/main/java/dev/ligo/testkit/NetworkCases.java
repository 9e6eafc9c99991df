package dev.ligo.testkit;

import static dev.ligo.testkit.OperationCase.unary;

import dev.ligo.api.DType;
import dev.ligo.api.Shape;
import dev.ligo.api.Tensor;
import dev.ligo.api.Tensors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * The functions of networks, which a backend may override. The kit runs them twice: with the
 * backend's own kernels, and composed from primitives.
 */
final class NetworkCases {
  private static final int[][] SHAPES = {{1}, {5}, {2, 3}, {3, 1}, {2, 3, 4}, {2, 1, 3, 4}, {0, 3}};
  private static final double INFINITY = Double.POSITIVE_INFINITY;

  private final List<OperationCase> cases = new ArrayList<>();

  private NetworkCases() {}

  static List<OperationCase> all() {
    NetworkCases c = new NetworkCases();
    c.linear();
    c.softmax("softmax", Tensor::softmax, NetworkOracle::softmax);
    c.softmax("logSoftmax", Tensor::logSoftmax, NetworkOracle::logSoftmax);
    c.layerNorm();
    c.gelu();
    c.sumOfSquares();
    c.crossEntropy();
    c.linearCrossEntropy();
    c.attention();
    return c.cases;
  }

  private void linear() {
    for (int[] rows : new int[][] {{}, {4}, {2, 3}, {2, 1, 3}, {0}, {1}}) {
      linear(rows, 3, 2);
    }
    linear(new int[] {2}, 1, 1);
    linear(new int[] {2}, 0, 3);
    linear(new int[] {2}, 3, 0);
    Input poisoned = Input.exactly(Shape.of(3, 2), Double.NaN, 1, 1, 2, INFINITY, 1);
    cases.add(
        OperationCase.of(
                "linear",
                List.of(poisoned, Input.positive(2, 2)),
                (t, v) -> v.get(0).linear(v.get(1)),
                v -> NetworkOracle.linear(v.get(0), v.get(1), Optional.empty()))
            .described("NaN and infinities")
            .valuesOnly());
  }

  private void linear(int[] rows, int in, int out) {
    int[] shape = Shape.of(rows).rank() == 0 ? new int[] {in} : with(rows, in);
    Input x = Input.normal(shape);
    Input weight = Input.normal(out, in);
    cases.add(
        OperationCase.of(
            "linear",
            List.of(x, weight),
            (t, v) -> v.get(0).linear(v.get(1)),
            v -> NetworkOracle.linear(v.get(0), v.get(1), Optional.empty())));
    cases.add(
        OperationCase.of(
            "linear",
            List.of(x, weight, Input.normal(out)),
            (t, v) -> v.get(0).linear(v.get(1), v.get(2)),
            v -> NetworkOracle.linear(v.get(0), v.get(1), Optional.of(v.get(2)))));
  }

  private void softmax(String name, UnaryOperator<Tensor> program, UnaryOperator<Doubles> oracle) {
    for (int[] shape : SHAPES) {
      cases.add(unary(name, Input.normal(shape), program, oracle));
    }
    Input large = Input.exactly(Shape.of(2, 3), 1000, 1001, 999, -1000, -1001, -1000.5);
    cases.add(unary(name, large, program, oracle).described("large logits"));
    Input masked =
        Input.exactly(Shape.of(3, 3), 1, -INFINITY, 2, -INFINITY, -INFINITY, 0.5, -1e9, 1, 0);
    cases.add(unary(name, masked, program, oracle).described("masked").valuesOnly());
    Input poisoned = Input.exactly(Shape.of(2, 2), Double.NaN, 1, 1, 2);
    cases.add(unary(name, poisoned, program, oracle).described("NaN").valuesOnly());
  }

  private void layerNorm() {
    for (int[] shape : new int[][] {{5}, {2, 3}, {2, 3, 4}, {2, 1, 3, 4}, {0, 3}, {1, 4}}) {
      cases.add(layerNorm(Input.normal(shape), 1e-5));
      cases.add(layerNorm(Input.normal(shape), 0.3));
    }
    // Of one element the gradient is 0 but for rounding, which no relative tolerance measures.
    cases.add(layerNorm(Input.normal(2, 1), 0.3).valuesOnly());
    Input poisoned = Input.exactly(Shape.of(2, 2), Double.NaN, 1, 1, 2);
    cases.add(layerNorm(poisoned, 0.3).described("NaN").valuesOnly());
  }

  private static OperationCase layerNorm(Input x, double epsilon) {
    int width = x.shape().dim(-1);
    return OperationCase.of(
            "layerNorm",
            List.of(x, Input.normal(width), Input.normal(width)),
            (t, v) -> v.get(0).layerNorm(v.get(1), v.get(2), epsilon),
            v -> NetworkOracle.layerNorm(v.get(0), v.get(1), v.get(2), epsilon))
        .described("epsilon " + epsilon);
  }

  private void gelu() {
    for (int[] shape : new int[][] {{}, {1}, {5}, {0}, {2, 3}, {2, 3, 4}, {2, 1, 3, 4}}) {
      gelus(Input.normal(shape), "");
    }
    gelus(Input.exactly(Shape.of(7), -20, -5, -1e-3, 0, 1e-3, 5, 20), "far and near");
    // Not infinity: an engine's vectorised kernel may multiply it by a rounded zero.
    Input poisoned = Input.exactly(Shape.of(2), Double.NaN, 1);
    cases.add(gelu(poisoned).described("NaN").valuesOnly());
    cases.add(geluTanh(poisoned).described("NaN").valuesOnly());
    cases.add(silu(poisoned).described("NaN").valuesOnly());
  }

  private void gelus(Input x, String detail) {
    cases.add(gelu(x).described(detail));
    cases.add(geluTanh(x).described(detail));
    cases.add(silu(x).described(detail));
  }

  private static OperationCase gelu(Input x) {
    return unary("gelu", x, Tensor::gelu, v -> Oracle.map(v, NetworkOracle::gelu));
  }

  private static OperationCase geluTanh(Input x) {
    return unary("geluTanh", x, Tensor::geluTanh, v -> Oracle.map(v, NetworkOracle::geluTanh));
  }

  private static OperationCase silu(Input x) {
    return unary("silu", x, Tensor::silu, v -> Oracle.map(v, NetworkOracle::silu));
  }

  private void sumOfSquares() {
    for (int[] s : new int[][] {{}, {1}, {7}, {3, 4}, {2, 3, 5}, {0}, {2, 0}}) {
      cases.add(sumOfSquares(Input.normal(s)));
    }
    cases.add(sumOfSquares(Input.normal(2, 20_000)).valuesOnly());
    cases.add(sumOfSquares(Input.exactly(Shape.of(2, 2), 0, 0, 3, 4)).described("a row of 0"));
    cases.add(
        sumOfSquares(Input.exactly(Shape.of(2), Double.NaN, 1)).described("NaN").valuesOnly());
    cases.add(
        OperationCase.of(
                "sumOfSquares",
                List.of(Input.normal(3, 4), Input.normal(new int[0]), Input.normal(0, 2)),
                Tensors::sumOfSquares,
                x ->
                    Doubles.of(
                        Shape.of(),
                        i -> x.stream().mapToDouble(v -> NetworkOracle.sumOfSquares(v).at()).sum()))
            .described("of several tensors"));
  }

  private static OperationCase sumOfSquares(Input x) {
    return unary("sumOfSquares", x, Tensor::sumOfSquares, NetworkOracle::sumOfSquares);
  }

  private void crossEntropy() {
    for (DType labels : List.of(DType.INT32, DType.INT64)) {
      for (int[] s : new int[][] {{4, 3}, {1, 5}, {3, 1}, {0, 3}}) {
        crossEntropy(Input.normal(s), Input.indices(labels, s[1], s[0]), "");
      }
    }
    Input large = Input.exactly(Shape.of(2, 3), 1000, 0, -1000, 500, 501, 499);
    Input labels = Input.exactly(Shape.of(2), 2, 0).of(DType.INT32);
    crossEntropy(large, labels, "large logits");
    int classes = 37; // more than a vector of the processor holds
    double[] poisoned = new double[3 * classes];
    poisoned[3] = Double.NaN;
    Arrays.fill(poisoned, classes, 2 * classes, Double.NaN);
    Input logits = Input.exactly(Shape.of(3, classes), poisoned);
    Input last = Input.exactly(Shape.of(3), 36, 36, 36).of(DType.INT32);
    cases.add(crossEntropyOf(logits, last).described("NaN").valuesOnly());
  }

  private void crossEntropy(Input logits, Input labels, String detail) {
    cases.add(crossEntropyOf(logits, labels).described(detail));
  }

  private static OperationCase crossEntropyOf(Input logits, Input labels) {
    return OperationCase.of(
        "crossEntropy",
        List.of(logits, labels),
        (t, v) -> v.get(0).crossEntropy(v.get(1)),
        v -> NetworkOracle.crossEntropy(v.get(0), v.get(1)));
  }

  private void linearCrossEntropy() {
    for (int[] s : new int[][] {{4, 5, 3}, {1, 2, 5}, {3, 4, 1}, {0, 2, 3}}) {
      int rows = s[0];
      Input x = Input.normal(rows, s[1]);
      Input weight = Input.normal(s[2], s[1]);
      Input weights = Input.normal(rows);
      for (DType type : List.of(DType.INT32, DType.INT64)) {
        Input labels = Input.indices(type, s[2], rows);
        cases.add(
            OperationCase.of(
                "linearCrossEntropy",
                List.of(x, weight, labels, weights),
                (t, v) ->
                    v.get(0).linearCrossEntropy(v.get(1), Optional.empty(), v.get(2), v.get(3)),
                v ->
                    NetworkOracle.linearCrossEntropy(
                        v.get(0), v.get(1), Optional.empty(), v.get(2), v.get(3))));
        cases.add(
            OperationCase.of(
                    "linearCrossEntropy",
                    List.of(x, weight, Input.normal(s[2]), labels, weights),
                    (t, v) ->
                        v.get(0)
                            .linearCrossEntropy(
                                v.get(1), Optional.of(v.get(2)), v.get(3), v.get(4)),
                    v ->
                        NetworkOracle.linearCrossEntropy(
                            v.get(0), v.get(1), Optional.of(v.get(2)), v.get(3), v.get(4)))
                .described("bias"));
      }
    }
  }

  private void attention() {
    int[] query = {2, 2, 3, 4};
    int[] key = {2, 2, 5, 4};
    int[] value = {2, 2, 5, 3};
    attention(query, key, value);
    attention(query, key, value, 2, 2, 3, 5);
    attention(query, key, value, 2, 1, 1, 5);
    attention(query, key, value, 2, 1, 3, 5);
    attention(query, key, value, 3, 5);
    attention(query, key, value, 1, 5);
    attention(new int[] {3, 4}, new int[] {5, 4}, new int[] {5, 2}, 3, 5);
    attention(new int[] {2, 3, 4}, new int[] {2, 5, 4}, new int[] {2, 5, 4}, 2, 1, 5);
    attention(new int[] {2, 3, 4}, new int[] {1, 5, 4}, new int[] {2, 5, 4});
    attention(new int[] {2, 3, 4}, new int[] {5, 4}, new int[] {5, 4}, 5);
    attention(new int[] {2, 1, 1, 1}, new int[] {2, 1, 1, 1}, new int[] {2, 1, 1, 1});
    attention(new int[] {2, 0, 4}, new int[] {2, 5, 4}, new int[] {2, 5, 4});
    attention(new int[] {0, 3, 4}, new int[] {0, 5, 4}, new int[] {0, 5, 4}, 3, 5);
    masks();
  }

  private void attention(int[] query, int[] key, int[] value, int... bias) {
    List<Input> inputs = new ArrayList<>();
    inputs.add(Input.normal(query));
    inputs.add(Input.normal(key));
    inputs.add(Input.normal(value));
    if (bias.length > 0) {
      inputs.add(Input.normal(bias));
    }
    cases.add(attention(inputs, 0.7));
  }

  private void masks() {
    int[] x = {2, 1, 3, 2};
    for (double out : new double[] {-INFINITY, -1e9, -1e30}) {
      cases.add(masked(x, "keys masked by " + out, 0, 0, out, 0, out, out));
    }
    cases.add(
        masked(x, "every key of the second masked by -1e30", 0, 0, -1e30, -1e30, -1e30, -1e30)
            .valuesOnly());
  }

  private static OperationCase masked(int[] shape, String detail, double... mask) {
    Input bias = Input.exactly(Shape.of(2, 1, 1, 3), mask).constant();
    List<Input> inputs =
        List.of(Input.normal(shape), Input.normal(shape), Input.normal(shape), bias);
    return attention(inputs, 1 / Math.sqrt(2)).described(detail);
  }

  private static OperationCase attention(List<Input> inputs, double scale) {
    return OperationCase.of(
        "attention",
        inputs,
        (t, v) -> v.get(0).attention(v.get(1), v.get(2), optional(v), scale, 0),
        v -> NetworkOracle.attention(v.get(0), v.get(1), v.get(2), optional(v), scale));
  }

  private static <X> Optional<X> optional(List<X> operands) {
    return operands.stream().skip(3).findFirst();
  }

  private static int[] with(int[] dims, int last) {
    int[] longer = Arrays.copyOf(dims, dims.length + 1);
    longer[dims.length] = last;
    return longer;
  }
}
