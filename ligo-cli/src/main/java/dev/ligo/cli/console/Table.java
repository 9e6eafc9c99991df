package dev.ligo.cli.console;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Lines of text in columns. */
public final class Table {
  private static final String INDENT = "  ";
  private static final String GAP = "  ";

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

  /** Returns the rows as lines. */
  @Override
  public String toString() {
    int[] widths = new int[aligns.size()];
    for (List<String> row : rows) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    return String.join(
        System.lineSeparator(), rows.stream().map(row -> line(row, widths)).toList());
  }

  private String line(List<String> row, int[] widths) {
    StringBuilder line = new StringBuilder(INDENT);
    for (int i = 0; i < widths.length; i++) {
      String padding = " ".repeat(widths[i] - row.get(i).length());
      line.append(i == 0 ? "" : GAP)
          .append(aligns.get(i) == Align.LEFT ? row.get(i) + padding : padding + row.get(i));
    }
    return line.toString().stripTrailing();
  }
}
