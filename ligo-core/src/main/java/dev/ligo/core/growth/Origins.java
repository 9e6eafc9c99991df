package dev.ligo.core.growth;

import java.util.Map;

/**
 * Where the layers and the entries of a grown model come from.
 *
 * @param layers where the layers of each stack come from, by its name
 * @param old the entries in which the small model's stand
 */
public record Origins(Map<String, LayerOrigins> layers, OldEntries old) {
  /** Those of a model of which nothing is known to be grown. */
  public static final Origins UNKNOWN = new Origins(Map.of(), OldEntries.UNKNOWN);

  /**
   * Copies the layers.
   *
   * @param layers where the layers of each stack come from, by its name
   * @param old the entries in which the small model's stand
   */
  public Origins {
    layers = Map.copyOf(layers);
  }

  /**
   * {@return the origins of all that an operator makes}
   *
   * @param operator the operator
   */
  public static Origins of(GrowthOperator operator) {
    return new Origins(LayerOrigins.of(operator), OldEntries.of(operator));
  }
}
