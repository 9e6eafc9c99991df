package dev.ligo.core.model;

import dev.ligo.api.DType;
import dev.ligo.api.Shape;
import dev.ligo.api.Tensor;
import dev.ligo.api.Tensors;
import java.util.LinkedHashMap;
import java.util.Map;

/** How many examples are of each class, are taken for it, and both: what F1 is made from. */
final class ClassCounts {
  private static final String ACTUAL = "actual";
  private static final String PREDICTED = "predicted";
  private static final String HITS = "hits";

  private ClassCounts() {}

  /**
   * Returns the counts, each (classes).
   *
   * @param logits (batch, classes)
   * @param labels (batch)
   * @param weights (batch), 0 for what is not counted
   */
  static Map<String, Tensor> of(Tensors t, Tensor logits, Tensor labels, Tensor weights) {
    int classes = logits.shape().dim(1);
    Tensor actual = oneHot(t, labels, classes, weights);
    Tensor predicted = oneHot(t, logits.argMax(1), classes, weights);
    return Map.of(
        ACTUAL, actual.sum(0), PREDICTED, predicted.sum(0), HITS, actual.mul(predicted).sum(0));
  }

  /** Returns the weight at each example's class and 0 elsewhere, (batch, classes). */
  private static Tensor oneHot(Tensors t, Tensor ids, int classes, Tensor weights) {
    Shape column = Shape.of(ids.shape().dim(0), 1);
    Tensor places = t.range(classes).reshape(1, classes);
    Tensor here = ids.cast(DType.INT64).reshape(column).equalTo(places);
    return here.cast(weights.dtype()).mul(weights.reshape(column));
  }

  static Map<String, Double> metrics(Map<String, Double> sums) {
    double count = sums.get("count");
    double hits = 0;
    double f1 = 0;
    double scores = 0;
    int known = 0;
    int classes = 0;
    for (; sums.containsKey(HITS + "/" + classes); classes++) {
      double hit = sums.get(HITS + "/" + classes);
      double seen = sums.get(ACTUAL + "/" + classes) + sums.get(PREDICTED + "/" + classes);
      f1 = seen == 0 ? 0 : 2 * hit / seen;
      hits += hit;
      scores += f1;
      known += seen == 0 ? 0 : 1;
    }
    Map<String, Double> m = new LinkedHashMap<>();
    m.put("loss", sums.get("loss") / count);
    m.put("accuracy", hits / count);
    if (classes == 2) {
      m.put("f1", f1);
    }
    m.put("macro_f1", known == 0 ? 0 : scores / known);
    m.put(Task.SCORED, count);
    return m;
  }
}
