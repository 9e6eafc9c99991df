package dev.ligo.cli.demo;

import dev.ligo.api.Backend;
import dev.ligo.api.DType;
import dev.ligo.api.HostArray;
import dev.ligo.cli.compare.CurveTables;
import dev.ligo.cli.console.Format;
import dev.ligo.cli.console.Progress;
import dev.ligo.core.Checkpoint;
import dev.ligo.core.Growth;
import dev.ligo.core.Ligo;
import dev.ligo.core.comparison.Curve;
import dev.ligo.core.comparison.EqualComputeTraining;
import dev.ligo.core.data.BatchSource;
import dev.ligo.core.data.DataRequest;
import dev.ligo.core.growth.learn.OperatorTraining;
import dev.ligo.core.model.ModelSpec;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;

/**
 * Grows a small checkpoint with LiGO, then trains the grown model and one of the same size from
 * scratch at equal compute.
 */
final class Demo {
  /** The grown arm, and the directory of the model as it begins to be trained. */
  static final String GROWN = "grown";

  /** The directory of the grown model after its training. */
  static final String TRAINED = "trained";

  private static final String SCRATCH = "scratch";

  /** The masks of evaluations are the same for every seed: those of {@code ligo evaluate}. */
  private static final long EVALUATION_SEED = 0;

  private final Ligo ligo;
  private final DemoSettings settings;
  private final DemoData data;
  private final Path cache;
  private final long seed;
  private final Progress progress;

  /**
   * Creates a demo.
   *
   * @param cache where token ids are kept between runs
   * @param seed what random choices are drawn from
   */
  Demo(Ligo ligo, DemoSettings settings, DemoData data, Path cache, long seed, Progress progress) {
    this.ligo = ligo;
    this.settings = settings;
    this.data = data;
    this.cache = cache;
    this.seed = seed;
    this.progress = progress;
  }

  /** Runs it, and leaves the grown checkpoint and the trained one in a directory. */
  DemoResult run(Backend backend, Path out) {
    long begun = System.nanoTime();
    try (Checkpoint small = ligo.open(data.small())) {
      double smallLoss = evaluate(small, backend);
      Growth.Report growth = grow(small, backend, out.resolve(GROWN));
      ModelSpec<?> large = growth.plan().large();
      BatchSource train = large.forTask(task(large)).batches(training());
      BatchSource held = large.forTask(task(large)).batches(evaluation());
      try (EqualComputeTraining comparison =
          comparison(backend, large, arms(growth, out.resolve(GROWN)))) {
        progress.line(announcement(smallLoss, comparison.budget()));
        List<Curve> curves = comparison.run(train, held);
        new TrainedCheckpoint(large, curves.get(0).last())
            .write(comparison.values().get(GROWN), small, out.resolve(TRAINED));
        return new DemoResult(
            settings,
            seed,
            backend.name(),
            backend.info(),
            growth,
            smallLoss,
            curves.get(0),
            curves.get(1),
            comparison.budget(),
            (System.nanoTime() - begun) / 1e9);
      }
    }
  }

  private static String task(ModelSpec<?> model) {
    return model.architecture().tasks().get(0).name();
  }

  private DataRequest training() {
    return request(data.train(), settings.batchSize(), seed, true);
  }

  private DataRequest evaluation() {
    return request(data.validation(), settings.evaluationBatchSize(), EVALUATION_SEED, false);
  }

  private DataRequest request(Path text, int batchSize, long seed, boolean shuffle) {
    return new DataRequest(
        List.of(text),
        data.small(),
        cache,
        batchSize,
        settings.sequenceLength(),
        seed,
        shuffle,
        progress);
  }

  private double evaluate(Checkpoint small, Backend backend) {
    return ligo.evaluate(small, backend, evaluation(), settings.evaluationBatches()).get("loss");
  }

  private Growth.Report grow(Checkpoint small, Backend backend, Path destination) {
    return ligo.grow(small, "ligo")
        .to(settings.sizes())
        .data(training())
        .backend(backend)
        .training(settings.operator())
        .seed(seed)
        .listener(progress)
        .save(destination);
  }

  private List<EqualComputeTraining.Arm> arms(Growth.Report growth, Path grown) {
    OperatorTraining.Result learning = growth.learning().orElseThrow();
    SortedMap<String, HostArray> initial = growth.plan().large().initialValues(DType.FLOAT32, seed);
    try (Checkpoint checkpoint = ligo.open(grown)) {
      return List.of(
          new EqualComputeTraining.Arm(
              GROWN, checkpoint.values(), learning.flops(), learning.seconds()),
          new EqualComputeTraining.Arm(SCRATCH, initial, 0, 0));
    }
  }

  private EqualComputeTraining comparison(
      Backend backend, ModelSpec<?> large, List<EqualComputeTraining.Arm> arms) {
    String task = task(large);
    return new EqualComputeTraining(
        backend,
        large,
        arms,
        large.forTask(task).batchSpecs(settings.batchSize(), settings.sequenceLength()),
        settings.comparison(task, seed),
        new LossLines(List.of(GROWN, SCRATCH), progress, progress::line));
  }

  private static String announcement(double smallLoss, double budget) {
    return String.format(
        "the small model's validation loss is %s; training both for %s each:",
        Format.metric(smallLoss), CurveTables.flops(budget));
  }
}
