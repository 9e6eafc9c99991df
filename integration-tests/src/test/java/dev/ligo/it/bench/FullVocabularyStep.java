package dev.ligo.it.bench;

import dev.ligo.api.Backend;
import dev.ligo.core.model.ModelSpec;
import java.util.List;

/** Measures a training step with a loss at every token, as a share of the engine's arithmetic. */
final class FullVocabularyStep implements Benchmark {
  private static final Workload DATA = new Workload(8192, 16, 128, 128);

  @Override
  public String name() {
    return "full-vocabulary";
  }

  @Override
  public String summary() {
    return "a training step, 4 × 256, with the loss at every token, against matrix products";
  }

  @Override
  public List<Result> run(Settings settings) {
    ModelSpec<?> model = DATA.model(4, 256);
    try (Backend backend = LigoTraining.open("pytorch", settings);
        LigoTraining step = new LigoTraining(backend, model, Workload.values(model), DATA);
        MatmulRate products = new MatmulRate(backend)) {
      Rounds rounds = Rounds.of(settings, List.of(step, products));
      double giga = DATA.stepFlops(model) / 1e9;
      double perProduct = MatmulRate.flops() / 1e9 / giga;
      Result rate =
          Result.of("step, loss at every token", giga / rounds.best(0), "GFLOP/s")
              .against(
                  "product of 1024³",
                  MatmulRate.flops() / 1e9 / rounds.best(1),
                  rounds.ratio(1, 0) / perProduct,
                  rounds.medianRatio(1, 0) / perProduct)
              .bar(Bar.atLeast(0.6));
      return List.of(rate, Result.of("the same in time", rounds.best(0) * 1e3, "ms"));
    }
  }
}
