package dev.ligo.core.train;

import dev.ligo.api.HostArray;
import dev.ligo.api.NamedTensors;
import dev.ligo.api.Tensor;
import dev.ligo.api.Tensors;
import dev.ligo.core.model.Scores;
import dev.ligo.core.model.Stack;
import java.util.Map;

/** What a strategy does to a run, as functions of the step's number, from 1. */
public interface StrategyPlan {
  /** Returns which of few kinds of steps a step is: each has a program of its own. */
  default int variant(long step) {
    return 0;
  }

  /** Returns the layers of a stack that are run; it depends on the variant alone. */
  default Stack prune(int variant, Stack stack) {
    return stack;
  }

  /** Returns whether evaluations, too, run only the layers that {@link #prune} leaves. */
  default boolean measuresPruned() {
    return false;
  }

  /**
   * Returns how the layers of a stack are run.
   *
   * @param inputs what {@link #inputs} made for the step
   */
  default Stack route(int variant, Stack stack, Tensors t, NamedTensors inputs) {
    return stack;
  }

  /** Returns whether a parameter that is used is changed. */
  default boolean trains(int variant, String parameter) {
    return true;
  }

  /**
   * Returns what is drawn or computed for a step, under names of the strategy's own.
   *
   * @param micro the number of the step's micro-batch
   * @param batch the arrays of the micro-batch
   */
  default Map<String, HostArray> inputs(long step, int micro, Map<String, HostArray> batch) {
    return Map.of();
  }

  /** Returns what the loss needs that never changes, such as a teacher's parameters. */
  default Map<String, HostArray> constants() {
    return Map.of();
  }

  /**
   * Returns what is minimised.
   *
   * @param loss the mean loss as it is so far
   */
  default Tensor loss(int variant, Forward forward, Tensor loss) {
    return loss;
  }

  /** Returns the parameters that take over others' values before a step, with the others. */
  default Map<String, String> copies(long step) {
    return Map.of();
  }

  /**
   * The forward pass of a step, inside its program.
   *
   * @param t makes constants
   * @param scores the trained model's
   * @param batch the arrays of the batch
   * @param constants the strategy's constants
   * @param inputs the strategy's inputs
   */
  record Forward(
      Tensors t, Scores scores, NamedTensors batch, NamedTensors constants, NamedTensors inputs) {}
}
