package dev.ligo.it.bench;

import dev.ligo.api.Backend;
import dev.ligo.api.DType;
import dev.ligo.api.HostArray;
import dev.ligo.core.data.ProgressListener;
import dev.ligo.core.data.Work;
import dev.ligo.core.growth.AxisMap;
import dev.ligo.core.growth.GrowthPlan;
import dev.ligo.core.growth.learn.OperatorTraining;
import dev.ligo.core.growth.method.LigoMethod;
import dev.ligo.core.growth.method.LigoOptions;
import dev.ligo.core.train.Schedule;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A step that learns an operator against the plain training step of the same large model. */
final class OperatorStep implements Benchmark {
  private static final Workload DATA = new Workload(8192, 16, 128, 20);

  @Override
  public String name() {
    return "operator";
  }

  @Override
  public String summary() {
    return "a LiGO step, 2 × 128 → 4 × 256, against the plain step of the large model";
  }

  @Override
  public List<Result> run(Settings settings) {
    GrowthPlan plan = new GrowthPlan(DATA.model(2, 128), DATA.model(4, 256));
    List<Result> results = new ArrayList<>();
    for (String engine : List.of("pytorch", "tensorflow")) {
      try (Backend backend = LigoTraining.open(engine, settings)) {
        Rounds shared = rounds(settings, backend, plan, AxisMap.Sharing.SHARED);
        results.add(result("LiGO step, shared factors, " + engine, shared, 1.10));
        Rounds large = rounds(settings, backend, plan, AxisMap.Sharing.LARGE);
        results.add(result("LiGO step, factors for each layer, " + engine, large, 1.20));
      }
    }
    return results;
  }

  private static Result result(String name, Rounds rounds, double most) {
    return Result.of(name, rounds.best(0) * 1e3, "ms")
        .against("plain step", rounds.best(1) * 1e3, rounds.ratio(0, 1), rounds.medianRatio(0, 1))
        .bar(Bar.atMost(most));
  }

  /** Lets the steps of a growth and those of a plain training take turns. */
  private static Rounds rounds(
      Settings settings, Backend backend, GrowthPlan plan, AxisMap.Sharing sharing) {
    Map<String, HostArray> small = Workload.values(plan.small());
    LigoMethod method = new LigoMethod(LigoOptions.defaults().withSharing(sharing));
    int steps = Rounds.WARM_UP + settings.rounds();
    OperatorTraining.Options options =
        new OperatorTraining.Options(
            new Schedule(Schedule.Decay.CONSTANT, LigoTraining.LEARNING_RATE, 0, steps, 0),
            LigoTraining.OPTIMIZER,
            true, // as in the plain step; the model's rates are 0
            DType.FLOAT32);
    Map<String, HostArray> values = Workload.values(plan.large());
    try (LigoTraining plain = new LigoTraining(backend, plan.large(), values, DATA)) {
      Turns turns = new Turns(settings, plain);
      OperatorTraining.run(
          backend,
          plan,
          method.operator(plan, 1),
          Workload.TASK,
          small::get,
          DATA,
          options,
          0,
          turns);
      return turns.rounds();
    }
  }

  /** Makes a plain training step after each step of the learning. */
  private static final class Turns implements ProgressListener {
    private final Clock clock;
    private final Runnable plain;
    private final double[] growing;
    private final double[] training;
    private long begun;

    Turns(Settings settings, Runnable plain) {
      this.clock = settings.clock();
      this.plain = plain;
      growing = new double[settings.rounds()];
      training = new double[settings.rounds()];
    }

    @Override
    public void progress(Work.Progress progress) {
      double grown = (clock.now() - begun) / 1e9;
      double trained = clock.time(plain);
      int round = (int) progress.step() - 1 - Rounds.WARM_UP;
      if (round >= 0) {
        growing[round] = grown;
        training[round] = trained;
      }
      begun = clock.now();
    }

    Rounds rounds() {
      return new Rounds(List.of(growing, training));
    }
  }
}
