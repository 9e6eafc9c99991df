package dev.ligo.core.train;

import dev.ligo.api.HostArray;
import dev.ligo.core.io.ArraysOnDemand;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The state of AdamW: what a run can begin with in the place of zeros.
 *
 * @param first the first moment of each variable, by name
 * @param second the second moment of each variable
 * @param ages the number of steps behind each variable's moments, by which their bias is corrected
 */
public record Moments(
    Map<String, HostArray> first, Map<String, HostArray> second, Map<String, Long> ages) {
  /** No state: moments of zero. */
  public static final Moments NONE = new Moments(Map.of(), Map.of(), Map.of());

  /**
   * Copies the ages and checks that all three know the same variables.
   *
   * @param first the first moment of each variable, by name
   * @param second the second moment of each variable
   * @param ages the number of steps behind each variable's moments, by which their bias is
   *     corrected
   */
  public Moments {
    ages = Map.copyOf(ages);
    if (!first.keySet().equals(second.keySet()) || !first.keySet().equals(ages.keySet())) {
      throw new TrainingException("moments and their ages are of the same variables.");
    }
  }

  /**
   * {@return those of some variables alone}
   *
   * @param names the names
   */
  public Moments of(Set<String> names) {
    Map<String, Long> kept = new TreeMap<>(ages);
    kept.keySet().retainAll(names);
    return new Moments(
        new ArraysOnDemand(kept.keySet(), first::get),
        new ArraysOnDemand(kept.keySet(), second::get),
        kept);
  }
}
