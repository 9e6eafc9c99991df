package dev.ligo.it.bench;

import dev.ligo.api.HostArray;
import dev.ligo.core.data.BatchSource;
import java.util.List;
import java.util.SortedMap;
import java.util.stream.LongStream;

/**
 * Batches that are at hand, so that a step waits for none; after the last comes the first.
 *
 * @param made the batches
 */
record ReadyBatches(List<SortedMap<String, HostArray>> made) implements BatchSource {
  /** Makes the first batches of a source. */
  static ReadyBatches of(BatchSource source, int count) {
    return new ReadyBatches(LongStream.range(0, count).mapToObj(source::batch).toList());
  }

  @Override
  public SortedMap<String, HostArray> batch(long index) {
    return made.get((int) (index % made.size()));
  }

  @Override
  public long batchesPerPass() {
    return made.size();
  }
}
