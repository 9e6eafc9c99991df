package dev.ligo.it.bench;

import dev.ligo.api.Backend;
import dev.ligo.core.model.ModelSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;

/**
 * How a training step grows with the number of layers, the width, the tokens of a batch, their
 * sequence length and the vocabulary: a GPT-2 at three sizes each, all else as it is, and the
 * exponent of a power law that is fitted to the three.
 */
final class Scaling implements Benchmark {
  /** The sizes of a model and its batch. */
  private record Sizes(int layers, int width, int rows, int sequence, int vocabulary) {
    /** Returns a model with heads of 64 units. */
    ModelSpec<?> model() {
      return PeerSteps.model(
          """
          {"model_type": "gpt2", "architectures": ["GPT2LMHeadModel"], "vocab_size": %d,
           "n_embd": %d, "n_layer": %d, "n_head": %d, "n_positions": %d,
           "resid_pdrop": 0, "embd_pdrop": 0, "attn_pdrop": 0}
          """
              .formatted(vocabulary, width, layers, width / 64, sequence));
    }
  }

  /** A size of a model or its batch, with the three values at which a step is measured. */
  private record Quantity(String name, List<Integer> values, IntFunction<Sizes> sizes) {}

  private static final List<Quantity> QUANTITIES =
      List.of(
          new Quantity("layers", List.of(2, 4, 8), n -> new Sizes(n, 256, 8, 128, 8192)),
          new Quantity("width", List.of(128, 256, 512), n -> new Sizes(4, n, 8, 128, 8192)),
          new Quantity(
              "sequences in a batch", List.of(4, 8, 16), n -> new Sizes(4, 256, n, 128, 8192)),
          new Quantity(
              "tokens in a sequence", List.of(64, 128, 256), n -> new Sizes(4, 256, 8, n, 8192)),
          new Quantity(
              "vocabulary", List.of(4096, 8192, 16384), n -> new Sizes(4, 256, 8, 128, n)));

  @Override
  public String name() {
    return "scaling";
  }

  @Override
  public String summary() {
    return "how a step grows with layers, width, tokens and vocabulary: GPT-2, about 4 × 256";
  }

  @Override
  public List<Result> run(Settings settings) {
    List<Result> results = new ArrayList<>();
    for (String engine : List.of("pytorch", "tensorflow")) {
      try (Backend backend = LigoTraining.open(engine, settings)) {
        for (Quantity quantity : QUANTITIES) {
          results.addAll(results(settings, backend, quantity));
        }
      }
    }
    return results;
  }

  private static List<Result> results(Settings settings, Backend backend, Quantity quantity) {
    List<LigoTraining> trainings = new ArrayList<>();
    try {
      for (int value : quantity.values()) {
        Sizes s = quantity.sizes().apply(value);
        ModelSpec<?> model = s.model();
        NextTokens data = new NextTokens(s.vocabulary(), s.rows(), s.sequence());
        trainings.add(
            new LigoTraining(backend, model, Workload.values(model), ReadyBatches.of(data, 4)));
      }
      Rounds rounds = Rounds.of(settings, List.copyOf(trainings));
      String subject = backend.name() + ", " + quantity.name();
      List<Result> results = new ArrayList<>();
      for (int i = 0; i < trainings.size(); i++) {
        String name = subject + " " + quantity.values().get(i);
        results.add(Result.of(name, rounds.best(i) * 1e3, "ms"));
      }
      results.add(Result.of(subject + ", exponent", exponent(quantity.values(), rounds::best), ""));
      return results;
    } finally {
      trainings.forEach(LigoTraining::close);
    }
  }

  /** Returns the slope of the logarithms of times over those of sizes, by least squares. */
  private static double exponent(List<Integer> sizes, IntToDoubleFunction time) {
    double[] x = sizes.stream().mapToDouble(Math::log).toArray();
    double[] y =
        IntStream.range(0, x.length).mapToDouble(i -> Math.log(time.applyAsDouble(i))).toArray();
    double meanX = Arrays.stream(x).average().orElseThrow();
    double meanY = Arrays.stream(y).average().orElseThrow();
    double above = 0;
    double below = 0;
    for (int i = 0; i < x.length; i++) {
      above += (x[i] - meanX) * (y[i] - meanY);
      below += (x[i] - meanX) * (x[i] - meanX);
    }
    return above / below;
  }
}
