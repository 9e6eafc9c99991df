package dev.ligo.cli.compare;

import dev.ligo.cli.console.Format;
import dev.ligo.cli.console.Table;
import dev.ligo.cli.report.Grid;
import java.util.List;
import java.util.stream.Collectors;

/** Tables of figures as text. */
final class Tables {
  private Tables() {}

  /** Returns a number of floating-point operations, as in 12.5 TFLOP. */
  static String flops(double flops) {
    return Format.quantity(Math.round(flops), "FLOP");
  }

  /**
   * Returns a table as lines of text, or, where they would not fit, a list for each row.
   *
   * @param columns the most characters of a line, 0 for any number
   */
  static String text(Grid grid, int columns) {
    String wide = text(grid);
    return columns == 0 || wide.lines().allMatch(line -> line.length() <= columns)
        ? wide
        : grid.rows().stream()
            .map(row -> row.get(0) + System.lineSeparator() + list(grid.header(), row))
            .collect(Collectors.joining(System.lineSeparator()));
  }

  private static Table list(List<String> header, List<String> row) {
    Table list = new Table(Table.Align.LEFT, Table.Align.LEFT);
    for (int i = 1; i < header.size(); i++) {
      list.row(header.get(i), row.get(i));
    }
    return list;
  }

  /** Returns a table as lines of text. */
  static String text(Grid grid) {
    Table.Align[] aligns = new Table.Align[grid.header().size()];
    for (int i = 0; i < aligns.length; i++) {
      aligns[i] = i == 0 ? Table.Align.LEFT : Table.Align.RIGHT;
    }
    Table table = new Table(aligns);
    table.row(grid.header().toArray(String[]::new));
    grid.rows().forEach(r -> table.row(r.toArray(String[]::new)));
    return table.toString();
  }
}
