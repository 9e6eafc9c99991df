package dev.ligo.core.growth;

import dev.ligo.core.hyperparameter.Hyperparameters;
import dev.ligo.core.hyperparameter.Tunable;
import dev.ligo.core.model.ModelSpec;
import dev.ligo.core.model.Sizes;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.function.Function;

/**
 * A way to grow: yields the operator for a plan. A service type: a module declares {@code provides
 * GrowthMethod with …}.
 */
public interface GrowthMethod extends Tunable {
  /** What a method {@linkplain #preserves preserves} that promises nothing. */
  String NOTHING = "nothing";

  /** {@return other names by which the same operator is known} */
  default Set<String> aliases() {
    return Set.of();
  }

  /** {@return what the method does, in one line} */
  String summary();

  /**
   * {@return the method with other values of its {@linkplain #hyperparameters hyperparameters}; one
   * that has none needn't implement this}
   *
   * @param values the values
   * @param methods looks up another method by its name, for hyperparameters that name one
   */
  default GrowthMethod with(Hyperparameters values, Function<String, GrowthMethod> methods) {
    return this;
  }

  /** {@return what tells this instance from others of its name, for records: texts by names} */
  default SortedMap<String, String> options() {
    return values().texts();
  }

  /**
   * {@return the sizes to grow to, where the method's own values say some that are not asked for}
   *
   * @param small the model that grows
   * @param asked the sizes that are asked for
   * @throws GrowthException if those values don't fit the model
   */
  default Sizes sizes(ModelSpec<?> small, Sizes asked) {
    return asked;
  }

  /**
   * {@return the slices of layers that make the large model, for a method that copies whole layers
   * as slices do, and is recorded as a recipe}
   *
   * @param plan what grows
   * @throws GrowthException if the method is not defined for the plan
   */
  default Optional<LayerSlices> slices(GrowthPlan plan) {
    return Optional.empty();
  }

  /** {@return for which families and directions the method preserves the function, in one line} */
  default String preserves() {
    return NOTHING;
  }

  /**
   * {@return whether the large model of a plan computes what the small one does, as far as the
   * method promises} What the families describe decides: a method names none.
   *
   * @param plan what grows
   * @throws GrowthException if the method is not defined for the plan
   */
  default Preservation preservation(GrowthPlan plan) {
    return plan.widens() || plan.deepens()
        ? Preservation.changed("method '" + name() + "' does not preserve it")
        : Preservation.exact("no size changes");
  }

  /**
   * {@return the operator, or, of a method that {@link #learns}, the one from which learning
   * starts}
   *
   * @param plan what grows
   * @param seed what random choices are drawn from
   * @throws GrowthException if the method is not defined for the plan, with what it needs
   */
  GrowthOperator operator(GrowthPlan plan, long seed);

  /**
   * {@return whether the method makes up for the attention scale where the head width changes; one
   * that does not changes what attention computes}
   */
  default boolean foldsAttentionScale() {
    return false;
  }

  /**
   * {@return the name of the training strategy by which the method's authors train what it grew, if
   * that is not plain training}
   */
  default Optional<String> strategy() {
    return Optional.empty();
  }

  /** {@return whether the operator is then learned on the large model's loss} */
  default boolean learns() {
    return false;
  }
}
