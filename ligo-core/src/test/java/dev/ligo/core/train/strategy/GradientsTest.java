package dev.ligo.core.train.strategy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.ligo.api.AdamW;
import dev.ligo.api.HostArray;
import dev.ligo.core.data.BatchSource;
import dev.ligo.core.data.ProgressListener;
import dev.ligo.core.fixtures.RunsTest;
import dev.ligo.core.fixtures.TinyRuns;
import dev.ligo.core.train.Moments;
import dev.ligo.core.train.Optimizer;
import dev.ligo.core.train.Trainer;
import dev.ligo.core.train.TrainingOptions;
import dev.ligo.core.train.TrainingStrategy;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** How a step comes to its gradients changes what it needs, and not where it leads. */
public class GradientsTest extends RunsTest {
  /** Layers that are run again in the backward pass leave the same model, with any strategy. */
  @ParameterizedTest
  @MethodSource("backends")
  void recomputedLayersGiveTheSameModel(String backend) {
    TrainingStrategy[] all = {
      new KnowledgeInheritance(2, 0.5), new LayerDropping(0.5), new TokenDropping(0.3), new Mslt()
    };
    for (TinyRuns.Subject subject : runs.subjects()) {
      for (TrainingStrategy[] some : new TrainingStrategy[][] {{}, all}) {
        TrainingOptions options = TinyRuns.options(6).checkpointActivations(true).build();
        SortedMap<String, HostArray> kept = runs.train(backend, subject, 6, some);
        try (Trainer trainer =
            runs.trainer(backend, subject, subject.values(), options, Moments.NONE, some)) {
          trainer.run(6, subject, Optional.empty(), ProgressListener.SILENT);
          trainer
              .values()
              .forEach(
                  (n, a) ->
                      assertThat(a.toDoubles())
                          .as(subject + " " + n)
                          .containsExactly(kept.get(n).toDoubles(), within(1e-9)));
        }
      }
    }
  }

  /** A step over micro-batches is a step over one batch of all their examples. */
  @ParameterizedTest
  @MethodSource("backends")
  void accumulatedGradientsAreThoseOfTheWholeBatch(String backend) {
    for (TinyRuns.Subject s : runs.subjects()) {
      TinyRuns.Subject subject = s.withoutDropout();
      SortedMap<String, HostArray> whole = descended(backend, subject, joined(subject, 3), 1);
      descended(backend, subject, subject, 3)
          .forEach(
              (n, a) ->
                  assertThat(a.toDoubles())
                      .as(subject + " " + n)
                      .containsExactly(whole.get(n).toDoubles(), within(1e-6)));
    }
  }

  /** Returns the parameters after a step of plain gradient descent, which shows the gradient. */
  private SortedMap<String, HostArray> descended(
      String backend, TinyRuns.Subject subject, BatchSource data, int microBatches) {
    TrainingOptions options =
        TinyRuns.options(1)
            .learningRate(1)
            .optimizer(new Optimizer(Optimizer.Kind.SGD, new AdamW(0.9, 0.999, 1e-6, 0), 0))
            .microBatches(microBatches)
            .build();
    try (Trainer trainer =
        runs.trainer(backend, subject, subject.values(), options, Moments.NONE)) {
      trainer.run(1, data, Optional.empty(), ProgressListener.SILENT);
      return trainer.values();
    }
  }

  /** Returns one batch of the examples of the first ones. */
  private static BatchSource joined(TinyRuns.Subject subject, int count) {
    SortedMap<String, HostArray> joined = new TreeMap<>();
    subject
        .batch(0)
        .forEach(
            (n, first) -> {
              int rows = first.shape().dim(0);
              HostArray all =
                  HostArray.zeros(first.dtype(), first.shape().withDim(0, count * rows));
              for (int b = 0; b < count; b++) {
                HostArray part = subject.batch(b).get(n);
                for (int i = 0; i < part.size(); i++) {
                  double tokensBefore = n.equals("masked_positions") ? b * subject.tokens() : 0;
                  all.set(b * part.size() + i, part.get(i) + tokensBefore);
                }
              }
              joined.put(n, all);
            });
    return new BatchSource() {
      @Override
      public SortedMap<String, HostArray> batch(long index) {
        return joined;
      }

      @Override
      public long batchesPerPass() {
        return 1;
      }
    };
  }
}
