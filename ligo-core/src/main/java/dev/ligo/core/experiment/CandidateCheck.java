package dev.ligo.core.experiment;

import com.google.gson.JsonObject;
import dev.ligo.api.DType;
import dev.ligo.core.Checkpoint;
import dev.ligo.core.Ligo;
import dev.ligo.core.data.DataRequest;
import dev.ligo.core.growth.GrowthPlan;
import dev.ligo.core.model.Model;
import dev.ligo.core.model.Sizes;
import dev.ligo.core.train.Procedure;

/**
 * Tries what a candidate will do, without training: makes its operator once, and plans its
 * procedures.
 *
 * @param sizes those of the large model
 * @param data what a run is trained on
 */
record CandidateCheck(
    Ligo ligo, Sizes sizes, Model<?> large, String task, DataRequest data, StudyOptions options) {
  /**
   * Returns what must be the same of a candidate for its results to be added to.
   *
   * @throws StudyException if its source does not grow into the large model
   */
  JsonObject describe(Candidate c) {
    JsonObject o = new JsonObject();
    c.growth().ifPresent(origin -> grow(o, c, origin));
    plan(o, c);
    return o;
  }

  private void grow(JsonObject o, Candidate c, Candidate.Origin origin) {
    try (Checkpoint source = ligo.open(origin.source())) {
      Model<?> grown = source.model().withHead(task).resized(sizes);
      if (!grown.layout().shapes().equals(large.layout().shapes())) {
        throw new StudyException(
            "candidate '"
                + c.name()
                + "': "
                + origin.source()
                + " does not grow into the model of the others; name all its sizes, or take"
                + " another source.");
      }
      origin.method().operator(new GrowthPlan(source.model(), grown), seed());
      o.addProperty("method", origin.method().name());
      if (options.grownWarmup() != options.schedule().warmup()) {
        o.addProperty("warm-up", options.grownWarmup());
      }
      origin.learningSteps().ifPresent(n -> o.addProperty("operator steps", n));
      JsonObject hashes = new JsonObject();
      source.directory().sha256().forEach(hashes::addProperty);
      o.add("source", hashes);
      if (c.training().optimizerState()) {
        source.requireMoments().close();
        o.addProperty("optimizer state", true);
      }
    }
  }

  private void plan(JsonObject o, Candidate c) {
    Procedure.Setting setting =
        new Procedure.Setting(
            large,
            task,
            large.batch(task, data.batchSize(), data.sequenceLength()),
            DType.FLOAT32,
            options.steps(),
            seed(),
            c.small().map(ligo::small));
    c.training().procedures().forEach(p -> p.course(setting));
    if (!c.training().procedures().isEmpty()) {
      o.addProperty("procedures", c.training().procedures().toString());
    }
  }

  private long seed() {
    return options.seeds().get(0);
  }
}
