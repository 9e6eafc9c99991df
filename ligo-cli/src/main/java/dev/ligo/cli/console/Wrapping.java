package dev.ligo.cli.console;

import java.io.IOException;
import java.io.Writer;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Breaks long sentences at words, those beside a name, too. A command in a sentence is one word.
 * Summaries, and what stands in more columns than two, stay as they are.
 */
final class Wrapping {
  private static final String INDENT = "  ";

  /** Text that goes on below a name is indented by the columns divided by this. */
  private static final int NARROW = 5;

  /** Lines that are copied. */
  private static final Pattern WHOLE = Pattern.compile("(?: |\\t|\\||summary: ).*");

  /**
   * A word, or a command to run: in quotes, or, at the beginning or behind a colon, up to the end
   * of the line.
   */
  private static final Pattern WORD =
      Pattern.compile(
          "'[^']*\\b(?:ligo|hf) [a-z][^']*'\\S*"
              + "|(?:^|(?<=: ))\\S*\\b(?:ligo|hf) [a-z].*"
              + "|\\S+");

  /** How a command is used, as its help begins; and a word of that. */
  private static final Pattern USAGE =
      Pattern.compile("(?<name>Usage: | {7}(?=\\S*ligo ))(?<words>\\S*ligo .*)");

  private static final Pattern OPERAND = Pattern.compile("\\[[^\\[\\]]*\\]\\S*|\\S+");

  /** A name, and words that say what it is; beside a long option they may begin after one space. */
  private static final Pattern NAMED =
      Pattern.compile(
          "(?<name> *(?:\\S+(?: \\S+)* {2,}|\\S*--\\S+=\\S+ (?=[A-Z])))"
              + "(?<words>\\S+(?: \\S+)+)");

  /** Words that go on below others, beside a name. */
  private static final Pattern BELOW = Pattern.compile("(?<name> {12,})(?<words>\\S+(?: \\S+)+)");

  /** The escape sequences of colors, which take no columns. */
  private static final Pattern COLOR = Pattern.compile("\\x1b\\[[0-9;]*m");

  /** Spaces at the beginning, which may be colored in vain. */
  private static final Pattern BEGINNING = Pattern.compile("^(?:(?:\\x1b\\[[0-9;]*m)* )+");

  private Wrapping() {}

  /**
   * Returns a writer of lines that fit.
   *
   * @param to where they are written
   * @param columns the most characters of a line
   */
  static Writer writer(Writer to, int columns) {
    return new Writer() {
      private final StringBuilder line = new StringBuilder();

      @Override
      public void write(char[] text, int from, int count) throws IOException {
        line.append(text, from, count);
        int end = line.lastIndexOf("\n") + 1;
        to.write(of(line.substring(0, end), columns));
        line.delete(0, end);
      }

      @Override
      public void flush() throws IOException {
        to.flush();
      }

      @Override
      public void close() throws IOException {
        to.write(of(line.toString(), columns));
        to.close();
      }
    };
  }

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
        .map(line -> line(line, columns))
        .collect(Collectors.joining(System.lineSeparator()));
  }

  private static String line(String printed, int columns) {
    if (length(printed) <= columns) {
      return printed;
    }
    String line =
        BEGINNING.matcher(printed).replaceFirst(m -> COLOR.matcher(m.group()).replaceAll(""));
    Matcher usage = USAGE.matcher(line);
    if (usage.matches()) {
      String name = usage.group("name");
      String indent = " ".repeat(name.length()) + INDENT;
      return name + words(OPERAND, usage.group("words"), name.length(), indent, columns);
    }
    Matcher named = NAMED.matcher(line);
    if (named.matches() && line.startsWith(" ")) {
      return beside(named.group("name"), named.group("words"), columns);
    }
    Matcher below = BELOW.matcher(line);
    if (below.matches()) {
      return beside(below.group("name"), below.group("words"), columns);
    }
    return WHOLE.matcher(line).matches() ? line : words(line, 0, INDENT, columns);
  }

  /** Returns words beside a name, or below it where there is little room. */
  private static String beside(String name, String words, int columns) {
    int width = length(name);
    if (width <= columns / 2) {
      return name + words(words, width, " ".repeat(width), columns);
    }
    String indent = " ".repeat(columns / NARROW);
    String below = indent + words(words, indent.length(), indent, columns);
    return name.isBlank() ? below : name.stripTrailing() + System.lineSeparator() + below;
  }

  /**
   * Returns a line in lines that fit.
   *
   * @param before the characters that stand before it
   */
  static String words(String line, int before, String indent, int columns) {
    return words(WORD, line, before, indent, columns);
  }

  private static String words(Pattern word, String line, int before, String indent, int columns) {
    StringBuilder lines = new StringBuilder();
    int used = before;
    Matcher words = word.matcher(line);
    while (words.find()) {
      String next = words.group();
      int length = length(next);
      if (lines.length() > 0 && used + 1 + length > columns) {
        lines.append(System.lineSeparator()).append(indent);
        used = indent.length();
      } else if (lines.length() > 0) {
        lines.append(' ');
        used++;
      }
      lines.append(next);
      used += length;
    }
    return lines.toString();
  }

  private static int length(String text) {
    return COLOR.matcher(text).replaceAll("").length();
  }
}
