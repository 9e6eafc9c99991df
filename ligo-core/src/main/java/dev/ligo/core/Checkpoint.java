package dev.ligo.core;

import dev.ligo.api.CancelledException;
import dev.ligo.api.DType;
import dev.ligo.api.HostArray;
import dev.ligo.api.Shape;
import dev.ligo.api.UnknownNameException;
import dev.ligo.core.checkpoint.CheckpointException;
import dev.ligo.core.checkpoint.FileDType;
import dev.ligo.core.checkpoint.HuggingFaceDirectory;
import dev.ligo.core.checkpoint.JsonValue;
import dev.ligo.core.checkpoint.StoredTensor;
import dev.ligo.core.growth.Origins;
import dev.ligo.core.io.ArraysOnDemand;
import dev.ligo.core.io.Hashes;
import dev.ligo.core.model.Architecture;
import dev.ligo.core.model.ConfigException;
import dev.ligo.core.model.ConfigOverrides;
import dev.ligo.core.model.Dialect;
import dev.ligo.core.model.Labels;
import dev.ligo.core.model.ModelSpec;
import dev.ligo.core.model.Parameter;
import dev.ligo.core.model.Task;
import dev.ligo.core.train.MomentsFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * A checkpoint directory with the model that it holds: parameters are read by their layout's names.
 */
public final class Checkpoint implements AutoCloseable {
  /** The key, in what was written down of training or growing, of its cost with all before it. */
  public static final String TOTAL_FLOPS = "total_flops";

  /** The file that says how a model was trained. */
  public static final String TRAINING = "training.json";

  /** The dtype in which models compute, whatever their files store. */
  static final DType COMPUTED = DType.FLOAT32;

  private final HuggingFaceDirectory directory;
  private final TensorPlaces places;
  private final ModelSpec<?> stored;
  private final ModelSpec<?> model;
  private final ConfigOverrides overrides;
  private final List<String> notes;

  Checkpoint(
      HuggingFaceDirectory directory,
      TensorPlaces places,
      ModelSpec<?> stored,
      ModelSpec<?> model,
      ConfigOverrides overrides,
      List<String> notes) {
    this.directory = directory;
    this.places = places;
    this.stored = stored;
    this.model = model;
    this.overrides = overrides;
    this.notes = List.copyOf(notes);
  }

  /**
   * Opens a checkpoint directory and checks that it holds the model that its config describes.
   *
   * @param path the checkpoint's directory
   * @param architectures the families there are
   * @param options how it is opened
   * @return the checkpoint, to be closed
   * @throws UnknownHeadException if its head is not computed here, and not left out
   * @throws CheckpointException if a file is missing or damaged, or tensors are missing, unknown or
   *     of other shapes than the config says
   * @throws ConfigException if the config is refused
   */
  public static Checkpoint open(
      Path path, Collection<Architecture<?>> architectures, OpenOptions options) {
    try {
      HuggingFaceDirectory directory =
          HuggingFaceDirectory.open(path, config -> Families.of(config, architectures));
      try {
        return CheckpointOpening.of(
            directory, Families.of(directory.config(), architectures), options);
      } catch (RuntimeException | Error e) {
        directory.close();
        throw e;
      }
    } catch (ConfigException e) {
      throw new ConfigException(path + ": " + e.getMessage());
    }
  }

  /** {@return the model} */
  public ModelSpec<?> model() {
    return model;
  }

  /**
   * {@return what is not as the files or their config say: names without a wrapper's prefix, a head
   * that is untied or left out}
   */
  public List<String> notes() {
    return notes;
  }

  /** {@return the directory as it was given} */
  public Path path() {
    return directory.path();
  }

  /** {@return the files} */
  public HuggingFaceDirectory directory() {
    return directory;
  }

  /**
   * {@return the SHA-256 of the hashes of all files of weights, in lower-case hexadecimal} It reads
   * them all.
   *
   * @throws CheckpointException if a file cannot be read
   * @throws dev.ligo.api.CancelledException if the thread is interrupted
   */
  public String sha256() {
    return Hashes.sha256(directory.sha256().toString().getBytes(StandardCharsets.UTF_8));
  }

  /** Returns what values that were set in the place of the config's changed. */
  SetValues setValues() {
    return new SetValues(stored, model, overrides);
  }

  /**
   * {@return the tasks whose heads the files hold in another size than the model has after
   * {@linkplain ConfigOverrides values were set}: they begin afresh}
   */
  public List<String> outgrownHeads() {
    return setValues().outgrownHeads();
  }

