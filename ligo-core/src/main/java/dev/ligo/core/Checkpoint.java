package dev.ligo.core;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.ligo.api.DType;
import dev.ligo.api.HostArray;
import dev.ligo.api.Shape;
import dev.ligo.api.UnknownNameException;
import dev.ligo.core.checkpoint.CheckpointException;
import dev.ligo.core.checkpoint.FileDType;
import dev.ligo.core.checkpoint.FileSpec;
import dev.ligo.core.checkpoint.HuggingFaceDirectory;
import dev.ligo.core.model.Architecture;
import dev.ligo.core.model.ConfigException;
import dev.ligo.core.model.Dialect;
import dev.ligo.core.model.Layout;
import dev.ligo.core.model.Model;
import dev.ligo.core.model.Parameter;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * A checkpoint directory with the model that it holds: parameters are read by their layout's names.
 */
public final class Checkpoint implements AutoCloseable {
  /** The key, in what was written down of training or growing, of its cost with all before it. */
  static final String TOTAL_FLOPS = "total_flops";

  private final HuggingFaceDirectory directory;
  private final Model<?> model;
  private final Dialect dialect;

  private Checkpoint(HuggingFaceDirectory directory, Model<?> model, Dialect dialect) {
    this.directory = directory;
    this.model = model;
    this.dialect = dialect;
  }

  /**
   * Opens a checkpoint directory and checks that it holds the model that its config describes.
   *
   * @param architectures the families there are
   * @throws CheckpointException if a file is missing or damaged, or tensors are missing, unknown or
   *     of other shapes than the config says
   * @throws ConfigException if the config is refused
   */
  public static Checkpoint open(Path path, Collection<Architecture<?>> architectures) {
    HuggingFaceDirectory directory = HuggingFaceDirectory.open(path);
    try {
      return open(directory, architecture(directory.config(), architectures));
    } catch (ConfigException e) {
      directory.close();
      throw new ConfigException(path + ": " + e.getMessage());
    } catch (RuntimeException e) {
      directory.close();
      throw e;
    }
  }

  /**
   * Returns the family that a {@code config.json} names.
   *
   * @throws ConfigException if it names none that there is
   */
  public static Architecture<?> architecture(
      JsonObject config, Collection<Architecture<?>> architectures) {
    JsonElement type = config.get("model_type");
    Set<String> known = new TreeSet<>();
    for (Architecture<?> a : architectures) {
      known.addAll(a.modelTypes());
      if (type != null && type.isJsonPrimitive() && a.modelTypes().contains(type.getAsString())) {
        return a;
      }
    }
    throw new ConfigException(
        "config.json: 'model_type' should be one of "
            + String.join(", ", known)
            + ", found "
            + (type == null ? "none" : type)
            + ".");
  }

  private static <C> Checkpoint open(HuggingFaceDirectory directory, Architecture<C> architecture) {
    Set<String> names = directory.tensors().keySet();
    JsonObject config = directory.config();
    Model<C> base = Model.of(architecture, config, n -> false);
    Dialect dialect =
        architecture.dialects().stream()
            .min(Comparator.comparingInt(d -> missing(base.layout(), d, names).size()))
            .orElse(Dialect.CANONICAL);
    Set<String> missing = missing(base.layout(), dialect, names);
    if (!missing.isEmpty()) {
      throw new CheckpointException(
          directory.path(),
          "lacks "
              + missing.size()
              + " tensors of a "
              + architecture.name()
              + ", such as '"
              + missing.iterator().next()
              + "'; is it a complete checkpoint of this family?");
    }
    Map<String, String> ties = new TreeMap<>();
    for (var task : architecture.tasks()) {
      Layout head = new Layout(0);
      task.parameters(base.config(), head);
      ties.putAll(head.ties());
    }
    Model<C> model =
        Model.of(architecture, config, n -> fileName(n, ties, dialect, names).isPresent());
    Checkpoint checkpoint = new Checkpoint(directory, model, dialect);
    checkpoint.check();
    return checkpoint;
  }

  private static Set<String> missing(Layout layout, Dialect dialect, Set<String> names) {
    Set<String> missing = new TreeSet<>();
    for (String n : layout.shapes().keySet()) {
      if (!names.contains(dialect.fileName().apply(n))) {
        missing.add(dialect.fileName().apply(n));
      }
    }
    return missing;
  }

  /** Returns the name under which a file holds a parameter: its own, or one that is tied to it. */
  private static Optional<String> fileName(
      String name, Map<String, String> ties, Dialect dialect, Set<String> names) {
    String own = dialect.fileName().apply(name);
    if (names.contains(own)) {
      return Optional.of(own);
    }
    return ties.entrySet().stream()
        .filter(e -> e.getValue().equals(name))
        .map(e -> dialect.fileName().apply(e.getKey()))
        .filter(names::contains)
        .findFirst();
  }

