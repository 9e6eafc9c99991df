package dev.ligo.core.experiment;

import dev.ligo.core.growth.GrowthMethod;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A way in which a model may begin.
 *
 * @param name what it is called: letters, digits, {@code -}, {@code _}, {@code +} and {@code .}
 * @param growth how it is grown; empty for a model from scratch
 */
public record Candidate(String name, Optional<Origin> growth) {
  /** The name of the model from scratch, against which all others are measured. */
  public static final String SCRATCH = "scratch";

  /** Checks the name, which becomes a file's. */
  public Candidate {
    if (!name.matches("[A-Za-z0-9][A-Za-z0-9_+.-]*")) {
      throw new StudyException(
          "a candidate's name should be of letters, digits, -, _, + and ., found '" + name + "'.");
    }
  }

  /**
   * What is grown, and how.
   *
   * @param method the method
   * @param source the directory of the checkpoint
   */
  public record Origin(GrowthMethod method, Path source) {}

  /** Returns the model from scratch. */
  public static Candidate scratch() {
    return new Candidate(SCRATCH, Optional.empty());
  }

  /** Returns a model that is grown from a checkpoint. */
  public static Candidate grown(String name, GrowthMethod method, Path source) {
    return new Candidate(name, Optional.of(new Origin(method, source)));
  }
}
