package dev.ligo.text;

/** Which stretch of a corpus each example of an endless sequence is. */
sealed interface WindowOrder permits ShuffledWindows, OrderedWindows {

  /** Returns how many windows cover the corpus once. */
  long windows();

  /** Returns the window of an example from 0. */
  Window at(long example);

  /** Returns the windows of the same corpus in the order that another seed draws. */
  WindowOrder withSeed(long seed);

  /**
   * A stretch of tokens.
   *
   * @param start the place of its first token in the corpus
   * @param length the number of its tokens, which go on at the corpus's start where they reach its
   *     end
   * @param draw what tells its random numbers from those of other windows
   */
  record Window(long start, int length, long draw) {}
}
