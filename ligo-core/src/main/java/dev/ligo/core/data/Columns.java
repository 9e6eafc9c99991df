package dev.ligo.core.data;

import java.util.Optional;

/**
 * Which columns of a table hold an example and its class, by name or, in a table without a header,
 * by number from 1.
 *
 * @param text the column of the text, found by its common names if it is not named
 * @param label the column of the class, likewise
 */
public record Columns(Optional<String> text, Optional<String> label) {
  /** The default: columns that are found by their common names. */
  public static final Columns DEFAULT = new Columns(Optional.empty(), Optional.empty());
}
