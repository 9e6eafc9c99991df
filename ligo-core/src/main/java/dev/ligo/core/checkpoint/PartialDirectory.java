package dev.ligo.core.checkpoint;

import dev.ligo.core.io.Abandoned;
import dev.ligo.core.io.DirectoryLock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A directory that comes to be whole or not at all. It stands beside its destination, in {@code
 * .NAME.partial-…}, until {@link #commit} moves it there; {@link #close} without that removes it.
 * What a killed process has left is removed when the next one creates the same.
 */
public final class PartialDirectory implements AutoCloseable {
  private final Path destination;
  private final Path path;
  private final Optional<DirectoryLock> lock;
  private boolean open = true;

  private PartialDirectory(Path destination, Path path, Optional<DirectoryLock> lock) {
    this.destination = destination;
    this.path = path;
    this.lock = lock;
  }

  /**
   * Creates the directory beside its destination, locked, and those above it that are not there.
   *
   * @param destination the directory to write, new or empty
   * @return the directory, to be closed: that removes what is not committed
   * @throws CheckpointException if the destination is anything but an empty directory, or the
   *     directory cannot be created
   */
  public static PartialDirectory create(Path destination) {
    requireFree(destination);
    Path path = Partial.beside(destination);
    Partial.createParents(destination);
    Partial.removeAbandoned(destination);
    try {
      return new PartialDirectory(destination, Files.createDirectory(path), lock(path));
    } catch (IOException e) {
      throw Partial.notCreated(destination, "cannot be created", e);
    }
  }

  private static Optional<DirectoryLock> lock(Path path) {
    try {
      return DirectoryLock.of(path);
    } catch (IOException e) {
      return Optional.empty(); // files cannot be locked here; it is not taken for abandoned
    }
  }

  /**
   * Refuses a destination that {@link #create} would refuse, before long work.
   *
   * @param destination the directory to write, new or empty
   * @throws CheckpointException if the destination is anything but an empty directory, or stands in
   *     what is no directory
   */
  public static void requireFree(Path destination) {
    Partial.requireNamed(destination);
    if (!isEmptyDirectory(destination)) {
      Partial.requireAbsent(destination);
      Partial.requireParents(destination);
    }
  }

  private static boolean isEmptyDirectory(Path path) {
    if (!Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
      return false;
    }
    try (Stream<Path> entries = Files.list(path)) {
      return entries.findAny().isEmpty();
    } catch (IOException e) {
      throw CheckpointException.of(path, "cannot be listed", e);
    }
  }

  /** {@return where the directory is until it is whole} */
  public Path path() {
    return path;
  }

  /**
   * Moves the directory to its destination.
   *
   * @throws CheckpointException if something has come to stand there
   */
  public void commit() {
    try {
      // Relative to the directory that the process began in, which may be gone by now.
      Path place = destination.toAbsolutePath();
      if (isEmptyDirectory(place)) {
        Files.delete(place);
      }
      Partial.requireAbsent(place);
      unlock();
      Files.move(path, place, StandardCopyOption.ATOMIC_MOVE);
      open = false;
    } catch (IOException e) {
      throw CheckpointException.of(destination, "cannot be moved into place", e);
    }
  }

  private void unlock() throws IOException {
    if (lock.isPresent()) {
      lock.get().close();
    }
  }

  /**
   * Deletes the directory and what stands in it, unless it is at its destination.
   *
   * @throws CheckpointException if something cannot be deleted
   */
  @Override
  public void close() {
    if (!open) {
      return;
    }
    open = false;
    try {
      unlock();
      Abandoned.delete(path);
    } catch (IOException e) {
      throw CheckpointException.of(path, "is incomplete but cannot be deleted", e);
    }
  }
}
