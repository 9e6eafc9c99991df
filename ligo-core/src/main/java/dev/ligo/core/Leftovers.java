package dev.ligo.core;

import dev.ligo.api.LigoException;
import dev.ligo.core.checkpoint.CheckpointException;
import dev.ligo.core.checkpoint.Partial;
import dev.ligo.core.data.CacheFiles;
import dev.ligo.core.io.Abandoned;
import dev.ligo.core.io.DirectoryLock;
import dev.ligo.core.train.TrainingDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * What ligo wrote and nobody needs any more. Only what carries the name or the marker that ligo
 * gives is among it, no link, and nothing that a process is writing.
 */
public final class Leftovers {
  /** What something is. */
  public enum Kind {
    /** A file or directory that a killed process was writing. */
    PARTIAL,
    /** The state of a run that is done. */
    STATE,
    /** What is made again when it is needed. */
    CACHE
  }

  /**
   * One of them.
   *
   * @param path the file or directory
   * @param kind what it is
   * @param bytes how much room it takes
   */
  public record Leftover(Path path, Kind kind, long bytes) {
    /**
     * Removes it.
     *
     * @throws CheckpointException if it cannot be removed
     */
    public void remove() {
      try {
        if (kind == Kind.STATE) {
          TrainingDirectory.removeLeft(path);
        } else if (!Abandoned.remove(path)) {
          Abandoned.delete(path);
        }
      } catch (IOException e) {
        throw new CheckpointException(
            path, "cannot be removed: " + LigoException.reason(e) + ".", e);
      }
    }
  }

  /** A directory without a lock is of an older version, or has just been made. */
  private static final Duration OLD = Duration.ofHours(1);

  private Leftovers() {}

  /**
   * {@return what partial files and states stand in a directory, and in that of the runs if it is
   * one of a comparison}
   *
   * @param directory the directory
   * @throws CheckpointException if it cannot be listed
   */
  public static List<Leftover> in(Path directory) {
    List<Leftover> found = new ArrayList<>();
    for (Path entry : entries(directory)) {
      if (isPartial(entry)) {
        found.add(new Leftover(entry, Kind.PARTIAL, bytes(entry)));
      } else if (TrainingDirectory.isLeft(entry)) {
        found.add(new Leftover(entry, Kind.STATE, bytes(entry)));
      }
    }
    Path runs = directory.resolve("runs");
    if (Files.isRegularFile(directory.resolve("comparison.json"))
        && Files.isDirectory(runs, LinkOption.NOFOLLOW_LINKS)) {
      found.addAll(in(runs));
    }
    return found;
  }

  /**
   * {@return the files of a cache of token ids}
   *
   * @param directory the directory of the cache, which need not be there
   * @throws CheckpointException if it cannot be listed
   */
  public static List<Leftover> ofCache(Path directory) {
    if (!Files.isDirectory(directory)) {
      return List.of();
    }
    return entries(directory).stream()
        .filter(f -> CacheFiles.isOne(f.getFileName().toString()))
        .filter(f -> Files.isRegularFile(f, LinkOption.NOFOLLOW_LINKS) && isAbandoned(f))
        .map(f -> new Leftover(f, Kind.CACHE, bytes(f)))
        .toList();
  }

  private static boolean isPartial(Path entry) {
    if (!Partial.NAME.matcher(entry.getFileName().toString()).matches()) {
      return false;
    }
    boolean unlocked =
        Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)
            && !Files.exists(entry.resolve(DirectoryLock.FILE), LinkOption.NOFOLLOW_LINKS);
    return unlocked ? isOld(entry) : isAbandoned(entry);
  }

  private static boolean isOld(Path entry) {
    try {
      Instant changed = Files.getLastModifiedTime(entry, LinkOption.NOFOLLOW_LINKS).toInstant();
      return changed.isBefore(Instant.now().minus(OLD));
    } catch (IOException e) {
      return false; // it is gone
    }
  }

  private static boolean isAbandoned(Path entry) {
    try {
      return Abandoned.is(entry);
    } catch (IOException e) {
      return false; // what cannot be opened is left alone
    }
  }

  private static List<Path> entries(Path directory) {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.sorted().toList();
    } catch (IOException e) {
      throw new CheckpointException(
          directory, "cannot be listed: " + LigoException.reason(e) + ".", e);
    }
  }

  private static long bytes(Path entry) {
    try (Stream<Path> all = Files.walk(entry)) {
      long sum = 0;
      for (Path file :
          all.filter(f -> Files.isRegularFile(f, LinkOption.NOFOLLOW_LINKS)).toList()) {
        sum += Files.size(file);
      }
      return sum;
    } catch (IOException e) {
      return 0; // it is going
    }
  }
}
