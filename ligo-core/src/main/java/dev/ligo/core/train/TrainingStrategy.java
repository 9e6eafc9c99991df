package dev.ligo.core.train;

import dev.ligo.api.DType;
import dev.ligo.api.HostArray;
import dev.ligo.api.TensorSpec;
import dev.ligo.core.growth.Origins;
import dev.ligo.core.hyperparameter.Hyperparameters;
import dev.ligo.core.hyperparameter.Tunable;
import dev.ligo.core.io.Hashes;
import dev.ligo.core.model.ModelSpec;
import dev.ligo.core.model.TaskModel;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;

/**
 * A way to train other than all of the model on all of the data at every step. A service type: a
 * module declares {@code provides TrainingStrategy with …}. Strategies combine: each changes what
 * it is about, and leaves the rest.
 *
 * <p>A step remains a pure program of fixed shapes: what is drawn for a step comes in as inputs,
 * and what differs in shape is a variant, of which a run has few.
 */
public interface TrainingStrategy extends Tunable {
  /** {@return what the strategy does, in one line} */
  String summary();

  /**
   * {@return the strategy with other values of its {@linkplain #hyperparameters hyperparameters};
   * one that has none needn't implement this}
   *
   * @param values the values
   */
  default TrainingStrategy with(Hyperparameters values) {
    return this;
  }

  /** {@return whether the strategy needs the small model: as a teacher, or to begin with} */
  default boolean needsSmall() {
    return false;
  }

  /**
   * Plans a run.
   *
   * @param context what the run is
   * @return the plan
   * @throws TrainingException if the strategy is not defined for it, with what it needs
   */
  StrategyPlan plan(Context context);

  /**
   * The run that a strategy plans for.
   *
   * @param model the model that is trained, on its task
   * @param batch the dtypes and shapes of the batches' arrays
   * @param dtype that of the parameters
   * @param steps the number of steps
   * @param seed what is drawn is drawn from
   * @param small the model that the trained one was grown from, where there is one
   * @param origins where the layers and the entries of the model come from
   */
  record Context(
      TaskModel<?> model,
      Map<String, TensorSpec> batch,
      DType dtype,
      long steps,
      long seed,
      Optional<SmallModel> small,
      Origins origins) {
    /**
     * Creates the context of a model of which nothing is known to be grown.
     *
     * @param model the model that is trained, on its task
     * @param batch the dtypes and shapes of the batches' arrays
     * @param dtype the element type
     * @param steps the number of steps of the run
     * @param seed what random numbers are drawn from
     * @param small the model that the trained one was grown from, if there is one
     */
    public Context(
        TaskModel<?> model,
        Map<String, TensorSpec> batch,
        DType dtype,
        long steps,
        long seed,
        Optional<SmallModel> small) {
      this(model, batch, dtype, steps, seed, small, Origins.UNKNOWN);
    }

    /**
     * {@return the last of the steps that make up a share of the run}
     *
     * @param share the share of the run's steps
     */
    public long steps(double share) {
      return Math.round(share * steps);
    }
  }

  /** The small model of a growth. */
  interface SmallModel {
    /** {@return the model} */
    ModelSpec<?> model();

    /** {@return the values of its parameters, by name} */
    SortedMap<String, HostArray> values();

    /** {@return the SHA-256 of the values, in lower-case hexadecimal} */
    default String sha256() {
      return Hashes.sha256(values());
    }
  }
}
