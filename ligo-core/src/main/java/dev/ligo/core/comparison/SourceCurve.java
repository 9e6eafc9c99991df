package dev.ligo.core.comparison;

import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The candidates of a comparison that differ by their sources alone: what one way of growing saves
 * from small models of other sizes, or that were trained for longer.
 *
 * @param name what they have in common
 * @param outcomes what they came to, those from the cheapest source first
 */
public record SourceCurve(String name, List<ComparisonResults.Outcome> outcomes) {
  /** What ends the name that candidates have in common, and begins that of the source. */
  public static final String BEFORE_SOURCE = "-";

  /** Where the description of a candidate has the hashes of its source. */
  static final String SOURCE = "source";

  /** Where it has how deep and how wide the source is. */
  static final String SHAPE = "source_shape";

  /**
   * Copies the outcomes.
   *
   * @param name what they have in common
   * @param outcomes what they came to, those from the cheapest source first
   */
  public SourceCurve {
    outcomes = List.copyOf(outcomes);
  }

  /**
   * {@return the curves of a comparison} Candidates whose sources nobody wrote down the training of
   * are on none, and a way of growing that has one source has no curve.
   *
   * @param results what the comparison came to
   */
  public static List<SourceCurve> of(ComparisonResults results) {
    Map<JsonObject, List<ComparisonResults.Outcome>> alike = new LinkedHashMap<>();
    for (ComparisonResults.Outcome o : results.outcomes()) {
      JsonObject candidate = results.candidates().getAsJsonObject(o.name()).deepCopy();
      candidate.remove(SHAPE);
      if (candidate.remove(SOURCE) != null && o.source().isComplete()) {
        alike.computeIfAbsent(candidate, c -> new ArrayList<>()).add(o);
      }
    }
    return alike.entrySet().stream()
        .filter(e -> e.getValue().size() > 1)
        .map(e -> curve(e.getKey().get("method").getAsString(), e.getValue()))
        .toList();
  }

  private static SourceCurve curve(String method, List<ComparisonResults.Outcome> all) {
    List<ComparisonResults.Outcome> sorted = new ArrayList<>(all);
    sorted.sort(Comparator.comparingDouble(o -> o.source().mean().orElseThrow()));
    return new SourceCurve(
        name(method, sorted.stream().map(ComparisonResults.Outcome::name).toList()), sorted);
  }

  /**
   * Returns what the names begin with before a source's; where labels share no such beginning, the
   * name that says the way of growing; and where all are labels, all of them.
   */
  private static String name(String method, List<String> names) {
    String first = names.get(0);
    int end = first.lastIndexOf(BEFORE_SOURCE);
    while (end > 0 && !all(names, first.substring(0, end + 1))) {
      end = first.lastIndexOf(BEFORE_SOURCE, end - 1);
    }
    return end > 0
        ? first.substring(0, end)
        : names.stream()
            .filter(n -> n.equals(method) || n.startsWith(method + "+"))
            .findFirst()
            .orElseGet(() -> String.join(" and ", names));
  }

  private static boolean all(List<String> names, String prefix) {
    return names.stream().allMatch(n -> n.startsWith(prefix));
  }
}
