package dev.ligo.core.model;

import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * The sizes that encoder and decoder families have in common.
 *
 * @param layers the number of layers
 * @param hidden the hidden size
 * @param heads the number of attention heads
 * @param intermediate the width of the feed-forward layers
 */
public record Dimensions(int layers, int hidden, int heads, int intermediate) {
  /** So many layers have names and shapes in memory at once. */
  public static final int MOST_LAYERS = 1 << 16;

  /** Several times as many units are still counted by an int: queries, keys and values in one. */
  public static final int MOST_UNITS = 1 << 24;

  /**
   * Refuses a hidden size that the heads do not divide, and sizes that no model has.
   *
   * @param layers the number of layers
   * @param hidden the hidden size
   * @param heads the number of attention heads
   * @param intermediate the width of the feed-forward layers
   */
  public Dimensions {
    requireAtMost("the number of layers", layers, MOST_LAYERS);
    requireAtMost("the hidden size", hidden, MOST_UNITS);
    requireAtMost("the number of heads", heads, MOST_UNITS);
    requireAtMost("the feed-forward width", intermediate, MOST_UNITS);
    if (hidden % heads != 0) {
      throw new ConfigException(
          "the hidden size "
              + hidden
              + " is not a multiple of the "
              + heads
              + " heads; change one of them.");
    }
  }

  static void requireAtMost(String what, long found, int most) {
    if (found > most) {
      throw new ConfigException(
          what + " should be at most " + most + ", found " + found + "; take a smaller one.");
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
   * @throws ConfigException if the hidden size is no multiple of the head width or heads, or the
   *     feed-forward width does not come out whole
   */
  public Dimensions resized(Sizes sizes) {
    int d = sizes.hidden().orElse(hidden);
    requireAtMost("the hidden size", d, MOST_UNITS);
    if (!divides(d, sizes)) {
      throw new ConfigException(
          "the hidden size "
              + d
              + (d < hidden ? " is smaller than the source's " + hidden + ", and" : " is")
              + " not a multiple of the "
              + (sizes.heads().isPresent()
                  ? sizes.heads().getAsInt() + " heads; take "
                  : "head width " + headWidth() + "; take ")
              + larger(d, sizes)
              + (d < hidden ? "" : numberOfHeads(sizes))
              + ".");
    }
    if (!hasIntermediate(d, sizes)) {
      throw new ConfigException(
          "the feed-forward width "
              + intermediate
              + " of a hidden size of "
              + hidden
              + " has no whole counterpart at "
              + d
              + "; name it, or take a hidden size of "
              + larger(d, sizes)
              + ".");
    }
    long feedForward =
        sizes.intermediate().isPresent()
            ? sizes.intermediate().getAsInt()
            : (long) intermediate * d / hidden;
    requireAtMost("the feed-forward width", feedForward, MOST_UNITS);
    return new Dimensions(
        sizes.layers().orElse(layers), d, sizes.heads().orElse(d / headWidth()), (int) feedForward);
  }

  /** Returns whether a hidden size is one of whole heads. */
  private boolean divides(int d, Sizes sizes) {
    return d % sizes.heads().orElse(headWidth()) == 0;
  }

  private boolean hasIntermediate(int d, Sizes sizes) {
    return sizes.intermediate().isPresent() || (long) intermediate * d % hidden == 0;
  }

  private static String numberOfHeads(Sizes sizes) {
    return (sizes.heads().isPresent() ? ", or change the" : ", or name the") + " number of heads";
  }

  /** Names the hidden sizes around one that fit and are larger than this one. */
  private String larger(int d, Sizes sizes) {
    IntPredicate fits = n -> divides(n, sizes) && hasIntermediate(n, sizes);
    // Every multiple of this hidden size and of the heads fits, so there is one above.
    int above =
        IntStream.iterate(Math.max(d, hidden) + 1, n -> n + 1).filter(fits).findFirst().getAsInt();
    return IntStream.iterate(d - 1, n -> n > hidden, n -> n - 1)
            .filter(fits)
            .mapToObj(n -> n + " or ")
            .findFirst()
            .orElse("")
        + above;
  }
}
