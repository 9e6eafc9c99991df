package dev.ligo.core.data;

import dev.ligo.api.HostArray;
import java.util.SortedMap;

/**
 * An endless sequence of batches. A batch is a pure function of its index, so that a run can be
 * stopped and continued, and two runs see the same data; its names, dtypes and shapes never change,
 * so that one trace of a program serves all.
 */
public interface BatchSource {
  /**
   * {@return the batch of an index from 0: named arrays whose first axis is, as a rule, the batch}
   *
   * @param index the batch's number, from 0
   */
  SortedMap<String, HostArray> batch(long index);

  /** {@return how many batches cover the data once} */
  long batchesPerPass();
}
