package dev.ligo.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.ligo.core.data.SeededRandom;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TokenMaskingTest {
  private static final int DRAWS = 100_000;

  @TempDir Path directory;
  private TokenMasking masking;

  @BeforeEach
  void create() {
    Vocabulary vocabulary = TokenizerFile.read(TinyText.tokenizer(directory)).vocabulary();
    masking = new TokenMasking(vocabulary, TinyText.MASK, vocabulary.size());
  }

  @Test
  void predictsFifteenPercentButOneAtLeast() {
    assertThat(IntStream.of(0, 1, 3, 9, 10, 20, 30, 126, 510).map(TokenMasking::count))
        .containsExactly(0, 1, 1, 1, 2, 3, 5, 19, 77);
  }

  @Test
  void choosesTheExactNumberOfPlacesAndNoSpecialToken() {
    int[] ids =
        IntStream.range(0, 200).map(i -> i % 3 == 0 ? TinyText.SEP : TinyText.id(i / 2)).toArray();
    ids[1] = TinyText.UNK;
    int words = (int) IntStream.of(ids).filter(id -> id >= TinyText.FIRST_WORD).count();
    for (int draw = 0; draw < 100; draw++) {
      int[] places = masking.choose(ids, new SeededRandom(draw, "test"));
      assertThat(places).hasSize(TokenMasking.count(words)).isSorted().doesNotHaveDuplicates();
      assertThat(IntStream.of(places)).allMatch(place -> ids[place] >= TinyText.FIRST_WORD);
    }
    assertThat(masking.choose(new int[] {TinyText.SEP}, new SeededRandom(0, "test"))).isEmpty();
  }

  @Test
  void choosesEveryPlaceAboutAsOften() {
    int[] ids = IntStream.range(0, 20).map(TinyText::id).toArray();
    int[] counts = new int[ids.length];
    for (int draw = 0; draw < DRAWS; draw++) {
      Arrays.stream(masking.choose(ids, new SeededRandom(draw, "test")))
          .forEach(place -> counts[place]++);
    }
    // 3 of 20 places; standard deviation √(100,000 · 0.15 · 0.85) = 113.
    assertThat(IntStream.of(counts)).allMatch(count -> Math.abs(count - 15_000) < 600);
  }

  @Test
  void replacesEightyTenTenPercent() {
    SeededRandom random = new SeededRandom(11, "test");
    int[] counts = new int[TinyText.SIZE];
    int word = TinyText.id(40);
    for (int draw = 0; draw < DRAWS; draw++) {
      counts[masking.replace(word, random)]++;
    }
    double perPiece = 0.1 / TinyText.SIZE;
    assertThat(share(counts[TinyText.MASK])).isCloseTo(0.8 + perPiece, within(0.006));
    assertThat(share(counts[word])).isCloseTo(0.1 + perPiece, within(0.005));
    // The random ones come from the whole vocabulary: 95 draws each, standard deviation 10.
    IntStream.range(0, counts.length)
        .filter(id -> id != TinyText.MASK && id != word)
        .forEach(id -> assertThat(counts[id]).as("id %d", id).isBetween(50, 150));
  }

  private static double share(int count) {
    return (double) count / DRAWS;
  }
}
