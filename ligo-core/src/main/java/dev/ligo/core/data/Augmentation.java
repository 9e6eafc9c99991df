package dev.ligo.core.data;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/** A way in which images are shown otherwise in every pass of training; evaluation knows none. */
public enum Augmentation {
  /**
   * Moves the image by up to an eighth of its sides, with black where nothing is left: a random
   * crop of the padded image.
   */
  CROP,

  /** Swaps left and right, of every second image at random. Not for digits and letters. */
  FLIP;

  /** Both, as images are shown where nothing is said. */
  public static final Set<Augmentation> ALL =
      Collections.unmodifiableSet(EnumSet.allOf(Augmentation.class));
}
