package dev.ligo.core;

import dev.ligo.api.Backend;
import dev.ligo.api.LigoException;
import dev.ligo.api.Wording;
import dev.ligo.core.checkpoint.CheckpointException;
import dev.ligo.core.checkpoint.FileDType;
import dev.ligo.core.data.BatchSource;
import dev.ligo.core.data.DataRequest;
import dev.ligo.core.data.ProgressListener;
import dev.ligo.core.data.Work;
import dev.ligo.core.growth.FittingSizes;
import dev.ligo.core.growth.GrowthException;
import dev.ligo.core.growth.GrowthMethod;
import dev.ligo.core.growth.GrowthOperator;
import dev.ligo.core.growth.GrowthPlan;
import dev.ligo.core.growth.OperatorFile;
import dev.ligo.core.growth.Preservation;
import dev.ligo.core.growth.apply.FunctionDrift;
import dev.ligo.core.growth.apply.OperatorApplication;
import dev.ligo.core.growth.learn.OperatorTraining;
import dev.ligo.core.model.Dialect;
import dev.ligo.core.model.ModelSpec;
import dev.ligo.core.model.Sizes;
import dev.ligo.core.model.TaskModel;
import dev.ligo.core.recipe.MergeRecipe;
import dev.ligo.core.train.BackendGradients;
import dev.ligo.core.train.GradientSource;
import dev.ligo.core.train.RunIdentity;
import dev.ligo.core.train.TrainingDirectory;
import dev.ligo.core.train.TrainingLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * The growth of one checkpoint: what to grow to, by which method, learned on what. Ends with {@link
 * #save}; nothing is read or computed before.
 */
public final class Growth {
  /**
   * What a growth did.
   *
   * @param plan what grew into what
   * @param operator the operator that was applied
   * @param learning how the operator was learned, if it was
   * @param preservation whether the large model computes what the small one does
   * @param drift how far the logits of what was written were measured to move, see {@link
   *     Growth#measureDrift}
   * @param dtypes what the large model's parameters are stored as
   * @param recipe the recipe that says the same, if one can
   * @param notes what its user should know: a fresh head, an attention scale that changed
   * @param carried the names of the source's files that were copied beside the model
   */
  public record Report(
      GrowthPlan plan,
      GrowthOperator operator,
      Optional<OperatorTraining.Result> learning,
      Preservation preservation,
      OptionalDouble drift,
      Set<FileDType> dtypes,
      Optional<MergeRecipe> recipe,
      List<String> notes,
      List<String> carried) {
    /**
     * Copies the dtypes and the lists.
     *
     * @param plan what grew into what
     * @param operator the operator that was applied
     * @param learning how the operator was learned, if it was
     * @param preservation whether the large model computes what the small one does
     * @param drift how far the logits were measured to move, see {@link Growth#measureDrift}
     * @param dtypes what the large model's parameters are stored as
     * @param recipe the recipe that says the same, if one can
     * @param notes what its user should know: a fresh head, an attention scale that changed
     * @param carried the names of the source's files that were copied beside the model
     */
    public Report {
      dtypes = Collections.unmodifiableSet(new TreeSet<>(dtypes));
      notes = List.copyOf(notes);
      carried = List.copyOf(carried);
    }

    /** {@return what was measured of the large model as it is stored, in a line, if it was} */
    public Optional<String> measured() {
      return drift.isEmpty()
          ? Optional.empty()
          : Optional.of(
              String.format(
                  "measured on the written %s: logits moved by %s of the largest",
                  dtypes.stream().map(FileDType::name).collect(Collectors.joining(", ")),
                  Wording.rounded(drift.getAsDouble())));
    }
  }

  private final Checkpoint small;
  private final GrowthMethod method;
  private Sizes sizes = Sizes.SAME;
  private Optional<FileDType> dtype = Optional.empty();
  private Optional<FileDType> computed = Optional.empty();
  private Optional<Function<TaskModel<?>, TrainingData>> data = Optional.empty();
  private OperatorTraining.Options training = OperatorTraining.Options.defaults();
  private Optional<GradientSource> elsewhere = Optional.empty();
  private Optional<Path> operatorIn = Optional.empty();
  private Optional<Path> operatorOut = Optional.empty();
  private Supplier<Backend> backend =
      () -> {
        throw new LigoException(
            "this growth multiplies matrices and needs a backend, but was given none.");
      };
  private ProgressListener listener = ProgressListener.SILENT;
  private boolean optimizerState;
  private long seed;
  private boolean measuresDrift;
  private boolean resume;
  private Set<String> changeable = Set.of();

  Growth(Checkpoint small, GrowthMethod method) {
    this.small = small;
    this.method = method;
  }

  /**
   * Sets the sizes to grow to.
   *
   * @param sizes the sizes to change
   * @return this growth
   */
  public Growth to(Sizes sizes) {
    this.sizes = sizes;
    return this;
  }

  /**
   * Sets what the large model's parameters are stored as, instead of as the small one's are; each
   * value is rounded once, to the nearest, ties to even.
   *
   * @param dtype the floating-point type
   * @return this growth
   * @throws dev.ligo.api.IllegalUseException if it is not a floating-point type
   */
  public Growth dtype(FileDType dtype) {
    this.dtype = Optional.of(dtype.requireFloating());
    return this;
  }

  /**
   * Sets the type to which the small model's values are rounded before they are grown, and the
   * grown ones after, as the dtype of a recipe says. They are stored as it, unless {@link #dtype}
   * says otherwise.
   *
   * @param dtype the floating-point type
   * @return this growth
   * @throws dev.ligo.api.IllegalUseException if it is not a floating-point type
   */
  public Growth computedIn(FileDType dtype) {
    this.computed = Optional.of(dtype.requireFloating());
    return this;
  }

  /**
   * Sets the data on which a learned operator is trained, and a drift is measured.
   *
   * @param data the data, the sizes of a batch and what to draw from
   * @return this growth
   * @throws dev.ligo.core.data.DataException if a path of the data leads nowhere
   */
  public Growth data(DataRequest data) {
    data.requireThere();
    this.data = Optional.of(model -> TrainingData.of(model, data, () -> model.batches(data)));
    return this;
  }

  /**
   * Sets batches on which a learned operator is trained, and a drift is measured: of the arrays of
   * the pretraining task, or of the head's task where a drift is measured of a source without it,
   * see {@link TaskModel#batchSpecs}.
   *
   * @param batches the batches
   * @return this growth
   */
  public Growth data(BatchSource batches) {
    TrainingData given = TrainingData.of(batches);
    this.data = Optional.of(model -> given);
    return this;
  }

  /**
   * Sets the backend to compute on, which stays its opener's to close.
   *
   * @param backend the backend to compute on
   * @return this growth
   */
  public Growth backend(Backend backend) {
    return backend(() -> backend);
  }

  /**
   * Sets what opens the backend, called only if the growth needs one.
   *
   * @param backend opens the backend
   * @return this growth
   */
  public Growth backend(Supplier<Backend> backend) {
    this.backend = backend;
    return this;
  }

  /**
   * Sets how a learned operator is trained.
   *
   * @param training the number of steps, the learning rate and the rule
   * @return this growth
   */
  public Growth training(OperatorTraining.Options training) {
    this.training = training;
    return this;
  }

  /**
   * Sets what computes the gradients by which an operator learns, instead of the backend.
   *
   * @param elsewhere what {@link #gradients(Backend)} returns of the same growth, on another
   *     machine
   * @return this growth
   */
  public Growth gradients(GradientSource elsewhere) {
    this.elsewhere = Optional.of(elsewhere);
    return this;
  }

  /**
   * Returns what computes the gradients by which the operator learns, for the same growth on
   * another machine. The small model is read for it, and the data are not.
   *
   * @param on the backend to compute on
   * @return the gradients, to be closed
   * @throws GrowthException if the method is not defined for the sizes
   */
  public BackendGradients gradients(Backend on) {
    GrowthPlan sizesAlone = plan(true);
    GrowthOperator start = start(sizesAlone);
    GrowthPlan plan = sizesAlone.amendedBy(start);
    return OperatorTraining.gradients(
        on, plan, start, plan.large().forPretraining().name(), small::read, training);
  }

  /**
   * Sets the file of an operator that is applied instead of one that the method makes.
   *
   * @param file the safetensors file
   * @return this growth
   */
  public Growth operatorFrom(Path file) {
    this.operatorIn = Optional.of(file);
    return this;
  }

  /**
   * Sets the file into which the operator is written.
   *
   * @param file the safetensors file, which must not exist
   * @return this growth
   */
  public Growth operatorTo(Path file) {
    this.operatorOut = Optional.of(file);
    return this;
  }

  /**
   * Sets whether the moments of the optimizer that trained the small model, which stand beside it,
   * grow with it, see {@link dev.ligo.core.growth.moments.MomentGrowth}.
   *
   * @param grown whether to grow it
   * @return this growth
   */
  public Growth optimizerState(boolean grown) {
    this.optimizerState = grown;
    return this;
  }

  /**
   * Sets what random choices are drawn from.
   *
   * @param seed what random numbers are drawn from
   * @return this growth
   */
  public Growth seed(long seed) {
    this.seed = seed;
    return this;
  }

  /**
   * Sets whether it is measured, on the first batch of the data, how far the logits move, from the
   * values that were written. That takes a backend, and memory for the large model.
   *
   * @param measure whether to measure
   * @return this growth
   */
  public Growth measureDrift(boolean measure) {
    this.measuresDrift = measure;
    return this;
  }

  /**
   * Sets what follows the growth: the learning of its operator, and the tensors as they grow.
   *
   * @param listener follows the work, and may cancel it
   * @return this growth
   */
  public Growth listener(ProgressListener listener) {
    this.listener = listener;
    return this;
  }

  /**
   * Sets that the learning of an operator that was interrupted is continued, if there is one.
   *
   * @param resume whether to continue it
   * @return this growth
   */
  public Growth resume(boolean resume) {
    this.resume = resume;
    return this;
  }

  /**
   * Sets what may have changed when the learning of an operator is continued, see {@link
   * RunIdentity}.
   *
   * @param changeable the words for what may change
   * @return this growth
   */
  public Growth allowChanged(Set<String> changeable) {
    this.changeable = Set.copyOf(changeable);
    return this;
  }

  /**
   * {@return the recipe that says the same as this growth's method and dtypes, if one can} It names
   * the source as the hub does, or by its path as that was given; of an absolute path it has the
   * last name alone. Nothing is computed for it.
   *
   * @throws GrowthException if the method is not defined for the sizes
   */
  public Optional<MergeRecipe> recipe() {
    return operatorIn.isPresent() ? Optional.empty() : recipe(plan(method.learns()));
  }

  private Optional<MergeRecipe> recipe(GrowthPlan plan) {
    return method
        .slices(plan)
        .map(s -> new MergeRecipe(GrowthRecord.recipeModel(small), s, computed, dtype));
  }

  /**
   * Grows, and writes the large model to a directory that does not exist yet.
   *
   * @param destination the directory to write, new or empty
   * @return what was done
   * @throws LigoException of a kind that tells what is wrong: the sizes, the data, the destination
   * @throws dev.ligo.api.CancelledException if the work is cancelled; nothing is left then but the
   *     state of the learning, in {@code NAME.training} beside the destination
   */
  public Report save(Path destination) {
    boolean learns = method.learns() && operatorIn.isEmpty();
    Destination.requireFree(destination, resume);
    if (operatorOut.isPresent() && Files.exists(operatorOut.get())) {
      throw new CheckpointException(operatorOut.get(), "exists already; name another file.");
    }
    GrowthPlan sizesAlone = plan(operatorIn.map(OperatorFile::holdsFresh).orElse(learns));
    GrowthNotes about = new GrowthNotes(small, method);
    if (measuresDrift) {
      about.requireDrift(sizesAlone, learns, data.isPresent());
      GrowthNotes.driftTask(sizesAlone, learns).ifPresent(small::requireScored);
    }
    if (learns || measuresDrift || optimizerState) {
      sizesAlone.requireComputable();
    }
    if (learns) {
      about.requireData(data.isPresent());
      small.requireScored(sizesAlone.large().pretraining());
      TrainingDirectory.requireResumed(destination, resume);
    } else {
      TrainingLock.requireNone(destination);
    }
    Map<String, Path> others = small.otherFiles();
    about.requireTokens(sizesAlone, optimizerState);
    GrowthOperator start =
        operatorIn.isPresent()
            ? requireOwn(operatorIn.get(), OperatorFile.read(operatorIn.get(), sizesAlone))
            : start(sizesAlone);
    GrowthPlan plan = sizesAlone.amendedBy(start);
    List<String> notes = about.notes(plan);
    Dialect dialect = plan.fresh().isEmpty() ? small.dialect() : small.dialectWithHead();
    if (optimizerState) {
      notes.add(about.ofMoments());
      new GrownMoments(small, backend, listener)
          .requireRoom(destination, start, plan, dialect, types());
    }
    Map<String, String> metadata =
        GrowthRecord.metadata(start, small, () -> Work.check(listener, "reading the source"));
    // The destination is tried before the long work, and nothing stays there if that fails.
    Map<String, FileDType> dtypes = types().stored(plan);
    try (CheckpointWriter writer =
        CheckpointWriter.create(destination, plan.large(), dialect, dtypes::get, metadata)) {
      Target target = new Target(destination, plan, writer, dtypes, notes, metadata, others);
      return learns ? learned(target, start) : written(target, start, Optional.empty());
    }
  }

  /** Returns the operator of the method, before it has learned anything. */
  private GrowthOperator start(GrowthPlan plan) {
    return FittingSizes.checked(method, small.model(), sizes, () -> method.operator(plan, seed));
  }

  /** Refuses an operator that another method made. */
  private GrowthOperator requireOwn(Path file, GrowthOperator operator) {
    if (!operator.method().equals(method.name())) {
      throw new GrowthException(
          file
              + " holds an operator of method '"
              + operator.method()
              + "', and not of '"
              + method.name()
              + "'; name its method, or another file.");
    }
    return operator;
  }

  /**
   * What is written.
   *
   * @param destination the directory
   * @param plan what grows into what
   * @param writer writes the directory
   * @param dtypes what each tensor is stored as
   * @param notes what the user should know
   * @param metadata what the weights' files carry
   * @param others the files that are copied beside the model
   */
  private record Target(
      Path destination,
      GrowthPlan plan,
      CheckpointWriter writer,
      Map<String, FileDType> dtypes,
      List<String> notes,
      Map<String, String> metadata,
      Map<String, Path> others) {}

  /** Learns the operator, whose state stands beside the destination until all is written. */
  private Report learned(Target target, GrowthOperator start) {
    TaskModel<?> large = target.plan().large().forPretraining();
    // A backend that cannot be opened is known at once; tokenizing may take minutes.
    Backend opened = backend.get();
    GrowthLearning learning =
        new GrowthLearning(
            small, opened, data.orElseThrow().apply(large), training, seed, listener);
    RunIdentity run =
        new RunIdentity(
            learning.description(large, start, method, target.metadata(), types()), changeable);
    try (TrainingDirectory work = TrainingDirectory.open(target.destination(), run, resume)) {
      OperatorTraining.Result result = learning.run(target.plan(), start, work, elsewhere);
      Report report = written(target, result.operator(), Optional.of(result));
      work.delete();
      return report;
    }
  }

  private Report written(
      Target target, GrowthOperator operator, Optional<OperatorTraining.Result> learning) {
    GrowthPlan plan = target.plan();
    CheckpointWriter writer = target.writer();
    apply(operator, plan, target.dtypes(), writer);
    if (optimizerState) {
      new GrownMoments(small, backend, listener).write(operator, plan, writer);
    }
    Report report =
        new Report(
            plan,
            operator,
            learning,
            preservation(plan, operator, target.dtypes()),
            drift(plan, writer),
            Set.copyOf(target.dtypes().values()),
            operatorIn.isPresent() ? Optional.empty() : recipe(plan),
            target.notes(),
            List.copyOf(target.others().keySet()));
    GrowthRecord record = new GrowthRecord(report, small, target.metadata());
    writer.finish(target.others(), record.card(), record.files());
    operatorOut.ifPresent(f -> writeOperator(operator, f, target.destination()));
    return report;
  }

  /** Writes the operator after the model, which is not lost where this fails. */
  private static void writeOperator(GrowthOperator operator, Path file, Path destination) {
    try {
      OperatorFile.write(operator, file);
    } catch (CheckpointException e) {
      throw new CheckpointException(
          file, "was not written, but the grown model is whole in " + destination + ".", e);
    }
  }

  private GrownTypes types() {
    return new GrownTypes(small, computed, dtype);
  }

  private OptionalDouble drift(GrowthPlan plan, CheckpointWriter writer) {
    if (!measuresDrift) {
      return OptionalDouble.empty();
    }
    boolean learns = method.learns() && operatorIn.isEmpty();
    TaskModel<?> large = plan.large().forTask(GrowthNotes.driftTask(plan, learns).orElseThrow());
    Work.check(listener, "measuring the drift");
    BatchSource batches = data.orElseThrow().apply(large).batches().get();
    try (Checkpoint written = writer.written()) {
      return OptionalDouble.of(
          FunctionDrift.measure(
              backend.get(),
              new FunctionDrift.Side(plan.small().forTask(large.name()), small::read),
              new FunctionDrift.Side(large, written::read),
              batches.batch(0)));
    }
  }

  private Preservation preservation(
      GrowthPlan plan, GrowthOperator operator, Map<String, FileDType> dtypes) {
    Preservation of = preservation(plan);
    return types().rounding(operator, dtypes).map(of::roundedTo).orElse(of);
  }

  private Preservation preservation(GrowthPlan plan) {
    Preservation of =
        operatorIn.isPresent()
            ? Preservation.changed("nothing is known of a file's operator")
            : method.preservation(plan);
    return small.setValues().changes().map(of::ofSourceWith).orElse(of);
  }

  private GrowthPlan plan(boolean withHead) {
    ModelSpec<?> model = small.model();
    ModelSpec<?> headed = small.modelWithFreshHeads();
    ModelSpec<?> large = withHead ? headed.forPretraining().withHead().spec() : headed;
    return FittingSizes.checked(
        method,
        model,
        sizes,
        () -> new GrowthPlan(model, large.resized(method.sizes(model, sizes))));
  }

  private void apply(
      GrowthOperator operator,
      GrowthPlan plan,
      Map<String, FileDType> dtypes,
      CheckpointWriter writer) {
    GrownTypes types = types();
    long tensors = plan.large().layout().shapes().size();
    new OperatorApplication(operator, new GrownSource(types), backend)
        .run(new GrownTensors(types, dtypes, writer, listener, tensors));
  }
}
