package dev.ligo.cli.report;

import com.google.gson.Gson;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.ligo.core.comparison.Curve;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.List;
import java.util.function.Function;

/** The numbers that the page's script draws and lists, rounded to what can be seen. */
final class ReportData {
  /** Escapes what could end a script element or begin another. */
  private static final Gson GSON = new Gson();

  private static final MathContext OPERATIONS = new MathContext(6, RoundingMode.HALF_EVEN);
  private static final int LOSS_DIGITS = 4;
  private static final int SECONDS_DIGITS = 1;
  private static final int PERCENT_DIGITS = 2;

  private ReportData() {}

  /** Returns the numbers as JSON that may stand inside a script element. */
  static String json(ComparisonReport report, Looks looks) {
    JsonObject o = new JsonObject();
    o.addProperty("loss", report.loss());
    o.addProperty("budget", report.budget());
    o.add("methods", array(report.methods(), m -> method(m, looks)));
    o.add("curves", array(report.curves(), ReportData::line));
    o.add("trials", array(report.trials(), ReportData::line));
    o.add("levels", array(report.levels(), ReportData::level));
    o.add("spans", array(report.spans(), ReportData::span));
    List<String> grown = report.sources().stream().map(ComparisonReport.Series::name).toList();
    Looks ofSources = new Looks(grown, report.reference());
    o.add("sources", array(report.sources(), s -> series(s, ofSources)));
    report.running().ifPresent(r -> o.add("running", running(r)));
    return GSON.toJson(o);
  }

  private static <T> JsonArray array(List<T> all, Function<T, JsonElement> json) {
    JsonArray a = new JsonArray();
    all.forEach(t -> a.add(json.apply(t)));
    return a;
  }

  private static JsonObject method(String name, Looks looks) {
    JsonObject o = new JsonObject();
    o.addProperty("name", name);
    o.addProperty("colour", looks.colour(name));
    o.addProperty("dashes", looks.dashes(name));
    return o;
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

  private static JsonObject span(ComparisonReport.Span span) {
    JsonObject o = new JsonObject();
    o.addProperty("loss", span.loss());
    o.addProperty("from", span.from());
    o.addProperty("to", span.to());
    o.addProperty("label", span.label());
    return o;
  }

  private static JsonObject series(ComparisonReport.Series series, Looks looks) {
    JsonObject o = method(series.name(), looks);
    o.add("places", array(series.places(), ReportData::place));
    return o;
  }

  private static JsonObject place(ComparisonReport.Place place) {
    JsonObject o = new JsonObject();
    o.addProperty("name", place.name());
    o.addProperty("shape", place.shape());
    o.addProperty("source", rounded(place.source(), PERCENT_DIGITS));
    o.addProperty("net", rounded(place.net(), PERCENT_DIGITS));
    o.addProperty("deviation", rounded(place.deviation(), PERCENT_DIGITS));
    return o;
  }

  private static JsonObject running(ComparisonReport.Running running) {
    JsonObject o = line(running.line());
    o.addProperty("steps", running.steps());
    o.addProperty("written", running.written());
    running.interrupted().ifPresent(goOn -> o.addProperty("interrupted", goOn));
    return o;
  }
}
