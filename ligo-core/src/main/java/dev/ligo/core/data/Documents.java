package dev.ligo.core.data;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * What divides a corpus into documents, after each of which the corpus has a token that ends it.
 */
public enum Documents {
  /**
   * A blank line, and the end of a file: corpora such as WikiText and dumps of articles keep many
   * documents in a file. Blank lines and white space at the end of a line are no text.
   */
  BLANK_LINE,
  /**
   * The end of a file alone: blank lines are text, as in the recipes of {@code transformers}, which
   * concatenate whole files.
   */
  FILE;

  /** What divides documents where nobody says so. */
  public static final Documents DEFAULT = BLANK_LINE;

  /**
   * {@return the division of a name, such as "blank-line"}
   *
   * @param name the name
   * @throws DataException if nothing has it
   */
  public static Documents named(String name) {
    return Arrays.stream(values())
        .filter(d -> d.toString().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new DataException(
                    "there are no documents '" + name + "': expected one of " + all() + "."));
  }

  private static String all() {
    return String.join(", ", List.of(values()).stream().map(Documents::toString).toList());
  }

  /** Returns the name, in lower case and with hyphens. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
