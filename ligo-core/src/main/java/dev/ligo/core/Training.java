package dev.ligo.core;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.ligo.api.Backend;
import dev.ligo.api.CancelledException;
import dev.ligo.api.LigoException;
import dev.ligo.api.TensorSpec;
import dev.ligo.core.checkpoint.CheckpointException;
import dev.ligo.core.checkpoint.FileDType;
import dev.ligo.core.data.BatchSource;
import dev.ligo.core.data.DataException;
import dev.ligo.core.data.DataRequest;
import dev.ligo.core.data.ProgressListener;
import dev.ligo.core.data.Work;
import dev.ligo.core.model.ModelSpec;
import dev.ligo.core.model.TaskModel;
import dev.ligo.core.train.BackendGradients;
import dev.ligo.core.train.BackendRounds;
import dev.ligo.core.train.GradientSource;
import dev.ligo.core.train.Moments;
import dev.ligo.core.train.NeededRoom;
import dev.ligo.core.train.Rounds;
import dev.ligo.core.train.RunIdentity;
import dev.ligo.core.train.Trainer;
import dev.ligo.core.train.TrainingDirectory;
import dev.ligo.core.train.TrainingException;
import dev.ligo.core.train.TrainingOptions;
import dev.ligo.core.train.TrainingSetup;
import dev.ligo.core.train.TrainingStrategy;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Trains a model on a task, from a checkpoint or from scratch. What happens on the way stands in a
 * directory beside the destination, {@code NAME.training}: metrics as JSON lines and the last
 * state, from which an interrupted run goes on; it is removed if a run ends before one was saved.
 * The destination appears when the run is done.
 */
public final class Training {
  private final TaskModel<?> model;
  private TrainingStart start;
  private Moments moments = Moments.NONE;
  private List<TrainingStrategy> strategies = List.of();
  private Optional<TrainingStrategy.SmallModel> small = Optional.empty();
  private boolean keepsMoments;
  private Optional<TrainingData> data = Optional.empty();
  private Optional<TrainingOptions> options = Optional.empty();
  private Supplier<Backend> backend =
      () -> {
        throw new LigoException("training needs a backend, but was given none.");
      };
  private Optional<GradientSource> elsewhere = Optional.empty();
  private Optional<Rounds> rounds = Optional.empty();
  private Supplier<Optional<BatchSource>> held = Optional::empty;
  private OptionalDouble heldOutShare = OptionalDouble.empty();
  private List<String> heldNames = List.of();
  private Optional<BatchSource> read = Optional.empty();
  private Optional<Path> events = Optional.empty();
  private Optional<BestMetric> best = Optional.empty();
  private FileDType dtype = FileDType.of(Checkpoint.COMPUTED);
  private long saveEvery = Long.MAX_VALUE;
  private boolean resume;
  private Set<String> changeable = Set.of();
  private ProgressListener listener = ProgressListener.SILENT;

  /** Describes a run from its start. */
  Training(TrainingStart start) {
    this.start = start;
    this.model = start.model();
  }

  /** {@return the model that is trained, with its head} */
  public ModelSpec<?> model() {
    return model.spec();
  }

  /** {@return the name of the task} */
  public String task() {
    return model.name();
  }

  /** {@return what its user should know before the run: a head that begins afresh} */
  public List<String> notes() {
    return start.notes();
  }

  /** {@return the names of the source's files that are copied beside the model} */
  public Set<String> carried() {
    return start.provenance().carried();
  }

  /**
   * Sets what records call the source, instead of the name of its directory.
   *
   * @param name the name
   * @return this training
   */
  public Training sourceName(String name) {
    this.start = start.named(name);
    return this;
  }

  /**
   * Sets the data to train on.
   *
   * @param request the data, the sizes of a batch and what to draw from
   * @return this training
   * @throws dev.ligo.core.data.DataException if a path of the data leads nowhere
   */
  public Training data(DataRequest request) {
    request.requireThere();
    this.read = Optional.empty();
    this.data = Optional.of(TrainingData.of(model, request, () -> model.batches(request)));
    return this;
  }

