package dev.ligo.core;

import com.google.gson.JsonObject;
import dev.ligo.api.HostArray;
import dev.ligo.api.Shape;
import dev.ligo.core.checkpoint.FileDType;
import dev.ligo.core.checkpoint.FileSpec;
import dev.ligo.core.checkpoint.HuggingFaceWriter;
import dev.ligo.core.model.Dialect;
import dev.ligo.core.model.ModelSpec;
import dev.ligo.core.train.MomentsFile;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

/**
 * Writes a model to a checkpoint directory, tensor by tensor. The directory appears under its name
 * when it is whole.
 */
public final class CheckpointWriter implements AutoCloseable {
  private final HuggingFaceWriter writer;
  private final ModelSpec<?> model;
  private final Dialect dialect;

  private CheckpointWriter(HuggingFaceWriter writer, ModelSpec<?> model, Dialect dialect) {
    this.writer = writer;
    this.model = model;
    this.dialect = dialect;
  }

  /**
   * Creates a directory.
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
    Map<String, FileSpec> specs = new LinkedHashMap<>();
    Map<String, Shape> shapes = model.layout().shapes();
    shapes.forEach((n, s) -> declare(specs, dialect.place(n), dtype.apply(n), s));
    model
        .layout()
        .duplicates()
        .forEach((a, n) -> declare(specs, dialect.place(a), dtype.apply(n), shapes.get(n)));
    HuggingFaceWriter writer = HuggingFaceWriter.create(destination, specs, metadata);
    return new CheckpointWriter(writer, model, dialect);
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
   */
  public void write(String name, HostArray values) {
    put(name, values);
    model
        .layout()
        .duplicates()
        .forEach(
            (alias, n) -> {
              if (n.equals(name)) {
                put(alias, values);
              }
            });
  }

  /** Begins the file of an optimizer's moments beside the weights. */
  MomentsFile.Writer moments(Map<String, Shape> shapes, Map<String, Long> ages) {
    return MomentsFile.writer(
        (specs, metadata) -> writer.tensors(MomentsFile.NAME, specs, metadata), shapes, ages);
  }

  private void put(String name, HostArray values) {
    Dialect.Place place = dialect.place(name);
    writer.write(place.tensor(), place.part(), place.parts(), values);
  }

  /**
   * Writes the config, the model card, what records the origin, and copies other files, then moves
   * the directory to its name.
   *
   * @param others files to copy, such as the tokenizer's, by the copies' names
   * @param card the text of {@code README.md}
   * @param records JSON files by name
   */
  public void finish(Map<String, Path> others, String card, Map<String, JsonObject> records) {
    writer.config(model.json());
    records.forEach(writer::json);
    writer.text("README.md", card);
    others.forEach(writer::copy);
    writer.commit();
  }

  /** Removes what was written, unless it is finished. */
  @Override
  public void close() {
    writer.close();
  }
}
