package dev.ligo.it;

import dev.ligo.api.DType;
import dev.ligo.api.HostArray;
import dev.ligo.api.TensorSpec;
import dev.ligo.core.data.BatchSource;
import dev.ligo.core.data.SeededRandom;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Batches drawn from their numbers: the same on every backend, and in every dtype.
 *
 * @param specs what a batch is made of
 * @param below for each input that counts something the number that it stays below; other integers,
 *     such as masks, are 1
 * @param dtype the dtype of what floats, from 0.5 to 1.5
 */
public record RandomBatches(Map<String, TensorSpec> specs, Map<String, Integer> below, DType dtype)
    implements BatchSource {
  @Override
  public SortedMap<String, HostArray> batch(long index) {
    SortedMap<String, HostArray> batch = new TreeMap<>();
    specs.forEach((name, spec) -> batch.put(name, draw(name, spec, index)));
    return batch;
  }

  private HostArray draw(String name, TensorSpec spec, long index) {
    SeededRandom random = new SeededRandom(index, name);
    boolean floating = spec.dtype().isFloating();
    int bound = below.getOrDefault(name, 0);
    HostArray array = HostArray.zeros(floating ? dtype : spec.dtype(), spec.shape());
    for (int i = 0; i < array.size(); i++) {
      double real = (float) (0.5 + random.nextDouble());
      array.set(i, floating ? real : bound == 0 ? 1 : random.nextInt(bound));
    }
    return array;
  }

  @Override
  public long batchesPerPass() {
    return Long.MAX_VALUE;
  }
}
