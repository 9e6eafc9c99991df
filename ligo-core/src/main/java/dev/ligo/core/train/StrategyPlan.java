package dev.ligo.core.train;

import dev.ligo.api.HostArray;
import dev.ligo.api.NamedTensors;
import dev.ligo.api.Tensor;
import dev.ligo.api.Tensors;
import dev.ligo.core.model.Scores;
import dev.ligo.core.model.Stack;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongToDoubleFunction;

/** What a strategy does to a run, as functions of the step's number, from 1. */
public interface StrategyPlan {
  /**
   * {@return which of few kinds of steps a step is: each has a program of its own}
   *
   * @param step the step, from 1
   */
  default int variant(long step) {
    return 0;
  }

  /**
   * Steps that follow each other and are of the same few kinds.
   *
   * @param last the last of the steps
   * @param variants how many variants they have at most
   */
  record Phase(long last, int variants) {
    /** All steps from one on, if they are alike. */
    public static final Phase REST = new Phase(Long.MAX_VALUE, 1);
  }

  /**
   * {@return the steps from a step on that draw from the same variants} Whoever plans a run looks
   * no further in a phase when it has seen as many variants. By default nothing is known, and every
   * step is looked at.
   *
   * @param step the step, from 1
   */
  default Phase phase(long step) {
    return new Phase(Long.MAX_VALUE, Integer.MAX_VALUE);
  }

  /**
   * {@return the layers of a stack that are run; it depends on the variant alone}
   *
   * @param variant which of the plan's programs
   * @param stack the stack of layers
   */
  default Stack prune(int variant, Stack stack) {
    return stack;
  }

  /** {@return whether evaluations, too, run only the layers that {@link #prune} leaves} */
  default boolean measuresPruned() {
    return false;
  }

  /**
   * {@return how the layers of a stack are run}
   *
   * @param variant which of the plan's programs
   * @param stack the stack of layers
   * @param t what makes constants
   * @param inputs what {@link #inputs} made for the step
   */
  default Stack route(int variant, Stack stack, Tensors t, NamedTensors inputs) {
    return stack;
  }

  /**
   * {@return whether a parameter that is used is changed}
   *
   * @param variant which of the plan's programs
   * @param parameter the parameter's name
   */
  default boolean trains(int variant, String parameter) {
    return true;
  }

  /**
   * {@return what is drawn or computed for a step, under names of the strategy's own}
   *
   * @param step the step, from 1
   * @param micro the number of the step's micro-batch
   * @param batch the arrays of the micro-batch
   */
  default Map<String, HostArray> inputs(long step, int micro, Map<String, HostArray> batch) {
    return Map.of();
  }

  /** {@return what the loss needs that never changes, such as a teacher's parameters} */
  default Map<String, HostArray> constants() {
    return Map.of();
  }

  /**
   * {@return whether {@link #loss} reads the logits of its scores} They are then computed once, for
   * it and for the loss as it is.
   *
   * @param variant which of the plan's programs
   */
  default boolean readsLogits(int variant) {
    return false;
  }

  /**
   * {@return what is minimized}
   *
   * @param variant which of the plan's programs
   * @param forward runs the model's layers
   * @param loss the mean loss as it is so far
   */
  default Tensor loss(int variant, Forward forward, Tensor loss) {
    return loss;
  }

  /**
   * {@return the parameters that take over others' values before a step, with the others}
   *
   * @param step the step, from 1
   */
  default Map<String, String> copies(long step) {
    return Map.of();
  }

  /**
   * {@return how far entries follow the optimizer in the steps of a variant, where they do not do
   * so in full; of all variants that have a damping it is the same one}
   *
   * @param variant which of the plan's programs
   */
  default Optional<Damping> damping(int variant) {
    return Optional.empty();
  }

  /**
   * How far entries follow the optimizer: where a step would make θ into θ′, it leaves θ + (1 −
   * share · factor) · (θ′ − θ). So an entry has a learning rate of its own under any optimizer, its
   * weight decay included; moments are what they would be.
   *
   * @param shares the shares by parameter, each array broadcast to the parameter's shape; below 0
   *     an entry goes further. A parameter that is left out follows in full
   * @param factor the factor of a step, from 1
   */
  record Damping(Map<String, HostArray> shares, LongToDoubleFunction factor) {
    /**
     * Copies the shares.
     *
     * @param shares the shares by parameter, each array broadcast to the parameter's shape; below 0
     *     an entry goes further. A parameter that is left out follows in full
     * @param factor the factor of a step, from 1
     */
    public Damping {
      shares = Map.copyOf(shares);
    }
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
