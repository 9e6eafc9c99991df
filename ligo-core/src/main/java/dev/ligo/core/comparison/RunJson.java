package dev.ligo.core.comparison;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * Runs as they stand in files. What reads throws a {@link ComparisonException} for a number or text
 * that is none, and what Gson throws for other JSON than that was written.
 */
final class RunJson {
  private RunJson() {}

  /** Returns a run. */
  static ComparisonRun run(JsonObject o) {
    return new ComparisonRun(
        text(o, "candidate"),
        (long) number(o, "seed"),
        number(o, "learning_rate"),
        growing(o.getAsJsonObject("growing")),
        optional(o, "source_flops"),
        o.has("machine") ? text(o, "machine") : "",
        o.has("diverged") ? OptionalLong.of((long) number(o, "diverged")) : OptionalLong.empty(),
        points(o.getAsJsonObject("points")));
  }

  /** Returns a run as it stands in files. */
  static JsonObject of(ComparisonRun run) {
    JsonObject o = new JsonObject();
    o.addProperty("candidate", run.candidate());
    o.addProperty("seed", run.seed());
    o.addProperty("learning_rate", run.learningRate());
    o.add("growing", of(run.growing()));
    run.sourceFlops().ifPresent(f -> o.addProperty("source_flops", f));
    o.addProperty("machine", run.machine());
    run.diverged().ifPresent(step -> o.addProperty("diverged", step));
    o.add("points", of(run.points()));
    return o;
  }

  /** Returns points as columns, in which each name stands once. */
  private static JsonObject of(List<Curve.Point> points) {
    JsonObject columns = new JsonObject();
    points.forEach(
        p ->
            of(p)
                .entrySet()
                .forEach(
                    e -> {
                      if (!columns.has(e.getKey())) {
                        columns.add(e.getKey(), new JsonArray());
                      }
                      columns.getAsJsonArray(e.getKey()).add(e.getValue());
                    }));
    return columns;
  }

  private static List<Curve.Point> points(JsonObject columns) {
    int length = columns.has("step") ? columns.getAsJsonArray("step").size() : 0;
    List<Curve.Point> points = new ArrayList<>();
    for (int i = 0; i < length; i++) {
      JsonObject o = new JsonObject();
      for (String key : columns.keySet()) {
        JsonArray column = columns.getAsJsonArray(key);
        if (column.size() != length) {
          throw new ComparisonException("its columns of points differ in length");
        }
        o.add(key, column.get(i));
      }
      points.add(point(o));
    }
    return points;
  }

  /** Returns what growing took. */
  static ComparisonRun.Growing growing(JsonObject o) {
    JsonElement l = o.get("learning");
    return new ComparisonRun.Growing(
        number(o, "flops"),
        number(o, "seconds"),
        Optional.ofNullable(l)
            .map(JsonElement::getAsJsonObject)
            .map(
                j ->
                    new ComparisonRun.Learning(
                        number(j, "first_loss"), number(j, "last_loss"), number(j, "movement"))),
        optional(o, "drift"));
  }

  /** Returns what growing took as it stands in files. */
  static JsonObject of(ComparisonRun.Growing growing) {
    JsonObject o = new JsonObject();
    o.addProperty("flops", growing.flops());
    o.addProperty("seconds", growing.seconds());
    growing
        .learning()
        .ifPresent(
            l -> {
              JsonObject j = new JsonObject();
              j.addProperty("first_loss", l.firstLoss());
              j.addProperty("last_loss", l.lastLoss());
              j.addProperty("movement", l.movement());
              o.add("learning", j);
            });
    growing.drift().ifPresent(d -> o.addProperty("drift", d));
    return o;
  }

  /** Returns a point as it stands in files. */
  static JsonObject of(Curve.Point p) {
    JsonObject o = new JsonObject();
    o.addProperty("step", p.step());
    o.add("flops", plain(p.flops()));
    o.add("seconds", plain(Math.round(1000 * p.seconds()) / 1000.0)); // no clock is better
    o.addProperty("loss", p.loss());
    return o;
  }

  /** Returns a point that {@link #of(Curve.Point)} made. */
  static Curve.Point point(JsonObject o) {
    return new Curve.Point(
        (long) number(o, "step"), number(o, "flops"), number(o, "seconds"), number(o, "loss"));
  }

  /** Returns the training time of a run after a step that was not evaluated, as it is saved. */
  static JsonObject time(long step, double seconds) {
    JsonObject o = new JsonObject();
    o.addProperty("step", step);
    o.addProperty("seconds", seconds);
    return o;
  }

  /** Returns whether a saved line is that of an evaluation. */
  static boolean isPoint(JsonObject line) {
    return line.has("loss");
  }

  /** Returns the training time up to a saved line, in seconds. */
  static double seconds(JsonObject line) {
    return number(line, "seconds");
  }

  /** Returns a number without a fraction of 0 and without a power of ten. */
  private static JsonPrimitive plain(double number) {
    return new JsonPrimitive(
        number == Math.rint(number) && Math.abs(number) < 1L << 53
            ? (Number) (long) number
            : (Number) number);
  }

  private static OptionalDouble optional(JsonObject o, String key) {
    return o.has(key) ? OptionalDouble.of(number(o, key)) : OptionalDouble.empty();
  }

  private static String text(JsonObject o, String key) {
    JsonElement e = o.get(key);
    if (e == null || !e.isJsonPrimitive()) {
      throw new ComparisonException("'" + key + "' should be a text, found " + e);
    }
    return e.getAsString();
  }

  private static double number(JsonObject o, String key) {
    JsonElement e = o.get(key);
    if (e == null || !e.isJsonPrimitive() || !e.getAsJsonPrimitive().isNumber()) {
      throw new ComparisonException("'" + key + "' should be a number, found " + e);
    }
    return e.getAsDouble();
  }
}
