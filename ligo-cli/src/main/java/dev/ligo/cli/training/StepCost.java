package dev.ligo.cli.training;

import com.google.gson.JsonObject;
import dev.ligo.cli.console.Format;
import dev.ligo.core.model.ModelSpec;
import dev.ligo.core.model.TaskModel;
import java.util.OptionalInt;

/**
 * What a training step of a model costs, counted from shapes.
 *
 * @param task the task that is trained
 * @param freshHead whether the model lacks the task's head, which is counted too
 * @param batchSize the number of examples
 * @param sequenceLength the number of tokens in each, empty where there are none
 * @param flops the floating-point operations, three times those of the forward pass
 */
public record StepCost(
    String task, boolean freshHead, int batchSize, OptionalInt sequenceLength, long flops) {
  /** Counts a step. */
  public static StepCost of(ModelSpec<?> model, String task, int batchSize, int sequenceLength) {
    TaskModel<?> trained = model.forTask(task).withHead();
    long forward = trained.forwardFlops(trained.batchSpecs(batchSize, sequenceLength));
    OptionalInt length =
        model.longestSequence().isPresent() ? OptionalInt.of(sequenceLength) : OptionalInt.empty();
    return new StepCost(
        trained.name(), !model.hasHead(trained.name()), batchSize, length, 3 * forward);
  }

  /** Returns the cost in words. */
  public String text() {
    return Format.quantity(flops, "FLOP")
        + " for "
        + batchSize
        + (sequenceLength.isPresent()
            ? " × " + sequenceLength.getAsInt() + " tokens, "
            : " examples, ")
        + task
        + (freshHead ? " with a fresh head" : "");
  }

  /** Returns the cost for programs. */
  public JsonObject json() {
    JsonObject o = new JsonObject();
    o.addProperty("task", task);
    o.addProperty("fresh_head", freshHead);
    o.addProperty("batch_size", batchSize);
    sequenceLength.ifPresent(n -> o.addProperty("sequence_length", n));
    o.addProperty("flops", flops);
    return o;
  }
}