  /**
   * Returns the model with fresh heads in the place of {@linkplain #outgrownHeads outgrown} ones.
   */
  ModelSpec<?> modelWithFreshHeads() {
    ModelSpec<?> headed = model;
    for (String head : outgrownHeads()) {
      headed = headed.withHead(head);
    }
    return headed;
  }

  /**
   * {@return the parameters of this model with other heads that the files do not hold: those of
   * heads that begin afresh}
   *
   * @param headed this model with other heads
   */
  public Set<String> freshParameters(ModelSpec<?> headed) {
    Set<String> fresh = new TreeSet<>(headed.layout().shapes().keySet());
    fresh.removeAll(shapes().keySet());
    return fresh;
  }

  /** Returns why each head of this model with other heads begins afresh that does so. */
  List<String> freshHeads(ModelSpec<?> headed) {
    List<String> outgrown = outgrownHeads();
    return headed.heads().stream()
        .map(Task::name)
        .filter(head -> !model.hasHead(head))
        .map(
            head ->
                (outgrown.contains(head)
                        ? "the source's " + head + " head has another size than the one asked for"
                        : "the source has no " + head + " head")
                    + ": a fresh one is initialized")
        .toList();
  }

  /** {@return where in the files the parameters stand} */
  public Dialect dialect() {
    return places.dialect();
  }

  /**
   * Refuses a head whose loss is not computed here.
   *
   * @throws UnknownHeadException if the config gives a task's head other outputs
   */
  void requireScored(String task) {
    model
        .forTask(task)
        .labels()
        .flatMap(Labels::unscored)
        .ifPresent(
            problem -> {
              throw new UnknownHeadException(path(), problem);
            });
  }

  /** Returns the dialect of a model that has heads more than the files. */
  Dialect dialectWithHead() {
    return dialect().headless() ? model.dialect() : dialect();
  }

  /**
   * Reads a parameter as it is stored, widened to float32 where the file has fewer bits: what is
   * copied and grown. {@link #values()} are what models compute with.
   *
   * @param name the parameter's name
   * @return the values
   * @throws UnknownNameException if the model has none of the name
   * @throws CheckpointException if it cannot be read, or holds values that are not finite
   * @throws CancelledException if the thread is interrupted
   */
  public HostArray read(String name) {
    CancelledException.throwIfInterrupted("reading " + path());
    Dialect.Place place = requirePlace(name);
    HostArray a = places.read(place);
    if (!a.isFinite()) {
      throw notFinite(name);
    }
    return setValues().resampled(name, a);
  }

  /**
   * Reads rows of a parameter, its entries along the first axis, as {@link #read} reads all: for
   * tables that are too large for one array. A table of positions is read as it is stored.
   *
   * @param name the parameter's name
   * @param from the first row, from 0
   * @param to the row after the last one
   * @return the values, of {@code to - from} rows
   * @throws CheckpointException if they cannot be read, or are not finite
   * @throws CancelledException if the thread is interrupted
   */
  public HostArray rows(String name, int from, int to) {
    CancelledException.throwIfInterrupted("reading " + path());
    HostArray a = places.rows(requirePlace(name), from, to);
    if (!a.isFinite()) {
      throw notFinite(name);
    }
    return a;
  }

  /**
   * Reads a parameter of whatever size.
   *
   * @throws CheckpointException if it cannot be read, or holds values that are not finite
   */
  void requireFinite(String name) {
    CancelledException.throwIfInterrupted("reading " + path());
    try {
      places.stored(requirePlace(name)).each(() -> notFinite(name), stretch -> {});
    } catch (IOException e) {
      throw new IllegalStateException("nothing is written here", e);
    }
  }

  /** Returns the error that says that a parameter holds values that are not finite. */
  CheckpointException notFinite(String name) {
    return new CheckpointException(
        directory.path(),
        "'"
            + name
            + "' holds values that are not finite; the checkpoint is damaged or its "
            + "training diverged.");
  }

  /** Returns a parameter in its file, if {@link #read} gives just what stands there. */
  Optional<StoredTensor> stored(String name) {
    Dialect.Place place = requirePlace(name);
    return place.parts() == 1 && setValues().interpolations().isEmpty()
        ? Optional.of(places.stored(place))
        : Optional.empty();
  }

  /**
   * {@return the dtype in which the files hold a parameter}
   *
   * @param name the parameter's name
   */
  public FileDType dtype(String name) {
    return places.spec(requirePlace(name)).dtype();
  }

  /** {@return the dtype of the first parameter: what parameters without a source are written in} */
  public FileDType dtype() {
    Parameter first = model.layout().parameters().iterator().next();
    return dtype(first.at(0));
  }

