package dev.ligo.core.checkpoint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.stream.Stream;

/** A flat directory that comes to be whole or not at all; see {@link Partial}. */
final class PartialDirectory {
  private final Path destination;
  private final Path path;

  private PartialDirectory(Path destination, Path path) {
    this.destination = destination;
    this.path = path;
  }

  /**
   * Creates the directory beside its destination, and those above it that are not there.
   *
   * @throws CheckpointException if the destination is anything but an empty directory, or the
   *     directory cannot be created
   */
  static PartialDirectory create(Path destination) {
    if (!isEmptyDirectory(destination)) {
      Partial.requireAbsent(destination);
    }
    Path path = Partial.beside(destination);
    Partial.createParents(destination);
    try {
      return new PartialDirectory(destination, Files.createDirectory(path));
    } catch (IOException e) {
      throw CheckpointException.of(destination, "cannot be created", e);
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

  /** Returns where the directory is until it is whole. */
  Path path() {
    return path;
  }

  /**
   * Moves the directory to its destination.
   *
   * @throws CheckpointException if something has come to stand there
   */
  void commit() {
    try {
      if (isEmptyDirectory(destination)) {
        Files.delete(destination);
      }
      Partial.requireAbsent(destination);
      Files.move(path, destination, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw CheckpointException.of(destination, "cannot be moved into place", e);
    }
  }

  /** Deletes the directory and what stands in it. */
  void discard() {
    try (Stream<Path> entries = Files.list(path)) {
      for (Path file : (Iterable<Path>) entries::iterator) {
        Files.delete(file);
      }
      Files.delete(path);
    } catch (IOException e) {
      throw CheckpointException.of(path, "is incomplete but cannot be deleted", e);
    }
  }
}
