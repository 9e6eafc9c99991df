package dev.ligo.core.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

final class PermutationTest {
  @Test
  void visitsEveryNumberOnce() {
    for (long size : new long[] {1, 2, 3, 4, 5, 16, 17, 100, 1023, 1024, 1025, 5000}) {
      assertThat(LongStream.of(order(size, 7)).sorted().toArray())
          .as("size %d", size)
          .isEqualTo(LongStream.range(0, size).toArray());
    }
  }

  @Test
  void isAnotherForAnotherKey() {
    assertThat(order(1000, 1)).isEqualTo(order(1000, 1)).isNotEqualTo(order(1000, 2));
  }

  @Test
  void drawsEveryOrderOfThreeAboutAsOften() {
    Map<String, Integer> counts = new HashMap<>();
    IntStream.range(0, 6000)
        .forEach(key -> counts.merge(Arrays.toString(order(3, key)), 1, Integer::sum));
    assertThat(counts).hasSize(6);
    assertThat(counts.values()).allSatisfy(count -> assertThat(count).isBetween(850, 1150));
  }

  @Test
  void reachesFarBeyondAnArray() {
    long size = 3_000_000_000_000L;
    Permutation permutation = new Permutation(size, new SeededRandom(1, "test"));
    assertThat(LongStream.range(0, 1000).map(permutation::at))
        .allMatch(n -> n >= 0 && n < size)
        .doesNotHaveDuplicates();
  }

  private static long[] order(long size, long key) {
    Permutation permutation = new Permutation(size, new SeededRandom(key, "test"));
    return LongStream.range(0, size).map(permutation::at).toArray();
  }
}
