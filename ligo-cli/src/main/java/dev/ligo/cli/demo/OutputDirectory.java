package dev.ligo.cli.demo;

import dev.ligo.api.LigoException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * A directory of results that stands under its name when all of them are there. Until {@link
 * #commit} they stand beside it, in {@code .NAME.partial-…}; {@link #close} without it removes
 * them.
 */
final class OutputDirectory implements AutoCloseable {
  private final Path destination;
  private final Path path;
  private boolean committed;

  private OutputDirectory(Path destination, Path path) {
    this.destination = destination;
    this.path = path;
  }

  /**
   * Begins a directory.
   *
   * @throws LigoException if something stands under its name other than an empty directory, or it
   *     cannot be created
   */
  static OutputDirectory create(Path destination) {
    requireFree(destination);
    Path absolute = destination.toAbsolutePath().normalize();
    Path path =
        absolute.resolveSibling("." + absolute.getFileName() + ".partial-" + UUID.randomUUID());
    try {
      return new OutputDirectory(destination, Files.createDirectories(path));
    } catch (IOException e) {
      throw new LigoException(
          destination + " cannot be created: " + LigoException.reason(e) + ".", e);
    }
  }

  /**
   * Checks that a directory may be written.
   *
   * @throws LigoException if something stands under its name other than an empty directory
   */
  static void requireFree(Path destination) {
    boolean free = !Files.exists(destination, LinkOption.NOFOLLOW_LINKS) || isEmpty(destination);
    if (!free) {
      throw new LigoException(
          destination
              + " exists already and is not overwritten; remove it or name another directory with"
              + " --out.");
    }
  }

  private static boolean isEmpty(Path destination) {
    if (!Files.isDirectory(destination, LinkOption.NOFOLLOW_LINKS)) {
      return false;
    }
    try (Stream<Path> entries = Files.list(destination)) {
      return entries.findAny().isEmpty();
    } catch (IOException e) {
      throw new LigoException(
          destination + " cannot be listed: " + LigoException.reason(e) + ".", e);
    }
  }

  /** Returns where results are written before they are all there. */
  Path path() {
    return path;
  }

  /** Moves the directory to its name. */
  void commit() {
    try {
      requireFree(destination);
      Files.deleteIfExists(destination);
      Files.move(path, destination, StandardCopyOption.ATOMIC_MOVE);
      committed = true;
    } catch (IOException e) {
      throw new LigoException(
          destination + " cannot be moved into place: " + LigoException.reason(e) + ".", e);
    }
  }

  @Override
  public void close() {
    if (committed) {
      return;
    }
    try (Stream<Path> walk = Files.walk(path)) {
      List<Path> insideFirst = walk.sorted(Comparator.reverseOrder()).toList();
      for (Path p : insideFirst) {
        Files.delete(p);
      }
    } catch (IOException e) {
      throw new LigoException(
          path + " is incomplete but cannot be deleted: " + LigoException.reason(e) + ".", e);
    }
  }
}
