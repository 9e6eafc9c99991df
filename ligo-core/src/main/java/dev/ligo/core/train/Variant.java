package dev.ligo.core.train;

import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * One of the few kinds of steps that a run makes: each is a program of its own.
 *
 * @param objective what is minimized; of variables that are not trained it is handed the values
 *     among the constants, under {@code frozen/}
 * @param trains whether such a step changes a variable
 * @param dampings how far variables follow the optimizer, by names that are the same in every
 *     variant
 */
record Variant(
    Objective objective,
    Predicate<String> trains,
    SortedMap<String, StrategyPlan.Damping> dampings) {
  /** Creates a kind of steps in which every variable is changed as the optimizer says. */
  Variant(Objective objective) {
    this(objective, n -> true, new TreeMap<>());
  }
}
