package dev.ligo.text;

import dev.ligo.api.LigoException;
import dev.ligo.core.data.DataException;
import dev.ligo.core.io.UninterruptedFile;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * A file of token ids, read where they are asked for. Little-endian: the 8 bytes {@code LIGO-IDS},
 * the version of the format (int32), the CRC-32C of the ids (int32), their number (int64), then the
 * ids (int32).
 */
final class TokenFile {
  /** The version of the format, and of what the ids are of the text: raised when either changes. */
  static final int VERSION = 3;

  private static final long MAGIC = 0x5344492D4F47494CL;
  private static final int HEADER = 24;
  private static final int BUFFER = 1 << 20;

  private final Path path;
  private final UninterruptedFile channel;
  private final long size;
  private final int largest;

  private TokenFile(Path path, UninterruptedFile channel, long size, int largest) {
    this.path = path;
    this.channel = channel;
    this.size = size;
    this.largest = largest;
  }

  /**
   * Opens a file of ids.
   *
   * @return the file, or nothing if there is none or it is not whole: another format or version, a
   *     length that is not the number of its ids, or a wrong checksum
   * @throws IOException if it is there and cannot be read
   */
  static Optional<TokenFile> open(Path path) throws IOException {
    if (!Files.isRegularFile(path)) {
      return Optional.empty();
    }
    UninterruptedFile channel = UninterruptedFile.open(path);
    try {
      Optional<TokenFile> whole = whole(path, channel);
      if (whole.isEmpty()) {
        channel.close();
      }
      return whole; // which holds it as long as somebody reads ids
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  private static Optional<TokenFile> whole(Path path, UninterruptedFile channel)
      throws IOException {
    ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER).order(ByteOrder.LITTLE_ENDIAN);
    fill(channel, buffer.limit(HEADER));
    if (buffer.remaining() < HEADER || buffer.getLong() != MAGIC || buffer.getInt() != VERSION) {
      return Optional.empty();
    }
    int checksum = buffer.getInt();
    long size = buffer.getLong();
    long bytes = channel.size() - HEADER;
    boolean whole = bytes / Integer.BYTES == size && bytes % Integer.BYTES == 0;
    Scan scan = whole ? Scan.of(channel, buffer) : new Scan(~checksum, -1);
    return scan.checksum == checksum
        ? Optional.of(new TokenFile(path, channel, size, scan.largest))
        : Optional.empty();
  }

  /**
   * What one reading of all ids tells.
   *
   * @param checksum their CRC-32C
   * @param largest the largest of them, −1 if there is none
   */
  private record Scan(int checksum, int largest) {
    static Scan of(UninterruptedFile channel, ByteBuffer buffer) throws IOException {
      CRC32C crc = new CRC32C();
      int largest = -1;
      for (fill(channel, buffer.clear()); buffer.hasRemaining(); fill(channel, buffer.clear())) {
        for (IntBuffer ids = buffer.asIntBuffer(); ids.hasRemaining(); ) {
          largest = Math.max(largest, ids.get());
        }
        crc.update(buffer);
      }
      return new Scan((int) crc.getValue(), largest);
    }
  }

  /** Reads up to the buffer's limit, or less at the end of the file, and flips the buffer. */
  private static void fill(UninterruptedFile channel, ByteBuffer buffer) throws IOException {
    int read = 0;
    while (read >= 0 && buffer.hasRemaining()) {
      read = channel.read(buffer);
    }
    buffer.flip();
  }

  /** Returns the number of ids. */
  long size() {
    return size;
  }

  /** Returns the largest id, −1 if there is none. */
  int largest() {
    return largest;
  }

  /**
   * Copies {@code length} ids from a place on into an array.
   *
   * @throws DataException if the file has become shorter, or cannot be read
   */
  void copy(long from, int[] into, int offset, int length) {
    Objects.checkIndex(from + length, size + 1);
    ByteBuffer ids = ByteBuffer.allocate(length * Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    try {
      channel.fill(ids, HEADER + from * Integer.BYTES);
    } catch (EOFException e) {
      throw new DataException(
          "reading token ids from "
              + path
              + ": the file has become shorter since it was opened; start again, and they are made"
              + " anew.",
          e);
    } catch (IOException e) {
      throw new DataException(
          "reading token ids from " + path + ": " + LigoException.reason(e) + ".", e);
    }
    ids.asIntBuffer().get(into, offset, length);
  }

  /** Writes a file of ids, whose header comes last: what is not finished is not a file of ids. */
  static final class Writer implements AutoCloseable {
    private final UninterruptedFile channel;
    private final ByteBuffer buffer =
        ByteBuffer.allocateDirect(BUFFER).order(ByteOrder.LITTLE_ENDIAN);
    private final CRC32C crc = new CRC32C();
    private long size;

    /** Creates the file, which must not exist. */
    Writer(Path path) throws IOException {
      channel = UninterruptedFile.create(path);
      channel.position(HEADER);
    }

    /** Appends an id. */
    void add(int id) throws IOException {
      buffer.putInt(id);
      size++;
      if (!buffer.hasRemaining()) {
        crc.update(buffer.flip());
        write();
      }
    }

    /** Writes what is left, and the header. */
    void finish() throws IOException {
      crc.update(buffer.flip());
      write();
      buffer.putLong(MAGIC).putInt(VERSION).putInt((int) crc.getValue()).putLong(size).flip();
      channel.position(0);
      write();
    }

    /** Writes the flipped buffer and clears it. */
    private void write() throws IOException {
      buffer.rewind();
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
      buffer.clear();
    }

    /** Returns the number of ids. */
    long size() {
      return size;
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }
}
