package dev.ligo.cli.compare;

import dev.ligo.api.Wording;
import dev.ligo.cli.console.Format;
import dev.ligo.core.comparison.Spread;
import java.util.Locale;
import java.util.function.DoubleFunction;

/** Figures over seeds, in words. */
final class SpreadText {
  /** The cell of a figure that is not known. */
  static final String NONE = "–";

  /** The end of the cell of a method that cost at least twice as much as scratch. */
  static final String COST = " × cost";

  /** The share below which a saving is said as the cost: that of twice as much. */
  private static final double LOSS = -1;

  private SpreadText() {}

  /** Returns whether a figure differs from seed to seed. */
  private static boolean varies(Spread s) {
    return s.deviation().orElse(0) > 0;
  }

  /** A mean with the standard deviation over seeds, where they differ. */
  static String mean(Spread s, DoubleFunction<String> format) {
    if (s.mean().isEmpty()) {
      return NONE;
    }
    String mean = format.apply(s.mean().getAsDouble());
    return !varies(s) ? mean : mean + " ± " + format.apply(s.deviation().getAsDouble());
  }

  /** A mean that may be of any size. */
  static String magnitude(Spread s) {
    return s.mean().isEmpty() ? NONE : Wording.rounded(s.mean().getAsDouble());
  }

  /** A mean of floating-point operations with its deviation. */
  static String flops(Spread s) {
    return varies(s)
        ? Format.quantity(
            Math.round(s.mean().orElseThrow()), Math.round(s.deviation().orElseThrow()), "FLOP")
        : mean(s, Tables::flops);
  }

  /** The same of savings: of much more than scratch's cost as a multiple of that. */
  static String saving(Spread s) {
    return isLoss(s) ? times(s) + COST : percent(s);
  }

  /** Savings of compute within a sentence: less than scratch's, or a multiple of it. */
  static String lessCompute(Spread s) {
    return isLoss(s) ? times(s) + " times the compute" : percent(s) + " less compute";
  }

  private static boolean isLoss(Spread s) {
    return s.mean().orElse(0) < LOSS;
  }

  private static String times(Spread s) {
    double times = 1 - s.mean().orElseThrow();
    return String.format(Locale.ROOT, times < 10 ? "%.1f" : "%,.0f", times);
  }

  /** A share in percent. */
  static String share(double share) {
    return String.format(Locale.ROOT, "%,.1f %%", 100 * share);
  }

  /** The same of shares, in percent. */
  static String percent(Spread s) {
    if (s.mean().isEmpty()) {
      return NONE;
    }
    return !varies(s)
        ? share(s.mean().getAsDouble())
        : String.format(
            Locale.ROOT,
            "%,.1f ± %,.1f %%",
            100 * s.mean().getAsDouble(),
            100 * s.deviation().getAsDouble());
  }
}