  /**
   * Sets batches that were made of some data, which are not read again.
   *
   * @param request the data, the sizes of a batch and what to draw from
   * @param batches the batches
   * @return this training
   */
  public Training data(DataRequest request, BatchSource batches) {
    this.read = Optional.empty();
    this.data = Optional.of(TrainingData.of(model, request, () -> batches));
    return this;
  }

  /**
   * Sets batches to train on: of the task's arrays, see {@link TaskModel#batchSpecs}, all of the
   * first one's shapes.
   *
   * @param batches the batches
   * @return this training
   */
  public Training data(BatchSource batches) {
    this.read = Optional.empty();
    this.data = Optional.of(TrainingData.of(batches));
    return this;
  }

  /**
   * Sets the backend to compute on, which stays its opener's to close.
   *
   * @param backend the backend to compute on
   * @return this training
   */
  public Training backend(Backend backend) {
    return backend(() -> backend);
  }

  /**
   * Sets what opens the backend.
   *
   * @param backend opens the backend
   * @return this training
   */
  public Training backend(Supplier<Backend> backend) {
    this.backend = backend;
    return this;
  }

  /**
   * Sets what computes the gradients, instead of the backend, which then changes the parameters and
   * evaluates.
   *
   * @param elsewhere what {@link #gradients(Backend)} returns of the same training, on another
   *     machine
   * @return this training
   */
  public Training gradients(GradientSource elsewhere) {
    this.elsewhere = Optional.of(elsewhere);
    return this;
  }

  /**
   * Returns what computes the gradients, for the same training on another machine. Data and options
   * are set before; neither the data nor the parameters are read for it.
   *
   * @param on the backend to compute on
   * @return the gradients, to be closed
   * @throws TrainingException if a strategy is not defined for the run
   */
  public BackendGradients gradients(Backend on) {
    return Trainer.gradients(
        on, model, Checkpoint.COMPUTED, requireOptions(), setup(requireData().specs()));
  }

  /**
   * Sets that workers train by themselves, and meet after rounds of steps.
   *
   * @param how the rounds, whose workers are what {@link #rounds(Backend)} returns of the same
   *     training, on other machines
   * @return this training
   */
  public Training rounds(Rounds how) {
    this.rounds = Optional.of(how);
    return this;
  }

  /**
   * Returns what makes the steps of workers, for the same training on another machine. Data and
   * options are set before; neither the data nor the parameters are read for it.
   *
   * @param on the backend to compute on
   * @return the workers, to be closed
   * @throws TrainingException if a strategy is not defined for the run
   */
  public BackendRounds rounds(Backend on) {
    return Trainer.rounds(
        on, model, Checkpoint.COMPUTED, requireOptions(), setup(requireData().specs()));
  }

  /**
   * Sets how long and by which rule the model is trained.
   *
   * @param options how to train
   * @return this training
   */
  public Training options(TrainingOptions options) {
    this.options = Optional.of(options);
    return this;
  }

  /**
   * Sets what the parameters are stored as when the run is done, instead of as float32, in which
   * they are trained; each value is rounded once, to the nearest, ties to even.
   *
   * @param dtype the floating-point type
   * @return this training
   * @throws dev.ligo.api.IllegalUseException if it is not a floating-point type
   */
  public Training dtype(FileDType dtype) {
    this.dtype = dtype.requireFloating();
    return this;
  }

  /**
   * Sets the data to evaluate on.
   *
   * @param held the held-out data
   * @return this training
   * @throws dev.ligo.core.data.DataException if a path of the data leads nowhere
   */
  public Training evaluateOn(DataRequest held) {
    held.requireThere();
    this.held = () -> Optional.of(model.batches(held));
    this.heldNames = TrainingData.names(held);
    return this;
  }

