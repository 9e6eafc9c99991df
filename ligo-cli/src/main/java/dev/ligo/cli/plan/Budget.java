package dev.ligo.cli.plan;

import dev.ligo.cli.training.StepCost;
import dev.ligo.core.data.DataRequest;
import dev.ligo.core.model.ModelSpec;

/**
 * What training from scratch would take, which a plan is held against.
 *
 * @param large the large model
 * @param request the data to train on
 * @param steps the number of steps
 */
record Budget(ModelSpec<?> large, DataRequest request, long steps) {
  /** Returns the budget of so many operations. */
  static Budget ofFlops(ModelSpec<?> large, DataRequest request, double flops) {
    Budget one = new Budget(large, request, 1);
    return new Budget(large, request, Math.max(1, Math.round(flops / one.stepFlops())));
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
