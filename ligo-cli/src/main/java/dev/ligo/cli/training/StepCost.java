package dev.ligo.cli.training;

import com.google.gson.JsonObject;
import dev.ligo.cli.console.Format;
import dev.ligo.core.model.Labels;
import dev.ligo.core.model.ModelSpec;
import dev.ligo.core.model.TaskModel;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What a training step of a model costs, counted from shapes.
 *
 * @param task the task that is trained
 * @param freshHead whether the model lacks the task's head, which is counted too
 * @param left what is not counted and why, if the task is not trained with such a model
 * @param batchSize the number of examples
 * @param sequenceLength the number of tokens in each, empty where there are none
 * @param flops the floating-point operations, three times those of the forward pass
 */
public record StepCost(
    String task,
    boolean freshHead,
    Optional<String> left,
    int batchSize,
    OptionalInt sequenceLength,
    long flops) {
  /** Counts a step. */
  public static StepCost of(ModelSpec<?> model, String task, int batchSize, int sequenceLength) {
    TaskModel<?> bound = model.forTask(task);
    boolean headless = bound.lacksClasses();
    TaskModel<?> trained = headless ? bound : bound.withHead();
    long forward = trained.forwardFlops(trained.batchSpecs(batchSize, sequenceLength));
    OptionalInt length =
        model.longestSequence().isPresent() ? OptionalInt.of(sequenceLength) : OptionalInt.empty();
    Optional<Labels> unscored = bound.labels().filter(l -> l.unscored().isPresent());
    return new StepCost(
        unscored.map(l -> l.problem().words()).orElse(task),
        !headless && !model.hasHead(task),
        headless
            ? Optional.of("without a head, since the model has no classes")
            : unscored.map(l -> "without its loss, which is not computed here"),
        batchSize,
        length,
        3 * forward);
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
        + (freshHead ? " with a fresh head" : "")
        + left.map(l -> " " + l).orElse("");
  }

  /** Returns the cost for programs. */
  public JsonObject json() {
    JsonObject o = new JsonObject();
    o.addProperty("task", task);
    o.addProperty("fresh_head", freshHead);
    left.ifPresent(l -> o.addProperty("counted", l));
    o.addProperty("batch_size", batchSize);
    sequenceLength.ifPresent(n -> o.addProperty("sequence_length", n));
    o.addProperty("flops", flops);
    return o;
  }
}