  /**
   * Sets batches to evaluate on.
   *
   * @param held the held-out batches
   * @return this training
   */
  public Training evaluateOn(BatchSource held) {
    this.held = () -> Optional.of(held);
    return this;
  }

  /**
   * Sets batches to evaluate on that were made of some data, which are not read again.
   *
   * @param request the held-out data
   * @param held the batches
   * @return this training
   */
  public Training evaluateOn(DataRequest request, BatchSource held) {
    this.held = () -> Optional.of(held);
    this.heldNames = TrainingData.names(request);
    return this;
  }

  /** Sets which share of the data is held out, where no other data are. */
  Training heldOutShare(double share) {
    this.heldOutShare = OptionalDouble.of(share);
    return this;
  }

  /**
   * Sets that training goes on from the optimizer's state that stands beside the checkpoint.
   *
   * @return this training
   * @throws CheckpointException if there is none, or it is of another model
   */
  public Training beginWithOptimizerState() {
    moments = start.moments().get();
    return this;
  }

  /**
   * Sets whether the optimizer's state is written beside the model.
   *
   * @param kept whether to keep it
   * @return this training
   */
  public Training keepOptimizerState(boolean kept) {
    this.keepsMoments = kept;
    return this;
  }

  /**
   * Sets the strategies by which steps differ from plain ones.
   *
   * @param strategies the strategies, in order
   * @param small the model that this one was grown from, for those that need it
   * @return this training
   */
  public Training strategies(
      List<TrainingStrategy> strategies, Optional<TrainingStrategy.SmallModel> small) {
    this.strategies = List.copyOf(strategies);
    this.small = small;
    return this;
  }

  /**
   * Sets where the metrics are written as TensorBoard reads them, beside those of other runs.
   *
   * @param directory the directory, which is created if it is not there
   * @return this training
   */
  public Training tensorBoard(Path directory) {
    this.events = Optional.of(directory);
    return this;
  }

  /**
   * Sets whether the model is written as it was at the evaluation, after the first step, with the
   * lowest loss, instead of as it is after the last step. Each evaluation that is the best so far
   * saves the state.
   *
   * @param kept whether to write the best
   * @return this training
   */
  public Training keepBest(boolean kept) {
    this.best = kept ? Optional.of(BestMetric.LOSS) : Optional.empty();
    return this;
  }

  /**
   * Sets that the model is written as {@link #keepBest(boolean)} says, but by another metric than
   * the loss. The lowest is the best of a metric whose name ends in {@code loss} or {@code
   * perplexity}, and the highest of any other.
   *
   * @param metric its name among those of an evaluation, such as {@code accuracy}
   * @return this training
   */
  public Training keepBest(String metric) {
    this.best = Optional.of(BestMetric.named(metric));
    return this;
  }

  /**
   * {@return how many batches cover the data once, which are read for it}
   *
   * @throws DataException if they cannot be read
   */
  public long batchesPerEpoch() {
    return batches().batchesPerPass();
  }

  private BatchSource batches() {
    BatchSource source = read.orElseGet(() -> requireData().batches().get());
    read = Optional.of(source);
    return source;
  }

  private TrainingData requireData() {
    return data.orElseThrow(() -> new LigoException("training needs data, but was given none."));
  }

  /**
   * Sets the number of steps after which the state is saved, so that a run can be continued.
   *
   * @param steps the number of steps between
   * @return this training
   */
  public Training saveEvery(long steps) {
    this.saveEvery = steps;
    return this;
  }

  /**
   * Sets that a run that was interrupted is continued, if there is one.
   *
   * @param resume whether to continue an interrupted run
   * @return this training
   */
  public Training resume(boolean resume) {
    this.resume = resume;
    return this;
  }

  /**
   * Sets what may have changed when a run is continued: {@link RunIdentity#BACKEND}, {@link
   * RunIdentity#DATA}, {@link RunIdentity#DTYPE}, {@link RunIdentity#HELD_OUT}. A change is
   * recorded with the model.
   *
   * @param changeable the words for what may change
   * @return this training
   */
  public Training allowChanged(Set<String> changeable) {
    this.changeable = Set.copyOf(changeable);
    return this;
  }

