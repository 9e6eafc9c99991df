package dev.ligo.it.bench;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Results as a table for people and as JSON for programs. */
final class Report {
  private static final List<String> HEADER =
      List.of("", "measured", "against", "", "ratio", "median", "bar", "met");

  private Report() {}

  static String table(List<Result> results) {
    List<List<String>> rows = new ArrayList<>(List.of(HEADER));
    results.forEach(r -> rows.add(cells(r)));
    StringBuilder out = new StringBuilder();
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < row.size(); i++) {
        int column = i;
        int width = rows.stream().mapToInt(r -> r.get(column).length()).max().orElseThrow();
        boolean words = i == 0 || i == 2;
        String format = words ? "%-" + width + "s  " : "%" + width + "s  ";
        line.append(width == 0 ? "" : String.format(format, row.get(i)));
      }
      out.append(line.toString().stripTrailing()).append('\n');
    }
    return out.toString();
  }

  private static List<String> cells(Result r) {
    return List.of(
        r.name(),
        figure(r.measured(), r.unit()),
        r.comparison().map(Result.Comparison::with).orElse(""),
        r.comparison().map(c -> figure(c.floor(), r.unit())).orElse(""),
        r.comparison().map(c -> String.format(Locale.ROOT, "%.3f", c.ratio())).orElse(""),
        r.comparison().map(c -> String.format(Locale.ROOT, "%.3f", c.medianRatio())).orElse(""),
        r.bar().map(Bar::toString).orElse(""),
        r.met().map(met -> met ? "yes" : "NO").orElse(""));
  }

  private static String figure(double value, String unit) {
    String number =
        value == 0 || Math.abs(value) >= 0.1
            ? String.format(Locale.ROOT, Math.abs(value) < 100 ? "%.2f" : "%.0f", value)
            : String.format(Locale.ROOT, "%.1e", value);
    return unit.isEmpty() ? number : number + " " + unit;
  }

  static String json(Settings settings, List<Result> results) {
    JsonArray lines = new JsonArray();
    results.forEach(r -> lines.add(object(r)));
    JsonObject all = new JsonObject();
    all.addProperty("threads", settings.threads());
    all.addProperty("rounds", settings.rounds());
    all.addProperty("clock", settings.clock().name().toLowerCase(Locale.ROOT));
    all.add("results", lines);
    return new GsonBuilder().setPrettyPrinting().create().toJson(all) + "\n";
  }

  private static JsonObject object(Result r) {
    JsonObject o = new JsonObject();
    o.addProperty("name", r.name());
    o.addProperty("measured", r.measured());
    o.addProperty("unit", r.unit());
    r.comparison()
        .ifPresent(
            c -> {
              o.addProperty("against", c.with());
              o.addProperty("floor", c.floor());
              o.addProperty("ratio", c.ratio());
              o.addProperty("median_ratio", c.medianRatio());
            });
    r.bar().ifPresent(b -> o.addProperty(b.atLeast() ? "at_least" : "at_most", b.limit()));
    r.met().ifPresent(met -> o.addProperty("met", met));
    return o;
  }
}
