package dev.ligo.core.growth;

import dev.ligo.core.model.Axis;
import dev.ligo.core.model.Parameter;
import dev.ligo.core.model.Use;
import java.util.Optional;

/**
 * A growth method's choice of maps for one term. It is asked once for each stack's parameter and
 * for each use of an axis; what it answers for an axis and role is the same for all parameters of a
 * kind, which is how parameters stay tied.
 */
public interface Maps {
  /**
   * {@return the depth map of a parameter in a stack}
   *
   * @param parameter the large model's parameter, or a part of it
   * @param part what tells a part of a concatenated axis from the others, or empty
   * @param small the small model's number of layers
   * @param large the large model's number of layers
   */
  AxisMap depth(Parameter parameter, Optional<String> part, int small, int large);

  /**
   * {@return what a parameter outside stacks is multiplied by}
   *
   * @param parameter the large model's parameter, or a part of it
   */
  default double scale(Parameter parameter) {
    return 1;
  }

  /**
   * {@return the map of an axis that may grow}
   *
   * @param parameter the large model's parameter, or a part of it
   * @param small the axis in the small model
   * @param large the axis in the large model
   * @param role how the axis is used
   */
  AxisMap width(Parameter parameter, Axis.Width small, Axis.Width large, Use.Role role);
}
