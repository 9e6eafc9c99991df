package dev.ligo.cli.training;

import dev.ligo.core.Growth;
import dev.ligo.core.Training;
import dev.ligo.core.comparison.Comparison;
import dev.ligo.core.train.TrainingOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Where a command's long work is done: on this machine, or on others as well. */
public interface Machines {
  /** This machine alone. */
  Machines THIS = new Machines() {};

  /**
   * Takes over what others do of a training that is about to begin.
   *
   * @param options how the model is trained
   */
  default void train(Training training, TrainingOptions options) {}

  /** Takes over what others do of the learning of an operator that is about to begin. */
  default void learn(Growth growth) {}

  /**
   * Trains the sources of a comparison, each a run of its own.
   *
   * @param directories where they are to stand
   * @return whether that was done; if not, it is this machine's work
   */
  default boolean trainSources(List<Path> directories) {
    return false;
  }

  /** Returns what makes the runs of a comparison, if that is not this machine. */
  default Optional<Comparison.Parts> runs() {
    return Optional.empty();
  }
}