  /**
   * Sets what follows steps and evaluations.
   *
   * @param listener follows the work, and may cancel it
   * @return this training
   */
  public Training listener(ProgressListener listener) {
    this.listener = listener;
    return this;
  }

  /**
   * Trains, and writes the model to a directory that does not exist yet.
   *
   * @param destination the directory to write, new or empty
   * @throws CheckpointException if the directory exists, or an interrupted run is there and {@link
   *     #resume} was not asked for; or if the model cannot be written, such as a value that is too
   *     large for the dtype: its state is saved then
   * @throws dev.ligo.core.train.TrainingException if the loss is not finite; the last saved state
   *     stays
   * @throws CancelledException if the work is cancelled; the state after the last step is saved,
   *     and a run that resumes goes on there
   */
  public void save(Path destination) {
    Destination.requireFree(destination, resume);
    TrainingDirectory.requireResumed(destination, resume);
    TrainingData what = requireData();
    TrainingOptions how = requireOptions();
    events.ifPresent(e -> EventFile.requireUsable(e, destination));
    rounds.ifPresent(r -> r.requireWhole("a saved state", saveEvery));
    long weights = CheckpointWriter.bytes(model.spec(), start.dialect(), n -> dtype);
    boolean keeps = best.isPresent();
    NeededRoom.of(model, Checkpoint.COMPUTED, weights, how, saveEvery, keepsMoments, keeps)
        .require(destination);
    Backend opened = backend.get();
    BatchSource train = batches();
    Optional<BatchSource> evaluation = held.get();
    rounds.ifPresent(r -> r.requireEvaluated(evaluation, how));
    if (keeps && evaluation.isEmpty()) {
      throw new TrainingException(
          "to keep the best model takes held-out data, but there are none.");
    }
    JsonObject description = description(what, how, train, evaluation, opened);
    RunIdentity run = new RunIdentity(description, changeable);
    try (TrainingDirectory work = TrainingDirectory.open(destination, run, resume);
        Trainer trainer = trainer(opened, what.specs(), how)) {
      new TrainingRun(trainer, work, how, saveEvery, listener)
          .toTheEnd(train, evaluation, events, best);
      TrainingRecord record = record(description, how, trainer, work.changes(), work.recorded());
      written(record)
          .write(
              destination,
              destination.getFileName().toString(),
              trainer,
              record.texts(),
              work.withMetrics(start.provenance().others()));
      work.delete();
    }
  }

  /**
   * {@return the model on its device, before the first step, for those who make the steps and
   * {@link #write} it; to be closed}
   *
   * @throws TrainingException if a strategy is not defined for the run
   */
  public Trainer trainer() {
    TrainingOptions how = requireOptions();
    return trainer(backend.get(), requireData().specs(), how);
  }

  /**
   * Writes what a {@link #trainer()} has become, with the same files beside it as {@link #save}
   * writes.
   *
   * @param destination the directory to write, new or empty
   * @param title the title of its model card
   * @param trainer has the model, after one step or more
   * @param changes what changed while the run was interrupted
   * @param metrics the lines of its {@code metrics.jsonl}
   * @throws CheckpointException if the model cannot be written
   */
  public void write(
      Path destination,
      String title,
      Trainer trainer,
      JsonArray changes,
      List<JsonObject> metrics) {
    TrainingOptions how = requireOptions().endingAfter(trainer.steps());
    JsonObject description = description(requireData(), how, batches(), held.get(), backend.get());
    TrainingRecord record = record(description, how, trainer, changes, metrics);
    Map<String, String> texts = record.texts();
    texts.put(
        TrainingDirectory.METRICS,
        metrics.stream().map(line -> line + "\n").collect(Collectors.joining()));
    written(record).write(destination, title, trainer, texts, start.provenance().others());
  }

