package dev.ligo.core.data;

import java.util.Optional;

/**
 * Which columns of a table hold an example and its class, by name or, in a table without a header,
 * by number from 1.
 *
 * @param text the column of the text, found by the usual names if it is not said
 * @param label the column of the class, likewise
 */
public record Columns(Optional<String> text, Optional<String> label) {
  /** Columns that are found by the usual names. */
  public static final Columns USUAL = new Columns(Optional.empty(), Optional.empty());
}
