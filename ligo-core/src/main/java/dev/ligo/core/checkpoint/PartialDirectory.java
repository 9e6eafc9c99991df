package dev.ligo.core.checkpoint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * A directory that comes to be whole or not at all. It stands beside its destination, in {@code
 * .NAME.partial-…}, until {@link #commit} moves it there; {@link #close} without that removes it.
 */
public final class PartialDirectory implements AutoCloseable {
  private final Path destination;
  private final Path path;
  private boolean open = true;

  private PartialDirectory(Path destination, Path path) {
    this.destination = destination;
    this.path = path;
  }

  /**
   * Creates the directory beside its destination, and those above it that are not there.
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
    try {
      return new PartialDirectory(destination, Files.createDirectory(path));
    } catch (IOException e) {
      throw CheckpointException.of(destination, "cannot be created", e);
    }
  }

  /**
   * Refuses a destination that {@link #create} would refuse, before long work.
   *
   * @param destination the directory to write, new or empty
   * @throws CheckpointException if the destination is anything but an empty directory
   */
  public static void requireFree(Path destination) {
    if (!isEmptyDirectory(destination)) {
      Partial.requireAbsent(destination);
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
      if (isEmptyDirectory(destination)) {
        Files.delete(destination);
      }
      Partial.requireAbsent(destination);
      Files.move(path, destination, StandardCopyOption.ATOMIC_MOVE);
      open = false;
    } catch (IOException e) {
      throw CheckpointException.of(destination, "cannot be moved into place", e);
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
    try (Stream<Path> entries = Files.walk(path)) {
      List<Path> insideFirst = entries.sorted(Comparator.reverseOrder()).toList();
      for (Path entry : insideFirst) {
        Files.delete(entry);
      }
    } catch (IOException e) {
      throw CheckpointException.of(path, "is incomplete but cannot be deleted", e);
    }
  }
}
