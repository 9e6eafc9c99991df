package dev.ligo.core.train;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Keeps others out of a directory while one run writes there, in this process and in all others.
 *
 * <p>It is a file of its own that nobody reads: where locks are a process's, closing any channel of
 * a file lets go of all its locks, also of one that was only opened to read.
 */
public final class DirectoryLock implements AutoCloseable {
  /** The name of the file, which stays where a process was killed. */
  public static final String FILE = ".lock";

  /** Those of this process, whose files must not be opened a second time. */
  private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

  private final Path file;
  private final FileChannel channel;

  private DirectoryLock(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  /**
   * Locks a directory that exists.
   *
   * @param directory the directory
   * @return the lock, or empty if another run has it
   * @throws IOException if the file of the lock cannot be written
   */
  public static Optional<DirectoryLock> of(Path directory) throws IOException {
    Path file = directory.toRealPath().resolve(FILE);
    if (!HELD.add(file)) {
      return Optional.empty();
    }
    FileChannel channel = null;
    boolean locked = false;
    try {
      channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      locked = channel.tryLock() != null;
      return locked ? Optional.of(new DirectoryLock(file, channel)) : Optional.empty();
    } finally {
      if (!locked) {
        HELD.remove(file);
        if (channel != null) {
          channel.close();
        }
      }
    }
  }

  /** Removes the file, and lets go of the directory. */
  @Override
  public void close() throws IOException {
    if (channel.isOpen()) {
      try (channel) {
        Files.deleteIfExists(file); // first: afterwards it may be another run's
      } finally {
        HELD.remove(file);
      }
    }
  }
}
