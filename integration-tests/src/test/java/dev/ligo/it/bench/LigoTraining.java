package dev.ligo.it.bench;

import dev.ligo.api.Backend;
import dev.ligo.api.BackendOptions;
import dev.ligo.api.Backends;
import dev.ligo.api.HostArray;
import dev.ligo.core.data.BatchSource;
import dev.ligo.core.data.ProgressListener;
import dev.ligo.core.model.ModelSpec;
import dev.ligo.core.train.Optimizer;
import dev.ligo.core.train.Schedule;
import dev.ligo.core.train.Trainer;
import dev.ligo.core.train.TrainingOptions;
import java.util.Map;
import java.util.Optional;

/** A pretraining run of ligo, step by step, as {@code ligo pretrain} makes it. */
final class LigoTraining implements AutoCloseable, Runnable {
  static final double WEIGHT_DECAY = 0.01;
  static final Optimizer OPTIMIZER = Optimizer.adamW(WEIGHT_DECAY);
  static final double LEARNING_RATE = 1e-4;

  private static final long STEPS = 1_000_000;

  private final Trainer trainer;
  private final BatchSource data;
  private double loss;

  LigoTraining(
      Backend backend, ModelSpec<?> model, Map<String, HostArray> values, BatchSource data) {
    this.data = data;
    Schedule rate = new Schedule(Schedule.Decay.CONSTANT, LEARNING_RATE, 0, STEPS, 0);
    TrainingOptions options = new TrainingOptions(STEPS, 1, rate, OPTIMIZER, STEPS, 1, 0);
    trainer = new Trainer(backend, model.forPretraining(), values, options);
  }

  /** Opens an engine on the processor. */
  static Backend open(String engine, Settings settings) {
    return Backends.open(engine, BackendOptions.cpu().withThreads(settings.threads()));
  }

  /** Makes one step, and returns its loss. */
  double step() {
    run();
    return loss;
  }

  /** Makes one step. */
  @Override
  public void run() {
    trainer.run(
        trainer.steps() + 1,
        data,
        Optional.empty(),
        p ->
            p.learning()
                .ifPresent(
                    l -> {
                      loss = l.loss();
                    }));
  }

  /** Measures the parameters as they are, on a batch. */
  void evaluate() {
    trainer.measure(data, ProgressListener.SILENT);
  }

  /** Returns the loss of the last step, before it. */
  double loss() {
    return loss;
  }

  @Override
  public void close() {
    trainer.close();
  }
}
