package dev.ligo.core.growth.learn;

import dev.ligo.api.DType;
import dev.ligo.api.HostArray;
import dev.ligo.api.NamedTensors;
import dev.ligo.api.Shape;
import dev.ligo.api.Tensor;
import dev.ligo.core.data.SeededRandom;
import dev.ligo.core.growth.AxisMap;
import dev.ligo.core.growth.GrowthOperator;
import dev.ligo.core.growth.ParameterGrowth;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * An operator's factors as functions of what is learned: a factor itself; or, with a rank, where a
 * factor of a width begins plus U Vᵀ, which begins at 0 (after LoRA, Hu et al., ICLR 2022). U is
 * normal with the variance 1/rank, so that AdamW moves an entry of the product about as far as it
 * would move one of the factor, and V begins at 0.
 *
 * <p>Variables: {@code factor/NAME}; with a rank {@code left/NAME}, U (…, rows, rank), and {@code
 * right/NAME}, V (…, small, rank), beside the constants {@code factor/NAME}.
 */
final class LearnedFactors {
  private static final String FACTOR = "factor/";
  private static final String LEFT = "left/";
  private static final String RIGHT = "right/";

  private final int rank;
  private final long seed;
  private final Map<String, HostArray> whole = new TreeMap<>();
  private final Map<String, HostArray> low = new TreeMap<>();

  /** Takes the factors that growths of parameters in use need, from where they begin. */
  LearnedFactors(GrowthOperator operator, List<ParameterGrowth> growths) {
    this.rank = operator.learned().rank();
    this.seed = operator.seed();
    for (ParameterGrowth g : growths) {
      g.factors().forEach(f -> whole.put(f.name(), operator.factors().get(f.name())));
    }
    if (rank > 0) {
      growths.stream()
          .flatMap(ParameterGrowth::terms)
          .flatMap(t -> t.maps().stream())
          .filter(AxisMap.Factor.class::isInstance)
          .map(m -> ((AxisMap.Factor) m).name())
          .distinct()
          .forEach(n -> low.put(n, whole.remove(n)));
    }
  }

  /** Returns the variables where learning begins. */
  Map<String, HostArray> variables(DType dtype) {
    Map<String, HostArray> m = new TreeMap<>();
    whole.forEach((n, a) -> m.put(FACTOR + n, a.as(dtype)));
    low.forEach(
        (n, a) -> {
          int last = a.shape().rank() - 1;
          Shape left = a.shape().withDim(last, rank);
          Shape right = left.withDim(last - 1, a.shape().dim(last));
          m.put(LEFT + n, drawn(left, n).as(dtype));
          m.put(RIGHT + n, HostArray.zeros(dtype, right));
        });
    return m;
  }

  private HostArray drawn(Shape shape, String name) {
    SeededRandom random = new SeededRandom(seed, "ligo/rank/" + name);
    HostArray values = HostArray.zeros(DType.FLOAT64, shape);
    for (int i = 0; i < values.size(); i++) {
      values.set(i, random.nextGaussian() / Math.sqrt(rank));
    }
    return values;
  }

  /** Returns the constants: where the factors begin that move by a low rank. */
  Map<String, HostArray> constants(DType dtype) {
    Map<String, HostArray> m = new TreeMap<>();
    low.forEach((n, a) -> m.put(FACTOR + n, a.as(dtype)));
    return m;
  }

  /** Returns the factors by their names. */
  NamedTensors values(NamedTensors variables, NamedTensors constants) {
    Map<String, Tensor> m = new TreeMap<>(variables.under(FACTOR).asMap());
    for (String n : low.keySet()) {
      Tensor product = variables.get(LEFT + n).matmul(false, variables.get(RIGHT + n), true);
      m.put(n, constants.get(FACTOR + n).add(product));
    }
    return NamedTensors.of(m);
  }

  /** Returns the factors that variables make, by their names. */
  Map<String, HostArray> learned(Map<String, HostArray> variables) {
    Map<String, HostArray> m = new TreeMap<>();
    whole.keySet().forEach(n -> m.put(n, variables.get(FACTOR + n)));
    low.forEach((n, a) -> m.put(n, plus(a, variables.get(LEFT + n), variables.get(RIGHT + n))));
    return m;
  }

  /** Returns begun + U Vᵀ, of the variables' dtype. */
  private HostArray plus(HostArray begun, HostArray left, HostArray right) {
    HostArray sum = HostArray.zeros(left.dtype(), begun.shape());
    int last = begun.shape().rank() - 1;
    int rows = begun.shape().dim(last - 1);
    int small = begun.shape().dim(last);
    for (int i = 0; i < sum.size(); i++) {
      int row = i / small;
      int column = row / rows * small + i % small;
      double value = begun.get(i);
      for (int k = 0; k < rank; k++) {
        value += left.get(row * rank + k) * right.get(column * rank + k);
      }
      sum.set(i, value);
    }
    return sum;
  }
}