  private TrainingOptions requireOptions() {
    return options.orElseThrow(
        () -> new LigoException("training needs options, such as its number of steps."));
  }

  /** Trains without saving anything, and gives the trainer to what makes use of it. */
  <T> T trained(Backend on, TrainingOptions how, ProgressListener told, Function<Trainer, T> use) {
    TrainingData what = data.orElseThrow();
    try (Trainer trainer = trainer(on, what.specs(), how)) {
      trainer.run(how.steps(), batches(), Optional.empty(), told);
      return use.apply(trainer);
    }
  }

  /** Puts the model on a device, at the beginning of the run. */
  private Trainer trainer(Backend on, Map<String, TensorSpec> batch, TrainingOptions how) {
    return new Trainer(on, model, start.values().get(), how, setup(batch), elsewhere, rounds);
  }

  private TrainingSetup setup(Map<String, TensorSpec> batch) {
    return new TrainingSetup(batch, strategies, small, moments, start.origins(), start.fresh());
  }

  /** Returns what a run is, by words for it, with hashes of all that it reads. */
  private JsonObject description(
      TrainingData what,
      TrainingOptions how,
      BatchSource train,
      Optional<BatchSource> evaluation,
      Backend opened) {
    JsonObject o = description(what, how);
    Runnable check = () -> Work.check(listener, "reading the data");
    start.provenance().sha256().get().ifPresent(h -> o.addProperty("source", h));
    if (strategies.stream().anyMatch(TrainingStrategy::needsSmall)) {
      small.ifPresent(s -> o.addProperty("small model", s.sha256()));
    }
    o.addProperty(RunIdentity.DATA, train.sha256(check));
    evaluation.ifPresent(e -> o.addProperty(RunIdentity.HELD_OUT, e.sha256(check)));
    o.addProperty(RunIdentity.BACKEND, opened.info().engineOnDevice());
    return o;
  }

  private JsonObject description(TrainingData what, TrainingOptions options) {
    JsonObject o = new JsonObject();
    o.addProperty("model", model.spec().json().toString());
    what.description().entrySet().forEach(e -> o.add(e.getKey(), e.getValue()));
    heldOutShare.ifPresent(share -> o.addProperty(TrainingRecord.HELD_OUT_SHARE, share));
    o.addProperty("number of steps", options.steps());
    o.addProperty("number of micro-batches", options.microBatches());
    o.addProperty("schedule", options.schedule().toString());
    o.addProperty("optimizer", options.optimizer().toString());
    o.addProperty("seed", options.seed());
    if (!strategies.isEmpty()) {
      o.addProperty(
          "strategies", strategies.stream().map(TrainingStrategy::described).toList().toString());
    }
    best.ifPresent(metric -> o.addProperty(TrainingRecord.KEPT, metric.kept(options)));
    if (dtype != FileDType.of(Checkpoint.COMPUTED)) {
      o.addProperty(RunIdentity.DTYPE, dtype.configName());
    }
    rounds.ifPresent(r -> o.addProperty("rounds", r.json().toString()));
    if (!moments.ages().isEmpty()) {
      o.addProperty("optimizer state at the beginning", true);
    }
    return o;
  }

  private TrainingRecord record(
      JsonObject description,
      TrainingOptions how,
      Trainer trainer,
      JsonArray changes,
      List<JsonObject> metrics) {
    return new TrainingRecord(
        model,
        start.provenance(),
        start.origins(),
        description,
        how,
        strategies,
        requireData().names(),
        heldNames,
        (double) batches().batchesPerPass() / how.microBatches(),
        trainer.steps(),
        trainer.flops(how.steps()),
        best.orElse(BestMetric.LOSS),
        changes,
        metrics);
  }

  private TrainedCheckpoint written(TrainingRecord record) {
    return new TrainedCheckpoint(record, start.dialect(), dtype, keepsMoments);
  }
}
