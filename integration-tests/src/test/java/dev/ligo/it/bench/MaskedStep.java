package dev.ligo.it.bench;

import dev.ligo.api.Backend;
import dev.ligo.api.HostArray;
import dev.ligo.core.model.ModelSpec;
import dev.ligo.it.bench.byhand.ByHandTraining;
import dev.ligo.it.bench.byhand.Values;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A training step against the same step written by hand against the engine's own classes. */
final class MaskedStep implements Benchmark {
  private static final Workload DATA = new Workload(8192, 16, 128, 20);
  private static final int LAYERS = 4;
  private static final int HIDDEN = 256;

  /** Steps at which both must find the same loss, to this much. */
  private static final int COMPARED = 5;

  private static final double TOLERANCE = 1e-4;

  @Override
  public String name() {
    return "masked";
  }

  @Override
  public String summary() {
    return "a training step, 4 × 256, with 20 masked positions, against one written by hand";
  }

  @Override
  public List<Result> run(Settings settings) {
    ModelSpec<?> model = DATA.model(LAYERS, HIDDEN);
    Map<String, HostArray> values = Workload.values(model);
    try (Backend backend = LigoTraining.open("pytorch", settings);
        LigoTraining step = new LigoTraining(backend, model, values, DATA);
        ByHandTraining hand = byHand(values, settings)) {
      double difference = difference(step, hand);
      long[] index = {COMPARED};
      Runnable handStep = () -> hand.step(DATA.tokens(index[0]++), LigoTraining.LEARNING_RATE);
      Rounds rounds = Rounds.of(settings, List.of(step, handStep));
      return List.of(
          Result.of("losses of 5 steps, largest difference", difference, "")
              .bar(Bar.atMost(TOLERANCE)),
          Result.of("step, loss at masked tokens", rounds.best(0) * 1e3, "ms")
              .against(
                  "by hand", rounds.best(1) * 1e3, rounds.ratio(0, 1), rounds.medianRatio(0, 1))
              .bar(Bar.atMost(1.05)));
    }
  }

  private static ByHandTraining byHand(Map<String, HostArray> values, Settings settings) {
    Map<String, Values> plain = new TreeMap<>();
    values.forEach(
        (n, a) -> {
          long[] shape = Arrays.stream(a.shape().dims()).asLongStream().toArray();
          plain.put(n, new Values(shape, a.toFloats()));
        });
    return new ByHandTraining(
        plain,
        LAYERS,
        HIDDEN / Workload.HEAD,
        Workload.HEAD,
        LigoTraining.WEIGHT_DECAY,
        settings.threads());
  }

  /** Returns the largest difference of losses over some steps from the same values. */
  private static double difference(LigoTraining step, ByHandTraining hand) {
    double largest = 0;
    for (int i = 0; i < COMPARED; i++) {
      step.run();
      double other = hand.step(DATA.tokens(i), LigoTraining.LEARNING_RATE);
      largest = Math.max(largest, Math.abs(step.loss() - other));
    }
    return largest;
  }
}
