package dev.ligo.cli;

import com.google.gson.JsonObject;
import dev.ligo.core.model.Model;

/**
 * What a training step of a model costs, counted from shapes.
 *
 * @param task the family's pretraining task
 * @param freshHead whether the model lacks the task's head, which is counted too
 * @param batchSize the number of examples
 * @param sequenceLength the number of tokens in each
 * @param flops the floating-point operations, three times those of the forward direction
 */
record StepCost(String task, boolean freshHead, int batchSize, int sequenceLength, long flops) {
  /** Counts a step. */
  static StepCost of(Model<?> model, int batchSize, int sequenceLength) {
    String task = model.architecture().tasks().get(0).name();
    Model<?> trained = model.withHead(task);
    long forward = trained.forwardFlops(task, trained.batch(task, batchSize, sequenceLength));
    return new StepCost(task, !model.hasHead(task), batchSize, sequenceLength, 3 * forward);
  }

  /** Returns the cost in words. */
  String text() {
    return Format.quantity(flops, "FLOP")
        + " for "
        + batchSize
        + " × "
        + sequenceLength
        + " tokens, "
        + task
        + (freshHead ? " with a fresh head" : "");
  }

  /** Returns the cost for programs. */
  JsonObject json() {
    JsonObject o = new JsonObject();
    o.addProperty("task", task);
    o.addProperty("fresh_head", freshHead);
    o.addProperty("batch_size", batchSize);
    o.addProperty("sequence_length", sequenceLength);
    o.addProperty("flops", flops);
    return o;
  }
}
