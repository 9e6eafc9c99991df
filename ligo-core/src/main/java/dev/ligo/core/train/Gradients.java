package dev.ligo.core.train;

import dev.ligo.api.DType;
import dev.ligo.api.HostArray;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What micro-batches come to: sums, of which the step is made when those of all micro-batches are
 * added.
 *
 * @param weight the number of rows that count
 * @param loss the sum of each micro-batch's loss times its weight
 * @param sums the objective's sums
 * @param values the sum of each micro-batch's gradients times its weight, by the variables' names
 */
public record Gradients(
    double weight, double loss, Map<String, Double> sums, SortedMap<String, HostArray> values) {
  /**
   * {@return these and others, added}
   *
   * @param other those of other micro-batches, of the same variables
   */
  public Gradients plus(Gradients other) {
    Map<String, Double> added = new TreeMap<>(sums);
    other.sums.forEach((n, x) -> added.merge(n, x, Double::sum));
    return new Gradients(
        weight + other.weight, loss + other.loss, added, sum(values, other.values));
  }

  /** {@return what the sums are multiplied by to be means; 1 of padding alone, as its loss is} */
  double share() {
    return 1 / Math.max(weight, 1);
  }

  /** Returns the sums of arrays of the same names. */
  static SortedMap<String, HostArray> sum(
      SortedMap<String, HostArray> some, Map<String, HostArray> others) {
    SortedMap<String, HostArray> total = new TreeMap<>();
    some.forEach((n, a) -> total.put(n, sum(a, others.get(n))));
    return total;
  }

  private static HostArray sum(HostArray a, HostArray b) {
    int n = a.size();
    ByteBuffer sum = ByteBuffer.allocate(n * a.dtype().bytes()).order(ByteOrder.LITTLE_ENDIAN);
    ByteBuffer left = a.bytes();
    ByteBuffer right = b.bytes();
    if (a.dtype() == DType.FLOAT32) {
      for (int i = 0; i < n; i++) {
        sum.putFloat(i * 4, left.getFloat(i * 4) + right.getFloat(i * 4));
      }
    } else {
      for (int i = 0; i < n; i++) {
        sum.putDouble(i * 8, left.getDouble(i * 8) + right.getDouble(i * 8));
      }
    }
    return HostArray.wrap(a.dtype(), a.shape(), sum);
  }
}
