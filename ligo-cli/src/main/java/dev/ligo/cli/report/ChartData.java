package dev.ligo.cli.report;

import com.google.gson.Gson;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.ligo.core.comparison.Curve;
import java.util.function.ToDoubleFunction;

/** The numbers that the page's script draws. */
final class ChartData {
  /** Escapes what could end a script element or begin another. */
  private static final Gson GSON = new Gson();

  private ChartData() {}

  /** Returns the numbers as JSON that may stand inside a script element. */
  static String json(ComparisonReport report) {
    JsonObject o = new JsonObject();
    o.addProperty("loss", report.loss());
    o.addProperty("budget", report.budget());
    JsonArray curves = new JsonArray();
    report.curves().forEach(c -> curves.add(curve(c)));
    o.add("curves", curves);
    JsonArray levels = new JsonArray();
    report.levels().forEach(l -> levels.add(level(l)));
    o.add("levels", levels);
    JsonArray savings = new JsonArray();
    report.savings().forEach(s -> savings.add(saving(s)));
    o.add("savings", savings);
    return GSON.toJson(o);
  }

  private static JsonObject curve(Curve curve) {
    JsonObject o = new JsonObject();
    o.addProperty("arm", curve.arm());
    o.add("step", column(curve, Curve.Point::step));
    o.add("flops", column(curve, Curve.Point::flops));
    o.add("seconds", column(curve, Curve.Point::seconds));
    o.add("loss", column(curve, Curve.Point::loss));
    return o;
  }

  private static JsonArray column(Curve curve, ToDoubleFunction<Curve.Point> value) {
    JsonArray a = new JsonArray();
    curve.points().forEach(p -> a.add(value.applyAsDouble(p)));
    return a;
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
