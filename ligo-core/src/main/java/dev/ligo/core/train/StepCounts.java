package dev.ligo.core.train;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * How many steps are behind each variable's moments, by which AdamW corrects their bias: a variable
 * that joins late is as new as one at the first step. Variables that always have equally many are a
 * group, so that a step has few of these numbers.
 */
final class StepCounts {
  /** What variables of one group share: the count that they begin with, and the steps they make. */
  private record Key(long age, List<Boolean> trained) {}

  private final Map<String, Integer> groups = new HashMap<>();
  private final List<Key> keys = new ArrayList<>();
  private long[] counts;

  /**
   * Creates the counts.
   *
   * @param trained for each variant the variables that it changes
   * @param ages the counts that variables begin with, 0 where there is none
   */
  StepCounts(Set<String> variables, List<Set<String>> trained, Map<String, Long> ages) {
    for (String name : new TreeSet<>(variables)) {
      Key key =
          new Key(
              ages.getOrDefault(name, 0L), trained.stream().map(t -> t.contains(name)).toList());
      if (!keys.contains(key)) {
        keys.add(key);
      }
      groups.put(name, keys.indexOf(key));
    }
    this.counts = keys.stream().mapToLong(Key::age).toArray();
  }

  /** Returns to the counts of the beginning. */
  void reset() {
    counts = keys.stream().mapToLong(Key::age).toArray();
  }

  /** Counts a step of a variant. */
  void add(int variant) {
    for (int g = 0; g < counts.length; g++) {
      counts[g] += keys.get(g).trained().get(variant) ? 1 : 0;
    }
  }

  /** Returns the number of a variable's group. */
  int group(String variable) {
    return groups.get(variable);
  }

  /** Returns the count of a variable. */
  long count(String variable) {
    return counts[group(variable)];
  }

  /** Returns the counts of the groups that a variant changes, by the groups' numbers. */
  Map<Integer, Long> of(int variant) {
    Map<Integer, Long> m = new TreeMap<>();
    for (int g = 0; g < counts.length; g++) {
      if (keys.get(g).trained().get(variant)) {
        m.put(g, counts[g]);
      }
    }
    return m;
  }
}
