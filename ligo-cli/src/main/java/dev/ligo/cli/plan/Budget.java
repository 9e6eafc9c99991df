package dev.ligo.cli.plan;

import dev.ligo.api.Wording;
import dev.ligo.cli.console.Format;
import dev.ligo.cli.training.StepCost;
import dev.ligo.core.data.DataRequest;
import dev.ligo.core.model.ModelSpec;
import dev.ligo.core.plan.PlanException;
import dev.ligo.core.train.Schedule;

/**
 * What training from scratch would take, which a plan is held against.
 *
 * @param large the large model
 * @param request the data to train on
 * @param steps the number of steps
 */
record Budget(ModelSpec<?> large, DataRequest request, long steps) {
  /**
   * Returns the budget of so many operations.
   *
   * @throws PlanException if they are too few for a step, or for more than a run has
   */
  static Budget ofFlops(ModelSpec<?> large, DataRequest request, double flops) {
    Budget one = new Budget(large, request, 1);
    double steps = Math.rint(flops / one.stepFlops());
    if (steps < 1 || steps > Schedule.MOST_STEPS) {
      throw new PlanException(
          "a budget is for 1 to "
              + Format.count(Schedule.MOST_STEPS, "step")
              + " of "
              + Format.quantity(Math.round(one.stepFlops()), "FLOP")
              + " with these batches, found --flops "
              + Wording.number(flops)
              + "; name "
              + (steps < 1 ? "more" : "fewer")
              + ", or other batches.");
    }
    return new Budget(large, request, (long) steps);
  }

  /** Returns the operations of a step of the large model. */
  double stepFlops() {
    return stepFlops(large);
  }

  /** Returns the operations of a step of a model on the same batches. */
  double stepFlops(ModelSpec<?> model) {
    return StepCost.of(model, model.pretraining(), request.batchSize(), request.sequenceLength())
        .flops();
  }

  /** Returns the parameters of a model with the head that it is pretrained with. */
  static long parameters(ModelSpec<?> model) {
    return model.forPretraining().withHead().spec().layout().size();
  }

  /** Returns the operations of all steps. */
  double flops() {
    return steps * stepFlops();
  }

  /** Returns the tokens, or examples, of all steps. */
  double units() {
    return (double) steps * request.batchSize() * request.sequenceLength();
  }
}
