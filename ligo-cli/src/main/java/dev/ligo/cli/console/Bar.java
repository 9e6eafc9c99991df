package dev.ligo.cli.console;

import java.util.Optional;

/**
 * A progress bar in one line. Of a narrow terminal, percent and time have the first right, then the
 * name of the work, the numbers, what else is worth showing, and the bar itself.
 */
final class Bar {
  private static final int SHORTEST = 8;
  private static final int LONGEST = 40;

  private Bar() {}

  /**
   * Returns the line.
   *
   * @param time the time left, or taken, in words
   * @param detail what else is worth showing, or nothing
   * @param columns the most characters
   */
  static String line(String work, long done, long total, String time, String detail, int columns) {
    double share = total > 0 ? Math.min(1, (double) done / total) : 0;
    String percent = (int) Math.floor(100 * share) + "%";
    String needed = percent + " " + time;
    int room = columns - needed.length() - 1;
    String name = work.length() <= room ? work + " " : "";
    String line = name + percent + " ";
    String rest = time;
    Optional<String> bar = Optional.empty();
    int left = columns - line.length() - rest.length();
    String numbers = " " + Format.count(done) + "/" + Format.count(total);
    if (numbers.length() <= left) {
      rest = rest + numbers;
      left -= numbers.length();
    }
    if (!detail.isEmpty() && detail.length() + 2 <= left) {
      rest = rest + ", " + detail;
      left -= detail.length() + 2;
    }
    if (left >= SHORTEST + 3) {
      bar = Optional.of(bar(share, Math.min(LONGEST, left - 3)));
    }
    String whole = line + bar.map(b -> b + " ").orElse("") + rest;
    return whole.length() <= columns ? whole : whole.substring(0, Math.max(0, columns));
  }

  private static String bar(double share, int length) {
    int filled = (int) Math.round(share * length);
    return "[" + "=".repeat(filled) + " ".repeat(length - filled) + "]";
  }
}
