package dev.ligo.it.bench;

import dev.ligo.api.Backend;
import dev.ligo.api.HostArray;
import dev.ligo.core.model.ModelSpec;
import java.util.List;
import java.util.Map;

/** A training step on TensorFlow against the same on PyTorch, and TensorFlow's first step. */
final class EngineSteps implements Benchmark {
  private static final Workload DATA = new Workload(8192, 16, 128, 20);
  private static final Workload SMALL = new Workload(8192, 2, 128, 20);

  @Override
  public String name() {
    return "engines";
  }

  @Override
  public String summary() {
    return "a training step, 4 × 256, on TensorFlow against PyTorch; traces with their first steps";
  }

  @Override
  public List<Result> run(Settings settings) {
    ModelSpec<?> model = DATA.model(4, 256);
    Map<String, HostArray> values = Workload.values(model);
    try (Backend torch = LigoTraining.open("pytorch", settings);
        Backend tensorflow = LigoTraining.open("tensorflow", settings);
        LigoTraining onTorch = new LigoTraining(torch, model, values, DATA);
        LigoTraining onTensorflow = new LigoTraining(tensorflow, model, values, DATA)) {
      double first = settings.clock().time(onTensorflow);
      Rounds rounds = Rounds.of(settings, List.of(onTensorflow, onTorch));
      return List.of(
          Result.of("TensorFlow's step, 4 × 256", rounds.best(0) * 1e3, "ms")
              .against(
                  "PyTorch's", rounds.best(1) * 1e3, rounds.ratio(0, 1), rounds.medianRatio(0, 1))
              .bar(Bar.atMost(1.15)),
          Result.of("TensorFlow, 4 × 256: trace and first step", first, "s").bar(Bar.atMost(3)),
          Result.of("TensorFlow, 24 × 256: trace and first step", deep(tensorflow, settings), "s")
              .bar(Bar.atMost(5)));
    }
  }

  /** Of a deep model the trace counts, so that the batch is small. */
  private static double deep(Backend tensorflow, Settings settings) {
    ModelSpec<?> model = SMALL.model(24, 256);
    try (LigoTraining step = new LigoTraining(tensorflow, model, Workload.values(model), SMALL)) {
      return settings.clock().time(step);
    }
  }
}
