package dev.ligo.core.data;

/**
 * Which example stands where in the batches. In training, every pass visits all of them in another
 * order, and batches cross the passes; in evaluation they come in one order that is drawn once and
 * for all, so that the first batches are a sample of files that are sorted by class too, and the
 * batch that ends a pass is filled up.
 *
 * @param size the number of examples, 1 or more
 * @param batchSize the number of examples in a batch
 * @param seed what the orders of training are drawn from
 * @param shuffled whether it is training
 */
public record ExampleOrder(int size, int batchSize, long seed, boolean shuffled) {
  /** What stands where a batch is filled up. */
  public static final int NONE = -1;

  /**
   * {@return the order of the examples of a request}
   *
   * @param examples the examples
   * @param request the data, the sizes of a batch and what to draw from
   * @throws DataException if there is none, or the batch size is not 1 or more
   */
  public static ExampleOrder of(LabelledExamples examples, DataRequest request) {
    if (request.batchSize() < 1) {
      throw new DataException(
          "making batches of " + request.batchSize() + " examples: 1 is the least.");
    }
    if (examples.size() < 1) {
      throw new DataException("making batches of " + request.paths() + ": there are no examples.");
    }
    return new ExampleOrder(
        examples.size(), request.batchSize(), request.seed(), request.shuffle());
  }

  /**
   * Returns the order that another seed draws.
   *
   * @param other the other seed
   * @return the order of the same examples
   */
  public ExampleOrder withSeed(long other) {
    return new ExampleOrder(size, batchSize, other, shuffled);
  }

  /** {@return how many batches cover the examples once} */
  public long batchesPerPass() {
    return (size + batchSize - 1L) / batchSize;
  }

  /**
   * {@return the number of the example in a batch's slot, {@link #NONE} where it is filled up}
   *
   * @param batch the number of a batch from 0
   * @param slot the place in the batch, from 0
   */
  public int at(long batch, int slot) {
    if (batch < 0) {
      throw new IllegalArgumentException("a batch's index is 0 or more, found " + batch + ".");
    }
    if (!shuffled) {
      long number = batch % batchesPerPass() * batchSize + slot;
      return number < size ? drawn(number, new SeededRandom(0, "examples to evaluate on")) : NONE;
    }
    long example = batch * batchSize + slot;
    return drawn(example % size, new SeededRandom(seed, "examples/" + example / size));
  }

  private int drawn(long place, SeededRandom random) {
    return (int) new Permutation(size, random).at(place);
  }
}
