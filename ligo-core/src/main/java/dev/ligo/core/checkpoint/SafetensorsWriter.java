package dev.ligo.core.checkpoint;

import dev.ligo.api.DType;
import dev.ligo.api.HostArray;
import dev.ligo.api.IllegalUseException;
import dev.ligo.api.LigoException;
import dev.ligo.api.Shape;
import dev.ligo.api.TensorException;
import dev.ligo.api.UnknownNameException;
import dev.ligo.core.io.Durability;
import dev.ligo.core.io.FollowingHash;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Writes a safetensors file, one tensor at a time, in any order. The same tensors and metadata give
 * the same bytes, whatever the order.
 *
 * <p>The tensors stand in a file beside the final one, {@code .NAME.partial-…}, until {@link
 * #close} finds them all written and moves it there. A process that is killed leaves that file
 * behind; the next one that writes the same removes it. Not for several threads at once.
 */
public final class SafetensorsWriter implements AutoCloseable {
  private static final int CHUNK_BYTES = 1 << 18;

  private final Path shown;
  private final Path file;
  private final Path partial;
  private final Disk disk;
  private final SortedMap<String, FileSpec> tensors;
  private final SafetensorsLayout layout;
  private final SeekableByteChannel channel;
  private final Set<String> unwritten;
  private final Map<String, BitSet> begun = new HashMap<>();
  private final List<String> inOrder;
  private final Optional<FollowingHash> hash;
  private int whole;
  private String sha256 = "";
  private final ByteBuffer chunk =
      ByteBuffer.allocateDirect(CHUNK_BYTES).order(ByteOrder.LITTLE_ENDIAN);

  private SafetensorsWriter(
      Path shown,
      Path file,
      Map<String, FileSpec> tensors,
      SafetensorsLayout layout,
      boolean hashed,
      Disk disk)
      throws IOException {
    this.shown = shown;
    this.file = file;
    this.partial = Partial.beside(file);
    this.disk = disk;
    this.tensors = new TreeMap<>(tensors);
    this.layout = layout;
    this.unwritten = new TreeSet<>(tensors.keySet());
    this.inOrder =
        tensors.keySet().stream().sorted(Comparator.comparing(layout.offsets()::get)).toList();
    this.hash = hashed ? Optional.of(new FollowingHash(partial)) : Optional.empty();
    this.channel = disk.create(partial);
  }

  /**
   * Starts a file; its directory is created where it does not exist.
   *
   * @param file the file
   * @param tensors the tensors that the file will hold, by name
   * @param metadata free-form metadata for the header
   * @return the writer, to be closed
   * @throws CheckpointException if the file exists already, its disk has too little room or it
   *     cannot be created
   */
  public static SafetensorsWriter create(
      Path file, Map<String, FileSpec> tensors, Map<String, String> metadata) {
    Partial.requireAbsent(file);
    Partial.createParents(file);
    Partial.removeAbandoned(file);
    return create(file, file, tensors, metadata, false, Disk.SYSTEM);
  }

  /**
   * Starts a file.
   *
   * @param shown the file's name in messages: that of its final place, where it moves with its
   *     directory
   * @param hashed whether {@link #sha256} is wanted
   */
  static SafetensorsWriter create(
      Path shown,
      Path file,
      Map<String, FileSpec> tensors,
      Map<String, String> metadata,
      boolean hashed,
      Disk disk) {
    SafetensorsLayout layout = SafetensorsLayout.of(shown, tensors, metadata);
    disk.requireUsable(Partial.beside(file).getParent(), shown, layout.size());
    try {
      SafetensorsWriter writer = new SafetensorsWriter(shown, file, tensors, layout, hashed, disk);
      writer.start();
      return writer;
    } catch (IOException e) {
      throw CheckpointException.of(shown, "cannot be created", e);
    }
  }

  private void start() {
    try {
      put(layout.header());
    } catch (IOException e) {
      throw deletedAfter(failure(e));
    }
  }

  /**
   * Writes a tensor. A float32 or float64 array is stored as any floating-point type, rounded to
   * the nearest, ties to even; an int32 array also as {@link FileDType#U8}.
   *
   * @param name the tensor's name
   * @param values the values
   * @throws UnknownNameException if the tensor was not declared
   * @throws TensorException if the values' shape or dtype do not fit the declared ones
   * @throws IllegalUseException if the tensor is written already, or the writer is closed
   * @throws DTypeOverflowException if a finite value is too large for the file's type
   * @throws CheckpointException if the disk is full or fails
   */
  public void write(String name, HostArray values) {
    FileSpec spec = spec(name);
    write(name, 0, rows(spec), () -> put(name, spec, values));
  }

  /**
   * Writes rows of a tensor, its entries along the first axis, as {@link #write} writes a whole
   * one.
   *
   * @param name the tensor's name
   * @param from the first of the rows, from 0
   * @param values the rows
   */
  public void writeRows(String name, int from, HostArray values) {
    FileSpec spec = spec(name);
    Shape shape = values.shape();
    if (spec.shape().rank() == 0 || shape.rank() == 0 || from + shape.dim(0) > rows(spec)) {
      throw new TensorException(
          "tensor "
              + Quoted.name(name)
              + " is "
              + spec
              + ", found "
              + shape
              + " for it from row "
              + from
              + " on.");
    }
    FileSpec rows = new FileSpec(spec.dtype(), spec.shape().withDim(0, shape.dim(0)));
    write(name, from, from + shape.dim(0), () -> put(name, rows, values));
  }

  /** Returns what a tensor is written in at most: entries along its first axis. */
  private static int rows(FileSpec spec) {
    return spec.shape().rank() == 0 ? 1 : spec.shape().dim(0);
  }

  private void put(String name, FileSpec each, HostArray values) throws IOException {
    try {
      put(encoding(name, each, values), values);
    } catch (ArithmeticException e) {
      boolean floating = values.dtype().isFloating();
      List<FileDType> holding = floating ? FileDType.holding(values) : List.of();
      throw new DTypeOverflowException(
          shown,
          "tensor "
              + Quoted.name(name)
              + " holds values as large as "
              + (floating ? largest(values) : e.getMessage())
              + ", which "
              + each.dtype()
              + " cannot; store it as "
              + (floating
                  ? holding.stream().map(Enum::name).collect(Collectors.joining(" or "))
                  : "another type")
              + ".",
          holding,
          e);
    }
  }

  /**
   * Writes a tensor's bytes as they stand in another file.
   *
   * @param name the tensor's name
   * @param source the tensor, of the declared dtype and shape
   * @param refusal makes the error if a value is not finite
   * @throws TensorException if the source has another dtype or shape
   */
  public void copy(String name, StoredTensor source, Supplier<? extends RuntimeException> refusal) {
    FileSpec spec = spec(name);
    if (!source.spec().equals(spec)) {
      throw new TensorException(
          "tensor " + Quoted.name(name) + " is " + spec + ", found " + source.spec() + ".");
    }
    write(name, 0, rows(spec), () -> source.each(refusal, this::put));
  }

  private FileSpec spec(String name) {
    FileSpec spec = tensors.get(name);
    if (spec == null) {
      throw new UnknownNameException("tensor", name, tensors.keySet());
    }
    return spec;
  }

  /** Puts the bytes of rows of a tensor where the file stands. */
  private interface Content {
    void put() throws IOException;
  }

  private void write(String name, int from, int to, Content content) {
    if (!channel.isOpen()) {
      throw new IllegalUseException(Quoted.path(shown) + " is closed for writing.");
    }
    FileSpec spec = spec(name);
    int rows = rows(spec);
    BitSet written = begun.computeIfAbsent(name, n -> new BitSet(rows));
    int next = written.nextSetBit(from);
    if (!unwritten.contains(name) || (next >= 0 && next < to)) {
      throw new IllegalUseException("tensor " + Quoted.name(name) + " is written already.");
    }
    try {
      channel.position(layout.offsets().get(name) + from * (spec.bytes() / Math.max(1, rows)));
      content.put();
    } catch (IOException e) {
      throw failure(e);
    }
    written.set(from, to);
    if (written.cardinality() == rows) {
      unwritten.remove(name);
      while (whole < inOrder.size() && !unwritten.contains(inOrder.get(whole))) {
        whole++;
      }
      long reached =
          whole == inOrder.size() ? layout.size() : layout.offsets().get(inOrder.get(whole));
      hash.ifPresent(h -> h.reached(reached));
    }
  }

  /** Returns the finite value that is farthest from 0. */
  private static String largest(HostArray values) {
    double largest =
        Arrays.stream(values.toDoubles())
            .filter(Double::isFinite)
            .reduce(0, (a, b) -> Math.abs(b) > Math.abs(a) ? b : a);
    return values.dtype() == DType.FLOAT32
        ? Float.toString((float) largest)
        : Double.toString(largest);
  }

  private static Encoding encoding(String name, FileSpec spec, HostArray values) {
    if (!values.shape().equals(spec.shape())) {
      throw new TensorException(
          "tensor " + Quoted.name(name) + " is " + spec + ", found shape " + values.shape() + ".");
    }
    return Encoding.between(values.dtype(), spec.dtype())
        .orElseThrow(
            () ->
                new TensorException(
                    "tensor "
                        + Quoted.name(name)
                        + " is "
                        + spec
                        + ", which does not store "
                        + values.dtype()
                        + "."));
  }

  private void put(Encoding encoding, HostArray values) throws IOException {
    ByteBuffer source = values.bytes();
    int end = source.limit();
    int step = CHUNK_BYTES / FileDType.F64.bytes() * values.dtype().bytes();
    while (source.position() < end) {
      source.limit(Math.min(end, source.position() + step));
      ByteBuffer part = source.slice().order(ByteOrder.LITTLE_ENDIAN);
      source.position(source.limit());
      encoding.encode(part, chunk.clear());
      put(chunk.flip());
    }
  }

  private void put(ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  private CheckpointException failure(IOException e) {
    String left =
        disk.usableBytes(partial.getParent()).stream()
            .mapToObj(bytes -> ", its disk has " + bytes + " left")
            .findFirst()
            .orElse("");
    return new CheckpointException(
        shown,
        "cannot be written: "
            + Quoted.line(LigoException.reason(e))
            + "; the file takes "
            + layout.size()
            + " bytes"
            + left
            + ".",
        e);
  }

  /** Gives the file up, and leaves nothing of it; nothing happens if it is closed already. */
  void discard() {
    if (!channel.isOpen()) {
      return;
    }
    try {
      delete();
    } catch (IOException e) {
      throw CheckpointException.of(partial, "cannot be deleted", e);
    }
  }

  /**
   * Moves the file to its name if every tensor is written, and leaves nothing of it otherwise. A
   * second call does nothing.
   *
   * @throws CheckpointException if a tensor is not written, or the file cannot be moved
   */
  @Override
  public void close() {
    if (!channel.isOpen()) {
      return;
    }
    try {
      channel.close();
      if (unwritten.isEmpty()) {
        Durability.ofFile(partial);
        if (hash.isPresent()) {
          sha256 = hash.get().finish(layout.size());
        }
        Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE);
        Durability.ofNames(file.toAbsolutePath().getParent());
        return;
      }
    } catch (IOException e) {
      throw deletedAfter(failure(e));
    }
    throw deletedAfter(
        new CheckpointException(
            shown, "is given up, tensors were not written: " + Quoted.names(unwritten) + "."));
  }

  private CheckpointException deletedAfter(CheckpointException failure) {
    try {
      delete();
    } catch (IOException e) {
      failure.addSuppressed(e);
    }
    return failure;
  }

  /** Returns the SHA-256 of the file, which is closed and was to be hashed. */
  String sha256() {
    return sha256;
  }

  private void delete() throws IOException {
    hash.ifPresent(FollowingHash::close);
    channel.close();
    Files.deleteIfExists(partial);
  }
}
