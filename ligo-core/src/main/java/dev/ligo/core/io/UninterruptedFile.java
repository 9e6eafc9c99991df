package dev.ligo.core.io;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file that stays readable and writable when a thread that uses it is interrupted.
 *
 * <p>Java closes a {@link FileChannel}, for all threads, when one that uses it is interrupted. Here
 * an operation puts the interrupt off: it runs to its end, and the thread's flag is set afterwards.
 * Whoever does long work looks at the flag between two operations, see {@link
 * dev.ligo.api.CancelledException}. Several threads may use one file, by {@link #fill} or one after
 * the other.
 */
public final class UninterruptedFile implements SeekableByteChannel {
  /** An operation on the channel. It may be run again, and does the same then. */
  @FunctionalInterface
  private interface Operation<T> {
    T on(FileChannel channel) throws IOException;
  }

  private static final Logger LOGGER = LoggerFactory.getLogger(UninterruptedFile.class);

  /** The bytes that are read at once. */
  private static final int AT_ONCE = 1 << 20;

  private final Path path;
  private final OpenOption again;
  private FileChannel channel;
  private boolean closed;
  private long position;

  private UninterruptedFile(Path path, OpenOption again, FileChannel channel) {
    this.path = path;
    this.again = again;
    this.channel = channel;
  }

  /**
   * Opens a file for reading.
   *
   * @param path the file
   * @return the file, to be closed
   * @throws IOException if it cannot be opened
   */
  public static UninterruptedFile open(Path path) throws IOException {
    RegularFile.require(path);
    FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
    return new UninterruptedFile(path, StandardOpenOption.READ, channel);
  }

  /**
   * Creates a file, which must not exist, for writing, and locks it as long as it is open: see
   * {@link Abandoned}.
   *
   * @param path the file
   * @return the file, to be closed
   * @throws IOException if it exists, or cannot be created
   */
  public static UninterruptedFile create(Path path) throws IOException {
    FileChannel channel =
        FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    lock(channel);
    return new UninterruptedFile(path, StandardOpenOption.WRITE, channel);
  }

  private static void lock(FileChannel channel) {
    try {
      channel.tryLock();
    } catch (IOException | OverlappingFileLockException e) {
      LOGGER.debug("files cannot be locked here", e); // then none is taken for abandoned
    }
  }

  /** Writes what the system holds back of a file, or of a directory's names, to the disk. */
  static void force(Path path, OpenOption how) throws IOException {
    try (UninterruptedFile file = new UninterruptedFile(path, how, FileChannel.open(path, how))) {
      file.run(
          c -> {
            c.force(true);
            return c;
          });
    }
  }

  private <T> T run(Operation<T> operation) throws IOException {
    boolean interrupted = false;
    try {
      while (true) {
        interrupted |= Thread.interrupted();
        FileChannel current = current();
        try {
          return operation.on(current);
        } catch (ClosedChannelException e) {
          if (!isOpen()) {
            throw e;
          } // else an interrupt, of this thread or another one, has closed it
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private synchronized FileChannel current() throws IOException {
    if (closed) {
      throw new ClosedChannelException();
    }
    if (!channel.isOpen()) {
      channel = FileChannel.open(path, again);
      if (again == StandardOpenOption.WRITE) {
        lock(channel);
      }
    }
    return channel;
  }

  /**
   * Reads the bytes of a place. Several threads may do so at once.
   *
   * @param to filled from its position, which stays, to its limit
   * @param from the place of the first byte, from 0
   * @throws EOFException if the file ends before
   * @throws IOException if it cannot be read
   */
  public void fill(ByteBuffer to, long from) throws IOException {
    int start = to.position();
    int end = to.limit();
    for (int at = start; at < end; at = to.position()) {
      int begin = at;
      to.limit(Math.min(end, at + AT_ONCE)); // Java copies through memory of that size
      if (run(c -> c.read(to.position(begin), from + begin - start)) < 0) {
        throw new EOFException();
      }
      to.limit(end);
    }
    to.position(start);
  }

  @Override
  public int read(ByteBuffer to) throws IOException {
    int start = to.position();
    int read = run(c -> c.read(to.position(start), position));
    position += Math.max(0, read);
    return read;
  }

  @Override
  public int write(ByteBuffer from) throws IOException {
    int start = from.position();
    int written = run(c -> c.write(from.position(start), position));
    position += written;
    return written;
  }

  @Override
  public long position() {
    return position;
  }

  @Override
  public SeekableByteChannel position(long other) {
    position = other;
    return this;
  }

  @Override
  public long size() throws IOException {
    return run(FileChannel::size);
  }

  @Override
  public SeekableByteChannel truncate(long size) throws IOException {
    run(c -> c.truncate(size));
    position = Math.min(position, size);
    return this;
  }

  @Override
  public synchronized boolean isOpen() {
    return !closed;
  }

  @Override
  public synchronized void close() throws IOException {
    closed = true;
    channel.close();
  }
}
