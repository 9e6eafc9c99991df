package dev.ligo.text;

import dev.ligo.core.data.Columns;
import dev.ligo.core.data.DataException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Where in a table text and label stand.
 *
 * @param text the place of the text's column
 * @param label the place of the label's
 */
record TextColumns(int text, int label) {
  private static final List<String> TEXT =
      List.of("text", "sentence", "review", "content", "message", "body", "comment", "t");
  private static final List<String> LABEL =
      List.of("label", "labels", "sentiment", "class", "category", "target", "score", "s");
  private static final int SHOWN = 40;

  /**
   * Finds the columns of a table by the names that it gives them. Of two columns, one may have any
   * name if the other is found.
   *
   * @param what what a table of this kind calls them, "column" or "key"
   * @param reading what is being read, for error messages
   * @throws DataException if one is not there, with those that are
   */
  static TextColumns named(List<String> names, Columns wanted, String what, String reading) {
    int text = find(names, wanted.text(), TEXT);
    int label = find(names, wanted.label(), LABEL);
    if (names.size() == 2 && text < 0 && label >= 0 && wanted.text().isEmpty()) {
      text = 1 - label;
    } else if (names.size() == 2 && label < 0 && text >= 0 && wanted.label().isEmpty()) {
      label = 1 - text;
    }
    if (text < 0) {
      throw missing(names, wanted.text(), TEXT, what, reading, "texts");
    }
    if (label < 0) {
      throw missing(names, wanted.label(), LABEL, what, reading, "labels");
    }
    requireOne(names, text, wanted.text(), what, reading);
    requireOne(names, label, wanted.label(), what, reading);
    if (text == label) {
      throw new DataException(
          reading + "the " + what + "s of text and label are one, '" + names.get(text) + "'.");
    }
    return new TextColumns(text, label);
  }

  /** Refuses a name that two columns have, of which one would be read and the other not. */
  private static void requireOne(
      List<String> names, int column, Optional<String> wanted, String what, String reading) {
    String found = names.get(column);
    Predicate<String> same =
        wanted.isPresent() ? found::equals : n -> n.strip().equalsIgnoreCase(found.strip());
    List<String> alike = names.stream().filter(same).toList();
    if (alike.size() > 1) {
      throw new DataException(
          reading
              + "found "
              + alike.size()
              + " "
              + what
              + "s of one name, "
              + shown(alike)
              + "; rename all but the one to be read.");
    }
  }

  /** Returns whether a table's names are such that {@link #named} finds both columns. */
  static boolean areNamed(List<String> names, Columns wanted) {
    int text = find(names, wanted.text(), TEXT);
    int label = find(names, wanted.label(), LABEL);
    return Math.min(text, label) >= 0 || (names.size() == 2 && Math.max(text, label) >= 0);
  }

  private static int find(List<String> names, Optional<String> name, List<String> usual) {
    return name.map(names::indexOf).orElseGet(() -> usual(names, usual));
  }

  private static DataException missing(
      List<String> names,
      Optional<String> name,
      List<String> usual,
      String what,
      String reading,
      String held) {
    return new DataException(
        reading
            + "expected "
            + name.map(n -> "a " + what + " '" + n + "'")
                .orElse("one of the " + what + "s " + String.join(", ", usual))
            + ", found "
            + shown(names)
            + "; name the "
            + what
            + " of "
            + held
            + ".");
  }

  private static int usual(List<String> names, List<String> usual) {
    List<String> lower = names.stream().map(n -> n.strip().toLowerCase(Locale.ROOT)).toList();
    return usual.stream().mapToInt(lower::indexOf).filter(i -> i >= 0).findFirst().orElse(-1);
  }

  /** Returns names or fields as messages show them, long ones cut. */
  static String shown(List<String> names) {
    List<String> cut =
        names.stream().map(n -> n.length() > SHOWN ? n.substring(0, SHOWN) + "…" : n).toList();
    return names.isEmpty() ? "none" : String.join(", ", cut);
  }

  /**
   * Finds the columns by a table's first line, and returns nothing where that line is no header: if
   * columns are wanted by number, or neither of two has a common name.
   *
   * @param bare whether a table of this kind may have no header without anybody's saying so
   */
  static Optional<TextColumns> header(
      List<String> first, Columns wanted, boolean bare, String reading) {
    boolean numbers =
        wanted.text().filter(TextColumns::isNumber).isPresent()
            && wanted.label().filter(TextColumns::isNumber).isPresent();
    boolean any = wanted.text().isEmpty() && wanted.label().isEmpty();
    boolean nameless = any && first.size() == 2 && !isHeader(first);
    if (nameless && !bare) {
      throw new DataException(
          reading
              + "found two columns, "
              + shown(first)
              + ", neither with a common name; name the columns of texts and of labels, or"
              + " number them from 1 if the file has no header.");
    }
    return numbers || nameless
        ? Optional.empty()
        : Optional.of(named(first, wanted, "column", reading));
  }

  /** Returns whether one field has a common name: a single letter may be an example's. */
  private static boolean isHeader(List<String> first) {
    List<String> words = first.stream().map(f -> f.strip().length() > 1 ? f : "").toList();
    boolean both = usual(first, TEXT) >= 0 && usual(first, LABEL) >= 0;
    return both || usual(words, TEXT) >= 0 || usual(words, LABEL) >= 0;
  }

  private static boolean isNumber(String name) {
    return name.matches("[1-9]\\d{0,5}");
  }

  /** Returns the columns of a table without a header: by number, or the label before the text. */
  static TextColumns numbered(Columns wanted) {
    return new TextColumns(
        wanted.text().map(Integer::parseInt).orElse(2) - 1,
        wanted.label().map(Integer::parseInt).orElse(1) - 1);
  }
}
