package dev.ligo.cli.report;

import dev.ligo.cli.report.ComparisonReport.Dot;
import dev.ligo.cli.report.ComparisonReport.Dots;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * A picture of savings, as a column of a table: a row for each method, in it a dot for each seed,
 * their mean and standard deviation, and a ring for what is saved without the source's training.
 * Places are in percent of the column's width, so that it is as wide as the page allows.
 */
final class DotPlot {
  /** The lowest saving that is drawn. A lower one is an arrow. */
  private static final double LEAST = -100;

  /** No more than all can be saved, whatever the deviation. */
  private static final double MOST = 100;

  /** The least range of the axis. */
  private static final double SPAN = 10;

  /** The lines of the grid, at most. */
  private static final int LINES = 8;

  /** Room at both ends, in percent of the width. */
  private static final double MARGIN = 3;

  private final double low;
  private final double high;
  private final double step;

  private DotPlot(List<Dots> rows) {
    double[] all = rows.stream().flatMapToDouble(DotPlot::drawn).toArray();
    double least = Math.max(LEAST, DoubleStream.of(all).min().orElse(0));
    double most = Math.min(MOST, Math.max(least + SPAN, DoubleStream.of(all).max().orElse(0)));
    this.step = step(most - least);
    this.low = Math.floor(least / step) * step;
    this.high = Math.ceil(most / step) * step;
  }

  /**
   * Returns a table with the picture as its second column.
   *
   * @param rows what each method saved
   * @param grid the same as text
   * @param looks gives the methods their colours
   */
  static String html(List<Dots> rows, Grid grid, Looks looks) {
    DotPlot plot = new DotPlot(rows);
    List<String> pictures =
        IntStream.range(0, rows.size())
            .mapToObj(i -> plot.row(rows.get(i), looks.colour(grid.rows().get(i).get(0))))
            .toList();
    return Html.table(grid, plot.axis(), pictures);
  }

  /** Returns what the marks stand for that the rows have. One seed has no mean and no deviation. */
  static String key(List<Dots> rows) {
    if (rows.isEmpty()) {
      return "";
    }
    boolean several = rows.stream().anyMatch(r -> r.seeds().size() > 1);
    List<String> entries = new ArrayList<>();
    entries.add(
        mark(
            "<circle class=\"dot\" cx=\"6\" cy=\"50%\" r=\"4\"/>",
            several ? "a seed" : "the one seed"));
    if (several) {
      entries.add(
          mark(
              "<line class=\"spread\" x1=\"0\" x2=\"12\" y1=\"50%\" y2=\"50%\"/>"
                  + "<line class=\"mean\" x1=\"6\" x2=\"6\" y1=\"0\" y2=\"100%\"/>",
              "mean and standard deviation"));
    }
    if (rows.stream().anyMatch(r -> r.gross().isPresent())) {
      entries.add(
          mark(
              "<circle class=\"gross\" cx=\"6\" cy=\"50%\" r=\"4\"/>",
              (several ? "mean " : "") + "without the source's training"));
    }
    entries.add("<span>in % of scratch's compute</span>");
    return String.join("\n", entries);
  }

  private static String mark(String shapes, String meaning) {
    return "<span><svg class=\"mark\" aria-hidden=\"true\">"
        + shapes
        + "</svg> "
        + Html.text(meaning)
        + "</span>";
  }

  /** Returns what a row shows, and zero. */
  private static DoubleStream drawn(Dots row) {
    double mean = row.mean().orElse(0);
    double deviation = row.deviation().orElse(0);
    return DoubleStream.concat(
        row.seeds().stream().mapToDouble(Dot::percent),
        DoubleStream.of(0, mean - deviation, mean + deviation, row.gross().orElse(0)));
  }

  /** Returns the distance of the grid's lines: 1, 2 or 5 times a power of ten. */
  private static double step(double range) {
    double power = Math.pow(10, Math.floor(Math.log10(range / LINES)));
    return DoubleStream.of(1, 2, 5)
        .map(n -> n * power)
        .filter(s -> range / s <= LINES)
        .findFirst()
        .orElse(10 * power);
  }

  private double[] ticks() {
    return IntStream.rangeClosed(0, (int) Math.round((high - low) / step))
        .mapToDouble(i -> low + i * step)
        .toArray();
  }

  /** Returns a place on the axis. */
  private String x(double percent) {
    return String.format(
        Locale.ROOT, "%.2f%%", MARGIN + (100 - 2 * MARGIN) * (percent - low) / (high - low));
  }

  /** Returns the numbers at the lines of the grid. */
  private String axis() {
    return DoubleStream.of(ticks())
        .mapToObj(
            t -> "<text x=\"" + x(t) + "\" y=\"13\">" + Html.prose("" + Math.round(t)) + "</text>")
        .collect(Collectors.joining("", "<svg class=\"axis\" aria-hidden=\"true\">", "</svg>"));
  }

  private String row(Dots row, String colour) {
    List<String> parts = new ArrayList<>();
    for (double t : ticks()) {
      parts.add(line(t == 0 ? "zero" : "grid", t, t));
    }
    row.deviation().stream()
        .filter(d -> d > 0)
        .forEach(
            d -> parts.add(line("spread", row.mean().orElse(0) - d, row.mean().orElse(0) + d)));
    if (row.seeds().size() > 1) {
      row.mean().ifPresent(m -> parts.add(line("mean", m, m)));
    }
    List<Mark> marks = new ArrayList<>();
    row.gross().ifPresent(g -> marks.add(new Mark("gross", g, "without the source's training")));
    row.seeds().forEach(d -> marks.add(new Mark("dot", d.percent(), "seed " + d.seed())));
    String less =
        marks.stream()
            .filter(m -> m.percent() < low)
            .map(Mark::title)
            .collect(Collectors.joining("\n"));
    if (!less.isEmpty()) {
      parts.add("<text class=\"less\" x=\"0\" y=\"50%\">◂<title>" + less + "</title></text>");
    }
    marks.stream().filter(m -> m.percent() >= low).map(this::circle).forEach(parts::add);
    return "<svg class=\"row\" style=\"color:" + colour + "\">" + String.join("", parts) + "</svg>";
  }

  private String line(String kind, double from, double to) {
    boolean across = from != to;
    return to < low
        ? ""
        : "<line class=\""
            + kind
            + "\" x1=\""
            + x(Math.max(low, from))
            + "\" x2=\""
            + x(Math.min(high, to))
            + (across ? "\" y1=\"50%\" y2=\"50%\"/>" : "\" y1=\"0\" y2=\"100%\"/>");
  }

  /** A figure of a row: in its place, or said by an arrow if it would be left of the axis. */
  private record Mark(String kind, double percent, String name) {
    String title() {
      return Html.prose(String.format(Locale.ROOT, "%s: %,.1f %%", name, percent));
    }
  }

  private String circle(Mark mark) {
    return "<circle class=\""
        + mark.kind()
        + "\" cx=\""
        + x(mark.percent())
        + "\" cy=\"50%\" r=\"4\"><title>"
        + mark.title()
        + "</title></circle>";
  }
}
