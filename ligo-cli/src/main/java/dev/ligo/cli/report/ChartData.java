package dev.ligo.cli.report;

import com.google.gson.Gson;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.ligo.core.comparison.Curve;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.List;
import java.util.function.Function;

/** The numbers that the page's script draws and lists, rounded to what can be seen. */
final class ChartData {
  /** Escapes what could end a script element or begin another. */
  private static final Gson GSON = new Gson();

  private static final MathContext OPERATIONS = new MathContext(6, RoundingMode.HALF_EVEN);
  private static final int LOSS_DIGITS = 4;
  private static final int SECONDS_DIGITS = 1;

  private ChartData() {}

  /** Returns the numbers as JSON that may stand inside a script element. */
  static String json(ComparisonReport report) {
    JsonObject o = new JsonObject();
    o.addProperty("loss", report.loss());
    o.addProperty("budget", report.budget());
    o.add("curves", lines(report.curves()));
    o.add("trials", lines(report.trials()));
    JsonArray levels = new JsonArray();
    report.levels().forEach(l -> levels.add(level(l)));
    o.add("levels", levels);
    JsonArray savings = new JsonArray();
    report.savings().forEach(s -> savings.add(saving(s)));
    o.add("savings", savings);
    return GSON.toJson(o);
  }

  private static JsonArray lines(List<ComparisonReport.Line> lines) {
    JsonArray all = new JsonArray();
    lines.forEach(l -> all.add(line(l)));
    return all;
  }

  private static JsonObject line(ComparisonReport.Line line) {
    JsonObject o = new JsonObject();
    o.addProperty("name", line.curve().name());
    o.addProperty("rate", line.rate());
    o.addProperty("seed", line.seed());
    List<Curve.Point> points = line.curve().points();
    o.add("step", column(points, p -> BigDecimal.valueOf(p.step())));
    o.add("flops", column(points, p -> new BigDecimal(p.flops(), OPERATIONS)));
    o.add("seconds", column(points, p -> rounded(p.seconds(), SECONDS_DIGITS)));
    o.add("loss", column(points, p -> rounded(p.loss(), LOSS_DIGITS)));
    return o;
  }

  private static JsonArray column(
      List<Curve.Point> points, Function<Curve.Point, BigDecimal> value) {
    JsonArray a = new JsonArray();
    points.forEach(
        p -> {
          BigDecimal exact = value.apply(p);
          a.add(exact.signum() == 0 ? BigDecimal.ZERO : exact.stripTrailingZeros());
        });
    return a;
  }

  private static BigDecimal rounded(double number, int digits) {
    return BigDecimal.valueOf(number).setScale(digits, RoundingMode.HALF_EVEN);
  }

  private static JsonObject level(ComparisonReport.Level level) {
    JsonObject o = new JsonObject();
    o.addProperty("name", level.name());
    o.addProperty("loss", level.loss());
    return o;
  }

  private static JsonObject saving(ComparisonReport.Saving saving) {
    JsonObject o = new JsonObject();
    o.addProperty("loss", saving.loss());
    o.addProperty("from", saving.from());
    o.addProperty("to", saving.to());
    o.addProperty("label", saving.label());
    return o;
  }
}
