package dev.ligo.it.golden;

import dev.ligo.api.DType;
import dev.ligo.api.HostArray;
import dev.ligo.api.Shape;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/** The arrays of a masked language model's batch that say what is predicted. */
final class MaskedBatch {
  private MaskedBatch() {}

  /** Returns those that score every position. */
  static Map<String, HostArray> everyPosition(Golden golden, DType dtype) {
    return of(HostArray.zeros(DType.INT32, golden.get("input_ids").shape()), dtype);
  }

  /** Returns those that score the positions whose label is not −100. */
  static Map<String, HostArray> labelled(Golden golden, DType dtype) {
    return of(golden.ids("labels"), dtype);
  }

  private static Map<String, HostArray> of(HostArray labels, DType dtype) {
    int[] positions =
        IntStream.range(0, labels.size()).filter(i -> labels.get(i) != -100).toArray();
    int[] values = Arrays.stream(positions).map(i -> (int) labels.get(i)).toArray();
    double[] ones = new double[positions.length];
    Arrays.fill(ones, 1);
    Shape shape = Shape.of(positions.length);
    Map<String, HostArray> m = new TreeMap<>();
    m.put("masked_positions", HostArray.of(shape, positions));
    m.put("masked_labels", HostArray.of(shape, values));
    m.put("masked_weights", HostArray.of(shape, ones).as(dtype));
    return m;
  }
}
