package dev.ligo.cli.compare;

import java.util.List;

/** Several things in a sentence. */
final class NameList {
  /** The most that a sentence lists. More stand in the table alone. */
  static final int MOST = 6;

  private NameList() {}

  /** Returns whether a sentence lists so many. */
  static boolean isShort(List<?> all) {
    return all.size() <= MOST;
  }

  /** Returns them as in "a, b and c". */
  static String and(List<String> all) {
    int last = all.size() - 1;
    return last < 1
        ? String.join("", all)
        : String.join(", ", all.subList(0, last)) + " and " + all.get(last);
  }

  /**
   * Returns methods by their names, or how many there are.
   *
   * @param of how many methods there are at all
   */
  static String methods(List<String> names, long of) {
    return isShort(names)
        ? and(names)
        : names.size() == of ? "all " + of + " methods" : names.size() + " of " + of + " methods";
  }
}
