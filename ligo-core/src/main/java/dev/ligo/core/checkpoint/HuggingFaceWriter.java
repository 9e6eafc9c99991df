package dev.ligo.core.checkpoint;

import com.google.gson.JsonObject;
import dev.ligo.api.CancelledException;
import dev.ligo.api.HostArray;
import dev.ligo.api.IllegalUseException;
import dev.ligo.api.UnknownNameException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Writes a checkpoint in the Hugging Face layout, one tensor at a time, in any order:
 *
 * <pre>{@code
 * try (var out = HuggingFaceWriter.create(destination, specs, metadata)) {
 *   out.config(config);
 *   for (String name : specs.keySet()) {
 *     out.write(name, grown(name));
 *   }
 *   out.commit();
 * }
 * }</pre>
 *
 * <p>The files stand in a directory beside the destination, {@code .NAME.partial-…}, until {@link
 * #commit} moves it there; {@link #close} without it leaves nothing. A process that is killed
 * leaves that directory behind, and never a part of a checkpoint under its name; the next one that
 * writes the same removes it. The same input gives the same bytes. Not for several threads at once.
 */
public final class HuggingFaceWriter implements AutoCloseable {
  /** The size from which the weights are split, in bytes: that of the Python tools. */
  private static final long MAX_SHARD_BYTES = 5_000_000_000L;

  /** A name that stays inside its directory on every operating system. */
  private static final Pattern FILE_NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]*");

  private static final Pattern FOLDER = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]*/");

  private final Path destination;
  private final PartialDirectory directory;
  private final Map<String, SafetensorsWriter> files = new LinkedHashMap<>();
  private final Map<String, SafetensorsWriter> holders = new HashMap<>();
  private boolean open = true;

  private HuggingFaceWriter(Path destination, PartialDirectory directory) {
    this.destination = destination;
    this.directory = directory;
  }

  /**
   * Starts a checkpoint. Its weights are one file, or shards where they exceed 5 GB.
   *
   * @param destination a directory that does not exist, or is empty; those above it are created
   * @param tensors the tensors that it will hold, by name; shards take them in the map's order
   * @param metadata free-form metadata for the headers of the weights; {@code format} is set to
   *     {@code pt}, without which the Python tools do not read them
   * @return the writer, to be closed
   * @throws CheckpointException if the destination is something else, its disk has too little room,
   *     or it cannot be written to
   */
  public static HuggingFaceWriter create(
      Path destination, Map<String, FileSpec> tensors, Map<String, String> metadata) {
    return create(destination, ShardPlan.of(tensors, MAX_SHARD_BYTES), metadata, Disk.SYSTEM);
  }

  static HuggingFaceWriter create(
      Path destination, ShardPlan plan, Map<String, String> metadata, Disk disk) {
    PartialDirectory directory = PartialDirectory.create(destination);
    HuggingFaceWriter writer = new HuggingFaceWriter(destination, directory);
    try {
      disk.requireUsable(directory.path(), destination, plan.bytes());
      writer.start(plan, metadata, disk);
      return writer;
    } catch (RuntimeException | Error e) {
      writer.closeAfter(e);
      throw e;
    }
  }

  /**
   * Refuses a destination whose disk has too little room, before long work.
   *
   * @param destination a directory that does not exist, or is empty
   * @param bytes what will be written to that disk in all
   * @throws CheckpointException if it has less left
   */
  public static void requireRoom(Path destination, long bytes) {
    Disk.SYSTEM.requireUsable(Partial.existingAbove(destination), destination, bytes);
  }

  private void start(ShardPlan plan, Map<String, String> metadata, Disk disk) {
    Map<String, String> withFormat = new TreeMap<>(metadata);
    withFormat.put("format", "pt");
    plan.files()
        .forEach(
            (name, tensors) -> {
              SafetensorsWriter file =
                  SafetensorsWriter.create(
                      destination.resolve(name),
                      directory.path().resolve(name),
                      tensors,
                      withFormat,
                      true,
                      disk);
              files.put(name, file);
              tensors.keySet().forEach(tensor -> holders.put(tensor, file));
            });
    if (plan.isSharded()) {
      json(Weights.INDEX, plan.index());
    }
  }

  /**
   * Writes {@code config.json}, as the Python tools print it but for the order of its keys, which
   * is kept.
   *
   * @param config the contents of {@code config.json}
   * @throws CheckpointException if it cannot be written
   * @throws IllegalUseException if it is written already, or this writer is closed
   */
  public void config(JsonObject config) {
    json(HuggingFaceDirectory.CONFIG, config);
  }

  /**
   * Writes a JSON file.
   *
   * @param name the plain name of the file, or that of a folder, a slash and a plain name
   * @param content the contents of the file
   * @throws CheckpointException if it cannot be written
   * @throws IllegalUseException if the name is not plain or is taken, or this writer is closed
   */
  public void json(String name, JsonObject content) {
    write(name, newFileInFolder(name), JsonFiles.print(content));
  }

  /**
   * Writes a text file in UTF-8.
   *
   * @param name the plain name of the file, without a directory
   * @param content the contents of the file
   * @throws CheckpointException if it cannot be written
   * @throws IllegalUseException if the name is not plain or is taken, or this writer is closed
   */
  public void text(String name, String content) {
    write(name, newFile(name), content);
  }

  /**
   * Writes a file.
   *
   * @param name the plain name of the file, without a directory
   * @param content the bytes of the file
   * @throws CheckpointException if it cannot be written
   * @throws IllegalUseException if the name is not plain or is taken, or this writer is closed
   */
  public void bytes(String name, byte[] content) {
    write(name, newFile(name), content);
  }

  private void write(String name, Path file, String content) {
    write(name, file, content.getBytes(StandardCharsets.UTF_8));
  }

  private void write(String name, Path file, byte[] content) {
    try {
      Files.write(file, content, StandardOpenOption.CREATE_NEW);
    } catch (IOException e) {
      throw CheckpointException.of(destination.resolve(name), "cannot be written", e);
    }
  }

  /**
   * Copies a file.
   *
   * @param name the copy's plain name, or that of a folder, a slash and a plain name
   * @param source the file to copy
   * @throws CheckpointException if it cannot be read or written
   * @throws IllegalUseException if its name is taken, or this writer is closed
   */
  public void copy(String name, Path source) {
    Path file = newFileInFolder(name);
    try {
      Files.copy(source, file);
    } catch (IOException e) {
      throw CheckpointException.of(source, "cannot be copied to " + Quoted.path(destination), e);
    }
  }

  /**
   * Begins another safetensors file beside the weights, such as an optimizer's state. It is closed
   * when this writer {@linkplain #commit commits}, and goes where the rest goes.
   *
   * @param name the plain name of the file, without a directory
   * @param specs the parameters' dtypes and shapes, by name
   * @param metadata what the header says beside them
   * @return the writer of the file
   * @throws CheckpointException if it cannot be written to
   * @throws IllegalUseException if the name is not plain or is taken, or this writer is closed
   */
  public SafetensorsWriter tensors(
      String name, Map<String, FileSpec> specs, Map<String, String> metadata) {
    Path file = newFile(name);
    SafetensorsWriter writer =
        SafetensorsWriter.create(
            destination.resolve(name), file, specs, metadata, true, Disk.SYSTEM);
    files.put(name, writer);
    return writer;
  }

  private Path newFileInFolder(String name) {
    Matcher folder = FOLDER.matcher(name);
    if (!folder.lookingAt()) {
      return newFile(name);
    }
    Path file = newFile(name.substring(folder.end()), name);
    Partial.createParents(file);
    return file;
  }

  private Path newFile(String name) {
    return newFile(name, name);
  }

  private Path newFile(String plain, String name) {
    requireOpen();
    if (!FILE_NAME.matcher(plain).matches()) {
      throw new IllegalUseException(Quoted.name(name) + " is not the plain name of a file.");
    }
    Path file = directory.path().resolve(name);
    if (files.containsKey(name) || Files.exists(file)) {
      throw new IllegalUseException(
          Quoted.name(name) + " of " + Quoted.path(destination) + " is written already.");
    }
    return file;
  }

  /**
   * Writes a tensor, as {@link SafetensorsWriter#write(String, HostArray)} does.
   *
   * @param name the name of the file
   * @param values the values
   * @throws UnknownNameException if the tensor was not declared
   * @throws dev.ligo.api.TensorException if the values' shape or dtype do not fit the declared ones
   * @throws IllegalUseException if the tensor is written already, or this writer is closed
   * @throws CheckpointException if a finite value is too large for the file's type, or the disk is
   *     full or fails
   */
  public void write(String name, HostArray values) {
    holder(name).write(name, values);
  }

  /**
   * Writes rows of a tensor, its entries along the first axis, as {@link
   * SafetensorsWriter#writeRows} does.
   *
   * @param name the name of the tensor
   * @param from the first of the rows, from 0
   * @param values the rows
   */
  public void writeRows(String name, int from, HostArray values) {
    holder(name).writeRows(name, from, values);
  }

  /**
   * Writes a tensor's bytes, as {@link SafetensorsWriter#copy} does.
   *
   * @param name the name of the tensor
   * @param source the tensor in another file
   * @param refusal makes the error if a value is not finite
   */
  public void copy(String name, StoredTensor source, Supplier<? extends RuntimeException> refusal) {
    holder(name).copy(name, source, refusal);
  }

  private SafetensorsWriter holder(String name) {
    requireOpen();
    SafetensorsWriter holder = holders.get(name);
    if (holder == null) {
      throw new UnknownNameException("tensor", name, new TreeSet<>(holders.keySet()));
    }
    return holder;
  }

  /**
   * Ends the writing of tensors.
   *
   * @return the directory in which the checkpoint stands until it is {@linkplain #commit committed}
   * @throws CheckpointException if a tensor is not written
   * @throws IllegalUseException if this writer is closed
   */
  public Path completed() {
    requireOpen();
    files.values().forEach(SafetensorsWriter::close);
    return directory.path();
  }

  /**
   * Ends the writing of tensors.
   *
   * @return the SHA-256 of each file of tensors, by file name
   * @throws CheckpointException if a tensor is not written, or a file cannot be read
   * @throws IllegalUseException if this writer is closed
   */
  public SortedMap<String, String> sha256() {
    completed();
    CancelledException.throwIfInterrupted("writing " + destination);
    SortedMap<String, String> hashes = new TreeMap<>();
    files.forEach((name, file) -> hashes.put(name, file.sha256()));
    return hashes;
  }

  /**
   * Moves the checkpoint, now whole, to its destination, and closes this writer.
   *
   * @throws CheckpointException if a tensor or the config is not written, or something has come to
   *     stand at the destination; nothing is left then
   * @throws IllegalUseException if this writer is closed
   */
  public void commit() {
    requireOpen();
    try {
      if (!Files.exists(directory.path().resolve(HuggingFaceDirectory.CONFIG))) {
        throw new CheckpointException(
            destination, "is given up, " + HuggingFaceDirectory.CONFIG + " was not written.");
      }
      completed();
      directory.commit();
      open = false;
    } catch (RuntimeException | Error e) {
      closeAfter(e);
      throw e;
    }
  }

  /** {@return the directory that is written} */
  public Path destination() {
    return destination;
  }

  private void requireOpen() {
    if (!open) {
      throw new IllegalUseException(Quoted.path(destination) + " is closed for writing.");
    }
  }

  private void closeAfter(Throwable failure) {
    try {
      close();
    } catch (CheckpointException e) {
      failure.addSuppressed(e);
    }
  }

  /**
   * Deletes what was written, unless it was {@linkplain #commit committed}. A second call does
   * nothing.
   *
   * @throws CheckpointException if a file cannot be deleted
   */
  @Override
  public void close() {
    if (open) {
      open = false;
      files.values().forEach(SafetensorsWriter::discard);
      directory.close();
    }
  }
}
