package dev.ligo.cli.demo;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.ligo.core.Version;
import dev.ligo.core.comparison.Curve;
import dev.ligo.core.model.ModelSpec;

/** What a demo found out, for programs. */
final class DemoJson {
  private DemoJson() {}

  /** Returns curves, settings and versions. */
  static JsonObject of(DemoResult r) {
    JsonObject o = new JsonObject();
    o.addProperty("ligo", Version.get());
    o.addProperty("java", Runtime.version().toString());
    o.addProperty("os", System.getProperty("os.name") + " " + System.getProperty("os.arch"));
    o.add("backend", backend(r));
    o.addProperty("seed", r.seed());
    o.add("settings", settings(r.settings()));
    o.add("small", small(r));
    o.add("large", r.large().json());
    o.add("operator", operator(r));
    o.addProperty("budget_flops", r.budget());
    JsonArray arms = new JsonArray();
    r.curves().forEach(c -> arms.add(curve(c)));
    o.add("arms", arms);
    Crossing.of(r.grown(), r.scratch()).ifPresent(c -> o.add("crossing", crossing(c)));
    o.addProperty("seconds", r.seconds());
    return o;
  }

  private static JsonObject backend(DemoResult r) {
    JsonObject o = new JsonObject();
    o.addProperty("name", r.backend());
    o.addProperty("engine", r.engine().engine());
    o.addProperty("version", r.engine().version());
    o.addProperty("device", r.engine().device().toString());
    o.addProperty("threads", r.engine().threads());
    return o;
  }

  private static JsonObject settings(DemoSettings s) {
    JsonObject o = new JsonObject();
    o.addProperty("batch_size", s.batchSize());
    o.addProperty("sequence_length", s.sequenceLength());
    o.addProperty("operator_steps", s.operatorSteps());
    o.addProperty("operator_learning_rate", s.operatorLearningRate());
    o.addProperty("steps", s.steps());
    o.addProperty("learning_rate", s.learningRate());
    o.addProperty("warmup", s.warmup());
    o.addProperty("evaluations", s.evaluations());
    o.addProperty("evaluation_batch_size", s.evaluationBatchSize());
    o.addProperty("evaluation_batches", s.evaluationBatches());
    return o;
  }

  private static JsonObject small(DemoResult r) {
    ModelSpec<?> small = r.small();
    JsonObject o = new JsonObject();
    o.add("config", small.json());
    o.addProperty("loss", r.smallLoss());
    o.addProperty("training_flops", r.smallFlops());
    return o;
  }

  private static JsonObject operator(DemoResult r) {
    JsonObject o = new JsonObject();
    o.addProperty("scalars", r.learning().operator().scalars());
    o.addProperty("flops", r.learning().flops());
    o.addProperty("seconds", r.learning().seconds());
    o.addProperty("factor_movement", r.learning().movement());
    JsonArray losses = new JsonArray();
    r.learning().losses().forEach(losses::add);
    o.add("losses", losses);
    return o;
  }

  private static JsonObject curve(Curve c) {
    JsonArray points = new JsonArray();
    for (Curve.Point p : c.points()) {
      JsonObject point = new JsonObject();
      point.addProperty("step", p.step());
      point.addProperty("flops", p.flops());
      point.addProperty("seconds", p.seconds());
      point.addProperty("loss", p.loss());
      points.add(point);
    }
    JsonObject o = new JsonObject();
    o.addProperty("arm", c.arm());
    o.add("points", points);
    return o;
  }

  private static JsonObject crossing(Crossing c) {
    JsonObject o = new JsonObject();
    o.addProperty("loss", c.loss());
    o.addProperty("flops", c.flops());
    o.addProperty("saved", c.saved());
    return o;
  }
}
