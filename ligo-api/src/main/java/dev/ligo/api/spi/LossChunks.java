package dev.ligo.api.spi;

import java.util.OptionalInt;

/**
 * How many rows of a loss over a vocabulary a backend on a CPU computes at a time; see {@link
 * Kernels#linearCrossEntropy}.
 */
public final class LossChunks {
  /** The logits of a chunk: few enough for a processor's cache. */
  private static final int LOGITS = 1 << 22;

  /** Each chunk adds to all of the weight's gradient, so that it has many rows. */
  private static final int FEWEST_ROWS = 512;

  private LossChunks() {}

  /**
   * {@return the rows of a chunk, or empty where chunks do not pay} With few rows, the logits are
   * small beside the weight, and what it costs to walk over the weight's gradient once more is not
   * won back.
   *
   * @param rows the rows of the operand
   * @param features the features of a row
   * @param classes the classes, the rows of the weight
   */
  public static OptionalInt rows(long rows, long features, long classes) {
    return rows <= 2 * features
        ? OptionalInt.empty()
        : OptionalInt.of(Math.toIntExact(Math.max(FEWEST_ROWS, LOGITS / Math.max(1, classes))));
  }
}
