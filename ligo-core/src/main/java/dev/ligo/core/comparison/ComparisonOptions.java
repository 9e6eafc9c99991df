package dev.ligo.core.comparison;

import dev.ligo.api.Wording;
import dev.ligo.core.growth.learn.OperatorTraining;
import dev.ligo.core.train.Schedule;
import dev.ligo.core.train.TrainingOptions;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * How all candidates of a comparison are treated, each exactly alike.
 *
 * <p>Where there are several learning rates, each candidate, scratch among them, is tried with all
 * of them on the first seed, and has its best one on the others: that which reached scratch's final
 * loss first, or ended with the least loss.
 *
 * @param seeds one run of each candidate for each of them; it decides the order of the data, the
 *     initial values, masks and dropout
 * @param training how the model from scratch is trained, but for the seed; its steps are the
 *     horizon of every schedule
 * @param grownWarmup the steps over which the rate rises for models that are grown, which need not
 *     what one from scratch does
 * @param otherRates highest learning rates to try beside the schedule's own
 * @param operator how an operator is learned by the methods that learn one
 * @param maxEpochs how often a run may go through the training data
 * @param toTheEnd whether a run goes on when it has reached scratch's final loss
 * @param keepModels whether the model of each run is kept, and each grown checkpoint
 * @param counting how compute is counted, in the figures that are given; it may be changed at any
 *     time
 * @param changeable what may have changed when an interrupted run is continued, see {@link
 *     dev.ligo.core.train.RunIdentity}
 */
