package dev.ligo.core.model;

/**
 * How a parameter uses an axis ({@code vec(B W Aᵀ)}: B grows what is written, A what is read).
 *
 * @param axis the axis
 * @param role whether it is written or read
 */
public record Use(Axis axis, Role role) {
  /** The roles of an axis. */
  public enum Role {
    /** The parameter's values appear along the axis: a linear weight's out axis, biases, tables. */
    WRITE,
    /** The parameter is contracted with activations along the axis: a linear weight's in axis. */
    READ,
    /**
     * Written, then contracted with a tied table: the last norm before a tied head. A method that
     * preserves the function divides by the number of copies here, since the table is shared.
     */
    HEAD,
    /**
     * Written, then contracted with the keys head by head: a query. A method that preserves the
     * function makes up for another head width here, since it changes the attention scale.
     */
    QUERY
  }

  /**
   * {@return the use of an axis that the parameter writes}
   *
   * @param axis the axis
   */
  public static Use write(Axis axis) {
    return new Use(axis, Role.WRITE);
  }

  /**
   * {@return the use of an axis that the parameter reads}
   *
   * @param axis the axis
   */
  public static Use read(Axis axis) {
    return new Use(axis, Role.READ);
  }

  /**
   * {@return the use of an axis that a query writes}
   *
   * @param axis the axis
   */
  public static Use query(Axis axis) {
    return new Use(axis, Role.QUERY);
  }

  /**
   * {@return the use of an axis that is written for a tied head}
   *
   * @param axis the axis
   */
  public static Use head(Axis axis) {
    return new Use(axis, Role.HEAD);
  }
}
