package dev.ligo.testkit;

import dev.ligo.api.AdamW;
import dev.ligo.api.DType;
import dev.ligo.api.HostArray;
import dev.ligo.api.Shape;
import dev.ligo.core.data.BatchSource;
import dev.ligo.core.data.ProgressListener;
import dev.ligo.core.growth.GrowthOperator;
import dev.ligo.core.growth.GrowthPlan;
import dev.ligo.core.growth.learn.OperatorTraining;
import dev.ligo.core.growth.method.LigoMethod;
import dev.ligo.core.growth.method.LigoOptions;
import dev.ligo.core.model.ModelSpec;
import dev.ligo.core.train.Optimizer;
import dev.ligo.core.train.Schedule;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What it is all for: an operator that is learned for some steps on the large model's loss. */
interface LigoContract extends Subject {
  /** The steps of gradient descent. */
  int STEPS = 10;

  /** How far each step goes. */
  double RATE = 0.5;

  private static ModelSpec<?> model(int layers, int hidden, int inner) {
    return ModelSpec.of(new TinyFamily(), TinyFamily.json(layers, hidden, inner), name -> false)
        .withHead(TinyFamily.TASK);
  }

  private static BatchSource batches() {
    return new BatchSource() {
      @Override
      public SortedMap<String, HostArray> batch(long index) {
        int i = (int) index;
        return new TreeMap<>(
            Map.of(
                "input_ids", HostArray.of(Shape.of(2, 3), i % 5, 1, 2, 4, (i + 3) % 5, 0),
                "attention_mask", HostArray.of(Shape.of(2, 3), 1, 1, 1, 1, 1, 0),
                "labels", HostArray.of(Shape.of(2), i % 3, 2)));
      }

      @Override
      public long batchesPerPass() {
        return STEPS;
      }
    };
  }

  @Test
  default void anOperatorLearnedForTenStepsIsThatOfTheFormulas() {
    for (DType dtype : OperationCase.FLOATING) {
      GrowthPlan plan = new GrowthPlan(model(1, 2, 3), model(2, 3, 4));
      LigoOptions options =
          LigoOptions.defaults()
              .withStart(LigoOptions.DepthStart.RANDOM, 0.03, LigoOptions.WidthStart.RANDOM);
      GrowthOperator start = new LigoMethod(options).operator(plan, 1);
      Map<String, HostArray> small = plan.small().initialValues(dtype, 2);
      OperatorTraining.Result learned =
          OperatorTraining.run(
              backend(),
              plan,
              start,
              TinyFamily.TASK,
              small::get,
              batches(),
              descent(dtype),
              0,
              ProgressListener.SILENT);
      LigoOracle oracle = new LigoOracle(small, start.factors(), dtype);
      List<Double> losses = new ArrayList<>();
      for (int step = 0; step < STEPS; step++) {
        losses.add(oracle.step(batches().batch(step), RATE));
      }
      double tolerance = Tolerances.of("operatorLearning").value(dtype);
      Closeness.assertClose("the losses", array(learned.losses()), of(losses), tolerance);
      oracle
          .factors()
          .forEach(
              (name, factor) ->
                  Closeness.assertClose(
                      name, Runs.only(learned.operator().factors(), name), factor, tolerance));
    }
  }

  private static OperatorTraining.Options descent(DType dtype) {
    return new OperatorTraining.Options(
        new Schedule(Schedule.Decay.CONSTANT, RATE, 0, STEPS, 0),
        new Optimizer(Optimizer.Kind.SGD, new AdamW(0, 0, 1, 0), 0),
        false,
        dtype);
  }

  private static Doubles of(List<Double> values) {
    return Doubles.of(
        Shape.of(values.size()), values.stream().mapToDouble(Double::doubleValue).toArray());
  }

  private static HostArray array(List<Double> values) {
    return of(values).as(DType.FLOAT64);
  }
}