public record ComparisonOptions(
    List<Long> seeds,
    TrainingOptions training,
    long grownWarmup,
    List<Double> otherRates,
    OperatorTraining.Options operator,
    long maxEpochs,
    boolean toTheEnd,
    boolean keepModels,
    Counting counting,
    Set<String> changeable) {
  /**
   * How often data may be gone through where nothing else is asked for: text that was seen that
   * often teaches a language model almost nothing any more (Muennighoff et al., "Scaling
   * Data-Constrained Language Models", 2023).
   */
  public static final long PASSES = 40;

  /**
   * Refuses values that contradict each other.
   *
   * @param seeds one run of each candidate for each of them; it decides the order of the data, the
   *     initial values, masks and dropout
   * @param training how the model from scratch is trained, but for the seed; its steps are the
   *     horizon of every schedule
   * @param grownWarmup the steps over which the rate rises for models that are grown, which need
   *     not what one from scratch does
   * @param otherRates highest learning rates to try beside the schedule's own
   * @param operator how an operator is learned by the methods that learn one
   * @param maxEpochs how often a run may go through the training data
   * @param toTheEnd whether a run goes on when it has reached scratch's final loss
   * @param keepModels whether the model of each run is kept, and each grown checkpoint
   * @param counting how compute is counted, in the figures that are given; it may be changed at any
   *     time
   * @param changeable what may have changed when an interrupted run is continued
   */
  public ComparisonOptions {
    seeds = List.copyOf(seeds);
    otherRates = List.copyOf(otherRates);
    changeable = Set.copyOf(changeable);
    if (seeds.isEmpty() || seeds.stream().distinct().count() != seeds.size()) {
      throw new ComparisonException("a comparison needs seeds that differ, found " + seeds + ".");
    }
    if (training.steps() < 2 * training.evaluateEvery()) {
      throw new ComparisonException(
          "a comparison needs two evaluations after its first step, found one every "
              + training.evaluateEvery()
              + " of "
              + Wording.count(training.steps(), "step")
              + ".");
    }
  }

  /**
   * {@return a builder that begins with the defaults: seeds 1, 2 and 3, the learning rate of the
   * training alone, its warm-up for grown models, too, the default learning of operators, {@value
   * #PASSES} passes through the data, runs that end at scratch's final loss, no models kept, and
   * training counted as it costs}
   *
   * @param training how the model from scratch is trained, but for the seed
   */
  public static Builder builder(TrainingOptions training) {
    return new Builder(training);
  }

  /** Collects options by their names. */
  public static final class Builder {
    private final TrainingOptions training;
    private List<Long> seeds = List.of(1L, 2L, 3L);
    private long grownWarmup;
    private List<Double> otherRates = List.of();
    private OperatorTraining.Options operator = OperatorTraining.Options.defaults();
    private long maxEpochs = PASSES;
    private boolean toTheEnd;
    private boolean keepModels;
    private Counting counting = Counting.WHOLE;
    private Set<String> changeable = Set.of();

    private Builder(TrainingOptions training) {
      this.training = training;
      this.grownWarmup = training.schedule().warmup();
    }

    /**
     * Sets the seeds, with each of which every candidate is run once.
     *
     * @param all the seeds, no two alike
     * @return this builder
     */
    public Builder seeds(List<Long> all) {
      this.seeds = all;
      return this;
    }

    /**
     * Sets the steps over which the learning rate of grown models rises.
     *
     * @param steps the number of steps, from 0
     * @return this builder
     */
    public Builder grownWarmup(long steps) {
      this.grownWarmup = steps;
      return this;
    }

    /**
     * Sets the learning rates to try beside that of the training.
     *
     * @param rates the highest rates of as many schedules
     * @return this builder
     */
    public Builder otherRates(List<Double> rates) {
      this.otherRates = rates;
      return this;
    }

    /**
     * Sets how operators are learned.
     *
     * @param options the number of steps, the learning rate and the rule
     * @return this builder
     */
    public Builder operator(OperatorTraining.Options options) {
      this.operator = options;
      return this;
    }

    /**
     * Sets how often a run may go through the training data.
     *
     * @param count the number of passes, at least 1
     * @return this builder
     */
    public Builder maxEpochs(long count) {
      this.maxEpochs = count;
      return this;
    }

    /**
     * Sets whether a run goes on when it has reached scratch's final loss.
     *
     * @param goesOn whether it goes on
     * @return this builder
     */
    public Builder toTheEnd(boolean goesOn) {
      this.toTheEnd = goesOn;
      return this;
    }

    /**
     * Sets whether the model of each run is kept, and each grown checkpoint.
     *
     * @param kept whether they are kept
     * @return this builder
     */
    public Builder keepModels(boolean kept) {
      this.keepModels = kept;
      return this;
    }

    /**
     * Sets how compute is counted.
     *
     * @param way how many times the forward operations, and with how much of the sources
     * @return this builder
     */
    public Builder counting(Counting way) {
      this.counting = way;
      return this;
    }

    /**
     * Sets what may have changed when an interrupted run is continued.
     *
     * @param words see {@link dev.ligo.core.train.RunIdentity}
     * @return this builder
     */
    public Builder changeable(Set<String> words) {
      this.changeable = words;
      return this;
    }

    /**
     * {@return the options}
     *
     * @throws ComparisonException if values contradict each other
     */
    public ComparisonOptions build() {
      return new ComparisonOptions(
          seeds,
          training,
          grownWarmup,
          otherRates,
          operator,
          maxEpochs,
          toTheEnd,
          keepModels,
          counting,
          changeable);
    }
  }

  /** Returns the highest learning rates to try, each once. */
  List<Double> rates() {
    return Stream.concat(Stream.of(training.schedule().peak()), otherRates.stream())
        .distinct()
        .toList();
  }

  /** Returns how a candidate is trained. */
  TrainingOptions training(Candidate candidate, double rate, long seed) {
    Schedule schedule = training.schedule().withPeak(rate);
    return new TrainingOptions(
        training.steps(),
        training.microBatches(),
        candidate.growth().isPresent() ? schedule.withWarmup(grownWarmup) : schedule,
        training.optimizer(),
        training.evaluateEvery(),
        training.evaluationBatches(),
        seed,
        training.checkpointActivations());
  }
}
