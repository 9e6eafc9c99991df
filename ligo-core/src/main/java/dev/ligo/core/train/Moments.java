package dev.ligo.core.train;

import dev.ligo.api.HostArray;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The state of AdamW: what a run can begin with in the place of zeros.
 *
 * @param first the first moment of each variable, by name
 * @param second the second moment of each variable
 * @param ages the number of steps behind each variable's moments, by which their bias is corrected
 */
public record Moments(
    SortedMap<String, HostArray> first,
    SortedMap<String, HostArray> second,
    Map<String, Long> ages) {
  /** No state: moments of zero. */
  public static final Moments NONE = new Moments(new TreeMap<>(), new TreeMap<>(), Map.of());

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
    SortedMap<String, HostArray> m = new TreeMap<>(first);
    SortedMap<String, HostArray> v = new TreeMap<>(second);
    Map<String, Long> a = new TreeMap<>(ages);
    m.keySet().retainAll(names);
    v.keySet().retainAll(names);
    a.keySet().retainAll(names);
    return new Moments(m, v, a);
  }
}
