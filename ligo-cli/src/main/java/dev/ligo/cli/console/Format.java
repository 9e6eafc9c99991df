package dev.ligo.cli.console;

import dev.ligo.api.Wording;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Locale;

/** Numbers as people read them. */
public final class Format {
  private static final String[] PREFIXES = {"", "k", "M", "G", "T", "P", "E"};
  private static final double MILLION = 1e6;
  private static final String[] LARGE = {"million", "billion", "trillion"};

  private Format() {}

  /** Returns a number with separators, as in 22,713,216. */
  public static String count(long n) {
    return String.format(Locale.ROOT, "%,d", n);
  }

  /** Returns a number of things, as in 1 step and 22,713 steps. */
  public static String count(long n, String thing) {
    return count(n) + " " + Wording.plural(n, thing);
  }

  /** Returns a quantity with three digits and a decimal prefix, as in 45.4 MB. */
  public static String quantity(long value, String unit) {
    int power = power(value);
    double scaled = value / Math.pow(1000, power);
    return String.format(
        Locale.ROOT, "%." + decimals(power, scaled) + "f %s%s", scaled, PREFIXES[power], unit);
  }

  /** Returns a quantity and its deviation, in the quantity's unit, as in 45.4 ± 0.3 MB. */
  public static String quantity(long value, long deviation, String unit) {
    int power = power(value);
    double scale = Math.pow(1000, power);
    String number = "%." + decimals(power, value / scale) + "f";
    return String.format(
        Locale.ROOT,
        number + " ± " + number + " %s%s",
        value / scale,
        deviation / scale,
        PREFIXES[power],
        unit);
  }

  private static int power(long value) {
    int power = 0;
    for (double scaled = value; scaled >= 999.5 && power < PREFIXES.length - 1; scaled /= 1000) {
      power++;
    }
    return power;
  }

  private static int decimals(int power, double scaled) {
    return power == 0 || scaled >= 99.95 ? 0 : scaled >= 9.995 ? 1 : 2;
  }

  /** Returns a number in two digits and words, as in 0.013, 9.5, 48,000 and 690 billion. */
  public static String rough(double value) {
    if (value < 999_500) {
      return twoDigits(value);
    }
    int word = 0;
    double scaled = value / MILLION;
    for (; scaled >= 999.5 && word < LARGE.length - 1; scaled /= 1000) {
      word++;
    }
    return twoDigits(scaled) + " " + LARGE[word];
  }

  private static String twoDigits(double value) {
    double two = new BigDecimal(value).round(new MathContext(2)).doubleValue();
    return two >= 100 && two < MILLION ? count(Math.round(two)) : Wording.number(two);
  }

  /** Returns a span of time, as in 1.9 s, 3 min 12 s or 2 h 5 min. */
  public static String seconds(double seconds) {
    long whole = Math.round(seconds);
    if (whole < 60) {
      return String.format(Locale.ROOT, seconds < 9.95 ? "%.1f s" : "%.0f s", seconds);
    }
    return whole < 3600
        ? whole / 60 + " min " + whole % 60 + " s"
        : whole / 3600 + " h " + whole % 3600 / 60 + " min";
  }

  /** Returns a loss or another metric, as in 3.142. */
  public static String metric(double value) {
    return String.format(Locale.ROOT, "%.3f", value);
  }

  /** Returns a share, as in 12.3 %. */
  public static String percent(double share) {
    return String.format(Locale.ROOT, "%.1f %%", 100 * share);
  }
}
