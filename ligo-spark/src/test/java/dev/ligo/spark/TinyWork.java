package dev.ligo.spark;

import dev.ligo.api.AdamW;
import dev.ligo.api.DType;
import dev.ligo.api.HostArray;
import dev.ligo.core.data.ProgressListener;
import dev.ligo.core.fixtures.TinyRuns;
import dev.ligo.core.train.BackendGradients;
import dev.ligo.core.train.GradientSource;
import dev.ligo.core.train.Gradients;
import dev.ligo.core.train.Moments;
import dev.ligo.core.train.Optimizer;
import dev.ligo.core.train.Schedule;
import dev.ligo.core.train.Trainer;
import dev.ligo.core.train.TrainingOptions;
import dev.ligo.core.train.TrainingSetup;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;

/** The gradients of a tiny model in float64, as an executor computes them. */
final class TinyWork implements GradientSource, AutoCloseable {
  static final int STEPS = 20;
  static final int MICRO_BATCHES = 4;

  private final TinyRuns runs = TinyRuns.own();
  private final BackendGradients gradients;

  TinyWork() {
    TinyRuns.Subject s = subject(runs);
    gradients =
        Trainer.gradients(
            runs.backend(runs.backend()),
            s.model().forTask(s.task()),
            DType.FLOAT64,
            options(),
            setup(s));
  }

  private static TinyRuns.Subject subject(TinyRuns runs) {
    return runs.subject().withoutDropout();
  }

  private static TrainingOptions options() {
    return new TrainingOptions(
        STEPS,
        MICRO_BATCHES,
        new Schedule(Schedule.Decay.LINEAR, 1e-3, 2, STEPS, 0),
        new Optimizer(Optimizer.Kind.ADAMW, new AdamW(0.9, 0.999, 1e-6, 0.01), 0.1),
        STEPS,
        2,
        7);
  }

  private static TrainingSetup setup(TinyRuns.Subject s) {
    return new TrainingSetup(s.specs(), List.of(), Optional.empty(), Moments.NONE);
  }

  /** Returns the parameters after all steps. */
  static SortedMap<String, HostArray> train(Optional<GradientSource> elsewhere) {
    try (TinyRuns runs = TinyRuns.own()) {
      TinyRuns.Subject s = subject(runs);
      try (Trainer trainer =
          new Trainer(
              runs.backend(runs.backend()),
              s.model().forTask(s.task()),
              s.values(),
              options(),
              setup(s),
              elsewhere,
              Optional.empty())) {
        trainer.run(STEPS, s, Optional.empty(), ProgressListener.SILENT);
        return trainer.values();
      }
    }
  }

  @Override
  public Gradients gradients(Request request) {
    return gradients.gradients(request);
  }

  @Override
  public void close() {
    gradients.close();
    runs.close();
  }
}
