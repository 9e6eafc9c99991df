package dev.ligo.core.comparison;

import com.google.gson.JsonObject;
import dev.ligo.core.checkpoint.JsonValue;
import java.util.OptionalDouble;

/**
 * How the compute of a comparison is counted. It changes figures, and no run: it may be another
 * each time that results are looked at.
 *
 * @param timesForward how many times the forward operations training is said to cost: 3, as it
 *     does, or 2, as in some papers; it scales all alike and changes no saving
 * @param sourceShare the share of the sources' training that is charged to what grew from them: 1
 *     for all of it, 0 where they are there already
 */
public record Counting(int timesForward, double sourceShare) {
  /** As it costs, with all training of the sources. */
  public static final Counting WHOLE = new Counting(3, 1);

  private static final String TIMES = "flops_per_forward";
  private static final String SHARE = "source_cost";

  /**
   * Refuses other numbers.
   *
   * @param timesForward how many times the forward operations training is said to cost, 2 or 3
   * @param sourceShare the share of the sources' training that is charged, from 0 to 1
   */
  public Counting {
    if (timesForward != 2 && timesForward != 3) {
      throw new ComparisonException(
          "training is counted as 2 or 3 times the forward operations, found "
              + timesForward
              + ".");
    }
    if (!(sourceShare >= 0 && sourceShare <= 1)) {
      throw new ComparisonException(
          "of the sources' training a share from 0 to 1 is charged, found " + sourceShare + ".");
    }
  }

  /** Reads it from the settings of a comparison, of which older ones charge sources in full. */
  static Counting of(JsonValue settings) {
    double share = settings.find(SHARE).map(JsonValue::number).orElse(WHOLE.sourceShare);
    return new Counting(settings.get(TIMES).index(2, WHOLE.timesForward), share);
  }

  /** Writes it among settings. */
  void addTo(JsonObject settings) {
    settings.addProperty(TIMES, timesForward);
    settings.addProperty(SHARE, sourceShare);
  }

  /**
   * {@return operations as they are counted here}
   *
   * @param flops three times the forward operations
   */
  public double counted(double flops) {
    return flops * timesForward / WHOLE.timesForward;
  }

  /** Returns what is charged of a source's training, which took so many operations, if known. */
  OptionalDouble charged(OptionalDouble source) {
    if (sourceShare == 0) {
      return OptionalDouble.of(0);
    }
    return source.isPresent()
        ? OptionalDouble.of(sourceShare * counted(source.getAsDouble()))
        : source;
  }
}
