package dev.ligo.cli.demo;

import dev.ligo.api.BackendInfo;
import dev.ligo.cli.training.StepCost;
import dev.ligo.core.Growth;
import dev.ligo.core.comparison.Curve;
import dev.ligo.core.growth.learn.OperatorTraining;
import dev.ligo.core.model.ModelSpec;
import java.util.List;

/**
 * What a demo found out.
 *
 * @param settings how it went
 * @param seed what random choices were drawn from
 * @param backend the name of the backend
 * @param engine what the backend turned out to be
 * @param growth how the small model was grown
 * @param smallLoss the small model's validation loss
 * @param grown the curve of the grown model
 * @param scratch the curve of the model from scratch
 * @param budget the floating-point operations that each could spend
 * @param seconds the wall time of everything
 */
record DemoResult(
    DemoSettings settings,
    long seed,
    String backend,
    BackendInfo engine,
    Growth.Report growth,
    double smallLoss,
    Curve grown,
    Curve scratch,
    double budget,
    double seconds) {
  /** Returns the small model. */
  ModelSpec<?> small() {
    return growth.plan().small();
  }

  /** Returns the model that it grew into. */
  ModelSpec<?> large() {
    return growth.plan().large();
  }

  /** Returns how the operator was learned. */
  OperatorTraining.Result learning() {
    return growth.learning().orElseThrow();
  }

  /** Returns the curves in the order in which they are shown. */
  List<Curve> curves() {
    return List.of(grown, scratch);
  }

  /** Returns the floating-point operations of the small model's own training. */
  double smallFlops() {
    return settings.small().stream()
        .mapToDouble(
            p ->
                p.steps()
                    * (double) StepCost.of(small(), p.batchSize(), p.sequenceLength()).flops())
        .sum();
  }
}
