package dev.ligo.core;

import com.google.gson.JsonObject;
import dev.ligo.api.Backend;
import dev.ligo.api.DType;
import dev.ligo.api.HostArray;
import dev.ligo.api.LigoException;
import dev.ligo.core.checkpoint.CheckpointException;
import dev.ligo.core.checkpoint.FileDType;
import dev.ligo.core.data.Augmentation;
import dev.ligo.core.data.BatchSource;
import dev.ligo.core.data.DataRequest;
import dev.ligo.core.growth.LayerOrigins;
import dev.ligo.core.model.Dialect;
import dev.ligo.core.model.ModelSpec;
import dev.ligo.core.model.TaskModel;
import dev.ligo.core.train.Moments;
import dev.ligo.core.train.MomentsFile;
import dev.ligo.core.train.Trainer;
import dev.ligo.core.train.TrainingDirectory;
import dev.ligo.core.train.TrainingOptions;
import dev.ligo.core.train.TrainingSetup;
import dev.ligo.core.train.TrainingState;
import dev.ligo.core.train.TrainingStrategy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Trains a model on a task, from a checkpoint or from scratch. What happens on the way stands in a
 * directory beside the destination, {@code NAME.training}: metrics as JSON lines and the last
 * state, from which an interrupted run goes on; it is removed if a run ends before one was saved.
 * The destination appears when the run is done.
 */
public final class Training {
  private final TaskModel<?> model;
  private final Supplier<SortedMap<String, HostArray>> values;
  private final Dialect dialect;
  private final Map<String, Path> others;
  private final OptionalDouble flopsBefore;
  private final Supplier<Moments> stored;
  private Moments moments = Moments.NONE;
  private Map<String, LayerOrigins> origins = Map.of();
  private List<TrainingStrategy> strategies = List.of();
  private Optional<TrainingStrategy.SmallModel> small = Optional.empty();
  private boolean keepsMoments;
  private Function<DataRequest, BatchSource> source;
  private Supplier<Optional<BatchSource>> held = Optional::empty;
  private String heldOut = "other data";
  private long saveEvery = Long.MAX_VALUE;
  private boolean resume;
  private Trainer.Listener listener = new Trainer.Listener() {};

  /**
   * Describes a run.
   *
   * @param model the model with the head of the task
   * @param values gives the values of all parameters
   * @param dialect the layout to write
   * @param others the files that are copied beside the model, by the names of the copies
   * @param flopsBefore the operations that led to the values, if known
   * @param stored reads the optimizer's state that stands with the values
   */
  Training(
      TaskModel<?> model,
      Supplier<SortedMap<String, HostArray>> values,
      Dialect dialect,
      Map<String, Path> others,
      OptionalDouble flopsBefore,
      Supplier<Moments> stored) {
    this.model = model;
    this.values = values;
    this.dialect = dialect;
    this.others = others;
    this.flopsBefore = flopsBefore;
    this.stored = stored;
    this.source = data -> model.batches(data);
  }

  /** Begins pretraining with a checkpoint's values; a missing head is initialized from the seed. */
  static Training of(Checkpoint checkpoint, long seed) {
    TaskModel<?> model = checkpoint.modelWithFreshHeads().forPretraining().withHead();
    boolean fresh = !checkpoint.model().hasHead(model.name());
    Training training =
        new Training(
            model,
            () -> checkpoint.values(model.spec(), seed),
            fresh ? checkpoint.dialectWithHead() : checkpoint.dialect(),
            checkpoint.otherFiles(),
            checkpoint.trainingFlops(),
            () -> {
              try (MomentsFile file = checkpoint.requireMoments()) {
                return file.read();
              }
            });
    training.origins = checkpoint.layerOrigins();
    return training;
  }

  /** Begins pretraining from scratch. */
  static Training of(ModelSpec<?> described, Map<String, Path> others, long seed) {
    TaskModel<?> model = described.forPretraining().withHead();
    return new Training(
        model,
        () -> model.spec().initialValues(DType.FLOAT32, seed),
        model.spec().dialect(),
        others,
        OptionalDouble.of(0),
        () -> {
          throw new LigoException("a model from scratch has no optimizer's state to begin with.");
        });
  }

  /** Returns the model that is trained, with its head. */
  public ModelSpec<?> model() {
    return model.spec();
  }

  /** Returns the name of the task. */
  public String task() {
    return model.name();
  }