  private Optional<String> fileName(String name) {
    return fileName(name, model.layout().ties(), dialect, directory.tensors().keySet());
  }

  /** Refuses shapes that differ from the config's, and tensors that the family does not have. */
  private void check() {
    SortedMap<String, FileSpec> tensors = directory.tensors();
    Set<String> unknown = new HashSet<>(tensors.keySet());
    model
        .layout()
        .shapes()
        .forEach(
            (name, shape) -> {
              String file =
                  fileName(name)
                      .orElseThrow(
                          () ->
                              new CheckpointException(
                                  directory.path(), "lacks the tensor '" + name + "'."));
              FileSpec spec = tensors.get(file);
              if (!spec.shape().equals(shape)) {
                throw new CheckpointException(
                    directory.path(),
                    "'"
                        + file
                        + "' should have shape "
                        + shape
                        + " by config.json, found "
                        + spec.shape()
                        + "; config and weights are not of one model.");
              }
              if (!spec.dtype().memory().isFloating()) {
                throw new CheckpointException(
                    directory.path(), "'" + file + "' should be floating, found " + spec + ".");
              }
              unknown.remove(file);
            });
    model.layout().ties().keySet().forEach(a -> unknown.remove(dialect.fileName().apply(a)));
    unknown.removeIf(model.layout()::isIgnored);
    if (!unknown.isEmpty()) {
      throw new CheckpointException(
          directory.path(),
          "holds "
              + unknown.size()
              + " tensors that a "
              + model.architecture().name()
              + " of this config does not have, such as '"
              + new TreeSet<>(unknown).first()
              + "'; they would be lost. Remove them, or correct the config.");
    }
  }

  /** Returns the model. */
  public Model<?> model() {
    return model;
  }

  /** Returns the directory as it was given. */
  public Path path() {
    return directory.path();
  }

  /** Returns the files. */
  public HuggingFaceDirectory directory() {
    return directory;
  }

  /** Returns how the files spell the parameters' names. */
  public Dialect dialect() {
    return dialect;
  }

  /**
   * Reads a parameter, widened to float32 where the file has fewer bits.
   *
   * @throws UnknownNameException if the model has none of the name
   * @throws CheckpointException if it cannot be read, or holds values that are not finite
   */
  public HostArray read(String name) {
    HostArray a = directory.read(requireFileName(name));
    if (!a.isFinite()) {
      throw new CheckpointException(
          directory.path(),
          "'"
              + name
              + "' holds values that are not finite; the checkpoint is damaged or its "
              + "training diverged.");
    }
    return a;
  }

  /** Returns the dtype in which the files hold a parameter. */
  public FileDType dtype(String name) {
    return directory.tensors().get(requireFileName(name)).dtype();
  }

  /** Returns the dtype of the first parameter: what parameters without a source are written in. */
  public FileDType dtype() {
    Parameter first = model.layout().parameters().iterator().next();
    return dtype(first.at(0));
  }

  private String requireFileName(String name) {
    return fileName(name)
        .orElseThrow(
            () -> new UnknownNameException("parameter", name, model.layout().shapes().keySet()));
  }

  /** Returns all parameters' shapes, by name. */
  public SortedMap<String, Shape> shapes() {
    return model.layout().shapes();
  }

  /** Returns the values of all parameters, by name. */
  public SortedMap<String, HostArray> values() {
    SortedMap<String, HostArray> m = new TreeMap<>();
    shapes().keySet().forEach(n -> m.put(n, read(n)));
    return m;
  }

  /**
   * Returns values for all parameters of this model or of it with more heads, whose parameters are
   * freshly initialised.
   */
  public SortedMap<String, HostArray> values(Model<?> model, long seed) {
    Set<String> held = shapes().keySet();
    SortedMap<String, HostArray> m =
        model.initialValues(DType.FLOAT32, seed, n -> !held.contains(n));
    m.putAll(values());
    return m;
  }

  /**
   * Returns the floating-point operations of all training and growing that led to the weights,
   * three times the forward ones, if ligo did all of it and wrote it down.
   */
  public OptionalDouble trainingFlops() {
    return Stream.of(Pretraining.RECORD, GrowthRecord.FILE)
        .flatMap(name -> directory.record(name).stream())
        .filter(o -> o.has(TOTAL_FLOPS))
        .mapToDouble(o -> o.get(TOTAL_FLOPS).getAsDouble())
        .findFirst();
  }

  /** Returns the files that go with a model unchanged, such as its tokenizer's, by name. */
  public SortedMap<String, Path> otherFiles() {
    return directory.otherFiles();
  }

  @Override
  public void close() {
    directory.close();
  }
}
