package dev.ligo.it.golden;

import dev.ligo.api.DType;
import dev.ligo.api.HostArray;
import java.util.SortedMap;
import java.util.TreeMap;

/** Labels as the public causal language models take them, as the batches of ours hold them. */
final class CausalBatch {
  private CausalBatch() {}

  /** The public model compares a prediction with the label at the next place; −100 is none. */
  static SortedMap<String, HostArray> of(Golden golden, DType dtype) {
    HostArray labels = golden.ids("labels");
    HostArray next = HostArray.zeros(DType.INT32, labels.shape());
    HostArray weights = HostArray.zeros(dtype, labels.shape());
    int columns = labels.shape().dim(1);
    for (int i = 0; i < labels.size(); i++) {
      if (i % columns != columns - 1 && labels.get(i + 1) != -100) {
        next.set(i, labels.get(i + 1));
        weights.set(i, 1);
      }
    }
    SortedMap<String, HostArray> batch = new TreeMap<>();
    batch.put("next_ids", next);
    batch.put("next_weights", weights);
    return batch;
  }
}
