package dev.ligo.cli.compare;

import dev.ligo.cli.console.Format;
import dev.ligo.cli.console.Table;
import dev.ligo.cli.report.Grid;

/** Tables of figures as text. */
final class Tables {
  private Tables() {}

  /** Returns a number of floating-point operations, as in 12.5 TFLOP. */
  static String flops(double flops) {
    return Format.quantity(Math.round(flops), "FLOP");
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
