package dev.ligo.text;

import dev.ligo.core.data.Permutation;
import dev.ligo.core.data.SeededRandom;

/**
 * The windows of training. The corpus is a ring, so that every window is full; each pass cuts it
 * from another token on, visits every window once in another order, and leaves out the tokens,
 * fewer than a window, that remain. Every example draws its own random numbers.
 */
final class ShuffledWindows implements WindowOrder {
  private final long tokens;
  private final int width;
  private final long seed;
  private final long windows;

  /** Creates the windows of {@code width} tokens over a corpus of at least as many. */
  ShuffledWindows(long tokens, int width, long seed) {
    this.tokens = tokens;
    this.width = width;
    this.seed = seed;
    this.windows = tokens / width;
  }

  @Override
  public long windows() {
    return windows;
  }

  @Override
  public WindowOrder withSeed(long other) {
    return new ShuffledWindows(tokens, width, other);
  }

  @Override
  public Window at(long example) {
    long pass = example / windows;
    SeededRandom random = new SeededRandom(seed, "windows/" + pass);
    // No start is likelier than another by more than tokens / 2⁶³.
    long first = (random.nextLong() >>> 1) % tokens;
    long window = new Permutation(windows, random).at(example % windows);
    return new Window((first + window * width) % tokens, width, example);
  }
}
