package dev.ligo.cli.plan;

import dev.ligo.core.plan.Forecast;

/**
 * A small model, and what is expected of growing it.
 *
 * @param model the small model
 * @param proposal how long it is trained, by which method it is grown, and what that should save
 */
record Way(SmallModel model, Forecast.Proposal proposal) {
  /** Returns the steps of the small model. */
  long steps(Budget budget) {
    return Math.max(1, Math.round(proposal.point().length() * budget.steps()));
  }

  /** Returns what its training takes, as a share of the budget. */
  double share() {
    return proposal.point().saving() - proposal.point().net();
  }

  /** Returns whether it takes less than the budget, in whole steps. */
  boolean saves(Budget budget) {
    double cost = budget.stepFlops(model.model()) / budget.stepFlops();
    return steps(budget) * cost + reached(budget) < budget.steps();
  }

  /** Returns the step at which the grown model should be at scratch's final loss. */
  long reached(Budget budget) {
    return Math.max(1, Math.round((1 - proposal.point().saving()) * budget.steps()));
  }
}
