package dev.ligo.core.train;

import dev.ligo.api.LigoException;
import dev.ligo.core.io.DirectoryLock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/** Keeps others out of the directory of a run while it is made. */
public final class TrainingLock {
  private TrainingLock() {}

  /**
   * Locks the directory of a run.
   *
   * @param directory the directory
   * @param destination the directory that the run is to write
   * @throws TrainingException if another process is making the run
   */
  static DirectoryLock of(Path directory, Path destination) throws IOException {
    return DirectoryLock.of(directory)
        .orElseThrow(
            () ->
                new TrainingException(
                    "another process is training to "
                        + destination
                        + "; wait for it, stop it, or name another directory."));
  }

  /**
   * Refuses a destination in a directory that has the name of a run's: the run would take it for
   * what others have put there, and refuse to go on.
   *
   * @param destination what is to be written
   * @throws TrainingException if it is, or would be in, such a directory
   */
  public static void requireOutside(Path destination) {
    Path path = destination.toAbsolutePath().normalize();
    for (Path above = path; above.getFileName() != null; above = above.getParent()) {
      if (above.getFileName().toString().endsWith(TrainingDirectory.SUFFIX)) {
        throw new TrainingException(
            destination
                + " would be in "
                + above.getFileName()
                + ", and directories of that ending are kept for the states of runs; name another"
                + " place.");
      }
    }
  }

  /**
   * Refuses a destination to which a training is being made or was interrupted, before long work.
   *
   * @param destination the directory that something else than a training is to write
   * @throws TrainingException if one is, of this process or another, or was
   */
  public static void requireNone(Path destination) {
    Path directory = TrainingDirectory.beside(destination);
    if (TrainingDirectory.isInterrupted(destination)) {
      throw new TrainingException(
          directory
              + " holds an interrupted run, of a training or of an operator that learns; continue"
              + " it as it was begun, remove it, or name another destination.");
    }
    try {
      if (Files.isRegularFile(directory.resolve(DirectoryLock.FILE), LinkOption.NOFOLLOW_LINKS)) {
        of(directory, destination).close(); // of a process that was killed before its first state
      }
    } catch (IOException e) {
      throw new TrainingException(
          directory + " cannot be locked: " + LigoException.reason(e) + ".", e);
    }
  }
}
