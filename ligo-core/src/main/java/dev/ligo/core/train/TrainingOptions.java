package dev.ligo.core.train;

/**
 * How to train a model.
 *
 * @param steps the number of optimizer steps
 * @param microBatches how many batches a step averages over (gradient accumulation)
 * @param schedule the learning rate
 * @param optimizer how parameters change
 * @param evaluateEvery the number of steps between evaluations; the first is before the first step,
 *     the last after the last, and the only one where this is {@link #AT_END}
 * @param evaluationBatches the most batches that an evaluation measures
 * @param seed what dropout draws from
 * @param checkpointActivations whether each layer is run again in the backward pass, and only what
 *     stands between layers is kept: less memory for a third more work, and the same result
 */
public record TrainingOptions(
    long steps,
    int microBatches,
    Schedule schedule,
    Optimizer optimizer,
    long evaluateEvery,
    long evaluationBatches,
    long seed,
    boolean checkpointActivations) {
  /** The highest learning rate where none is named. */
  public static final double LEARNING_RATE = 1e-4;

  /** The batches that a step averages over where no number is named. */
  public static final int MICRO_BATCHES = 1;

  /** The most batches that a step averages over: all of them are read before it is made. */
  public static final int MOST_MICRO_BATCHES = 4096;

  /** The most batches that an evaluation measures where no number is named. */
  public static final long EVALUATION_BATCHES = 50;

  /** The steps between evaluations where there is none but the one after the last step. */
  public static final long AT_END = Long.MAX_VALUE;

  /** The share of a run for what has no number of steps of its own. */
  private static final long TENTH = 10;

  /**
   * {@return options with the default of everything but the number of steps: AdamW, a learning rate
   * of {@value #LEARNING_RATE} that rises over a tenth of the steps and then falls in a straight
   * line, and ten evaluations after the first}
   *
   * @param steps the number of steps of the run
   */
  public static TrainingOptions of(long steps) {
    return builder(steps).build();
  }

  /**
   * {@return a builder that begins with the defaults of {@link #of}}
   *
   * @param steps the number of steps of the run
   */
  public static Builder builder(long steps) {
    return new Builder(steps);
  }

  /**
   * Refuses a number of micro-batches that is out of its range.
   *
   * @param count how many batches a step averages over
   * @throws TrainingException if it is not from 1 to {@link #MOST_MICRO_BATCHES}
   */
  public static void requireMicroBatches(int count) {
    if (count < 1 || count > MOST_MICRO_BATCHES) {
      throw new TrainingException(
          "a step averages over 1 to "
              + MOST_MICRO_BATCHES
              + " batches, found "
              + count
              + "; make the batches larger instead.");
    }
  }

  /**
   * {@return the same for a run that ends earlier, under the same schedule}
   *
   * @param end the number of steps of that run
   */
  public TrainingOptions endingAfter(long end) {
    return new TrainingOptions(
        end,
        microBatches,
        schedule,
        optimizer,
        evaluateEvery,
        evaluationBatches,
        seed,
        checkpointActivations);
  }

  /**
   * {@return the steps over which the learning rate rises where no number is named}
   *
   * @param steps the number of steps of the run
   */
  public static long warmup(long steps) {
    return steps / TENTH;
  }

  /**
   * {@return the steps between evaluations where no number is named}
   *
   * @param steps the number of steps of the run
   */
  public static long evaluateEvery(long steps) {
    return Math.max(1, steps / TENTH);
  }

  /** Collects options by their names. */
  public static final class Builder {
    private final long steps;
    private int microBatches = MICRO_BATCHES;
    private double learningRate = LEARNING_RATE;
    private Schedule.Decay decay = Schedule.Decay.LINEAR;
    private long warmup;
    private Optimizer optimizer = Optimizer.adamW(Optimizer.WEIGHT_DECAY);
    private long evaluateEvery;
    private long evaluationBatches = EVALUATION_BATCHES;
    private long seed;
    private boolean checkpointActivations;

    private Builder(long steps) {
      this.steps = steps;
      this.warmup = TrainingOptions.warmup(steps);
      this.evaluateEvery = TrainingOptions.evaluateEvery(steps);
    }

    /**
     * Sets how many batches a step averages over.
     *
     * @param count the number of batches, at least 1
     * @return this builder
     */
    public Builder microBatches(int count) {
      this.microBatches = count;
      return this;
    }

    /**
     * Sets the highest learning rate.
     *
     * @param rate the rate at the end of the warm-up
     * @return this builder
     */
    public Builder learningRate(double rate) {
      this.learningRate = rate;
      return this;
    }

    /**
     * Sets how the learning rate falls after the warm-up.
     *
     * @param how the form of the fall
     * @return this builder
     */
    public Builder decay(Schedule.Decay how) {
      this.decay = how;
      return this;
    }

    /**
     * Sets the steps over which the learning rate rises.
     *
     * @param count the number of steps, from 0
     * @return this builder
     */
    public Builder warmup(long count) {
      this.warmup = count;
      return this;
    }

    /**
     * Sets how gradients change parameters.
     *
     * @param how the rule, with its weight decay and clipping
     * @return this builder
     */
    public Builder optimizer(Optimizer how) {
      this.optimizer = how;
      return this;
    }

    /**
     * Sets the steps between evaluations.
     *
     * @param count the number of steps, at least 1, or {@link TrainingOptions#AT_END}
     * @return this builder
     */
    public Builder evaluateEvery(long count) {
      this.evaluateEvery = count;
      return this;
    }

    /**
     * Sets the most batches that an evaluation measures.
     *
     * @param count the number of batches, at least 1
     * @return this builder
     */
    public Builder evaluationBatches(long count) {
      this.evaluationBatches = count;
      return this;
    }

    /**
     * Sets what dropout draws from.
     *
     * @param from the seed
     * @return this builder
     */
    public Builder seed(long from) {
      this.seed = from;
      return this;
    }

    /**
     * Sets whether layers are run again in the backward pass, to need less memory.
     *
     * @param checkpointed whether only what stands between layers is kept
     * @return this builder
     */
    public Builder checkpointActivations(boolean checkpointed) {
      this.checkpointActivations = checkpointed;
      return this;
    }

    /**
     * {@return the options}
     *
     * @throws TrainingException if a number is out of its range
     */
    public TrainingOptions build() {
      return new TrainingOptions(
          steps,
          microBatches,
          new Schedule(decay, learningRate, warmup, steps, 0),
          optimizer,
          evaluateEvery,
          evaluationBatches,
          seed,
          checkpointActivations);
    }
  }

  /**
   * Options that keep what gradients need.
   *
   * @param steps the number of optimizer steps
   * @param microBatches how many batches a step averages over (gradient accumulation)
   * @param schedule the learning rate
   * @param optimizer how parameters change
   * @param evaluateEvery the number of steps between evaluations; the first is before the first
   *     step, the last after the last
   * @param evaluationBatches the most batches that an evaluation measures
   * @param seed what dropout draws from
   */
  public TrainingOptions(
      long steps,
      int microBatches,
      Schedule schedule,
      Optimizer optimizer,
      long evaluateEvery,
      long evaluationBatches,
      long seed) {
    this(steps, microBatches, schedule, optimizer, evaluateEvery, evaluationBatches, seed, false);
  }

  /**
   * Refuses values out of their range.
   *
   * @param steps the number of optimizer steps
   * @param microBatches how many batches a step averages over (gradient accumulation)
   * @param schedule the learning rate
   * @param optimizer how parameters change
   * @param evaluateEvery the number of steps between evaluations; the first is before the first
   *     step, the last after the last
   * @param evaluationBatches the most batches that an evaluation measures
   * @param seed what dropout draws from
   * @param checkpointActivations whether each layer is run again in the backward pass
   */
  public TrainingOptions {
    Schedule.wholeSteps((double) steps);
    requireMicroBatches(microBatches);
    if (steps < 1 || evaluateEvery < 1 || evaluationBatches < 1) {
      throw new TrainingException(
          "training needs at least 1 step, 1 step between evaluations and 1 batch to evaluate,"
              + " found "
              + steps
              + ", "
              + evaluateEvery
              + " and "
              + evaluationBatches
              + ".");
    }
  }
}