  /** Sets the data to evaluate on. */
  public Training evaluateOn(DataRequest held) {
    this.held = () -> Optional.of(model.batches(held));
    return this;
  }

  /**
   * Begins with the optimizer's state that stands beside the checkpoint.
   *
   * @throws CheckpointException if there is none, or it is of another model
   */
  public Training beginWithOptimizerState() {
    moments = stored.get();
    return this;
  }

  /** Sets whether the optimizer's state is written beside the model. */
  public Training keepOptimizerState(boolean kept) {
    this.keepsMoments = kept;
    return this;
  }

  /**
   * Sets the strategies by which steps differ from plain ones.
   *
   * @param small the model that this one was grown from, for those that need it
   */
  public Training strategies(
      List<TrainingStrategy> strategies, Optional<TrainingStrategy.SmallModel> small) {
    this.strategies = List.copyOf(strategies);
    this.small = small;
    return this;
  }

  /**
   * Sets batches that are made already, whatever data {@link #save} is asked for.
   *
   * @param heldOut says what they are, for a run that is continued to be of the same
   */
  Training on(BatchSource train, Optional<BatchSource> held, String heldOut) {
    this.source = data -> train;
    this.held = () -> held;
    this.heldOut = heldOut;
    return this;
  }

  /** Sets the number of steps after which the state is saved, so that a run can be continued. */
  public Training saveEvery(long steps) {
    this.saveEvery = steps;
    return this;
  }

  /** Sets that a run that was interrupted is continued, if there is one. */
  public Training resume(boolean resume) {
    this.resume = resume;
    return this;
  }

  /** Sets who hears of steps and evaluations. */
  public Training listener(Trainer.Listener listener) {
    this.listener = listener;
    return this;
  }

  /**
   * Trains, and writes the model to a directory that does not exist yet.
   *
   * @throws CheckpointException if the directory exists, or an interrupted run is there and {@link
   *     #resume} was not asked for
   * @throws dev.ligo.core.train.TrainingException if the loss is not finite; the last saved state
   *     stays
   */
  public void save(Path destination, Backend backend, DataRequest data, TrainingOptions options) {
    if (Files.exists(destination)) {
      throw new CheckpointException(destination, "exists already; name another directory.");
    }
    BatchSource train = source.apply(data);
    Optional<BatchSource> evaluation = held.get();
    JsonObject description = description(data, options);
    try (TrainingDirectory work = TrainingDirectory.open(destination, description, resume);
        Trainer trainer = trainer(backend, data, options)) {
      work.saved().ifPresent(s -> trainer.restore(s.step(), s.values()));
      boolean text = model.spec().longestSequence().isPresent();
      long examples = (long) data.batchSize() * options.microBatches();
      long seen = text ? examples * data.sequenceLength() : examples;
      String unit = text ? "tokens" : "examples";
      Trainer.Listener recording = new Recording(work, listener, unit, seen);
      while (trainer.steps() < options.steps()) {
        long left = options.steps() - trainer.steps();
        long until = trainer.steps() + Math.min(left, saveEvery - trainer.steps() % saveEvery);
        trainer.run(until, train, evaluation, recording);
        if (trainer.steps() < options.steps()) {
          work.save(trainer.steps(), trainer.state());
        }
      }
      write(destination, trainer, work, data, options);
      work.delete();
    }
  }

  /** Puts the model on a device, at the beginning of the run. */
  Trainer trainer(Backend backend, DataRequest data, TrainingOptions options) {
    TrainingSetup setup =
        new TrainingSetup(
            model.batchSpecs(data.batchSize(), data.sequenceLength()),
            strategies,
            small,
            moments,
            origins);
    return new Trainer(backend, model, values.get(), options, setup);
  }

  private JsonObject description(DataRequest data, TrainingOptions options) {
    JsonObject o = new JsonObject();
    o.addProperty("model", model.spec().json().toString());
    o.addProperty("batch size", data.batchSize());
    o.addProperty("sequence length", data.sequenceLength());
    o.addProperty("data seed", data.seed());
    if (model.spec().longestSequence().isEmpty()) {
      o.addProperty("augmentation", Augmentation.names(data.augmentations()));
    } else {
      o.addProperty("documents", data.documents().toString());
    }
    o.addProperty("held out", heldOut);
    o.addProperty("number of steps", options.steps());
    o.addProperty("number of micro-batches", options.microBatches());
    o.addProperty("schedule", options.schedule().toString());
    o.addProperty("optimizer", options.optimizer().toString());
    o.addProperty("seed", options.seed());
    if (!strategies.isEmpty()) {
      o.addProperty(
          "strategies", strategies.stream().map(TrainingStrategy::described).toList().toString());
    }
    if (!moments.ages().isEmpty()) {
      o.addProperty("optimizer state at the beginning", true);
    }
    return o;
  }

