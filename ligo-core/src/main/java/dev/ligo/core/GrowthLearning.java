package dev.ligo.core;

import com.google.gson.JsonObject;
import dev.ligo.api.Backend;
import dev.ligo.core.data.BatchSource;
import dev.ligo.core.data.ProgressListener;
import dev.ligo.core.data.Work;
import dev.ligo.core.growth.GrowthMethod;
import dev.ligo.core.growth.GrowthOperator;
import dev.ligo.core.growth.GrowthPlan;
import dev.ligo.core.growth.learn.OperatorTraining;
import dev.ligo.core.io.Hashes;
import dev.ligo.core.model.TaskModel;
import dev.ligo.core.train.GradientSource;
import dev.ligo.core.train.RunIdentity;
import dev.ligo.core.train.TrainingDirectory;
import java.util.Map;
import java.util.Optional;

/**
 * The learning of a growth's operator, a run that can be interrupted and continued.
 *
 * @param small the small model
 * @param backend the backend to compute on
 * @param data the data to learn on
 * @param batches the batches of the data
 * @param training how the operator learns
 * @param seed what random numbers are drawn from
 * @param listener follows the work, and may cancel it
 */
record GrowthLearning(
    Checkpoint small,
    Backend backend,
    TrainingData data,
    BatchSource batches,
    OperatorTraining.Options training,
    long seed,
    ProgressListener listener) {
  /** Reads the data. */
  GrowthLearning(
      Checkpoint small,
      Backend backend,
      TrainingData data,
      OperatorTraining.Options training,
      long seed,
      ProgressListener listener) {
    this(small, backend, data, data.batches().get(), training, seed, listener);
  }

  /**
   * Returns what makes the run what it is.
   *
   * @param large the large model for its task
   * @param start the operator before it has learned
   * @param method the method that made it, and says what of it is learned
   * @param metadata what the weights' files carry
   * @param types what the values are stored as, and rounded to on the way
   */
  JsonObject description(
      TaskModel<?> large,
      GrowthOperator start,
      GrowthMethod method,
      Map<String, String> metadata,
      GrownTypes types) {
    JsonObject run = data.description();
    metadata.forEach((k, v) -> run.addProperty(k.substring("ligo.".length()), v));
    run.addProperty("model", large.spec().json().toString());
    run.addProperty("operator", Hashes.sha256(start.factors()));
    run.addProperty("options", method.options().toString());
    run.addProperty("learning", training.toString());
    run.addProperty(
        RunIdentity.DATA, batches.sha256(() -> Work.check(listener, "reading the data")));
    types.asked().ifPresent(t -> run.addProperty(RunIdentity.DTYPE, t.configName()));
    types
        .computed()
        .ifPresent(t -> run.addProperty("dtype that values are rounded to", t.configName()));
    run.addProperty(RunIdentity.BACKEND, backend.info().engineOnDevice());
    return run;
  }

  /**
   * Learns the operator.
   *
   * @param work where the state is kept
   * @param elsewhere what computes the gradients, where that is not the backend
   */
  OperatorTraining.Result run(
      GrowthPlan plan,
      GrowthOperator start,
      TrainingDirectory work,
      Optional<GradientSource> elsewhere) {
    return OperatorTraining.run(
        backend,
        plan,
        start,
        plan.large().forPretraining().name(),
        small::read,
        batches,
        training,
        seed,
        listener,
        Optional.of(work),
        elsewhere);
  }
}
