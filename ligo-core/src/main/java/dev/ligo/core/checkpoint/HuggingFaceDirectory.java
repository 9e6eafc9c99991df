package dev.ligo.core.checkpoint;

import com.google.gson.JsonObject;
import dev.ligo.api.CancelledException;
import dev.ligo.api.HostArray;
import dev.ligo.api.Wording;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.Consumer;

/**
 * Reads a checkpoint in the Hugging Face layout: a directory with {@code config.json}, weights in
 * safetensors files, and the files of its tokenizer. Opening it reads the config and the headers of
 * the weights alone. Several threads may read at once.
 */
public final class HuggingFaceDirectory implements AutoCloseable {
  /** The name of the file that holds the config. */
  static final String CONFIG = "config.json";

  private final Path directory;
  private final JsonObject config;
  private final Weights weights;

  private HuggingFaceDirectory(Path directory, JsonObject config, Weights weights) {
    this.directory = directory;
    this.config = config;
    this.weights = weights;
  }

  /**
   * {@return whether a directory holds a config and weights, which are not looked into}
   *
   * @param directory the directory, which need not be there
   */
  public static boolean isCheckpoint(Path directory) {
    return Files.exists(directory.resolve(CONFIG)) && Weights.areIn(directory);
  }

  /**
   * Opens a checkpoint. The weights are {@code model.safetensors}, or the shards that {@code
   * model.safetensors.index.json} lists, or else the only safetensors file there is.
   *
   * @param directory the checkpoint
   * @return the checkpoint, to be closed
   * @throws CheckpointException if there is no such directory; the config is missing or not a JSON
   *     object; the weights are missing, in another format, or several without an index; a shard is
   *     missing; or a file of weights is refused by {@link SafetensorsFile#open}
   */
  public static HuggingFaceDirectory open(Path directory) {
    return open(directory, config -> {});
  }

  /**
   * Opens a checkpoint as {@link #open(Path)} does, whose config is checked before the weights are
   * looked at.
   *
   * @param directory the checkpoint
   * @param check called with the config; it refuses one by an exception
   * @return the checkpoint, to be closed
   */
  public static HuggingFaceDirectory open(Path directory, Consumer<JsonObject> check) {
    if (!Files.isDirectory(directory)) {
      throw new CheckpointException(
          directory,
          (Files.exists(directory)
                  ? "is not a directory"
                  : Wording.danglingLink(directory)
                      .map("is "::concat)
                      .orElse("there is no such directory"))
              + "; expected one with "
              + CONFIG
              + " and "
              + Weights.SINGLE
              + "."
              + HubCache.ofProcess().advice(directory));
    }
    Path config = directory.resolve(CONFIG);
    if (!Files.exists(config)) {
      throw new CheckpointException(
          directory,
          "has no "
              + CONFIG
              + "; is this a checkpoint in the Hugging Face layout?"
              + HubCache.restOf(directory)
              + HubCache.ofProcess().advice(directory));
    }
    JsonObject json = JsonFiles.read(config);
    check.accept(json);
    return new HuggingFaceDirectory(directory, json, Weights.open(directory));
  }

  /**
   * Reads a {@code config.json} that stands alone: every key, in its order and with the literals of
   * its numbers.
   *
   * @param file the {@code config.json}
   * @return the contents of the file
   * @throws CheckpointException if there is no such file, or it is not a JSON object
   */
  public static JsonObject readConfig(Path file) {
    return JsonFiles.read(file);
  }

  /** {@return the directory as it was given} */
  public Path path() {
    return directory;
  }

  /**
   * {@return a copy of the config: every key, whether ligo knows it or not, in its order and with
   * the literals of its numbers}
   */
  public JsonObject config() {
    return config.deepCopy();
  }

  /** {@return what is known of each tensor, sorted by name} */
  public SortedMap<String, FileSpec> tensors() {
    return weights.tensors();
  }

  /**
   * {@return the tensors that an index lists and no file holds, with the file that it names} Some
   * tools list both names of a tensor that they write under one.
   */
  public SortedMap<String, String> absentTensors() {
    return weights.absent();
  }

  /**
   * Reads a tensor, as {@link SafetensorsFile#read} does; the array stays valid after this
   * directory is closed.
   *
   * @param name the tensor's name
   * @return the values
   * @throws dev.ligo.api.UnknownNameException if there is no such tensor
   * @throws CheckpointException if the tensor cannot be read
   * @throws dev.ligo.api.IllegalUseException if this directory is closed
   */
  public HostArray read(String name) {
    return weights.read(name);
  }

  /**
   * Reads rows of a tensor, its entries along the first axis, as {@link #read} reads a whole one.
   *
   * @param name the tensor's name
   * @param from the first row, from 0
   * @param to the row after the last one
   * @return the values, of {@code to - from} rows
   */
  public HostArray rows(String name, int from, int to) {
    return weights.rows(name, from, to);
  }

  /**
   * {@return a floating-point tensor whose bytes are read as they are handed on}
   *
   * @param name the tensor's name
   */
  public StoredTensor stored(String name) {
    return weights.stored(name);
  }

  /**
   * {@return a JSON file that stands beside the weights, if there is one of the name}
   *
   * @param name the file's name
   * @throws CheckpointException if it is not one JSON object in UTF-8
   */
  public Optional<JsonObject> record(String name) {
    Path file = directory.resolve(name);
    return Files.exists(file) ? Optional.of(JsonFiles.read(file)) : Optional.empty();
  }

  /**
   * {@return a JSON file of ligo's own that stands beside the weights, if there is one of the name,
   * to be read value by value}
   *
   * @param name the file's name
   * @throws CheckpointException if it is not one JSON object in UTF-8
   */
  public Optional<JsonValue> recordValue(String name) {
    return record(name)
        .map(
            o ->
                JsonValue.of(
                    o,
                    problem ->
                        new CheckpointException(
                            directory.resolve(name),
                            "is damaged: " + problem + "; put it back, or remove it.")));
  }

  /**
   * {@return the files that go with the model into a grown or trained one, by name: those of its
   * tokenizer and of its inputs' processing, its defaults for generation, its licence, and the
   * layout of sentence-transformers, as in {@code 1_Pooling/config.json}; never weights or
   * programs}
   *
   * @throws CheckpointException if a directory or the like has the name of such a file, or one that
   *     should hold JSON is empty
   */
  public SortedMap<String, Path> otherFiles() {
    return Companions.of(directory);
  }

  /**
   * Reads those of the {@link #otherFiles} that are JSON.
   *
   * @return how many there are
   * @throws CheckpointException if one cannot be read
   */
  public int requireJson() {
    return Companions.requireJson(otherFiles().values());
  }

  /**
   * Computes the SHA-256 of each file of weights, as {@link #sha256(Runnable)} does.
   *
   * @return the hashes by file name
   * @throws CheckpointException if a file cannot be read
   * @throws CancelledException if the thread is interrupted
   */
  public SortedMap<String, String> sha256() {
    return sha256(() -> CancelledException.throwIfInterrupted("reading " + directory));
  }

  /**
   * Computes the SHA-256 of each file of weights, in lower-case hexadecimal, by the file's name. It
   * reads them all, anew each time.
   *
   * @param check called now and then; it ends the reading by an exception
   * @return the hashes by file name
   * @throws CheckpointException if a file cannot be read
   */
  public SortedMap<String, String> sha256(Runnable check) {
    return Weights.sha256(directory, weights.fileNames(), check);
  }

  /** Closes the files of weights; arrays that were read stay valid. */
  @Override
  public void close() {
    weights.close();
  }
}
