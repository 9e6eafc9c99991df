package dev.ligo.core.checkpoint;

import dev.ligo.api.HostArray;
import dev.ligo.api.IllegalUseException;
import dev.ligo.api.UnknownNameException;
import dev.ligo.core.io.UninterruptedFile;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.SortedMap;

/**
 * Reads a safetensors file. Opening it reads and checks the header alone, whatever the file's size;
 * a tensor is read when it is asked for. Several threads may read at once.
 *
 * <p>What is wrong with a header is refused with the place and the reason: see {@link #open}. A
 * file that is cut off while it is open is refused where its end is missed; other changes meanwhile
 * are not noticed.
 */
public final class SafetensorsFile implements AutoCloseable {
  private final Path path;
  private final UninterruptedFile file;
  private final SafetensorsHeader header;
  private ByteBuffer stretch = ByteBuffer.allocateDirect(0);

  private SafetensorsFile(Path path, UninterruptedFile file, SafetensorsHeader header) {
    this.path = path;
    this.file = file;
    this.header = header;
  }

  /**
   * Opens a file.
   *
   * @param path the file
   * @return the file, to be closed
   * @throws CheckpointException if there is no such file, it cannot be read, or it is not a valid
   *     safetensors file: the header's length exceeds the file or 100 MB; the header is not a JSON
   *     object in UTF-8, or has a key twice; a tensor's dtype is not a {@link FileDType}, its shape
   *     is negative or overflows, or its offsets do not match these; tensors overlap, leave bytes
   *     of the file out, or run past its end
   */
  public static SafetensorsFile open(Path path) {
    UninterruptedFile file = openFile(path);
    try {
      return new SafetensorsFile(path, file, SafetensorsHeader.read(file, path));
    } catch (IOException e) {
      CheckpointException failure = CheckpointException.of(path, "cannot be read", e);
      closeAfter(failure, file);
      throw failure;
    } catch (RuntimeException | Error e) {
      closeAfter(e, file);
      throw e;
    }
  }

  private static UninterruptedFile openFile(Path path) {
    try {
      return UninterruptedFile.open(path);
    } catch (IOException e) {
      throw CheckpointException.of(path, "cannot be opened", e);
    }
  }

  private static void closeAfter(Throwable failure, UninterruptedFile file) {
    try {
      file.close();
    } catch (IOException e) {
      failure.addSuppressed(e);
    }
  }

  /** {@return the free-form metadata of the header, sorted by key; empty where there is none} */
  public SortedMap<String, String> metadata() {
    return header.metadata();
  }

  /** {@return what is known of each tensor, sorted by name} */
  public SortedMap<String, FileSpec> entries() {
    return header.specs();
  }

  /**
   * Reads a tensor. {@link FileDType#F16} and {@link FileDType#BF16} are widened to float32 and
   * {@link FileDType#U8} to int32, exactly.
   *
   * @param name the tensor's name
   * @return the values
   * @throws UnknownNameException if the file has no such tensor
   * @throws CheckpointException if the tensor takes 2 GiB or more in memory, holds a truth value
   *     that is neither 0 nor 1, or cannot be read
   * @throws IllegalUseException if the file is closed
   */
  public HostArray read(String name) {
    return read(name, spec(name), 0);
  }

  /**
   * Reads rows of a tensor, its entries along the first axis.
   *
   * @param name the tensor's name
   * @param from the first row, from 0
   * @param to the row after the last one
   * @return the values, of {@code to - from} rows
   */
  HostArray rows(String name, int from, int to) {
    FileSpec whole = spec(name);
    Objects.checkFromToIndex(from, to, whole.shape().dim(0));
    FileSpec one = new FileSpec(whole.dtype(), whole.shape().withDim(0, 1));
    FileSpec all = new FileSpec(whole.dtype(), whole.shape().withDim(0, to - from));
    return read(name, all, from * one.bytes());
  }

  /** Reads values from a place in a tensor on. */
  private HostArray read(String name, FileSpec spec, long offset) {
    if (spec.shape().size() > Integer.MAX_VALUE / spec.dtype().memory().bytes()) {
      throw new CheckpointException(
          path,
          "tensor "
              + Quoted.name(name)
              + " is "
              + spec
              + "; a model with a tensor of 2 GiB or more in memory can be grown, but not computed"
              + " with.");
    }
    ByteBuffer bytes = ByteBuffer.allocate((int) spec.bytes()).order(ByteOrder.LITTLE_ENDIAN);
    fill(name, offset, bytes);
    try {
      return Decoding.decode(spec, bytes);
    } catch (IllegalArgumentException e) {
      throw new CheckpointException(
          path,
          "tensor " + Quoted.name(name) + " is BOOL, so 0 or 1, but " + e.getMessage() + ".",
          e);
    }
  }

  /**
   * Returns a buffer, always the same one: Java frees such memory late.
   *
   * @param bytes its capacity, the same in every call
   */
  synchronized ByteBuffer stretch(int bytes) {
    if (stretch.capacity() < bytes) {
      stretch = ByteBuffer.allocateDirect(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
    return stretch;
  }

  /** Returns a floating-point tensor whose bytes are read as they are handed on. */
  StoredTensor stored(String name) {
    return new StoredTensor(this, name, spec(name));
  }

  private FileSpec spec(String name) {
    FileSpec spec = header.specs().get(name);
    if (spec == null) {
      throw new UnknownNameException("tensor", name, header.specs().keySet());
    }
    return spec;
  }

  /**
   * Reads bytes of a tensor as they stand in the file.
   *
   * @param from the first of them, from 0
   * @param to filled to its limit
   */
  void fill(String name, long from, ByteBuffer to) {
    try {
      file.fill(to, header.offsets().get(name) + from);
    } catch (ClosedChannelException e) {
      throw new IllegalUseException(
          "tensor " + Quoted.name(name) + " cannot be read, " + Quoted.path(path) + " is closed.");
    } catch (EOFException e) {
      throw new CheckpointException(
          path,
          "tensor "
              + Quoted.name(name)
              + " cannot be read: the file has become shorter since it was opened; fetch it again,"
              + " and let nothing write to it meanwhile.",
          e);
    } catch (IOException e) {
      throw CheckpointException.of(path, "tensor " + Quoted.name(name) + " cannot be read", e);
    }
  }

  /** Closes the file; arrays that were read from it stay valid. */
  @Override
  public void close() {
    try {
      file.close();
    } catch (IOException e) {
      throw CheckpointException.of(path, "cannot be closed", e);
    }
  }
}
