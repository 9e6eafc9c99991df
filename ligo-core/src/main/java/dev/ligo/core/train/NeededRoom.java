package dev.ligo.core.train;

import dev.ligo.api.DType;
import dev.ligo.api.Shape;
import dev.ligo.core.checkpoint.HuggingFaceWriter;
import dev.ligo.core.model.TaskModel;
import java.nio.file.Path;
import java.util.Map;

/**
 * The room that a training takes on the disk of its destination. It is known before the first step,
 * and a run that would end without its model is refused then.
 *
 * @param weights the bytes of the weights
 * @param moments the bytes of the optimizer's state beside them, 0 if it is not kept
 * @param state the bytes of a saved state
 * @param states how many states are saved before the last step, at most
 * @param best whether one more is kept for as long as there is no better one
 */
public record NeededRoom(long weights, long moments, long state, long states, boolean best) {
  /**
   * {@return what a training writes}
   *
   * @param model the model that is trained
   * @param dtype that in which it is trained
   * @param weights the bytes of the weights
   * @param how how it is trained
   * @param saveEvery the steps between saved states
   * @param keepsMoments whether the optimizer's state is written beside the weights
   * @param keepsBest whether the best state is kept
   */
  public static NeededRoom of(
      TaskModel<?> model,
      DType dtype,
      long weights,
      TrainingOptions how,
      long saveEvery,
      boolean keepsMoments,
      boolean keepsBest) {
    Map<String, Shape> shapes = model.spec().layout().shapes();
    long trained =
        model.used().stream()
            .filter(shapes::containsKey)
            .mapToLong(n -> Math.multiplyExact(shapes.get(n).size(), dtype.bytes()))
            .reduce(0, Math::addExact);
    long moments =
        how.optimizer().kind() == Optimizer.Kind.ADAMW ? Math.multiplyExact(trained, 2L) : 0;
    long between = (how.steps() - 1) / saveEvery;
    long evaluated = keepsBest ? 1 + (how.steps() - 1) / how.evaluateEvery() : 0;
    return new NeededRoom(
        weights,
        keepsMoments ? moments : 0,
        Math.addExact(trained, moments),
        between + evaluated,
        keepsBest);
  }

  /**
   * {@return the bytes that stand on the disk at once, at most: while a state is written beside
   * those that it will take the place of, or while the model is}
   */
  public long bytes() {
    long kept = TrainingDirectory.KEPT + (best ? 1L : 0L);
    long writing = Math.multiplyExact(state, Math.min(states, kept + 1));
    long ending = Math.multiplyExact(state, Math.min(states, kept));
    return Math.max(writing, Math.addExact(ending, Math.addExact(weights, moments)));
  }

  /**
   * Refuses a destination whose disk has too little room for what is not there yet.
   *
   * @param destination the directory that the training is to write
   * @throws dev.ligo.core.checkpoint.CheckpointException if it has
   */
  public void require(Path destination) {
    long there = StateFile.bytes(TrainingDirectory.beside(destination));
    HuggingFaceWriter.requireRoom(destination, bytes() - there);
  }
}
