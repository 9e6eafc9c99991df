package dev.ligo.core.train;

import dev.ligo.api.DType;
import dev.ligo.api.HostArray;
import dev.ligo.api.NamedTensors;
import dev.ligo.api.Tensor;
import dev.ligo.api.TensorSpec;
import dev.ligo.api.Tensors;
import dev.ligo.core.model.Model;
import dev.ligo.core.model.Scores;
import dev.ligo.core.model.Stack;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;

/**
 * A way to train other than all of the model on all of the data at every step. Procedures combine:
 * each changes what it is about, and leaves the rest.
 *
 * <p>A step remains a pure program of fixed shapes: what is drawn for a step comes in as inputs,
 * and what differs in shape is a variant, of which a run has few.
 */
public interface Procedure {
  /** Returns the name by which users choose the procedure, such as "layerdrop". */
  String name();

  /** Returns what the procedure does, in one line. */
  String summary();

  /** Returns whether the procedure needs the small model: as a teacher, or to begin with. */
  default boolean needsSmall() {
    return false;
  }

  /**
   * Plans a run.
   *
   * @throws TrainingException if the procedure is not defined for it, with what it needs
   */
  Course course(Setting setting);

  /**
   * The run that a procedure plans for.
   *
   * @param model the model that is trained
   * @param task the task
   * @param batch the dtypes and shapes of the batches' arrays
   * @param dtype that of the parameters
   * @param steps the number of steps
   * @param seed what is drawn is drawn from
   * @param small the model that the trained one was grown from, where there is one
   */
  record Setting(
      Model<?> model,
      String task,
      Map<String, TensorSpec> batch,
      DType dtype,
      long steps,
      long seed,
      Optional<SmallModel> small) {
    /** Returns the last of the steps that make up a share of the run. */
    long steps(double share) {
      return Math.round(share * steps);
    }
  }

  /** The small model of a growth. */
  interface SmallModel {
    /** Returns the model. */
    Model<?> model();

    /** Returns the values of its parameters, by name. */
    SortedMap<String, HostArray> values();
  }

  /** What a procedure does to a run, as functions of the step's number, from 1. */
  interface Course {
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
     * Returns what is drawn or computed for a step, under names of the procedure's own.
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
  }

  /**
   * The forward direction of a step, inside its program.
   *
   * @param t makes constants
   * @param scores the trained model's
   * @param batch the arrays of the batch
   * @param constants the procedure's constants
   * @param inputs the procedure's inputs
   */
  record Forward(
      Tensors t, Scores scores, NamedTensors batch, NamedTensors constants, NamedTensors inputs) {}
}
