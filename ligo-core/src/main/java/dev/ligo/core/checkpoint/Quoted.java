package dev.ligo.core.checkpoint;

import java.nio.file.Path;
import java.util.Collection;
import java.util.stream.Collectors;

/** Makes text from files fit for a one-line message: no control characters, no great length. */
final class Quoted {
  private static final int LONGEST = 120;
  private static final int LISTED = 8;

  private Quoted() {}

  /** Returns a name in quotes. */
  static String name(String name) {
    return "'" + line(name) + "'";
  }

  /** Returns the first few names in quotes, and how many there are when those are not all. */
  static String names(Collection<String> names) {
    String first = names.stream().limit(LISTED).map(Quoted::name).collect(Collectors.joining(", "));
    return names.size() <= LISTED ? first : first + ", … (" + names.size() + " in all)";
  }

  /** Returns a path, whole: it is the user's own. */
  static String path(Path path) {
    return path.toString().isBlank() ? name(path.toString()) : escape(path.toString());
  }

  /** Returns the text without control characters and cut to a readable length. */
  static String line(String text) {
    return text.length() <= LONGEST ? escape(text) : escape(text.substring(0, LONGEST)) + "…";
  }

  private static String escape(String text) {
    return text.codePoints()
        .mapToObj(c -> isPrintable(c) ? Character.toString(c) : String.format("\\u%04x", c))
        .collect(Collectors.joining());
  }

  private static boolean isPrintable(int codePoint) {
    return switch (Character.getType(codePoint)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      default -> true;
    };
  }
}
