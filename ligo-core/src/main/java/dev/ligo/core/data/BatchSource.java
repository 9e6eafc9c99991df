package dev.ligo.core.data;

import dev.ligo.api.HostArray;
import java.util.Optional;
import java.util.SortedMap;

/**
 * An endless sequence of batches. A batch is a pure function of its index, so that a run can be
 * stopped and continued, and two runs see the same data; its names, dtypes and shapes never change,
 * so that one trace of a program serves all. Batches are asked for by the caller and by a thread
 * that reads ahead: a source is safe for several threads.
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

  /**
   * {@return a SHA-256 that tells the data from others, in lower-case hexadecimal} A run that is
   * continued has to have the same. Here it is of the {@linkplain BatchSample first batches}; a
   * source that knows all of its data overrides it.
   *
   * @param check called now and then; it ends the reading by an exception
   */
  default String sha256(Runnable check) {
    return BatchSample.sha256(this, check);
  }

  /**
   * Returns the same data drawn with another seed, without opening them again.
   *
   * @param seed what masks and orders are drawn from
   * @return the other batches; empty where they have to be opened with that seed
   */
  default Optional<BatchSource> withSeed(long seed) {
    return Optional.empty();
  }
}
