package dev.ligo.core.comparison;

import dev.ligo.core.growth.GrowthMethod;
import dev.ligo.core.growth.learn.OperatorTraining;
import dev.ligo.core.hyperparameter.Tunable;
import dev.ligo.core.train.TrainingStrategy;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A model of a comparison: how it is grown, or that it is not, and how it is trained.
 *
 * @param name what it is called: letters, digits, {@code - _ + . :}
 * @param growth how it is grown; empty for a model that begins from scratch
 * @param training how its training differs from scratch's
 */
public record Candidate(String name, Optional<Origin> growth, Training training) {
  /** The name of the model from scratch, against which all others are measured. */
  public static final String SCRATCH = Tunable.SCRATCH;

  private static final int LONGEST = 120;

  /**
   * Checks the name, which becomes a file's.
   *
   * @param name what it is called: letters, digits, {@code - _ + . :}
   * @param growth how it is grown; empty for a model that begins from scratch
   * @param training how its training differs from scratch's
   */
  public Candidate {
    if (!name.matches("[A-Za-z0-9][A-Za-z0-9_+.:-]*")) {
      throw new ComparisonException(
          "a candidate's name should be of letters, digits, -, _, +, . and :, found '"
              + name
              + "'.");
    }
    if (name.length() > LONGEST) { // files are named by it, and may have 255 bytes in their names
      throw new ComparisonException(
          "a candidate's name should have at most "
              + LONGEST
              + " characters, found "
              + name.length()
              + " in '"
              + name
              + "'; give it a shorter one.");
    }
    if (name.equals(SCRATCH) && (growth.isPresent() || !training.equals(Training.PLAIN))) {
      throw new ComparisonException("'" + SCRATCH + "' is trained plainly from scratch.");
    }
    if (training.optimizerState() && growth.isEmpty()) {
      throw new ComparisonException("candidate '" + name + "' has no optimizer's state to grow.");
    }
  }

  /**
   * What is grown, and how.
   *
   * @param method the method
   * @param source the directory of the checkpoint
   * @param learningSteps the steps of learning an operator, where they are not those of the
   *     comparison
   */
  public record Origin(GrowthMethod method, Path source, OptionalLong learningSteps) {
    /** Returns how the operator is learned, given how the comparison's others are. */
    OperatorTraining.Options learning(OperatorTraining.Options others) {
      return learningSteps.isEmpty() ? others : others.withSteps(learningSteps.getAsLong());
    }
  }

  /**
   * How training differs from plain training.
   *
   * @param strategies how steps differ
   * @param small the directory of the small model, for strategies that need it
   * @param optimizerState whether the optimizer's state is grown with the source
   */
  public record Training(
      List<TrainingStrategy> strategies, Optional<Path> small, boolean optimizerState) {
    /** Plain training. */
    public static final Training PLAIN = new Training(List.of(), Optional.empty(), false);

    /**
     * Copies the list.
     *
     * @param strategies how steps differ
     * @param small the directory of the small model, for strategies that need it
     * @param optimizerState whether the optimizer's state is grown with the source
     */
    public Training {
      strategies = List.copyOf(strategies);
    }
  }

  /**
   * {@return candidates that can be compared}
   *
   * @param candidates the candidates
   * @throws ComparisonException if some share a name, or there are not at least two, one of which
   *     is from scratch
   */
  public static List<Candidate> comparable(List<Candidate> candidates) {
    List<String> names = candidates.stream().map(Candidate::name).toList();
    if (names.stream().distinct().count() != names.size()) {
      throw new ComparisonException("each candidate needs a name of its own, found " + names + ".");
    }
    if (!names.contains(SCRATCH) || names.size() < 2) {
      throw new ComparisonException(
          "a comparison is of '" + SCRATCH + "' with others, found " + names + ".");
    }
    return List.copyOf(candidates);
  }

  /** {@return the model from scratch} */
  public static Candidate scratch() {
    return new Candidate(SCRATCH, Optional.empty(), Training.PLAIN);
  }

  /**
   * {@return a model that is grown from a checkpoint}
   *
   * @param name the candidate's name
   * @param method the method
   * @param source the checkpoint to grow
   */
  public static Candidate grown(String name, GrowthMethod method, Path source) {
    return new Candidate(
        name, Optional.of(new Origin(method, source, OptionalLong.empty())), Training.PLAIN);
  }

  /**
   * {@return this candidate with another way of training}
   *
   * @param other how it is trained
   */
  public Candidate with(Training other) {
    return new Candidate(name, growth, other);
  }

  /** Returns the directory of the small model, where a strategy needs it. */
  Optional<Path> small() {
    return training.strategies().stream().anyMatch(TrainingStrategy::needsSmall)
        ? training.small().or(() -> growth.map(Origin::source))
        : Optional.empty();
  }

  /** Returns whether this is the model from scratch that all others are measured against. */
  boolean isScratch() {
    return name.equals(SCRATCH);
  }
}
