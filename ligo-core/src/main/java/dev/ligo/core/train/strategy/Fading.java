package dev.ligo.core.train.strategy;

import dev.ligo.core.train.StrategyPlan;

/**
 * A number that falls in a straight line from 1 at the first step to 0, and stays there.
 *
 * @param share the share of the run after which it is 0
 * @param steps the number of steps of the run
 */
record Fading(double share, long steps) {
  /** Returns the number at a step, from 1. */
  double at(long step) {
    return Math.max(0, 1 - (step - 1) / (share * steps));
  }

  /** The steps at the edge, where the number may be rounded to 0, are phases of their own. */
  StrategyPlan.Phase phase(long step) {
    long above = (long) (share * steps) - 1;
    return at(step) > 0
        ? new StrategyPlan.Phase(Math.max(step, above), 1)
        : StrategyPlan.Phase.REST;
  }
}
