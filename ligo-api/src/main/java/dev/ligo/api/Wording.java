package dev.ligo.api;

import java.io.IOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;

/** Numbers in messages, as people write them. */
public final class Wording {
  /** The least power of ten that is written out: 0.0001, but 1e-5. */
  private static final int LEAST_POWER = -4;

  /** The greatest power of ten that is written out: more digits than a double has tell nothing. */
  private static final int GREATEST_POWER = 15;

  /** The digits of a number that is only looked at. */
  private static final int SEEN_DIGITS = 3;

  /** A number with an exponent, as {@link Double#toString} writes small and large ones. */
  private static final Pattern POWER = Pattern.compile("-?\\d\\.\\d+E-?\\d+");

  private Wording() {}

  /**
   * {@return a number in as few digits as tell it from others: 3, 0.0001, 1.5e-5, 1e300}
   *
   * @param value the number
   */
  public static String number(double value) {
    if (!Double.isFinite(value) || value == 0) {
      return value == 0 ? "0" : Double.toString(value);
    }
    BigDecimal digits = BigDecimal.valueOf(value).stripTrailingZeros();
    int power = digits.precision() - digits.scale() - 1;
    return power >= LEAST_POWER && power <= GREATEST_POWER
        ? digits.toPlainString()
        : digits.movePointLeft(power).toPlainString() + "e" + power;
  }

  /**
   * {@return a number to look at, in three digits, or in all of its whole part: 0.667, 6.67e-6,
   * 12346}
   *
   * @param value the number
   */
  public static String rounded(double value) {
    if (!Double.isFinite(value) || value == 0) {
      return number(value);
    }
    BigDecimal exact = BigDecimal.valueOf(value);
    int whole = exact.precision() - exact.scale();
    return number(exact.round(new MathContext(Math.max(SEEN_DIGITS, whole))).doubleValue());
  }

  /**
   * {@return a text with its numbers as {@link #number} writes them, such as 1.0E-4}
   *
   * @param text the text, such as JSON
   */
  public static String numbers(String text) {
    return POWER.matcher(text).replaceAll(m -> number(Double.parseDouble(m.group())));
  }

  /**
   * {@return a number of things, as in "1 step" and "2 steps"}
   *
   * @param count how many there are
   * @param thing the word for one, whose plural ends in an s
   */
  public static String count(long count, String thing) {
    return count + " " + plural(count, thing);
  }

  /**
   * {@return the word for things}
   *
   * @param count how many there are
   * @param thing the word for one, whose plural ends in an s
   */
  public static String plural(long count, String thing) {
    return count == 1 ? thing : thing + "s";
  }

  /**
   * {@return what a path is, if it is a symbolic link that leads nowhere: it is neither there nor
   * free} The words name what it leads to.
   *
   * @param path the path
   */
  public static Optional<String> danglingLink(Path path) {
    if (!Files.isSymbolicLink(path) || Files.exists(path)) {
      return Optional.empty();
    }
    try {
      return Optional.of("a link to " + Files.readSymbolicLink(path) + ", which is not there");
    } catch (IOException e) {
      return Optional.of("a link that cannot be read");
    }
  }
}
