package dev.ligo.core.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ligo.api.AdamW;
import dev.ligo.api.DType;
import dev.ligo.api.HostArray;
import dev.ligo.api.Shape;
import dev.ligo.api.TensorSpec;
import dev.ligo.core.data.BatchSource;
import dev.ligo.core.data.ProgressListener;
import dev.ligo.core.fixtures.RunsTest;
import dev.ligo.core.fixtures.TinyRuns;
import dev.ligo.core.model.TaskModel;
import dev.ligo.core.train.strategy.LayerDropping;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.LongFunction;
import org.junit.jupiter.api.Test;

class GradientSourceTest extends RunsTest {
  private static final int STEPS = 20;

  /** Sums of float64 in another order; measured 3e-13 after 20 steps of AdamW. */
  private static final double TOLERANCE = 1e-9;

  /** Two batches, of which the second has fewer rows that count than the first. */
  private static BatchSource uneven(TinyRuns.Subject s) {
    return source(
        s,
        index -> {
          SortedMap<String, HostArray> batch = s.batch(index);
          if (index % 2 == 1) {
            HostArray weights = batch.get("masked_weights");
            for (int i = 2; i < weights.size(); i++) {
              weights.set(i, 0);
            }
          }
          return batch;
        });
  }

  /** Each pair of batches put together. */
  private static BatchSource joined(TinyRuns.Subject s) {
    BatchSource pairs = uneven(s);
    return source(s, index -> join(pairs.batch(2 * index), pairs.batch(2 * index + 1)));
  }

  private static SortedMap<String, HostArray> join(
      Map<String, HostArray> first, Map<String, HostArray> second) {
    long tokens = first.get("input_ids").size();
    SortedMap<String, HostArray> joined = new TreeMap<>();
    first.forEach(
        (name, a) -> {
          HostArray b = second.get(name);
          int n = a.size();
          long shift = name.equals("masked_positions") ? tokens : 0;
          HostArray both =
              HostArray.zeros(
                  a.dtype(),
                  a.shape().rank() == 2
                      ? Shape.of(2 * a.shape().dim(0), a.shape().dim(1))
                      : Shape.of(2 * a.shape().dim(0)));
          for (int i = 0; i < n; i++) {
            both.set(i, a.get(i));
            both.set(n + i, b.get(i) + shift);
          }
          joined.put(name, both);
        });
    return joined;
  }

  private static BatchSource source(
      TinyRuns.Subject s, LongFunction<SortedMap<String, HostArray>> batches) {
    return new BatchSource() {
      @Override
      public SortedMap<String, HostArray> batch(long index) {
        return batches.apply(index);
      }

      @Override
      public long batchesPerPass() {
        return s.batchesPerPass();
      }
    };
  }

  private static TrainingOptions options(int microBatches) {
    return new TrainingOptions(
        STEPS,
        microBatches,
        new Schedule(Schedule.Decay.CONSTANT, TinyRuns.RATE, 0, STEPS, 0),
        new Optimizer(Optimizer.Kind.ADAMW, new AdamW(0.9, 0.999, 1e-6, 0.01), 0.1),
        STEPS,
        2,
        7);
  }

  private SortedMap<String, HostArray> train(
      TinyRuns.Subject s,
      int microBatches,
      BatchSource data,
      Optional<GradientSource> elsewhere,
      TrainingStrategy... strategies) {
    TrainingSetup setup = setup(data, strategies);
    try (Trainer trainer =
        new Trainer(
            runs.backend(runs.backend()),
            s.model().forTask(s.task()),
            s.values(),
            options(microBatches),
            setup,
            elsewhere,
            Optional.empty())) {
      trainer.run(STEPS, data, Optional.empty(), ProgressListener.SILENT);
      return trainer.values();
    }
  }

  private static TrainingSetup setup(BatchSource data, TrainingStrategy... strategies) {
    Map<String, TensorSpec> specs = new TreeMap<>();
    data.batch(0).forEach((n, a) -> specs.put(n, a.spec()));
    return new TrainingSetup(specs, List.of(strategies), Optional.empty(), Moments.NONE);
  }

  @Test
  void microBatchesOfDifferentCountsAreTheBatchOfAllOfThem() {
    TinyRuns.Subject s = runs.subject().withoutDropout();
    assertClose(train(s, 2, uneven(s), Optional.empty()), train(s, 1, joined(s), Optional.empty()));
  }

  @Test
  void gradientsFromElsewhereTrainAsThoseOfThisBackend() {
    TinyRuns.Subject s = runs.subject().withoutDropout();
    TaskModel<?> model = s.model().forTask(s.task());
    BatchSource data = uneven(s);
    LayerDropping strategy = new LayerDropping();
    try (BackendGradients gradients =
        Trainer.gradients(
            runs.backend(runs.backend()),
            model,
            DType.FLOAT64,
            options(2),
            setup(data, strategy))) {
      assertClose(
          train(s, 2, data, Optional.of(gradients), strategy),
          train(s, 2, data, Optional.empty(), strategy));
    }
  }

  private static void assertClose(
      SortedMap<String, HostArray> actual, SortedMap<String, HostArray> expected) {
    expected.forEach(
        (name, e) -> {
          for (int i = 0; i < e.size(); i++) {
            assertThat(Math.abs(actual.get(name).get(i) - e.get(i)))
                .as("%s, entry %d", name, i)
                .isLessThan(TOLERANCE);
          }
        });
  }
}
