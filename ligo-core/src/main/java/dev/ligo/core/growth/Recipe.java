package dev.ligo.core.growth;

import dev.ligo.core.model.Parameter;
import java.util.List;

/** How a method makes an operator: for each parameter the maps of the terms that are added. */
@FunctionalInterface
public interface Recipe {
  /**
   * Returns the choice of maps of each term of a parameter of the large model. A parameter with a
   * concatenated axis is asked for part by part, each as a {@linkplain Parameter#part parameter of
   * its own}.
   */
  List<? extends Maps> terms(Parameter large);

  /** Returns what entries of the parameter hold that no term reaches. */
  default ParameterGrowth.Fill fill(Parameter large) {
    return ParameterGrowth.Fill.ZERO;
  }

  /** Returns the recipe of one term, the same for all parameters, whose gaps are zero. */
  static Recipe of(Maps maps) {
    return p -> List.of(maps);
  }
}
