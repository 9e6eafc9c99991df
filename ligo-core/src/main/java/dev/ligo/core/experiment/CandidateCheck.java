package dev.ligo.core.experiment;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.ligo.api.DType;
import dev.ligo.api.LigoException;
import dev.ligo.core.Checkpoint;
import dev.ligo.core.Ligo;
import dev.ligo.core.data.DataRequest;
import dev.ligo.core.growth.GrowthException;
import dev.ligo.core.growth.GrowthPlan;
import dev.ligo.core.model.Model;
import dev.ligo.core.model.Sizes;
import dev.ligo.core.train.Moments;
import dev.ligo.core.train.Procedure;
import dev.ligo.core.train.Regimen;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Tries what candidates will do, without training: makes operators once, and plans procedures. */
final class CandidateCheck {
  private final Ligo ligo;
  private final Sizes sizes;
  private final Model<?> large;
  private final String task;
  private final DataRequest data;
  private final StudyOptions options;
  private final Map<Path, JsonObject> hashes = new HashMap<>();

  /**
   * Creates a check.
   *
   * @param sizes those of the large model
   * @param data what a run is trained on
   */
  CandidateCheck(
      Ligo ligo, Sizes sizes, Model<?> large, String task, DataRequest data, StudyOptions options) {
    this.ligo = ligo;
    this.sizes = sizes;
    this.large = large;
    this.task = task;
    this.data = data;
    this.options = options;
  }

  /**
   * Returns what must be the same of a candidate for its results to be added to.
   *
   * @throws StudyException if its source does not grow into the large model, or its training is not
   *     defined
   */
  JsonObject describe(Candidate c) {
    try {
      JsonObject o = new JsonObject();
      options.rates().forEach(rate -> options.training(c, rate, seed()));
      if (c.growth().isPresent()) {
        grow(o, c, c.growth().get());
      }
      plan(o, c);
      return o;
    } catch (GrowthException e) {
      throw new StudyException(
          "candidate '"
              + c.name()
              + "': "
              + e.getMessage()
              + " Another source for it alone is named with --source "
              + c.name()
              + "=DIR.",
          e);
    } catch (LigoException e) {
      throw new StudyException("candidate '" + c.name() + "': " + e.getMessage(), e);
    }
  }

  private void grow(JsonObject o, Candidate c, Candidate.Origin origin) {
    try (Checkpoint source = ligo.open(origin.source())) {
      Model<?> own = source.model();
      if (!own.architecture().name().equals(large.architecture().name())) {
        throw new StudyException(
            origin.source()
                + " is a "
                + own.architecture().name()
                + ", the others are "
                + large.architecture().name()
                + "; name a source of the same family.");
      }
      Model<?> grown = own.withHead(task).resized(sizes);
      if (!grown.layout().shapes().equals(large.layout().shapes())) {
        throw new StudyException(
            origin.source()
                + " does not grow into the model of the others; name all its sizes, or take"
                + " another source.");
      }
      if (origin.method().learns() && own.layout().shapes().equals(large.layout().shapes())) {
        throw new StudyException(
            "there is nothing to learn: the target has the sizes of the source; name larger ones.");
      }
      origin.method().operator(new GrowthPlan(own, grown), seed());
      o.addProperty("method", origin.method().name());
      JsonObject choices = new JsonObject();
      origin.method().options().forEach(choices::addProperty);
      o.add("options", choices);
      if (options.grownWarmup() != options.training().schedule().warmup()) {
        o.addProperty("warmup", options.grownWarmup());
      }
      origin.learningSteps().ifPresent(n -> o.addProperty("operator_steps", n));
      o.add("source", hashes(origin.source()));
      if (c.training().optimizerState()) {
        source.requireMoments().close();
        o.addProperty("optimizer_state", true);
      }
    }
  }

  private JsonObject hashes(Path source) {
    return hashes.computeIfAbsent(
        source,
        path -> {
          JsonObject o = new JsonObject();
          try (Checkpoint checkpoint = ligo.open(path)) {
            checkpoint.directory().sha256().forEach(o::addProperty);
          }
          return o;
        });
  }

  private void plan(JsonObject o, Candidate c) {
    if (c.training().procedures().isEmpty()) {
      return;
    }
    Optional<Procedure.SmallModel> small = c.small().map(ligo::small);
    Regimen regimen =
        new Regimen(
            large.batch(task, data.batchSize(), data.sequenceLength()),
            c.training().procedures(),
            small,
            Moments.NONE);
    Procedure.Setting setting =
        new Procedure.Setting(
            large, task, regimen.batch(), DType.FLOAT32, options.training().steps(), seed(), small);
    JsonArray procedures = new JsonArray();
    for (Procedure p : regimen.procedures()) {
      p.course(setting);
      procedures.add(p.toString());
    }
    o.add("procedures", procedures);
    c.small().ifPresent(path -> o.add("small", hashes(path)));
  }

  private long seed() {
    return options.seeds().get(0);
  }
}
