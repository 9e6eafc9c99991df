package dev.ligo.core.data;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

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

  private static final String NONE = "none";

  /**
   * {@return the names of augmentations, as {@link #named} reads them}
   *
   * @param augmentations what is done to images
   */
  public static String names(Set<Augmentation> augmentations) {
    return augmentations.isEmpty()
        ? NONE
        : augmentations.stream()
            .sorted()
            .map(a -> a.name().toLowerCase(Locale.ROOT))
            .collect(Collectors.joining(","));
  }

  /**
   * {@return the augmentations of some names, joined by commas as in {@code crop,flip}, or of
   * {@code none}}
   *
   * @param names names with commas between
   * @throws DataException if there is none of a name
   */
  public static Set<Augmentation> named(String names) {
    Set<Augmentation> all = EnumSet.noneOf(Augmentation.class);
    if (!names.equals(NONE)) {
      for (String name : names.split(",", -1)) {
        all.add(
            ALL.stream()
                .filter(a -> a.name().toLowerCase(Locale.ROOT).equals(name))
                .findFirst()
                .orElseThrow(
                    () ->
                        new DataException(
                            "expected crop, flip, both joined by a comma, or none, found '"
                                + names
                                + "'")));
      }
    }
    return all;
  }
}
