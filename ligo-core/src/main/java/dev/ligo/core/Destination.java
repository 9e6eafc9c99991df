package dev.ligo.core;

import dev.ligo.core.checkpoint.CheckpointException;
import dev.ligo.core.checkpoint.PartialDirectory;
import dev.ligo.core.train.TrainingException;
import dev.ligo.core.train.TrainingLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** The directory to which a growth or a training is to write its model. */
public final class Destination {
  private Destination() {}

  /**
   * Refuses a directory with something in it, before long work.
   *
   * @param directory the directory to write, new or empty
   * @param resume whether an interrupted run is to be continued
   * @throws TrainingException if there is nothing to continue: the run has written its model; or if
   *     it stands in what is kept for the states of runs
   * @throws CheckpointException if it is anything but new or empty
   */
  public static void requireFree(Path directory, boolean resume) {
    boolean finished =
        Stream.of(Checkpoint.TRAINING, GrowthRecord.FILE)
            .anyMatch(record -> Files.isRegularFile(directory.resolve(record)));
    if (resume && finished) {
      throw new TrainingException(
          directory
              + " is finished: the run has written its model there, and nothing is left to"
              + " continue; name another directory to begin a new run.");
    }
    TrainingLock.requireOutside(directory);
    PartialDirectory.requireFree(directory);
  }
}
