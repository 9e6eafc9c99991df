package dev.ligo.core.io;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * What a killed process has left half-written. A process locks what it writes, a directory by a
 * {@link DirectoryLock}; when it ends, however it does, the system lets go of the lock.
 */
public final class Abandoned {
  private Abandoned() {}

  /**
   * Removes what is abandoned in a directory. What cannot be removed stays: it is in nobody's way.
   *
   * @param directory the directory
   * @param names which of its entries are of the kind that is removed
   */
  public static void removeFrom(Path directory, Predicate<String> names) {
    try (Stream<Path> entries = Files.list(directory)) {
      for (Path entry : entries.filter(e -> names.test(e.getFileName().toString())).toList()) {
        remove(entry);
      }
    } catch (IOException e) {
      return; // nothing depends on it
    }
  }

  /**
   * Removes a file or directory if it is abandoned. No link is followed, and none is removed.
   *
   * @param path the file, or the directory with its lock
   * @return whether it was removed
   * @throws IOException if it cannot be removed
   */
  public static boolean remove(Path path) throws IOException {
    return withLock(path, () -> delete(path));
  }

  /**
   * {@return whether a file or directory is abandoned}
   *
   * @param path the file, or the directory with its lock
   * @throws IOException if it cannot be opened
   */
  public static boolean is(Path path) throws IOException {
    return withLock(path, () -> {});
  }

  /** What is done with a file or directory that nobody writes. */
  private interface Action {
    void run() throws IOException;
  }

  private static boolean withLock(Path path, Action action) throws IOException {
    if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
      Optional<DirectoryLock> lock = DirectoryLock.ofLeft(path);
      if (lock.isPresent()) {
        try (DirectoryLock held = lock.get()) {
          action.run();
          held.keepFile();
        }
      }
      return lock.isPresent();
    }
    if (!Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
      return false;
    }
    try (FileChannel channel =
            FileChannel.open(path, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
        FileLock lock = channel.tryLock()) {
      if (lock != null) {
        action.run();
      }
      return lock != null;
    } catch (OverlappingFileLockException e) {
      return false; // this process writes it
    }
  }

  /**
   * Deletes a file, or a directory with all that is in it; links are deleted and not followed.
   *
   * @param path what is deleted; nothing happens if it is not there
   * @throws IOException if something cannot be deleted
   */
  public static void delete(Path path) throws IOException {
    if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    try (Stream<Path> entries = Files.walk(path)) {
      List<Path> insideFirst = entries.sorted(Comparator.reverseOrder()).toList();
      for (Path entry : insideFirst) {
        Files.delete(entry);
      }
    }
  }
}
