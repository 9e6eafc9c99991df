package dev.ligo.core.growth;

import dev.ligo.core.model.Parameter;
import java.util.List;

/** How a method makes an operator: for each parameter the maps of the terms that are added. */
@FunctionalInterface
public interface Recipe {
  /**
   * {@return the choice of maps of each term of a parameter of the large model} A parameter with a
   * concatenated axis is asked for part by part, each as a {@linkplain Parameter#part parameter of
   * its own}.
   *
   * @param large the large parameter
   */
  List<? extends Maps> terms(Parameter large);

  /**
   * {@return the fresh values that are added to the parameter: where no term reaches, as a rule}
   *
   * @param large the large parameter
   */
  default ParameterGrowth.Fill fill(Parameter large) {
    return ParameterGrowth.Fill.ZERO;
  }

  /**
   * {@return the recipe of one term, the same for all parameters, whose gaps are zero}
   *
   * @param maps the maps of the one term
   */
  static Recipe of(Maps maps) {
    return p -> List.of(maps);
  }
}
