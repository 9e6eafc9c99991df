package dev.ligo.cli.console;

import java.util.Arrays;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Breaks long sentences at words. What is copied, or stands in columns, stays as it is. */
final class Wrapping {
  private static final String INDENT = "  ";

  /** Lines of tables, summaries, and what names a command to run. */
  private static final Pattern WHOLE =
      Pattern.compile("^(?: |\\t|\\||summary: ).*|.*\\b(?:ligo|hf) [a-z].*");

  private Wrapping() {}

  /**
   * Returns a text of lines that fit.
   *
   * @param columns the most characters of a line, 0 for any number
   */
  static String of(String text, int columns) {
    if (columns <= INDENT.length()) {
      return text;
    }
    return Arrays.stream(text.split("\\R", -1))
        .map(line -> WHOLE.matcher(line).matches() ? line : wrapped(line, columns))
        .collect(Collectors.joining(System.lineSeparator()));
  }

  private static String wrapped(String line, int columns) {
    StringBuilder lines = new StringBuilder();
    int used = 0;
    for (String word : line.split(" ", -1)) {
      if (used > 0 && used + 1 + word.length() > columns) {
        lines.append(System.lineSeparator()).append(INDENT);
        used = INDENT.length();
      } else if (lines.length() > 0) {
        lines.append(' ');
        used++;
      }
      lines.append(word);
      used += word.length();
    }
    return lines.toString();
  }
}
