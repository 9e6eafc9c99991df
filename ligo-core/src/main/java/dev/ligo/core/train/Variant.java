package dev.ligo.core.train;

import java.util.function.Predicate;

/**
 * One of the few kinds of steps that a run makes: each is a program of its own.
 *
 * @param objective what is minimized; of variables that are not trained it is handed the values
 *     among the constants, under {@code frozen/}
 * @param trains whether such a step changes a variable
 */
record Variant(Objective objective, Predicate<String> trains) {}
