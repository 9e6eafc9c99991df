package dev.ligo.testkit;

import static dev.ligo.testkit.Oracle.map;
import static dev.ligo.testkit.Oracle.matmul;
import static dev.ligo.testkit.Oracle.mean;
import static dev.ligo.testkit.Oracle.sum;
import static dev.ligo.testkit.Oracle.take;
import static dev.ligo.testkit.Oracle.zip;

import dev.ligo.api.DType;
import dev.ligo.api.HostArray;
import dev.ligo.api.Shape;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Learning an operator for the {@link TinyFamily} from one layer to two, in plain Java: Ŵ[l] =
 * w[l]·B W Aᵀ (Wang et al., ICLR 2023, equations 3 to 6) and gradients by finite differences.
 */
final class LigoOracle {
  private final Map<String, Doubles> small = new TreeMap<>();
  private final Map<String, Doubles> factors = new TreeMap<>();

  /** Begins with the values of a small model and of factors, as a dtype rounds them. */
  LigoOracle(Map<String, HostArray> small, Map<String, HostArray> factors, DType dtype) {
    small.forEach((name, array) -> this.small.put(name, Doubles.of(array)));
    factors.forEach((name, array) -> this.factors.put(name, Doubles.of(array.as(dtype))));
  }

  /** Returns the factors as they are now. */
  Map<String, Doubles> factors() {
    return factors;
  }

  /** Steps down the gradient of a batch's loss, and returns the loss before. */
  double step(Map<String, HostArray> batch, double rate) {
    List<String> names = List.copyOf(factors.keySet());
    List<Doubles> values = List.copyOf(factors.values());
    Doubles one = Doubles.of(Shape.scalar(), 1);
    for (int i = 0; i < names.size(); i++) {
      Doubles gradient = Differences.gradient(v -> loss(names, v, batch), values, i, one);
      factors.put(names.get(i), zip(values.get(i), gradient, (f, g) -> f - rate * g));
    }
    return loss(names, values, batch).flat(0);
  }

  private Doubles loss(List<String> names, List<Doubles> values, Map<String, HostArray> batch) {
    Map<String, Doubles> f = new TreeMap<>();
    for (int i = 0; i < names.size(); i++) {
      f.put(names.get(i), values.get(i));
    }
    Doubles embed = f.get("width/embed");
    Doubles inner = f.get("width/tiny.layers/inner");
    Doubles table = matmul(small.get("tiny.embeddings.weight"), false, embed, true);
    Doubles h = take(table, Doubles.of(Runs.only(batch, "input_ids")), 0);
    for (int l = 0; l < 2; l++) {
      Doubles w = depth(f, l, "in.weight", product(inner, small("in.weight"), embed));
      Doubles b = depth(f, l, "in.bias", vector(inner, small("in.bias")));
      Doubles u = depth(f, l, "out.weight", product(embed, small("out.weight"), inner));
      Doubles c = depth(f, l, "out.bias", vector(embed, small("out.bias")));
      Doubles a = map(NetworkOracle.linear(h, w, Optional.of(b)), Math::tanh);
      h = zip(h, NetworkOracle.linear(a, u, Optional.of(c)), Double::sum);
    }
    Doubles mask = Doubles.of(Runs.only(batch, "attention_mask"));
    Doubles column = mask.reshape(Shape.of(mask.shape().dim(0), mask.shape().dim(1), 1));
    Doubles sums = sum(zip(h, column, (x, m) -> x * m), false, 1);
    Doubles average = zip(sums, sum(column, false, 1), (s, n) -> s / n);
    Doubles head = matmul(small.get("classifier.weight"), false, embed, true);
    Doubles logits = NetworkOracle.linear(average, head, Optional.of(small.get("classifier.bias")));
    Doubles labels = Doubles.of(Runs.only(batch, "labels"));
    return mean(NetworkOracle.crossEntropy(logits, labels), false);
  }

  private Doubles small(String name) {
    return small.get("tiny.layers.0." + name);
  }

  /** w[l]·x, with the depth row of the only small layer. */
  private static Doubles depth(Map<String, Doubles> factors, int layer, String name, Doubles x) {
    double w = factors.get("depth/tiny.layers.{}." + name).at(layer, 0);
    return map(x, v -> w * v);
  }

  /** B W Aᵀ. */
  private static Doubles product(Doubles b, Doubles w, Doubles a) {
    return matmul(b, matmul(w, false, a, true));
  }

  /** B v. */
  private static Doubles vector(Doubles b, Doubles v) {
    return matmul(b, v.reshape(Shape.of(v.size(), 1))).reshape(Shape.of(b.shape().dim(0)));
  }
}
