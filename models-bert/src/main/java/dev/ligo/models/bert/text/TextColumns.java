package dev.ligo.models.bert.text;

import dev.ligo.core.data.Columns;
import dev.ligo.core.data.DataException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

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
   * Finds the columns of a table by the names that it gives them.
   *
   * @param reading what is being read, for error messages
   * @throws DataException if one is not there, with those that are
   */
  static TextColumns named(List<String> names, Columns wanted, String reading) {
    int text = find(names, wanted.text(), TEXT, "text", reading);
    int label = find(names, wanted.label(), LABEL, "label", reading);
    if (text == label) {
      throw new DataException(
          reading + "the columns of text and label are one, '" + names.get(text) + "'.");
    }
    return new TextColumns(text, label);
  }

  private static int find(
      List<String> names, Optional<String> name, List<String> usual, String what, String reading) {
    int found = name.map(names::indexOf).orElseGet(() -> usual(names, usual));
    if (found < 0) {
      throw new DataException(
          reading
              + "expected a column "
              + name.map(n -> "'" + n + "'").orElse(String.join(", ", usual))
              + ", found "
              + shown(names)
              + "; name it with --"
              + what
              + "-column.");
    }
    return found;
  }

  private static int usual(List<String> names, List<String> usual) {
    List<String> lower = names.stream().map(n -> n.strip().toLowerCase(Locale.ROOT)).toList();
    return usual.stream().mapToInt(lower::indexOf).filter(i -> i >= 0).findFirst().orElse(-1);
  }

  private static String shown(List<String> names) {
    List<String> cut =
        names.stream().map(n -> n.length() > SHOWN ? n.substring(0, SHOWN) + "…" : n).toList();
    return names.isEmpty() ? "none" : String.join(", ", cut);
  }

  /**
   * Finds the columns by a table's first line, and returns nothing where that line is no header: if
   * columns are wanted by number, or there are two of them of other than the usual names.
   */
  static Optional<TextColumns> header(List<String> first, Columns wanted, String reading) {
    boolean numbers =
        wanted.text().filter(TextColumns::isNumber).isPresent()
            && wanted.label().filter(TextColumns::isNumber).isPresent();
    boolean named = usual(first, TEXT) >= 0 && usual(first, LABEL) >= 0;
    boolean any = wanted.text().isEmpty() && wanted.label().isEmpty();
    return numbers || (any && !named && first.size() == 2)
        ? Optional.empty()
        : Optional.of(named(first, wanted, reading));
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
