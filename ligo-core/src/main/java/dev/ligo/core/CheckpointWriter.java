package dev.ligo.core;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import dev.ligo.api.HostArray;
import dev.ligo.api.Shape;
import dev.ligo.core.checkpoint.CheckpointException;
import dev.ligo.core.checkpoint.FileDType;
import dev.ligo.core.checkpoint.FileSpec;
import dev.ligo.core.checkpoint.HuggingFaceDirectory;
import dev.ligo.core.checkpoint.HuggingFaceWriter;
import dev.ligo.core.checkpoint.StoredTensor;
import dev.ligo.core.model.Dialect;
import dev.ligo.core.model.ModelSpec;
import dev.ligo.core.train.MomentsFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * Writes a model to a checkpoint directory, tensor by tensor. The directory appears under its name
 * when it is whole.
 */
public final class CheckpointWriter implements AutoCloseable {
  /** The keys of the weights' dtype in a config: the newer one, and the older. */
  private static final List<String> DTYPE_KEYS = List.of("dtype", "torch_dtype");

  /** The key, in each record, of the SHA-256 of the files of weights, by their names. */
  static final String SHA256 = "sha256";

  private static final Pattern POOLING = Pattern.compile("\\w+_Pooling/config\\.json");

  /** The key of the width of what is pooled. */
  private static final String POOLED = "word_embedding_dimension";

  private final HuggingFaceWriter writer;
  private final ModelSpec<?> model;
  private final Dialect dialect;

  private CheckpointWriter(HuggingFaceWriter writer, ModelSpec<?> model, Dialect dialect) {
    this.writer = writer;
    this.model = model;
    this.dialect = dialect;
  }

  /**
   * Creates a directory. Where the config names the dtype of the weights, it names the one in which
   * they are written, if it is one for all.
   *
   * @param destination the directory to write, new or empty
   * @param model the model
   * @param dialect where in the files the parameters stand
   * @param dtype gives the dtype in which to write a parameter
   * @param metadata free-form metadata for the weights
   * @return the writer, to be closed: that removes what is not finished
   * @throws dev.ligo.core.checkpoint.CheckpointException if the directory exists and is not empty,
   *     or cannot be written to
   */
  public static CheckpointWriter create(
      Path destination,
      ModelSpec<?> model,
      Dialect dialect,
      Function<String, FileDType> dtype,
      Map<String, String> metadata) {
    Map<String, FileSpec> specs = specs(model, dialect, dtype);
    HuggingFaceWriter writer = HuggingFaceWriter.create(destination, specs, metadata);
    try {
      writer.config(named(model.json(), specs.values()));
      return new CheckpointWriter(writer, model, dialect);
    } catch (RuntimeException | Error e) {
      writer.close();
      throw e;
    }
  }

  /** Returns the tensors of the files of weights. */
  private static Map<String, FileSpec> specs(
      ModelSpec<?> model, Dialect dialect, Function<String, FileDType> dtype) {
    Map<String, FileSpec> specs = new LinkedHashMap<>();
    Map<String, Shape> shapes = model.layout().shapes();
    shapes.forEach((n, s) -> declare(specs, dialect.place(n), dtype.apply(n), s));
    model
        .layout()
        .duplicates()
        .forEach((a, n) -> declare(specs, dialect.place(a), dtype.apply(n), shapes.get(n)));
    return specs;
  }

  /** Returns the bytes that the weights take, as {@link #create} writes them. */
  static long bytes(ModelSpec<?> model, Dialect dialect, Function<String, FileDType> dtype) {
    return specs(model, dialect, dtype).values().stream()
        .mapToLong(FileSpec::bytes)
        .reduce(0, Math::addExact);
  }

  /**
   * Returns a config whose dtype, by each of the keys that it has for it, is that of the files
   * where they have one. It is spelled as transformers 5 writes it, which does not open {@code
   * torch.float32}.
   */
  private static JsonObject named(JsonObject config, Collection<FileSpec> specs) {
    List<FileDType> dtypes = specs.stream().map(FileSpec::dtype).distinct().toList();
    for (String key : DTYPE_KEYS) {
      if (config.get(key) instanceof JsonPrimitive found) {
        config.addProperty(
            key,
            dtypes.size() == 1
                ? dtypes.get(0).configName()
                : found.getAsString().replaceFirst("^torch\\.", ""));
      }
    }
    return config;
  }

  private static void declare(
      Map<String, FileSpec> specs, Dialect.Place place, FileDType dtype, Shape shape) {
    specs.put(place.tensor(), new FileSpec(dtype, place.tensorShape(shape)));
  }

