package dev.ligo.cli.console;

import java.util.stream.Collectors;

/**
 * Makes text fit for a terminal: a control character that some file or name brought along is shown
 * as {@code \}{@code u001b} and does nothing.
 */
public final class Escapes {
  private Escapes() {}

  /** Returns a text with its control characters escaped; line breaks and tabs stay. */
  static String of(String text) {
    return text.codePoints()
        .mapToObj(c -> isHarmless(c) ? Character.toString(c) : String.format("\\u%04x", c))
        .collect(Collectors.joining());
  }

  /**
   * Returns a text as one line: line breaks and tabs are escaped, too.
   *
   * @param text the text, such as a path
   */
  public static String line(String text) {
    return text.codePoints()
        .mapToObj(
            c ->
                isHarmless(c) && !Character.isISOControl(c)
                    ? Character.toString(c)
                    : String.format("\\u%04x", c))
        .collect(Collectors.joining());
  }

  private static boolean isHarmless(int character) {
    boolean isWhitespace =
        character == '\n'
            || character == '\t'
            || (character == '\r' && System.lineSeparator().startsWith("\r"));
    return isWhitespace || (!Character.isISOControl(character) && !turnsDirection(character));
  }

  /** Returns whether a character turns the direction of what follows it. */
  private static boolean turnsDirection(int character) {
    return (character >= 0x202a && character <= 0x202e)
        || (character >= 0x2066 && character <= 0x2069);
  }
}
