package dev.ligo.core.experiment;

import dev.ligo.core.growth.GrowthMethod;
import dev.ligo.core.growth.OperatorTraining;
import dev.ligo.core.train.Procedure;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A way in which a model may begin and be trained.
 *
 * @param name what it is called: letters, digits, {@code -}, {@code _}, {@code +} and {@code .}
 * @param growth how it is grown; empty for a model that begins from scratch
 * @param training how its training differs from scratch's
 */
public record Candidate(String name, Optional<Origin> growth, Training training) {
  /** The name of the model from scratch, against which all others are measured. */
  public static final String SCRATCH = "scratch";

  /** Checks the name, which becomes a file's. */
  public Candidate {
    if (!name.matches("[A-Za-z0-9][A-Za-z0-9_+.-]*")) {
      throw new StudyException(
          "a candidate's name should be of letters, digits, -, _, + and ., found '" + name + "'.");
    }
    if (name.equals(SCRATCH) && (growth.isPresent() || !training.equals(Training.PLAIN))) {
      throw new StudyException("'" + SCRATCH + "' is trained plainly from scratch.");
    }
    if (training.optimizerState() && growth.isEmpty()) {
      throw new StudyException("candidate '" + name + "' has no optimizer's state to grow.");
    }
  }

  /**
   * What is grown, and how.
   *
   * @param method the method
   * @param source the directory of the checkpoint
   * @param learningSteps the steps of learning an operator, where they are not those of the study
   */
  public record Origin(GrowthMethod method, Path source, OptionalLong learningSteps) {
    /** Returns how the operator is learned, given how the study's others are. */
    OperatorTraining.Options learning(OperatorTraining.Options others) {
      return learningSteps.isEmpty() ? others : others.withSteps(learningSteps.getAsLong());
    }
  }

  /**
   * How training differs from plain training.
   *
   * @param procedures how steps differ
   * @param small the directory of the small model, for procedures that need it
   * @param optimizerState whether the optimizer's state is grown with the source
   */
  public record Training(List<Procedure> procedures, Optional<Path> small, boolean optimizerState) {
    /** Plain training. */
    public static final Training PLAIN = new Training(List.of(), Optional.empty(), false);

    /** Copies the list. */
    public Training {
      procedures = List.copyOf(procedures);
    }
  }

  /**
   * Returns candidates that can be compared.
   *
   * @throws StudyException if some share a name, or there are not at least two, one of which is
   *     from scratch
   */
  public static List<Candidate> comparable(List<Candidate> candidates) {
    List<String> names = candidates.stream().map(Candidate::name).toList();
    if (names.stream().distinct().count() != names.size()) {
      throw new StudyException("each candidate needs a name of its own, found " + names + ".");
    }
    if (!names.contains(SCRATCH) || names.size() < 2) {
      throw new StudyException(
          "a study compares '" + SCRATCH + "' with others, found " + names + ".");
    }
    return List.copyOf(candidates);
  }

  /** Returns the model from scratch. */
  public static Candidate scratch() {
    return new Candidate(SCRATCH, Optional.empty(), Training.PLAIN);
  }

  /** Returns a model that is grown from a checkpoint. */
  public static Candidate grown(String name, GrowthMethod method, Path source) {
    return new Candidate(
        name, Optional.of(new Origin(method, source, OptionalLong.empty())), Training.PLAIN);
  }

  /** Returns this candidate with another way of training. */
  public Candidate with(Training other) {
    return new Candidate(name, growth, other);
  }

  /** Returns the directory of the small model, where a procedure needs it. */
  Optional<Path> small() {
    return training.procedures().stream().anyMatch(Procedure::needsSmall)
        ? training.small().or(() -> growth.map(Origin::source))
        : Optional.empty();
  }

  /** Returns whether this is the model from scratch that all others are measured against. */
  boolean isScratch() {
    return name.equals(SCRATCH);
  }
}