  private void write(
      Path destination,
      Trainer trainer,
      TrainingDirectory work,
      DataRequest data,
      TrainingOptions options) {
    Map<String, String> metadata =
        Map.of("ligo.trained", model.name() + ", " + options.steps() + " steps");
    try (CheckpointWriter writer =
        CheckpointWriter.create(destination, model.spec(), dialect, n -> FileDType.F32, metadata)) {
      trainer.values().forEach(writer::write);
      if (keepsMoments) {
        Moments last = trainer.moments();
        writer.moments(model.spec().layout().shapes(), last.ages()).all(last);
      }
      writer.finish(
          work.withMetrics(others),
          card(destination, options),
          Map.of(Checkpoint.TRAINING, record(data, options, trainer.flops(options.steps()))));
    }
  }

  private JsonObject record(DataRequest data, TrainingOptions options, double flops) {
    JsonObject o = new JsonObject();
    o.addProperty("ligo", Version.get());
    o.addProperty("task", model.name());
    description(data, options).entrySet().stream()
        .filter(e -> !e.getKey().equals("model"))
        .forEach(e -> o.add(e.getKey().replace(' ', '_'), e.getValue()));
    if (!origins.isEmpty()) {
      o.add(GrowthRecord.LAYERS, GrowthRecord.layers(origins));
    }
    o.addProperty("flops", flops);
    flopsBefore.ifPresent(before -> o.addProperty(Checkpoint.TOTAL_FLOPS, before + flops));
    return o;
  }

  private String card(Path destination, TrainingOptions options) {
    return String.format(
        Locale.ROOT,
        "---\n"
            + "library_name: %s\n"
            + "tags:\n"
            + "- ligo\n"
            + "- %s\n"
            + "---\n\n"
            + "# %s\n\n"
            + "A %s of %.1f million parameters, trained with ligo on the task `%s` for %d steps."
            + " The run's metrics are in `metrics.jsonl`.\n",
        GrowthRecord.library(model.spec()),
        model.spec().architecture().name(),
        destination.getFileName(),
        model.spec().architecture().name(),
        model.spec().layout().size() / 1e6,
        model.name(),
        options.steps());
  }

  /** Writes metrics and passes on what it hears. */
  private static final class Recording implements Trainer.Listener {
    private final TrainingDirectory work;
    private final Trainer.Listener listener;
    private final String unit;
    private final long seen;
    private final double before;
    private final long begun = System.nanoTime();

    /**
     * @param unit what is counted, tokens or examples
     * @param seen how many of them a step sees
     */
    Recording(TrainingDirectory work, Trainer.Listener listener, String unit, long seen) {
      this.work = work;
      this.listener = listener;
      this.unit = unit;
      this.seen = seen;
      this.before = work.saved().map(Recording::seconds).orElse(0.0);
    }

    private static double seconds(TrainingDirectory.Saved saved) {
      List<JsonObject> lines = saved.metrics();
      return lines.isEmpty() ? 0 : lines.get(lines.size() - 1).get("seconds").getAsDouble();
    }

    @Override
    public void stepped(TrainingState.Step step, double learningRate) {
      JsonObject o = line(step.step());
      o.addProperty("loss", step.loss());
      o.addProperty("learning_rate", learningRate);
      o.addProperty("gradient_norm", step.gradientNorm());
      o.addProperty(unit, seen * step.step());
      work.metrics(o);
      listener.stepped(step, learningRate);
    }

    @Override
    public void evaluating(long done, long total) {
      listener.evaluating(done, total);
    }

    @Override
    public void evaluated(long step, Map<String, Double> metrics) {
      JsonObject o = line(step);
      new TreeMap<>(metrics).forEach((n, v) -> o.addProperty("eval_" + n, v));
      work.metrics(o);
      listener.evaluated(step, metrics);
    }

    private JsonObject line(long step) {
      JsonObject o = new JsonObject();
      o.addProperty("step", step);
      o.addProperty("seconds", before + (System.nanoTime() - begun) / 1e9);
      return o;
    }
  }
}
