package dev.ligo.core.comparison;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.ligo.api.DType;
import dev.ligo.api.LigoException;
import dev.ligo.core.Checkpoint;
import dev.ligo.core.Ligo;
import dev.ligo.core.data.DataRequest;
import dev.ligo.core.growth.GrowthException;
import dev.ligo.core.growth.GrowthOperator;
import dev.ligo.core.growth.GrowthPlan;
import dev.ligo.core.growth.Origins;
import dev.ligo.core.model.ModelShape;
import dev.ligo.core.model.ModelSpec;
import dev.ligo.core.model.Sizes;
import dev.ligo.core.model.TaskModel;
import dev.ligo.core.train.Moments;
import dev.ligo.core.train.TrainingSetup;
import dev.ligo.core.train.TrainingStrategy;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Tries what candidates will do, without training: makes operators once, and plans strategies. */
final class CandidateCheck {
  private final Ligo ligo;
  private final Sizes sizes;
  private final TaskModel<?> large;
  private final DataRequest data;
  private final ComparisonOptions options;
  private final Map<Path, JsonObject> hashes = new HashMap<>();

  /**
   * Creates a check.
   *
   * @param sizes those of the large model
   * @param data what a run is trained on
   */
  CandidateCheck(
      Ligo ligo, Sizes sizes, TaskModel<?> large, DataRequest data, ComparisonOptions options) {
    this.ligo = ligo;
    this.sizes = sizes;
    this.large = large;
    this.data = data;
    this.options = options;
  }

  /**
   * Returns what must be the same of a candidate for its results to be added to.
   *
   * @throws ComparisonException if its source does not grow into the large model, or its training
   *     is not defined
   */
  JsonObject describe(Candidate c) {
    try {
      JsonObject o = new JsonObject();
      options.rates().forEach(rate -> options.training(c, rate, seed()));
      plan(o, c, c.growth().map(origin -> grow(o, c, origin)).orElse(Origins.UNKNOWN));
      return o;
    } catch (LigoException e) {
      throw refused(c, e);
    }
  }

  private static ComparisonException refused(Candidate c, LigoException e) {
    String message = "candidate '" + c.name() + "': " + e.getMessage();
    return e instanceof GrowthException
        ? new ComparisonException(message, e, ComparisonException.Remedy.SOURCE)
        : new ComparisonException(message, e);
  }

  /**
   * Tries a candidate's method on a source of which no more is known than its description.
   *
   * @throws ComparisonException if the method is not defined for it
   */
  static void requireDefined(Candidate c, ModelSpec<?> source, Sizes sizes) {
    TaskModel<?> trained = source.forPretraining().withHead();
    try {
      c.growth()
          .ifPresent(
              o ->
                  o.method()
                      .operator(new GrowthPlan(trained.spec(), trained.resized(sizes).spec()), 0));
    } catch (LigoException e) {
      throw refused(c, e);
    }
  }

  /** Returns where the layers and entries of the grown model come from. */
  private Origins grow(JsonObject o, Candidate c, Candidate.Origin origin) {
    try (Checkpoint source = ligo.open(origin.source())) {
      ModelSpec<?> own = source.model();
      if (!own.architecture().name().equals(large.spec().architecture().name())) {
        throw new ComparisonException(
            origin.source()
                + " is a "
                + own.architecture().name()
                + ", the others are "
                + large.spec().architecture().name()
                + "; name a source of the same family.");
      }
      ModelSpec<?> grown = own.withHead(large.name()).resized(sizes);
      if (!grown.layout().shapes().equals(large.spec().layout().shapes())) {
        throw new ComparisonException(
            origin.source()
                + " does not grow into the model of the others; name all its sizes, or take"
                + " another source.");
      }
      if (origin.method().learns()
          && own.layout().shapes().equals(large.spec().layout().shapes())) {
        throw new ComparisonException(
            "there is nothing to learn: the target has the sizes of the source; name larger ones.");
      }
      GrowthOperator operator = origin.method().operator(new GrowthPlan(own, grown), seed());
      o.addProperty("method", origin.method().name());
      JsonObject choices = new JsonObject();
      origin.method().options().forEach(choices::addProperty);
      o.add("options", choices);
      if (options.grownWarmup() != options.training().schedule().warmup()) {
        o.addProperty("warmup", options.grownWarmup());
      }
      origin.learningSteps().ifPresent(n -> o.addProperty("operator_steps", n));
      o.add(SourceCurve.SOURCE, hashes(origin.source()));
      o.add(SourceCurve.SHAPE, shape(ModelShape.of(own)));
      if (c.training().optimizerState()) {
        source.requireMoments().close();
        o.addProperty("optimizer_state", true);
      }
      return Origins.of(operator);
    }
  }

  private static JsonObject shape(ModelShape shape) {
    JsonObject o = new JsonObject();
    shape.layers().ifPresent(n -> o.addProperty("layers", n));
    shape.hidden().ifPresent(n -> o.addProperty("hidden", n));
    return o;
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

  private void plan(JsonObject o, Candidate c, Origins origins) {
    if (c.training().strategies().isEmpty()) {
      return;
    }
    Optional<TrainingStrategy.SmallModel> small = c.small().map(ligo::small);
    TrainingSetup setup =
        new TrainingSetup(
            large.batchSpecs(data.batchSize(), data.sequenceLength()),
            c.training().strategies(),
            small,
            Moments.NONE);
    TrainingStrategy.Context setting =
        new TrainingStrategy.Context(
            large,
            setup.batch(),
            DType.FLOAT32,
            options.training().steps(),
            seed(),
            small,
            origins);
    JsonArray strategies = new JsonArray();
    for (TrainingStrategy p : setup.strategies()) {
      p.plan(setting);
      strategies.add(p.described());
    }
    o.add("strategies", strategies);
    c.small().ifPresent(path -> o.add("small", hashes(path)));
  }

  private long seed() {
    return options.seeds().get(0);
  }
}
