package dev.ligo.core;

import dev.ligo.api.Backend;
import dev.ligo.api.DeviceArray;
import dev.ligo.core.checkpoint.CheckpointException;
import dev.ligo.core.data.BatchSource;
import dev.ligo.core.data.ProgressListener;
import dev.ligo.core.model.ModelSpec;
import dev.ligo.core.model.TaskModel;
import dev.ligo.core.train.Evaluation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * The evaluation of a checkpoint on a task.
 *
 * @param checkpoint the checkpoint
 * @param measured its model, bound to a task whose head it has
 */
record CheckpointEvaluation(Checkpoint checkpoint, TaskModel<?> measured) {
  /** Returns the task on which a checkpoint is measured where none is named. */
  static String task(Checkpoint checkpoint) {
    ModelSpec<?> model = checkpoint.model();
    return model
        .namedHead()
        .orElseGet(
            () -> {
              List<String> heads = new ArrayList<>(checkpoint.outgrownHeads());
              model.heads().forEach(h -> heads.add(h.name()));
              String pretraining = model.pretraining();
              boolean other = heads.size() == 1 && !heads.contains(pretraining);
              return other ? heads.get(0) : pretraining;
            });
  }

  /**
   * Binds a checkpoint to a task.
   *
   * @throws HeadException if the checkpoint has no head for it
   */
  static CheckpointEvaluation of(Checkpoint checkpoint, String task) {
    ModelSpec<?> model = checkpoint.model();
    TaskModel<?> measured = model.forTask(task);
    OptionalInt held = checkpoint.setValues().storedClasses(task);
    boolean finetuned =
        measured.lacksClasses()
            || (measured.labels().isPresent() && model.longestSequence().isPresent());
    if (checkpoint.outgrownHeads().contains(task) && held.isPresent()) {
      throw new HeadException(
          checkpoint.path()
              + " has a "
              + task
              + " head for "
              + held.getAsInt()
              + " labels, not for "
              + SetValues.classes(model, task)
              + "; take it as it is, or train one for others.",
          true);
    }
    if (!measured.hasHead()) {
      throw new HeadException(
          checkpoint.path() + " has no " + task + " head; train one.", finetuned);
    }
    return new CheckpointEvaluation(checkpoint, measured);
  }

  /**
   * Binds a checkpoint to a task whose loss is computed.
   *
   * @throws HeadException if the checkpoint has no head for it
   * @throws UnknownHeadException if its head is one for another loss
   */
  static CheckpointEvaluation scored(Checkpoint checkpoint, String task) {
    CheckpointEvaluation evaluation = of(checkpoint, task);
    checkpoint.requireScored(task);
    return evaluation;
  }

  /**
   * Returns the task's metrics, the first of which is the loss.
   *
   * @throws CheckpointException if the loss is not finite
   */
  Map<String, Double> metrics(
      Backend backend, BatchSource source, long batches, ProgressListener listener) {
    long count = Math.min(batches, source.batchesPerPass());
    Map<String, DeviceArray> parameters = backend.arrays(checkpoint.values());
    try (Evaluation evaluation = new Evaluation(backend, measured)) {
      return finite(evaluation.metrics(parameters, source, count, listener));
    } finally {
      parameters.values().forEach(DeviceArray::close);
    }
  }

  private Map<String, Double> finite(Map<String, Double> metrics) {
    double loss = metrics.values().iterator().next();
    if (!Double.isFinite(loss)) {
      throw new CheckpointException(
          checkpoint.path(),
          "has a loss of "
              + loss
              + " on the data; its weights are too large or not those of its config, or its"
              + " training diverged.");
    }
    return metrics;
  }
}
