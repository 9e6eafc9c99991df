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
    String listed = String.join(", ", known.subList(0, Math.min(LISTED, known.size())));
    String more = known.size() > LISTED ? ", … (" + known.size() + " in all)" : "";
    String suggestion =
        closest(name, known)
            .map(k -> ", did you mean '" + k + "'? Known are ")
            .orElse("; known are ");
    return start + suggestion + listed + more + ".";
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

  /** Returns the Levenshtein distance of two strings. */
  private static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int substitution = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(substitution, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[b.length()];
  }
}
