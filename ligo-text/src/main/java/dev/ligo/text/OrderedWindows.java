package dev.ligo.text;

/**
 * The windows of evaluation: from the first token to the last, the last window as long as what is
 * left, then empty ones to the end of the batch; the same random numbers for a window at every
 * pass.
 */
final class OrderedWindows implements WindowOrder {
  private final long tokens;
  private final int width;
  private final long windows;
  private final long perPass;

  /** Creates the windows of {@code width} tokens, a pass being a whole number of batches. */
  OrderedWindows(long tokens, int width, int batchSize) {
    this.tokens = tokens;
    this.width = width;
    this.windows = ceilDiv(tokens, width);
    this.perPass = ceilDiv(windows, batchSize) * batchSize;
  }

  private static long ceilDiv(long dividend, long divisor) {
    return (dividend + divisor - 1) / divisor;
  }

  @Override
  public long windows() {
    return windows;
  }

  @Override
  public WindowOrder withSeed(long seed) {
    return this;
  }

  @Override
  public Window at(long example) {
    long window = example % perPass;
    long start = Math.min(window * width, tokens);
    return new Window(start, (int) Math.min(width, tokens - start), window);
  }
}
