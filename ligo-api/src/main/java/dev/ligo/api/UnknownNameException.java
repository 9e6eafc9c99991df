package dev.ligo.api;

import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** A name that does not stand for anything; the message lists the names that do. */
public final class UnknownNameException extends LigoException {
  private static final long serialVersionUID = 1L;
  private static final int LISTED = 24;

  /**
   * Creates the error for a name.
   *
   * @param kind what the name should stand for, as in "backend" or "parameter"
   * @param name the name that was asked for
   * @param known the names there are, in the order in which to list them
   */
  public UnknownNameException(String kind, String name, Collection<String> known) {
    super(message(kind, name, List.copyOf(known)));
  }

  private static String message(String kind, String name, List<String> known) {
    String start = "there is no " + kind + " named '" + name + "'";
    if (known.isEmpty()) {
      return start + ": there are none at all.";
    }
    Optional<String> near = closest(name, known);
    String suggestion = near.map(k -> ", did you mean '" + k + "'?").orElse("");
    if (known.size() == 1) {
      return start + (near.isPresent() ? suggestion : "; the only one is '" + known.get(0) + "'.");
    }
    String listed = String.join(", ", known.subList(0, Math.min(LISTED, known.size())));
    String more = known.size() > LISTED ? ", … (" + known.size() + " in all)" : "";
    return start
        + suggestion
        + (near.isPresent() ? " There are " : "; there are ")
        + listed
        + more
        + ".";
  }

  /**
   * {@return the name that differs least from a misspelled one, if it does not differ much}
   *
   * @param name the misspelled name
   * @param known the names there are; of equally close ones the first
   */
  public static Optional<String> closest(String name, Collection<String> known) {
    int least = Math.max(1, name.length() / 3) + 1;
    Optional<String> best = Optional.empty();
    for (String k : known) {
      int d = distance(name, k);
      if (d < least) {
        least = d;
        best = Optional.of(k);
      }
    }
    return best;
  }

  /**
   * Returns how many letters one string has more, fewer, others, or exchanged with the next one
   * than another string (optimal string alignment).
   */
  private static int distance(String a, String b) {
    int[][] d = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        if (i == 0 || j == 0) {
          d[i][j] = i + j;
          continue;
        }
        boolean same = a.charAt(i - 1) == b.charAt(j - 1);
        d[i][j] =
            Math.min(d[i - 1][j - 1] + (same ? 0 : 1), Math.min(d[i - 1][j], d[i][j - 1]) + 1);
        if (i > 1
            && j > 1
            && a.charAt(i - 1) == b.charAt(j - 2)
            && a.charAt(i - 2) == b.charAt(j - 1)) {
          d[i][j] = Math.min(d[i][j], d[i - 2][j - 2] + 1);
        }
      }
    }
    return d[a.length()][b.length()];
  }
}
