package dev.ligo.core;

import com.google.gson.JsonObject;
import dev.ligo.core.train.TrainingDirectory;
import java.util.ArrayList;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The losses of a run, in nats, against its steps, as an SVG picture: those of training as a line,
 * each of its points the mean over as many steps as a pixel or two stand for; those of evaluations
 * as dots on a line.
 */
final class LossCurve {
  /** A loss at a step. */
  private record Point(double step, double loss) {}

  private static final int WIDTH = 640;
  private static final int HEIGHT = 320;
  private static final int LEFT = 60;
  private static final int RIGHT = 20;
  private static final int TOP = 34;
  private static final int BOTTOM = 48;
  private static final int MOST_POINTS = 300;
  private static final int TICKS = 5;

  private final List<Point> training;
  private final List<Point> evaluations;
  private final double lastStep;
  private final double lowest;
  private final double highest;

  /**
   * Takes the losses of a run.
   *
   * @param metrics the lines of its metrics
   */
  LossCurve(List<JsonObject> metrics) {
    List<Point> losses = points(metrics, "loss");
    this.evaluations = points(metrics, TrainingDirectory.EVALUATED + "loss");
    this.training = means(losses, Math.max(1, (losses.size() + MOST_POINTS - 1) / MOST_POINTS));
    DoubleSummaryStatistics all =
        Stream.concat(training.stream(), evaluations.stream())
            .mapToDouble(Point::loss)
            .summaryStatistics();
    double margin = Math.max(1e-6, 0.05 * (all.getMax() - all.getMin()));
    this.lowest = all.getMin() - margin;
    this.highest = all.getMax() + margin;
    this.lastStep =
        Math.max(
            1,
            Stream.concat(training.stream(), evaluations.stream())
                .mapToDouble(Point::step)
                .max()
                .orElse(1));
  }

  /** Returns whether there is something to draw. */
  boolean isEmpty() {
    return training.isEmpty() && evaluations.isEmpty();
  }

  private static List<Point> points(List<JsonObject> metrics, String key) {
    return metrics.stream()
        .filter(o -> o.has(key))
        .map(o -> new Point(o.get("step").getAsDouble(), o.get(key).getAsDouble()))
        .filter(p -> Double.isFinite(p.loss()))
        .toList();
  }

  private static List<Point> means(List<Point> points, int each) {
    List<Point> means = new ArrayList<>();
    for (int i = 0; i < points.size(); i += each) {
      List<Point> group = points.subList(i, Math.min(points.size(), i + each));
      means.add(
          new Point(
              group.get(group.size() - 1).step(),
              group.stream().mapToDouble(Point::loss).average().orElseThrow()));
    }
    return means;
  }

  /** Returns the picture. */
  String svg() {
    StringBuilder s = new StringBuilder();
    s.append(
        String.format(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" role=\"img\""
                + " font-family=\"sans-serif\" font-size=\"12\">\n",
            WIDTH, HEIGHT));
    s.append("<title>Loss against steps</title>\n");
    s.append(String.format("<rect width=\"%d\" height=\"%d\" fill=\"white\"/>\n", WIDTH, HEIGHT));
    for (double tick : ticks(lowest, highest)) {
      s.append(line(LEFT, y(tick), WIDTH - RIGHT, y(tick)));
      s.append(text(LEFT - 6, y(tick) + 4, "end", number(tick)));
    }
    for (double tick : ticks(0, lastStep)) {
      s.append(text(x(tick), HEIGHT - BOTTOM + 18, "middle", number(tick)));
    }
    s.append(text((LEFT + WIDTH - RIGHT) / 2.0, HEIGHT - 10, "middle", "step"));
    s.append(text(4, TOP - 14, "start", "loss (nats)"));
    s.append(polyline(training, "#1f77b4"));
    s.append(polyline(evaluations, "#d62728"));
    evaluations.forEach(
        p ->
            s.append(
                String.format(
                    Locale.ROOT,
                    "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3\" fill=\"#d62728\"/>\n",
                    x(p.step()),
                    y(p.loss()))));
    s.append(key(WIDTH - 230, "#1f77b4", "training", training));
    s.append(key(WIDTH - 130, "#d62728", "evaluation", evaluations));
    return s.append("</svg>\n").toString();
  }

  private double x(double step) {
    return LEFT + step / lastStep * (WIDTH - LEFT - RIGHT);
  }

  private double y(double loss) {
    return TOP + (highest - loss) / (highest - lowest) * (HEIGHT - TOP - BOTTOM);
  }

  /** Returns round numbers in a range. */
  private static List<Double> ticks(double from, double to) {
    double rough = (to - from) / TICKS;
    double power = Math.pow(10, Math.floor(Math.log10(rough)));
    double distance = power * (rough / power > 5 ? 10 : rough / power > 2 ? 5 : 2);
    List<Double> ticks = new ArrayList<>();
    for (double i = Math.ceil(from / distance); i * distance <= to; i++) {
      ticks.add(i * distance);
    }
    return ticks;
  }

  private static String number(double tick) {
    String digits = String.format(Locale.ROOT, "%.6f", tick);
    return digits.replaceFirst("\\.?0+$", "");
  }

  private String polyline(List<Point> points, String color) {
    return points.isEmpty()
        ? ""
        : points.stream()
            .map(p -> String.format(Locale.ROOT, "%.1f,%.1f", x(p.step()), y(p.loss())))
            .collect(
                Collectors.joining(
                    " ", "<polyline fill=\"none\" stroke=\"" + color + "\" points=\"", "\"/>\n"));
  }

  private static String line(double x1, double y1, double x2, double y2) {
    return String.format(
        Locale.ROOT,
        "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"#dddddd\"/>\n",
        x1,
        y1,
        x2,
        y2);
  }

  private static String text(double x, double y, String anchor, String words) {
    return String.format(
        Locale.ROOT,
        "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\" fill=\"#333333\">%s</text>\n",
        x,
        y,
        anchor,
        words);
  }

  private static String key(int x, String color, String words, List<Point> points) {
    return points.isEmpty()
        ? ""
        : String.format(
                Locale.ROOT,
                "<rect x=\"%d\" y=\"12\" width=\"12\" height=\"12\" fill=\"%s\"/>\n",
                x,
                color)
            + text(x + 18, 22, "start", words);
  }
}
