package dev.ligo.core.data;

import dev.ligo.api.Wording;
import dev.ligo.core.io.Hashes;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * Examples to train on, and examples that are held out from them. None is in both: of equal ones
 * only the first is left, whatever their classes.
 *
 * @param train the examples to train on
 * @param held the examples held out
 * @param duplicates how many were removed since another is equal
 */
public record Split(LabelledExamples train, LabelledExamples held, int duplicates) {
  /**
   * Holds out the same share of each class, drawn at random. Where that is less than half an
   * example of every class, the largest gives one if it has two or more.
   *
   * @param all all examples
   * @param share the share, at least 0 and below 1
   * @param seed what random numbers are drawn from
   * @return the two parts
   * @throws DataException if the share is another, or leaves nothing to train on
   */
  public static Split of(LabelledExamples all, double share, long seed) {
    if (!(share >= 0 && share < 1)) {
      throw new DataException(
          "holding out examples: expected a share of at least 0 and below 1, found "
              + Wording.number(share)
              + ".");
    }
    int[] distinct = distinct(all, Set.of());
    SortedMap<String, Integer> counts = new TreeMap<>();
    for (int i : distinct) {
      counts.merge(all.label(i), 1, Integer::sum);
    }
    Map<String, Integer> left = new HashMap<>(counts);
    left.replaceAll((label, count) -> (int) Math.round(count * share));
    if (share > 0 && left.values().stream().allMatch(n -> n == 0)) {
      counts.entrySet().stream()
          .filter(e -> e.getValue() > 1)
          .max(Map.Entry.comparingByValue())
          .ifPresent(e -> left.put(e.getKey(), 1));
    }
    boolean[] held = new boolean[all.size()];
    Permutation order =
        new Permutation(Math.max(1, distinct.length), new SeededRandom(seed, "held out"));
    for (int place = 0; place < distinct.length; place++) {
      int i = distinct[(int) order.at(place)];
      held[i] = left.merge(all.label(i), -1, Integer::sum) >= 0;
    }
    return new Split(
        all.only(Arrays.stream(distinct).filter(i -> !held[i]).toArray()),
        all.only(Arrays.stream(distinct).filter(i -> held[i]).toArray()),
        all.size() - distinct.length);
  }

  /**
   * Holds out examples that come from elsewhere: those equal to one of them are removed from what
   * is trained on.
   *
   * @param train what is trained on
   * @param held what is measured on
   * @return the two parts
   */
  public static Split of(LabelledExamples train, LabelledExamples held) {
    Set<String> elsewhere = new HashSet<>();
    IntStream.range(0, held.size()).forEach(i -> elsewhere.add(Hashes.sha256(held.content(i))));
    int[] distinct = distinct(train, elsewhere);
    return new Split(train.only(distinct), held, train.size() - distinct.length);
  }

  /** Returns the numbers of the examples that equal none before them and none seen. */
  private static int[] distinct(LabelledExamples all, Set<String> seen) {
    Set<String> digests = new HashSet<>(seen);
    return IntStream.range(0, all.size())
        .filter(i -> digests.add(Hashes.sha256(all.content(i))))
        .toArray();
  }
}
