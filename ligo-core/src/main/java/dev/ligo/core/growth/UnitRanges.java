package dev.ligo.core.growth;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntPredicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Units of an axis, as ranges in order. As a text {@code 0-4,8-12} has the units 0 to 3 and 8 to
 * 11; an empty text has none.
 *
 * @param ranges the ranges
 */
public record UnitRanges(List<Range> ranges) {
  private static final Pattern RANGE = Pattern.compile("([0-9]{1,9})-([0-9]{1,9})");

  /**
   * Units that follow each other.
   *
   * @param from the number of the first one, from 0
   * @param to the number after the last
   */
  public record Range(int from, int to) {}

  /**
   * Copies the ranges.
   *
   * @param ranges the ranges
   * @throws GrowthException if one is empty, or begins before the end of the one before it
   */
  public UnitRanges {
    ranges = List.copyOf(ranges);
    int end = 0;
    for (Range r : ranges) {
      if (r.from() < end || r.to() <= r.from()) {
        throw new GrowthException(
            "ranges of units follow each other, as 0-4,8-12 do, found " + text(ranges) + ".");
      }
      end = r.to();
    }
  }

  /**
   * {@return the units for which something is true}
   *
   * @param size the number of units
   * @param wanted what is to be true
   */
  public static UnitRanges where(int size, IntPredicate wanted) {
    List<Range> ranges = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      int from = i;
      while (i < size && wanted.test(i)) {
        i++;
      }
      if (i > from) {
        ranges.add(new Range(from, i));
      }
    }
    return new UnitRanges(ranges);
  }

  /**
   * {@return the units of a text, or nothing if it is none of {@link #toString}}
   *
   * @param text the text
   */
  public static Optional<UnitRanges> parse(String text) {
    List<Range> ranges = new ArrayList<>();
    for (String part : text.isEmpty() ? new String[0] : text.split(",", -1)) {
      Matcher m = RANGE.matcher(part);
      if (!m.matches()) {
        return Optional.empty();
      }
      ranges.add(new Range(Integer.parseInt(m.group(1)), Integer.parseInt(m.group(2))));
    }
    try {
      return Optional.of(new UnitRanges(ranges));
    } catch (GrowthException e) {
      return Optional.empty();
    }
  }

  /** {@return the number after the last unit, 0 if there is none} */
  public int end() {
    return ranges.isEmpty() ? 0 : ranges.get(ranges.size() - 1).to();
  }

  /**
   * {@return whether a unit is one of them}
   *
   * @param unit the unit's number, from 0
   */
  public boolean has(int unit) {
    return ranges.stream().anyMatch(r -> r.from() <= unit && unit < r.to());
  }

  /** {@return the units' numbers, in order} */
  public int[] units() {
    return ranges.stream().flatMapToInt(r -> IntStream.range(r.from(), r.to())).toArray();
  }

  private static String text(List<Range> ranges) {
    return ranges.stream().map(r -> r.from() + "-" + r.to()).collect(Collectors.joining(","));
  }

  @Override
  public String toString() {
    return text(ranges);
  }
}