  /**
   * Writes a parameter, and the names that duplicate it.
   *
   * @param name the parameter's name
   * @param values the values
   * @throws CheckpointException if they are not finite, or cannot be written
   */
  public void write(String name, HostArray values) {
    requireFinite(name, values);
    for (String n : names(name)) {
      if (dialect.place(n).parts() == 1) {
        writer.write(dialect.place(n).tensor(), values);
      } else {
        putRows(n, values.shape().dim(0), 0, values);
      }
    }
  }

  /**
   * Writes rows of a parameter, its entries along the first axis, and the names that duplicate it.
   *
   * @param from the first of the rows, from 0
   * @throws CheckpointException if they are not finite, or cannot be written
   */
  void writeRows(String name, int from, HostArray values) {
    requireFinite(name, values);
    int rows = model.layout().shapes().get(name).dim(0);
    names(name).forEach(n -> putRows(n, rows, from, values));
  }

  private void requireFinite(String name, HostArray values) {
    if (!values.isFinite()) {
      throw new CheckpointException(
          writer.destination(),
          "'" + name + "' would hold values that are not finite, and nothing is written.");
    }
  }

  /**
   * Writes the bytes of a parameter, and the names that duplicate it, if it is no part of a tensor.
   *
   * @param refusal makes the error if a value is not finite
   * @return whether it was written
   */
  boolean copy(String name, StoredTensor source, Supplier<CheckpointException> refusal) {
    if (names(name).stream().anyMatch(n -> dialect.place(n).parts() > 1)) {
      return false;
    }
    names(name).forEach(n -> writer.copy(dialect.place(n).tensor(), source, refusal));
    return true;
  }

  /** Returns the names under which a parameter is written. */
  private List<String> names(String name) {
    List<String> names = new ArrayList<>(List.of(name));
    model
        .layout()
        .duplicates()
        .forEach(
            (alias, n) -> {
              if (n.equals(name)) {
                names.add(alias);
              }
            });
    return names;
  }

  /** Begins the file of an optimizer's moments beside the weights. */
  MomentsFile.Writer moments(Map<String, Shape> shapes, Map<String, Long> ages) {
    return MomentsFile.writer(
        (specs, metadata) -> writer.tensors(MomentsFile.NAME, specs, metadata), shapes, ages);
  }

  /** Writes rows of a parameter of so many where its part of a tensor stands. */
  private void putRows(String name, int rows, int from, HostArray values) {
    Dialect.Place place = dialect.place(name);
    writer.writeRows(place.tensor(), place.part() * rows + from, values);
  }

  /**
   * Opens what was written, all of it: the values as the files hold them.
   *
   * @return the checkpoint, to be closed before the directory is finished
   */
  Checkpoint written() {
    return Checkpoint.open(writer.completed(), List.of(model.architecture()), OpenOptions.DEFAULT);
  }

  /**
   * Writes the model card, what records the origin, and copies other files, then moves the
   * directory to its name.
   *
   * @param others files to copy, such as the tokenizer's, by the copies' names
   * @param card the text of {@code README.md}
   * @param records JSON files by name; each is given the SHA-256 of the files of weights
   */
  public void finish(Map<String, Path> others, String card, Map<String, JsonObject> records) {
    JsonObject hashes = new JsonObject();
    writer.sha256().forEach(hashes::addProperty);
    records.forEach(
        (name, record) -> {
          JsonObject whole = record.deepCopy();
          whole.add(SHA256, hashes);
          writer.json(name, whole);
        });
    writer.text("README.md", card);
    others.forEach(this::carry);
    writer.commit();
  }

  /**
   * Writes a text file beside the weights.
   *
   * @param name the plain name of the file
   * @param content what it holds
   * @throws CheckpointException if it cannot be written
   */
  void text(String name, String content) {
    writer.text(name, content);
  }

  /** Writes a file beside the weights, as {@link #text} a text. */
  void bytes(String name, byte[] content) {
    writer.bytes(name, content);
  }

  /** Writes a JSON file beside the weights, as {@link #text} a text. */
  void json(String name, JsonObject content) {
    writer.json(name, content);
  }

  /** Copies a file. The config of a pooling of sentence-transformers is given the model's width. */
  private void carry(String name, Path file) {
    JsonElement width = model.json().get("hidden_size");
    if (POOLING.matcher(name).matches() && width != null) {
      JsonObject pooling = HuggingFaceDirectory.readConfig(file);
      if (pooling.has(POOLED)) {
        pooling.add(POOLED, width);
        writer.json(name, pooling);
        return;
      }
    }
    writer.copy(name, file);
  }

  /** Removes what was written, unless it is finished. */
  @Override
  public void close() {
    writer.close();
  }
}
