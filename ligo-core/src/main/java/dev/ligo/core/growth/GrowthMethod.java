package dev.ligo.core.growth;

/**
 * A way to grow: yields the operator for a plan. A service type: a module declares {@code provides
 * GrowthMethod with …}.
 */
public interface GrowthMethod {
  /** Returns the name by which users choose the method, such as "stack". */
  String name();

  /** Returns what the method does, in one line. */
  String summary();

  /**
   * Returns the operator, or, of a method that {@link #learns}, the one from which learning starts.
   *
   * @param seed what random choices are drawn from
   * @throws GrowthException if the method is not defined for the plan, with what it needs
   */
  GrowthOperator operator(GrowthPlan plan, long seed);

  /**
   * Returns whether the method makes up for the attention scale where the head width changes; one
   * that does not changes what attention computes.
   */
  default boolean foldsAttentionScale() {
    return false;
  }

  /** Returns whether the operator is then learned on the large model's loss. */
  default boolean learns() {
    return false;
  }
}
