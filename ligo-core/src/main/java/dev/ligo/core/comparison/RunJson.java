package dev.ligo.core.comparison;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import dev.ligo.core.checkpoint.JsonValue;
import dev.ligo.core.train.TrainingDirectory;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Runs as they stand in files. */
final class RunJson {
  private RunJson() {}

  /** Returns a run. */
  static ComparisonRun run(JsonValue o) {
    return new ComparisonRun(
        o.get("candidate").text(),
        whole(o.get("seed")),
        positive(o.get("learning_rate")),
        growing(o.get("growing")),
        optional(o, "source_flops"),
        o.find("machine").map(JsonValue::text).orElse(""),
        o.find("diverged").map(d -> OptionalLong.of(step(d))).orElse(OptionalLong.empty()),
        points(o.get("points")));
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

  private static List<Curve.Point> points(JsonValue columns) {
    List<JsonValue> steps = column(columns, "step");
    List<List<JsonValue>> others =
        Stream.of("flops", "seconds", "loss").map(key -> column(columns, key)).toList();
    if (others.stream().anyMatch(c -> c.size() != steps.size())) {
      throw columns.not("columns of one length");
    }
    return IntStream.range(0, steps.size())
        .mapToObj(
            i ->
                new Curve.Point(
                    step(steps.get(i)),
                    others.get(0).get(i).number(),
                    others.get(1).get(i).number(),
                    others.get(2).get(i).number()))
        .toList();
  }

  private static List<JsonValue> column(JsonValue columns, String key) {
    return columns.find(key).map(JsonValue::elements).orElse(List.of());
  }

  /** Returns what growing took. */
  static ComparisonRun.Growing growing(JsonValue o) {
    return new ComparisonRun.Growing(
        o.get("flops").number(),
        o.get("seconds").number(),
        o.find("learning")
            .map(
                l ->
                    new ComparisonRun.Learning(
                        l.get("first_loss").number(),
                        l.get("last_loss").number(),
                        l.get("movement").number())),
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
    growing.drift().stream().filter(Double::isFinite).forEach(d -> o.addProperty("drift", d));
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

  /** Returns a point as a line of the metrics of a training. */
  static JsonObject metrics(Curve.Point p) {
    JsonObject o = of(p);
    o.add(TrainingDirectory.EVALUATED + "loss", o.remove("loss"));
    return o;
  }

  /** Returns a point that {@link #of(Curve.Point)} made. */
  static Curve.Point point(JsonValue o) {
    return new Curve.Point(
        step(o.get("step")),
        o.get("flops").number(),
        o.get("seconds").number(),
        o.get("loss").number());
  }

  /** Returns the training time of a run after a step that was not evaluated, as it is saved. */
  static JsonObject time(long step, double seconds) {
    JsonObject o = new JsonObject();
    o.addProperty("step", step);
    o.addProperty("seconds", seconds);
    return o;
  }

  /** Returns whether a saved line is that of an evaluation. */
  static boolean isPoint(JsonValue line) {
    return line.find("loss").isPresent();
  }

  /** Returns the training time up to a saved line, in seconds. */
  static double seconds(JsonValue line) {
    return line.get("seconds").number();
  }

  /** Returns a number without a fraction of 0 and without a power of ten. */
  private static JsonPrimitive plain(double number) {
    return new JsonPrimitive(
        number == Math.rint(number) && Math.abs(number) < 1L << 53
            ? (Number) (long) number
            : (Number) number);
  }

  private static OptionalDouble optional(JsonValue o, String key) {
    return o.find(key).map(v -> OptionalDouble.of(v.number())).orElse(OptionalDouble.empty());
  }

  private static long whole(JsonValue v) {
    return v.whole(Long.MIN_VALUE, Long.MAX_VALUE);
  }

  private static long step(JsonValue v) {
    return v.whole(0, Long.MAX_VALUE);
  }

  private static double positive(JsonValue v) {
    if (v.number() <= 0) {
      throw v.not("a number above 0");
    }
    return v.number();
  }
}
