package dev.ligo.core.io;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
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
  private boolean keepsFile;

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
    return of(
        directory,
        Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS));
  }

  /**
   * Locks a directory that was locked by a process that did not let go of it itself.
   *
   * @return the lock, or empty if another run has it, or the last one has let go of it
   */
  static Optional<DirectoryLock> ofLeft(Path directory) throws IOException {
    try {
      Optional<DirectoryLock> lock =
          of(directory, Set.of(StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS));
      if (lock.isPresent() && !Files.exists(lock.get().file, LinkOption.NOFOLLOW_LINKS)) {
        lock.get().close(); // the one that had it has just let go
        return Optional.empty();
      }
      return lock;
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  private static Optional<DirectoryLock> of(Path directory, Set<OpenOption> how)
      throws IOException {
    Path file = directory.toRealPath().resolve(FILE);
    if (!HELD.add(file)) {
      return Optional.empty();
    }
    FileChannel channel = null;
    boolean locked = false;
    try {
      channel = FileChannel.open(file, how);
      locked = channel.tryLock() != null;
      return locked ? Optional.of(new DirectoryLock(file, channel)) : Optional.empty();
    } catch (OverlappingFileLockException e) {
      return Optional.empty(); // something else in this process has it
    } finally {
      if (!locked) {
        HELD.remove(file);
        if (channel != null) {
          channel.close();
        }
      }
    }
  }

  /** Leaves the file when the directory is let go of, as a process that is killed does. */
  void keepFile() {
    keepsFile = true;
  }

  /** Removes the file, and lets go of the directory. */
  @Override
  public void close() throws IOException {
    if (channel.isOpen()) {
      try (channel) {
        if (!keepsFile) {
          Files.deleteIfExists(file); // first: afterwards it may be another run's
        }
      } finally {
        HELD.remove(file);
      }
    }
  }
}
