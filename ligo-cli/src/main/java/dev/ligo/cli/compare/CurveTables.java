package dev.ligo.cli.compare;

import dev.ligo.cli.console.Format;
import dev.ligo.cli.console.Table;
import dev.ligo.cli.report.ComparisonReport.Grid;
import dev.ligo.core.comparison.Curve;
import java.util.ArrayList;
import java.util.List;

/** Curves as tables. */
public final class CurveTables {
  private CurveTables() {}

  /** Returns a row for each arm. */
  public static Grid summary(List<Curve> curves) {
    return new Grid(
        List.of("arm", "loss at start", "loss at end", "steps", "compute", "of it growing", "time"),
        curves.stream().map(CurveTables::summary).toList());
  }

  private static List<String> summary(Curve c) {
    return List.of(
        c.arm(),
        Format.metric(c.first().loss()),
        Format.metric(c.last().loss()),
        Format.count(c.last().step()),
        flops(c.last().flops()),
        Format.percent(c.first().flops() / c.last().flops()),
        Format.seconds(c.last().seconds()));
  }

  /** Returns a row for each point. */
  public static Grid evaluations(List<Curve> curves, double budget) {
    List<List<String>> rows = new ArrayList<>();
    for (Curve c : curves) {
      c.points().forEach(p -> rows.add(evaluation(c.arm(), p, budget)));
    }
    return new Grid(List.of("arm", "loss", "step", "compute", "of budget", "time"), rows);
  }

  private static List<String> evaluation(String arm, Curve.Point p, double budget) {
    return List.of(
        arm,
        Format.metric(p.loss()),
        Format.count(p.step()),
        flops(p.flops()),
        Format.percent(p.flops() / budget),
        Format.seconds(p.seconds()));
  }

  /** Returns a number of floating-point operations, as in 12.5 TFLOP. */
  public static String flops(double flops) {
    return Format.quantity(Math.round(flops), "FLOP");
  }

  /** Returns a table as lines of text. */
  public static String text(Grid grid) {
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
