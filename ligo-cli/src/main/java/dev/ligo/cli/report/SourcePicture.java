package dev.ligo.cli.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A picture of the net saving against the share of the compute that training the source took: a
 * line for each way of growing, with the deviation over seeds at each place, and a ring around the
 * best.
 */
final class SourcePicture {
  private static final int WIDTH = 880;
  private static final int HEIGHT = 340;
  private static final int LEFT = 56;
  private static final int RIGHT = 150;
  private static final int TOP = 16;
  private static final int BOTTOM = 46;
  private static final int COLOURS = 6;

  /** The lines of a grid, at most. */
  private static final int LINES = 6;

  private final List<ComparisonReport.Series> series;
  private final double low;
  private final double high;
  private final double end;

  private SourcePicture(List<ComparisonReport.Series> series) {
    this.series = series;
    double least = all(p -> p.net() - p.deviation()).min(Comparator.naturalOrder()).orElseThrow();
    double most = all(p -> p.net() + p.deviation()).max(Comparator.naturalOrder()).orElseThrow();
    double step = step(Math.max(1, most - least));
    this.low = Math.floor(least / step) * step;
    this.high = Math.max(low + step, Math.ceil(most / step) * step);
    this.end =
        1.08 * all(ComparisonReport.Place::source).max(Comparator.naturalOrder()).orElse(1.0);
  }

  /** Returns a section with the picture, or nothing where no way of growing has several sources. */
  static String html(List<ComparisonReport.Series> series) {
    return series.isEmpty() ? "" : new SourcePicture(series).section();
  }

  private Stream<Double> all(ToDoubleFunction<ComparisonReport.Place> figure) {
    return series.stream().flatMap(s -> s.places().stream()).map(figure::applyAsDouble);
  }

  /** Returns the distance of a grid's lines: 1, 2 or 5 times a power of ten. */
  private static double step(double range) {
    double power = Math.pow(10, Math.floor(Math.log10(range / LINES)));
    return Stream.of(1.0, 2.0, 5.0, 10.0)
        .map(n -> n * power)
        .filter(s -> range / s <= LINES)
        .findFirst()
        .orElse(10 * power);
  }

  private double x(double source) {
    return LEFT + (WIDTH - LEFT - RIGHT) * source / end;
  }

  private double y(double net) {
    return TOP + (HEIGHT - TOP - BOTTOM) * (high - net) / (high - low);
  }

  private String section() {
    List<String> parts = new ArrayList<>();
    for (double v = low; v <= high + 1e-9; v += step(high - low)) {
      parts.add(line(LEFT, y(v), WIDTH - RIGHT, y(v), "grid"));
      parts.add(text(LEFT - 8, y(v) + 4, "end", number(v)));
    }
    for (double v = 0; v <= end; v += step(end)) {
      parts.add(line(x(v), TOP, x(v), HEIGHT - BOTTOM, "grid"));
      parts.add(text(x(v), HEIGHT - BOTTOM + 18, "middle", number(v)));
    }
    parts.add(
        text(
            (LEFT + WIDTH - RIGHT) / 2.0,
            HEIGHT - 8,
            "middle",
            "training of the source, in % of scratch's compute"));
    for (int i = 0; i < series.size(); i++) {
      parts.add(drawn(series.get(i), i % COLOURS));
    }
    return "<section aria-labelledby=\"sources\">\n<h2 id=\"sources\">Net saving by source, in"
        + " %</h2>\n<svg class=\"sources\" viewBox=\"0 0 "
        + WIDTH
        + " "
        + HEIGHT
        + "\" role=\"img\" aria-label=\""
        + Html.text(all().map(ComparisonReport.Place::label).collect(Collectors.joining("; ")))
        + "\">\n"
        + String.join("\n", parts)
        + "\n</svg>\n</section>\n";
  }

  private Stream<ComparisonReport.Place> all() {
    return series.stream().flatMap(s -> s.places().stream());
  }

  private String drawn(ComparisonReport.Series s, int colour) {
    String path =
        s.places().stream()
            .map(p -> number(x(p.source())) + "," + number(y(p.net())))
            .collect(Collectors.joining(" "));
    ComparisonReport.Place best =
        s.places().stream()
            .max(Comparator.comparingDouble(ComparisonReport.Place::net))
            .orElseThrow();
    ComparisonReport.Place last = s.places().get(s.places().size() - 1);
    StringBuilder g = new StringBuilder("<g style=\"color:var(--method-" + colour + ")\">");
    g.append("<polyline points=\"").append(path).append("\"/>");
    for (ComparisonReport.Place p : s.places()) {
      g.append(
          line(
              x(p.source()),
              y(p.net() - p.deviation()),
              x(p.source()),
              y(p.net() + p.deviation()),
              "spread"));
      g.append(circle(p, 3.5, "place"));
    }
    g.append(circle(best, 7, "best"));
    g.append(text(x(last.source()) + 12, y(last.net()) + 4, "start", s.name()));
    return g.append("</g>").toString();
  }

  private String circle(ComparisonReport.Place p, double radius, String kind) {
    return "<circle class=\""
        + kind
        + "\" cx=\""
        + number(x(p.source()))
        + "\" cy=\""
        + number(y(p.net()))
        + "\" r=\""
        + number(radius)
        + "\"><title>"
        + Html.text(p.label())
        + "</title></circle>";
  }

  private static String line(double x1, double y1, double x2, double y2, String kind) {
    return "<line class=\""
        + kind
        + "\" x1=\""
        + number(x1)
        + "\" y1=\""
        + number(y1)
        + "\" x2=\""
        + number(x2)
        + "\" y2=\""
        + number(y2)
        + "\"/>";
  }

  private static String text(double x, double y, String anchor, String text) {
    return "<text x=\""
        + number(x)
        + "\" y=\""
        + number(y)
        + "\" text-anchor=\""
        + anchor
        + "\">"
        + Html.text(text)
        + "</text>";
  }

  /** Returns a number with one digit after the point at most. */
  private static String number(double n) {
    String text = String.format(Locale.ROOT, "%.1f", n);
    return text.endsWith(".0") ? text.substring(0, text.length() - 2) : text;
  }
}