  private Dialect.Place requirePlace(String name) {
    return places
        .find(name)
        .orElseThrow(
            () -> new UnknownNameException("parameter", name, model.layout().shapes().keySet()));
  }

  /** {@return all parameters' shapes, by name} */
  public SortedMap<String, Shape> shapes() {
    return model.layout().shapes();
  }

  /**
   * {@return the values of all parameters, by name, in float32: the one dtype in which models
   * compute, so that none mix where the files hold several}
   *
   * @throws CheckpointException if one cannot be read, or is too large for float32
   */
  public SortedMap<String, HostArray> values() {
    SortedMap<String, HostArray> m = new TreeMap<>();
    shapes().keySet().forEach(n -> m.put(n, computed(n)));
    return m;
  }

  private HostArray computed(String name) {
    HostArray computed = read(name).as(COMPUTED);
    if (!computed.isFinite()) {
      throw new CheckpointException(
          directory.path(),
          "'" + name + "' holds values that are too large for float32, in which models compute.");
    }
    return computed;
  }

  /**
   * {@return values, in float32, for all parameters of this model or of it with other heads, whose
   * parameters are freshly initialized}
   *
   * @param model the model, which may have other heads
   * @param seed what random numbers are drawn from
   */
  public SortedMap<String, HostArray> values(ModelSpec<?> model, long seed) {
    return new TreeMap<>(valuesOnDemand(model, seed));
  }

  /**
   * {@return what {@link #values(ModelSpec, long)} does, each array read or drawn when it is asked
   * for: the checkpoint stays open as long}
   *
   * @param model the model, which may have other heads
   * @param seed what random numbers are drawn from
   */
  public Map<String, HostArray> valuesOnDemand(ModelSpec<?> model, long seed) {
    return values(model, n -> false, seed);
  }

  /**
   * Returns what {@link #valuesOnDemand} does.
   *
   * @param fresh more parameters that are freshly initialized
   */
  Map<String, HostArray> values(ModelSpec<?> model, Predicate<String> fresh, long seed) {
    Predicate<String> initialized = fresh.or(freshParameters(model)::contains);
    Map<String, HostArray> initial = model.initialValuesOnDemand(COMPUTED, seed);
    return new ArraysOnDemand(
        initial.keySet(), n -> initialized.test(n) ? initial.get(n) : computed(n));
  }

  /**
   * {@return the floating-point operations of all training and growing that led to the weights,
   * three times the forward ones, if ligo did all of it and wrote it down}
   */
  public OptionalDouble trainingFlops() {
    return Stream.of(TRAINING, GrowthRecord.FILE)
        .flatMap(name -> directory.recordValue(name).stream())
        .flatMap(record -> record.find(TOTAL_FLOPS).stream())
        .mapToDouble(JsonValue::number)
        .findFirst();
  }

  /**
   * {@return the growths and trainings that led to the weights, a line each, the oldest first, as
   * far as ligo wrote them down}
   */
  public List<String> lineage() {
    return Provenance.lines(Provenance.lineage(directory));
  }

  /**
   * {@return where the layers and the entries come from, as far as ligo grew the model and wrote it
   * down}
   */
  public Origins origins() {
    return Stream.of(TRAINING, GrowthRecord.FILE)
        .flatMap(name -> directory.recordValue(name).stream())
        .flatMap(record -> OriginsJson.find(record).stream())
        .findFirst()
        .orElse(Origins.UNKNOWN);
  }

  /** {@return the files that go with a model unchanged, such as its tokenizer's, by name} */
  public SortedMap<String, Path> otherFiles() {
    return directory.otherFiles();
  }

  /**
   * {@return whether the state of the optimizer that trained the model stands beside the weights}
   */
  public boolean hasOptimizerState() {
    return Files.exists(path().resolve(MomentsFile.NAME));
  }

  /**
   * Opens the moments of the optimizer that trained the model, if they stand beside the weights.
   *
   * @return the file, to be closed, or nothing
   * @throws CheckpointException if the file is damaged, or of another model
   */
  public Optional<MomentsFile> moments() {
    return hasOptimizerState()
        ? Optional.of(MomentsFile.open(path().resolve(MomentsFile.NAME), shapes()))
        : Optional.empty();
  }

  /**
   * Opens the moments of the optimizer that trained the model.
   *
   * @return the file, to be closed
   * @throws CheckpointException if there are none, or the file is damaged
   */
  public MomentsFile requireMoments() {
    return moments()
        .orElseThrow(
            () ->
                new CheckpointException(
                    path(),
                    "has no "
                        + MomentsFile.NAME
                        + " with the optimizer's state; keep it when training the model, or go on"
                        + " without."));
  }

  @Override
  public void close() {
    directory.close();
  }
}
