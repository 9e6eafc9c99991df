package dev.ligo.core.train;

import com.google.gson.JsonObject;
import dev.ligo.api.Wording;
import java.util.Locale;

/**
 * A learning rate that depends on the step: it rises linearly to the peak, then falls, and would
 * reach its floor one step after the last, so that no step is made at a rate of 0.
 *
 * @param decay how it falls
 * @param peak the highest rate
 * @param warmup the number of steps over which it rises
 * @param steps the number of steps, after which it has fallen
 * @param floor the share of the peak to which it falls
 */
public record Schedule(Decay decay, double peak, long warmup, long steps, double floor) {
  /** The ways in which a learning rate falls after the warm-up. */
  public enum Decay {
    /** It does not. */
    CONSTANT,
    /** In a straight line. */
    LINEAR,
    /** Along half a cosine. */
    COSINE,
    /**
     * It stays, and falls in a straight line over the last fifth of the steps: warm-up, stable,
     * decay (Hu et al., "MiniCPM", 2024; the fifth is that of Hägele et al., "Scaling Laws and
     * Compute-Optimal Training Beyond Fixed Training Durations", 2024). A model that was grown in
     * the stable phase goes on in it, and the rate falls once.
     */
    WSD
  }

  /** The most steps of a run: more than any that ends, and few enough to be planned at once. */
  public static final long MOST_STEPS = 1_000_000_000;

  /** The part of all steps in which a rate falls that stayed until then: one of so many. */
  private static final long PARTS = 5;

  /**
   * Refuses values out of their range.
   *
   * @param decay how it falls
   * @param peak the highest rate
   * @param warmup the number of steps over which it rises
   * @param steps the number of steps, after which it has fallen
   * @param floor the share of the peak to which it falls
   */
  public Schedule {
    wholeSteps((double) steps);
    if (!(peak > 0) || warmup < 0 || steps < 1 || warmup > steps || !(floor >= 0 && floor <= 1)) {
      throw new TrainingException(
          "a schedule needs a rate above 0, a warm-up within its steps and a floor in [0, 1], found"
              + " rate "
              + numbers(peak, warmup, steps, floor)
              + ".");
    }
  }

  /**
   * {@return a number of steps, rounded up}
   *
   * @param count the number, such as that of so many epochs
   * @throws TrainingException if it is above {@link #MOST_STEPS}
   */
  public static long wholeSteps(double count) {
    double whole = Math.ceil(count);
    if (!(whole <= MOST_STEPS)) {
      throw new TrainingException(
          "a run has at most "
              + MOST_STEPS
              + " steps, found "
              + Wording.number(whole)
              + "; train for fewer, on larger batches.");
    }
    return (long) whole;
  }

  /**
   * {@return this schedule with another highest rate}
   *
   * @param other the highest learning rate
   */
  public Schedule withPeak(double other) {
    return new Schedule(decay, other, warmup, steps, floor);
  }

  /**
   * {@return this schedule with another warm-up}
   *
   * @param other the number of steps
   */
  public Schedule withWarmup(long other) {
    return new Schedule(decay, peak, other, steps, floor);
  }

  /**
   * {@return this schedule over another number of steps, with the same share of warm-up}
   *
   * @param other the number of steps
   */
  public Schedule over(long other) {
    long rise = warmup == 0 ? 0 : Math.max(1, Math.round((double) warmup * other / steps));
    return new Schedule(decay, peak, rise, other, floor);
  }

  /** {@return the schedule in words, from which it can be told from others} */
  @Override
  public String toString() {
    return decay.name().toLowerCase(Locale.ROOT) + " from " + numbers(peak, warmup, steps, floor);
  }

  private static String numbers(double peak, long warmup, long steps, double floor) {
    return Wording.number(peak)
        + ", warm-up "
        + warmup
        + " of "
        + Wording.count(steps, "step")
        + ", floor "
        + Wording.number(floor);
  }

  /** {@return the schedule as JSON, but for the number of steps} */
  public JsonObject json() {
    JsonObject o = new JsonObject();
    o.addProperty("decay", decay.name().toLowerCase(Locale.ROOT));
    o.addProperty("peak", peak);
    o.addProperty("warmup", warmup);
    o.addProperty("floor", floor);
    return o;
  }

  /**
   * {@return the rate of a step, counted from 1; after the last step it is at the floor}
   *
   * @param step the step, from 1
   */
  public double at(long step) {
    if (step <= warmup) {
      return peak * step / warmup;
    }
    double progress = Math.min(1, (double) (step - warmup) / (steps + 1 - warmup));
    double left =
        switch (decay) {
          case CONSTANT -> 1;
          case LINEAR -> 1 - progress;
          case COSINE -> (1 + Math.cos(Math.PI * progress)) / 2;
          case WSD -> Math.max(0, Math.min(1, (double) (steps + 1 - step) / (steps / PARTS + 1)));
        };
    return peak * (floor + (1 - floor) * left);
  }
}
