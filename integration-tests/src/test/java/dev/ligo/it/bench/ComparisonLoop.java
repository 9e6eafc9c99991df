package dev.ligo.it.bench;

import dev.ligo.api.Backend;
import dev.ligo.api.DType;
import dev.ligo.core.Checkpoint;
import dev.ligo.core.CheckpointWriter;
import dev.ligo.core.Ligo;
import dev.ligo.core.checkpoint.FileDType;
import dev.ligo.core.comparison.Candidate;
import dev.ligo.core.comparison.Comparison;
import dev.ligo.core.comparison.ComparisonOptions;
import dev.ligo.core.comparison.ComparisonResults;
import dev.ligo.core.data.BatchSource;
import dev.ligo.core.data.DataRequest;
import dev.ligo.core.growth.learn.OperatorTraining;
import dev.ligo.core.model.Dialect;
import dev.ligo.core.model.ModelSpec;
import dev.ligo.core.model.Sizes;
import dev.ligo.core.train.Schedule;
import dev.ligo.core.train.TrainingOptions;
import dev.ligo.it.family.TinyCorpus;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * The steps of a comparison, which masks its text as it goes and writes down where it is, against
 * the same steps on batches that are there already. Both are whole runs of a trainer that was just
 * made and has evaluated once; the seconds are those of steps alone, as the comparison counts them.
 */
final class ComparisonLoop implements Benchmark {
  private static final int ROWS = 64;
  private static final int SEQUENCE = 32;
  private static final int VOCABULARY = 4096;
  private static final int LAYERS = 6;
  private static final int HIDDEN = 128;
  private static final int STEPS = 40;

  @Override
  public String name() {
    return "comparison";
  }

  @Override
  public String summary() {
    return "the steps of a comparison, 6 × 128, against the same steps on batches at hand";
  }

  @Override
  public List<Result> run(Settings settings) {
    if (settings.clock() != Clock.WALL) {
      throw new SkippedException("a comparison counts the time that passes");
    }
    try (Backend backend = LigoTraining.open("pytorch", settings);
        ScratchDirectory scratch = ScratchDirectory.create()) {
      return run(settings, backend, scratch.path());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<Result> run(Settings settings, Backend backend, Path directory)
      throws IOException {
    DataRequest tokenizer = TinyCorpus.in(directory, "[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]");
    Path text =
        Files.writeString(directory.resolve("long.txt"), "w0 w1 w2 w3 w4 w5\n".repeat(50_000));
    DataRequest data =
        new DataRequest(
            List.of(text),
            tokenizer.tokenizer(),
            tokenizer.cache(),
            ROWS,
            SEQUENCE,
            1,
            true,
            tokenizer.progress());
    Ligo ligo = Ligo.create();
    Path small = directory.resolve("small");
    write(new Workload(VOCABULARY, ROWS, SEQUENCE, 1).model(LAYERS, HIDDEN / 2), small, tokenizer);
    try (Checkpoint source = ligo.open(small)) {
      Comparison comparison =
          new Comparison(
              ligo,
              source,
              Sizes.SAME.withHidden(HIDDEN),
              List.of(Candidate.scratch(), Candidate.grown("copy", ligo.method("copy"), small)),
              seed -> data,
              data.toEvaluate(List.of(tokenizer.paths().get(0))),
              options());
      ModelSpec<?> model = comparison.large();
      BatchSource ready = ReadyBatches.of(model.forTask(comparison.task()).batches(data), STEPS);
      double[] compared = new double[settings.rounds()];
      double[] plain = new double[settings.rounds()];
      for (int round = -Rounds.WARM_UP; round < settings.rounds(); round++) {
        Path results = directory.resolve("comparison" + (round + Rounds.WARM_UP));
        double inComparison =
            seconds(
                comparison.run(
                    results, false, "a benchmark", backend, new Comparison.Listener() {}));
        double atHand = seconds(settings, backend, model, ready);
        if (round >= 0) {
          compared[round] = inComparison / STEPS;
          plain[round] = atHand / STEPS;
        }
      }
      Rounds rounds = new Rounds(List.of(compared, plain));
      return List.of(
          Result.of("a comparison's step, 6 × 128", rounds.best(0) * 1e3, "ms")
              .against(
                  "on batches at hand",
                  rounds.best(1) * 1e3,
                  rounds.ratio(0, 1),
                  rounds.medianRatio(0, 1))
              .bar(Bar.atMost(1.02)));
    }
  }

  /** Returns the time of the steps from scratch. */
  private static double seconds(ComparisonResults results) {
    return results.scratch().get(0).last().seconds();
  }

  private static double seconds(
      Settings settings, Backend backend, ModelSpec<?> model, BatchSource ready) {
    try (LigoTraining step = new LigoTraining(backend, model, Workload.values(model), ready)) {
      step.evaluate();
      return settings
          .clock()
          .time(
              () -> {
                for (int i = 0; i < STEPS; i++) {
                  step.run();
                }
              });
    }
  }

  private static ComparisonOptions options() {
    Schedule rate = new Schedule(Schedule.Decay.CONSTANT, LigoTraining.LEARNING_RATE, 0, STEPS, 0);
    return ComparisonOptions.builder(
            new TrainingOptions(STEPS, 1, rate, LigoTraining.OPTIMIZER, STEPS / 2, 1, 0))
        .seeds(List.of(1L))
        .operator(OperatorTraining.Options.of(1, 1e-3))
        .toTheEnd(true)
        .build();
  }

  private static void write(ModelSpec<?> model, Path to, DataRequest tokenizer) {
    try (CheckpointWriter writer =
        CheckpointWriter.create(to, model, Dialect.CANONICAL, n -> FileDType.F32, Map.of())) {
      model.initialValues(DType.FLOAT32, 1).forEach(writer::write);
      Path json = tokenizer.tokenizer().resolve(Ligo.TOKENIZER);
      writer.finish(Map.of(Ligo.TOKENIZER, json), "", Map.of());
    }
  }
}
