package dev.ligo.core.train;

import dev.ligo.api.HostArray;
import dev.ligo.core.data.BatchSource;
import java.util.SortedMap;
import java.util.function.LongUnaryOperator;

/**
 * The batches of a source in another order.
 *
 * @param source the source
 * @param index tells the number that a batch has in the source
 */
record OtherBatches(BatchSource source, LongUnaryOperator index) implements BatchSource {
  @Override
  public SortedMap<String, HostArray> batch(long number) {
    return source.batch(index.applyAsLong(number));
  }

  @Override
  public long batchesPerPass() {
    return source.batchesPerPass();
  }
}
