package dev.ligo.cli.console;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Lines of text in columns. Where they are wider than the terminal, the gaps between the columns
 * become narrow, then the last column of text breaks at words; where that is not enough, the first
 * column stands above the others.
 */
public final class Table {
  private static final String INDENT = "  ";
  private static final String GAP = "  ";
  private static final String NARROW_GAP = " ";

  /** The fewest characters to which a text at the end of a line is broken. */
  private static final int NARROWEST = 16;

  /** A column's place. */
  public enum Align {
    LEFT,
    RIGHT
  }

  private final List<Align> aligns;
  private final List<List<String>> rows = new ArrayList<>();

  /** Creates a table without rows. */
  public Table(Align... aligns) {
    this.aligns = List.of(aligns);
  }

  /** Adds a row; cells that are left out at its end are empty. */
  public Table row(String... cells) {
    List<String> row = new ArrayList<>(Arrays.asList(cells));
    while (row.size() < aligns.size()) {
      row.add("");
    }
    rows.add(row);
    return this;
  }

  /** Returns the rows as lines, however long. */
  @Override
  public String toString() {
    return text(0);
  }

  /**
   * Returns the rows as lines that fit, as far as words and numbers do.
   *
   * @param columns the most characters of a line, 0 for any number
   */
  public String text(int columns) {
    return blocks(INDENT, columns).stream()
        .flatMap(List::stream)
        .collect(Collectors.joining(System.lineSeparator()));
  }

  /** Returns the lines of each row. */
  private List<List<String>> blocks(String indent, int columns) {
    int[] widths = widths();
    if (columns == 0 || width(widths, indent, GAP) <= columns) {
      return blocks(widths, indent, GAP);
    }
    int over = width(widths, indent, NARROW_GAP) - columns;
    int text = aligns.lastIndexOf(Align.LEFT);
    if (over > 0 && text >= 0) {
      int room = widths[text] - over;
      if (room < narrowest(text) && aligns.size() > 1) {
        return stacked(indent, columns);
      }
      widths[text] = Math.max(1, room);
    }
    return blocks(widths, indent, NARROW_GAP);
  }

  private int[] widths() {
    return IntStream.range(0, aligns.size())
        .map(i -> rows.stream().mapToInt(row -> row.get(i).length()).max().orElse(0))
        .toArray();
  }

  /** Returns the characters of a line. A column without text takes none. */
  private static int width(int[] widths, String indent, String gap) {
    int[] taken = Arrays.stream(widths).filter(w -> w > 0).toArray();
    return indent.length() + Arrays.stream(taken).sum() + gap.length() * (taken.length - 1);
  }

  /** Returns the fewest characters to which a column can be broken; the last may be overrun. */
  private int narrowest(int column) {
    int longest =
        rows.stream()
            .flatMap(row -> Arrays.stream(row.get(column).split(" ", -1)))
            .mapToInt(String::length)
            .max()
            .orElse(0);
    return column == aligns.size() - 1 ? Math.min(longest, NARROWEST) : longest;
  }

  private List<List<String>> blocks(int[] widths, String indent, String gap) {
    return rows.stream().map(row -> block(row, widths, indent, gap)).toList();
  }

  /** Returns a row in a line, or in more where a cell's words need them. */
  private List<String> block(List<String> row, int[] widths, String indent, String gap) {
    List<List<String>> cells = new ArrayList<>();
    for (int i = 0; i < widths.length; i++) {
      cells.add(broken(row.get(i), widths[i]));
    }
    int height = cells.stream().mapToInt(List::size).max().orElse(1);
    List<String> lines = new ArrayList<>();
    for (int l = 0; l < height; l++) {
      StringBuilder line = new StringBuilder(indent);
      String between = "";
      for (int i = 0; i < widths.length; i++) {
        String cell = l < cells.get(i).size() ? cells.get(i).get(l) : "";
        String padding = " ".repeat(Math.max(0, widths[i] - cell.length()));
        if (widths[i] > 0) {
          line.append(between)
              .append(aligns.get(i) == Align.LEFT ? cell + padding : padding + cell);
          between = gap;
        }
      }
      lines.add(line.toString().stripTrailing());
    }
    return lines;
  }

  private static List<String> broken(String cell, int width) {
    String indent = " ".repeat(cell.length() - cell.stripLeading().length());
    return cell.length() <= width
        ? List.of(cell)
        : (indent + Wrapping.words(cell, indent.length(), indent, width)).lines().toList();
  }

  /** Returns the first cell of each row on a line of its own, and the others below it. */
  private List<List<String>> stacked(String indent, int columns) {
    Table others = new Table(aligns.subList(1, aligns.size()).toArray(Align[]::new));
    rows.forEach(row -> others.row(row.subList(1, row.size()).toArray(String[]::new)));
    List<List<String>> below = others.blocks(indent + INDENT, columns);
    List<List<String>> blocks = new ArrayList<>();
    for (int i = 0; i < rows.size(); i++) {
      String first = rows.get(i).get(0);
      blocks.add(
          Stream.concat(
                  Stream.of(first).filter(cell -> !cell.isEmpty()).map(indent::concat),
                  below.get(i).stream().filter(line -> !line.isBlank()))
              .toList());
    }
    return blocks;
  }
}
