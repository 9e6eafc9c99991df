package dev.ligo.core;

import dev.ligo.api.HostArray;
import dev.ligo.api.LigoException;
import dev.ligo.core.growth.Origins;
import dev.ligo.core.model.Dialect;
import dev.ligo.core.model.TaskModel;
import dev.ligo.core.train.Moments;
import dev.ligo.core.train.MomentsFile;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/**
 * What a training begins with.
 *
 * @param model the model with the head of the task
 * @param values gives the values of all parameters
 * @param dialect the layout to write
 * @param provenance where the values come from
 * @param moments reads the optimizer's state that stands with the values
 * @param origins where the layers and entries come from
 * @param fresh the parameters that begin afresh
 * @param notes what its user should know before the run
 */
record TrainingStart(
    TaskModel<?> model,
    Supplier<? extends Map<String, HostArray>> values,
    Dialect dialect,
    Provenance provenance,
    Supplier<Moments> moments,
    Origins origins,
    Set<String> fresh,
    List<String> notes) {
  /** Returns a start of which nothing is known but its values, and why it has no moments. */
  static TrainingStart of(
      TaskModel<?> model,
      Supplier<? extends Map<String, HostArray>> values,
      Dialect dialect,
      Provenance provenance,
      String withoutMoments) {
    return new TrainingStart(
        model,
        values,
        dialect,
        provenance,
        () -> {
          throw new LigoException(withoutMoments);
        },
        Origins.UNKNOWN,
        Set.of(),
        List.of());
  }

  /** Returns the start from a checkpoint; a missing head is initialized from the seed. */
  static TrainingStart of(Checkpoint checkpoint, TaskModel<?> headless, long seed) {
    TaskModel<?> model = headless.withHead();
    checkpoint.requireScored(model.name());
    boolean fresh = !checkpoint.model().hasHead(model.name());
    return new TrainingStart(
        model,
        () -> checkpoint.valuesOnDemand(model.spec(), seed),
        fresh ? checkpoint.dialectWithHead() : checkpoint.dialect(),
        Provenance.of(checkpoint),
        () -> {
          try (MomentsFile file = checkpoint.requireMoments()) {
            return file.onDemand(checkpoint.shapes());
          }
        },
        checkpoint.origins(),
        checkpoint.freshParameters(model.spec()),
        checkpoint.freshHeads(model.spec()));
  }

  /** Returns the start from scratch. */
  static TrainingStart of(TaskModel<?> headless, Map<String, Path> others, long seed) {
    TaskModel<?> model = headless.withHead();
    return of(
        model,
        () -> model.spec().initialValuesOnDemand(Checkpoint.COMPUTED, seed),
        model.spec().dialect(),
        Provenance.scratch(headless.spec(), others),
        "a model from scratch has no optimizer's state to begin with.");
  }

  /** Returns the same of a source that records call otherwise. */
  TrainingStart named(String source) {
    return new TrainingStart(
        model, values, dialect, provenance.named(source), moments, origins, fresh, notes);
  }
}
