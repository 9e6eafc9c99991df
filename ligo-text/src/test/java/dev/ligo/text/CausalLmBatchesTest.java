package dev.ligo.text;

import static dev.ligo.text.CausalLmBatches.INPUT_IDS;
import static dev.ligo.text.CausalLmBatches.NEXT_IDS;
import static dev.ligo.text.CausalLmBatches.NEXT_WEIGHTS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ligo.api.HostArray;
import dev.ligo.api.Shape;
import dev.ligo.core.data.DataException;
import dev.ligo.core.data.DataRequest;
import dev.ligo.core.data.ProgressListener;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.SortedMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CausalLmBatchesTest {
  private static final Path BYTE_LEVEL =
      Path.of("../ligo-cli/src/main/resources/dev/ligo/cli/compare/presets/tokenizer.json");

  @TempDir Path directory;

  @BeforeEach
  void create() {
    TinyText.tokenizer(directory);
  }

  @Test
  void packsDocumentsWithoutPaddingAndPredictsEachTokenOnce() {
    // 8 tokens, so 7 predictions: a full example and one of 3.
    CausalLmBatches batches = open("w1 w2\n\nw3 w4\n\nw5", 2, 4, 0, false);
    assertThat(batches.batchesPerPass()).isEqualTo(1);
    SortedMap<String, HostArray> batch = batches.batch(0);
    assertThat(batch.keySet()).containsExactly(INPUT_IDS, NEXT_IDS, NEXT_WEIGHTS);
    int s = TinyText.SEP;
    assertThat(batch.get(INPUT_IDS).toLongs())
        .containsExactly(word(1), word(2), s, word(3), word(4), s, word(5), s);
    assertThat(batch.get(NEXT_IDS).toLongs())
        .containsExactly(word(2), s, word(3), word(4), s, word(5), s, s);
    assertThat(batch.get(NEXT_WEIGHTS).toFloats()).containsExactly(1, 1, 1, 1, 1, 1, 1, 0);
  }

  private static long word(int w) {
    return TinyText.id(w);
  }

  @Test
  void whatFollowsIsTheNextTokenInTrainingToo() {
    // 99 words and a separator, all different, as a ring: 12 windows of 8 and 4 tokens left out.
    CausalLmBatches batches = open(TinyText.words(99), 4, 8, 5, true);
    assertThat(batches.batchesPerPass()).isEqualTo(3);
    for (int pass = 0; pass < 4; pass++) {
      List<Long> seen = new ArrayList<>();
      for (int index = 3 * pass; index < 3 * pass + 3; index++) {
        SortedMap<String, HostArray> batch = batches.batch(index);
        assertThat(batch.get(INPUT_IDS).shape()).isEqualTo(Shape.of(4, 8));
        assertThat(batch.get(NEXT_WEIGHTS).toFloats()).containsOnly(1);
        long[] ids = batch.get(INPUT_IDS).toLongs();
        long[] next = batch.get(NEXT_IDS).toLongs();
        for (int i = 0; i < ids.length; i++) {
          seen.add(ids[i]);
          assertThat(next[i]).isEqualTo(after(ids[i]));
        }
      }
      assertThat(seen).doesNotHaveDuplicates();
    }
    assertThat(batches.batch(7).get(INPUT_IDS).toLongs())
        .isEqualTo(open(TinyText.words(99), 4, 8, 5, true).batch(7).get(INPUT_IDS).toLongs())
        .isNotEqualTo(open(TinyText.words(99), 4, 8, 6, true).batch(7).get(INPUT_IDS).toLongs());
  }

  /** Returns the token after another in the ring of 99 words and a separator. */
  private static long after(long id) {
    return id == TinyText.SEP ? word(0) : id == word(98) ? TinyText.SEP : id + 1;
  }

  @Test
  void keepsLineFeedsWhereTheyAreTokens() {
    Path text = TinyText.write(directory.resolve("text.txt"), "One line\nand another\n\nThe end\n");
    DataRequest request = request(text, BYTE_LEVEL, 1, 4, 0, false);
    CausalLmBatches batches = CausalLmBatches.open(request, limits(4096, 64));
    List<Integer> expected = new ArrayList<>();
    try (TextTokenizer tokenizer = TextTokenizer.open(BYTE_LEVEL)) {
      int end = tokenizer.vocabulary().id(SpecialToken.END_OF_TEXT);
      assertThat(end).isEqualTo(5);
      for (String document : List.of("One line\nand another", "The end")) {
        for (int id : tokenizer.encode(document)) {
          expected.add(id);
        }
        expected.add(end);
      }
    }
    List<Integer> found = new ArrayList<>();
    for (long i = 0; i < batches.batchesPerPass(); i++) {
      for (long id : batches.batch(i).get(INPUT_IDS).toLongs()) {
        found.add(Math.toIntExact(id));
      }
    }
    // Nothing follows the last token, so that it is no input.
    assertThat(found.subList(0, expected.size() - 1))
        .isEqualTo(expected.subList(0, expected.size() - 1));
  }

  @Test
  void refusesWhatDoesNotFitTheModel() {
    Path text = TinyText.write(directory.resolve("text.txt"), "w1 w2");
    assertThatThrownBy(
            () -> CausalLmBatches.open(request(text, directory, 1, 65, 0, false), limits(200, 64)))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("examples of 65 tokens: the model has 64 positions");
    assertThatThrownBy(
            () -> CausalLmBatches.open(request(text, directory, 1, 8, 0, false), limits(104, 64)))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("has 105 ids, the model knows 104");
    assertThatThrownBy(
            () -> CausalLmBatches.open(request(text, directory, 1, 8, 0, true), limits(200, 64)))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("3 tokens make 0 examples of 8");
  }

  @Test
  void aByteLevelVocabularyServesMaskedBatchesWithoutTypes() {
    Path text = TinyText.write(directory.resolve("text.txt"), "It was a dark night. ".repeat(20));
    DataRequest request = request(text, BYTE_LEVEL, 2, 32, 0, true);
    TokenLimits limits = new TokenLimits(4096, 64, OptionalInt.of(1), false);
    SortedMap<String, HostArray> batch = MaskedLmBatches.open(request, limits).batch(0);
    assertThat(batch).doesNotContainKey(MaskedLmBatches.TOKEN_TYPE_IDS);
    long[] ids = batch.get(MaskedLmBatches.INPUT_IDS).toLongs();
    assertThat(ids[0]).isZero();
    assertThat(ids[31]).isEqualTo(2);
    assertThat(ids).contains(4);
    TokenLimits other = new TokenLimits(4096, 64, OptionalInt.of(0), false);
    assertThatThrownBy(() -> MaskedLmBatches.open(request, other))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("pads with id 1, the model's config says 0");
  }

  private CausalLmBatches open(String text, int batch, int sequence, long seed, boolean shuffle) {
    Path file = TinyText.write(directory.resolve("text.txt"), text);
    return CausalLmBatches.open(
        request(file, directory, batch, sequence, seed, shuffle), limits(TinyText.SIZE, 64));
  }

  private static TokenLimits limits(int vocabulary, int longest) {
    return new TokenLimits(vocabulary, longest, OptionalInt.empty(), false);
  }

  private DataRequest request(
      Path text, Path tokenizer, int batch, int sequence, long seed, boolean shuffle) {
    return new DataRequest(
        List.of(text),
        tokenizer,
        directory.resolve("cache"),
        batch,
        sequence,
        seed,
        shuffle,
        ProgressListener.SILENT);
  }
}
