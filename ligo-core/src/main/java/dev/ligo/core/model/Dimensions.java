package dev.ligo.core.model;

/**
 * The sizes that encoder and decoder families have in common.
 *
 * @param layers the number of layers
 * @param hidden the hidden size
 * @param heads the number of attention heads
 * @param intermediate the width of the feed-forward layers
 */
public record Dimensions(int layers, int hidden, int heads, int intermediate) {
  /**
   * Refuses a hidden size that the heads do not divide.
   *
   * @param layers the number of layers
   * @param hidden the hidden size
   * @param heads the number of attention heads
   * @param intermediate the width of the feed-forward layers
   */
  public Dimensions {
    if (hidden % heads != 0) {
      throw new ConfigException(
          "the hidden size "
              + hidden
              + " is not a multiple of the "
              + heads
              + " heads; change one of them.");
    }
  }

  /** {@return the number of units of a head} */
  public int headWidth() {
    return hidden / heads;
  }

  /**
   * {@return the dimensions with other sizes, where what is not named follows as {@link Sizes}
   * says}
   *
   * @param sizes the sizes to change
   * @throws ConfigException if the hidden size is no multiple of the head width, or the
   *     feed-forward width does not come out whole
   */
  public Dimensions resized(Sizes sizes) {
    int d = sizes.hidden().orElse(hidden);
    if (sizes.heads().isEmpty() && d % headWidth() != 0) {
      throw new ConfigException(
          "the hidden size "
              + d
              + " is not a multiple of the head width "
              + headWidth()
              + "; take "
              + (d < headWidth() ? "" : d / headWidth() * headWidth() + " or ")
              + (d / headWidth() + 1) * headWidth()
              + ", or name the number of heads.");
    }
    long product = (long) intermediate * d;
    if (sizes.intermediate().isEmpty() && product % hidden != 0) {
      throw new ConfigException(
          "the feed-forward width "
              + intermediate
              + " of a hidden size of "
              + hidden
              + " has no whole counterpart at "
              + d
              + "; name it.");
    }
    return new Dimensions(
        sizes.layers().orElse(layers),
        d,
        sizes.heads().orElse(d / headWidth()),
        sizes.intermediate().orElse((int) (product / hidden)));
  }
}
