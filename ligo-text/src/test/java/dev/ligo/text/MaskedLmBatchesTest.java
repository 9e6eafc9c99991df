package dev.ligo.text;

import static dev.ligo.text.MaskedLmBatches.ATTENTION_MASK;
import static dev.ligo.text.MaskedLmBatches.INPUT_IDS;
import static dev.ligo.text.MaskedLmBatches.MASKED_LABELS;
import static dev.ligo.text.MaskedLmBatches.MASKED_POSITIONS;
import static dev.ligo.text.MaskedLmBatches.MASKED_WEIGHTS;
import static dev.ligo.text.MaskedLmBatches.TOKEN_TYPE_IDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ligo.api.DType;
import dev.ligo.api.HostArray;
import dev.ligo.api.Shape;
import dev.ligo.core.data.DataException;
import dev.ligo.core.data.DataRequest;
import dev.ligo.core.data.ProgressListener;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class MaskedLmBatchesTest {
  private static final int BATCH = 4;
  private static final int SEQUENCE = 22;
  private static final int WIDTH = SEQUENCE - 2;
  private static final int P = 3;

  @TempDir Path directory;

  @BeforeEach
  void create() {
    TinyText.tokenizer(directory);
  }

  @Test
  void hasFixedNamesTypesAndShapes() {
    for (boolean shuffle : new boolean[] {true, false}) {
      MaskedLmBatches batches = open(1003, 5, shuffle);
      assertThat(MaskedLmBatches.capacity(SEQUENCE)).isEqualTo(P);
      for (long index : new long[] {0, 1, batches.batchesPerPass() - 1, 1_000_000}) {
        SortedMap<String, HostArray> batch = batches.batch(index);
        Shape rows = Shape.of(BATCH, SEQUENCE);
        assertThat(batch.keySet())
            .containsExactlyInAnyOrder(
                INPUT_IDS,
                ATTENTION_MASK,
                TOKEN_TYPE_IDS,
                MASKED_POSITIONS,
                MASKED_LABELS,
                MASKED_WEIGHTS);
        batch.forEach(
            (name, array) -> {
              assertThat(array.shape())
                  .isEqualTo(name.startsWith("masked") ? Shape.of(BATCH * P) : rows);
              assertThat(array.dtype())
                  .isEqualTo(name.equals(MASKED_WEIGHTS) ? DType.FLOAT32 : DType.INT32);
            });
        assertThat(batch.get(TOKEN_TYPE_IDS).toLongs()).containsOnly(0);
      }
    }
  }

  @Test
  void surroundsAFullWindowWithSpecialTokensAndHidesItsShare() {
    Batch batch = new Batch(open(1000, 5, true), 0);
    for (int row = 0; row < BATCH; row++) {
      assertThat(batch.ids[row * SEQUENCE]).isEqualTo(TinyText.CLS);
      assertThat(batch.ids[(row + 1) * SEQUENCE - 1]).isEqualTo(TinyText.SEP);
      int start = row * SEQUENCE;
      int[] positions = Arrays.copyOfRange(batch.positions, row * P, (row + 1) * P);
      assertThat(positions).isSorted().doesNotHaveDuplicates();
      assertThat(IntStream.of(positions))
          .allMatch(position -> position > start && position < start + SEQUENCE - 1);
    }
    assertThat(batch.attention).containsOnly(1);
    assertThat(batch.weights).containsOnly(1);
    assertThat(IntStream.of(batch.labels)).allMatch(label -> label >= TinyText.FIRST_WORD);
  }

  @Test
  void changesNoTokenThatIsNotHidden() {
    MaskedLmBatches batches = open(1000, 5, false);
    for (int index = 0; index < 3; index++) {
      Batch batch = new Batch(batches, index);
      for (int row = 0; row < BATCH; row++) {
        int first = (index * BATCH + row) * WIDTH;
        int[] tokens = batch.tokens(row);
        assertThat(IntStream.range(0, WIDTH))
            .allMatch(i -> tokens[i] == TinyText.id((first + i) % TinyText.WORDS));
      }
      assertThat(Arrays.stream(batch.ids).filter(id -> id == TinyText.MASK).count()).isPositive();
    }
  }

  @Test
  void isAPureFunctionOfTheIndex() {
    for (boolean shuffle : new boolean[] {true, false}) {
      MaskedLmBatches batches = open(1003, 5, shuffle);
      Map<Long, Batch> before = new HashMap<>();
      LongStream.range(0, 40).forEach(i -> before.put(i, new Batch(batches, i)));
      MaskedLmBatches again = open(1003, 5, shuffle);
      LongStream.iterate(39, i -> i >= 0, i -> i - 1)
          .forEach(
              i ->
                  assertThat(new Batch(again, i))
                      .usingRecursiveComparison()
                      .isEqualTo(before.get(i)));
    }
  }

  @Test
  void dependsOnTheSeed() {
    assertThat(new Batch(open(1003, 5, true), 0).ids)
        .isNotEqualTo(new Batch(open(1003, 6, true), 0).ids);
    assertThat(new Batch(open(1003, 5, false), 0).positions)
        .isNotEqualTo(new Batch(open(1003, 6, false), 0).positions);
  }

  @Test
  void visitsEachWindowOnceInAPassOfTraining() {
    // 99 words and a separator, all different: 5 windows of 20, so 5 examples in a pass.
    MaskedLmBatches batches = open(99, 5, true);
    assertThat(batches.examplesPerPass()).isEqualTo(5);
    assertThat(batches.batchesPerPass()).isEqualTo(2);
    List<Integer> tokens = new ArrayList<>();
    for (int index = 0; index < 25; index++) {
      Batch batch = new Batch(batches, index);
      for (int row = 0; row < BATCH; row++) {
        Arrays.stream(batch.tokens(row)).forEach(tokens::add);
      }
    }
    List<List<Integer>> passes = new ArrayList<>();
    for (int pass = 0; pass < 20; pass++) {
      List<Integer> seen = tokens.subList(pass * 100, (pass + 1) * 100);
      passes.add(seen);
      assertThat(seen).doesNotHaveDuplicates();
    }
    assertThat(passes).doesNotHaveDuplicates();
  }

  @Test
  void hidesOtherTokensAtEachPassOfTraining() {
    MaskedLmBatches batches = open(19 + 3 * WIDTH, 5, true);
    assertThat(batches.batchesPerPass()).isEqualTo(1);
    List<int[]> positions =
        LongStream.range(0, 20).mapToObj(pass -> new Batch(batches, pass).positions).toList();
    assertThat(positions).doesNotHaveDuplicates();
  }

  @Test
  void isTheSameAtEachPassOfEvaluation() {
    MaskedLmBatches batches = open(1003, 5, false);
    assertThat(batches.batchesPerPass()).isEqualTo(13);
    for (long index = 0; index < 13; index++) {
      assertThat(new Batch(batches, index + 26))
          .usingRecursiveComparison()
          .isEqualTo(new Batch(batches, index));
    }
  }

  @Test
  void coversTheDataOnceInEvaluationAndEndsWithEmptyExamples() {
    // 1004 ids: 50 windows and one of 4 ids, the separator last; 13 batches of 4, one row empty.
    MaskedLmBatches batches = open(1003, 5, false);
    assertThat(batches.examplesPerPass()).isEqualTo(51);
    Batch last = new Batch(batches, 12);
    assertThat(last.tokens(2))
        .startsWith(
            TinyText.id(0),
            TinyText.id(1),
            TinyText.id(2),
            TinyText.SEP,
            TinyText.SEP,
            TinyText.PAD);
    assertThat(Arrays.copyOfRange(last.attention, 2 * SEQUENCE, 3 * SEQUENCE))
        .startsWith(1, 1, 1, 1, 1, 1, 0)
        .endsWith(0);
    assertThat(Arrays.copyOfRange(last.ids, 3 * SEQUENCE, 4 * SEQUENCE))
        .startsWith(TinyText.CLS, TinyText.SEP, TinyText.PAD)
        .endsWith(TinyText.PAD);
    assertThat(Arrays.copyOfRange(last.attention, 3 * SEQUENCE, 4 * SEQUENCE))
        .startsWith(1, 1, 0)
        .endsWith(0);
    assertThat(last.weights).containsExactly(1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0);
    assertThat(Arrays.copyOfRange(last.positions, 7, 12)).containsOnly(0);
    assertThat(Arrays.copyOfRange(last.labels, 7, 12)).containsOnly(0);
  }

  @Test
  void evaluatesTheSameForEveryBatchSize() {
    MaskedLmBatches four = open(1003, 5, false);
    MaskedLmBatches one = open(request("text.txt", 1, SEQUENCE, 5, false));
    for (int example = 0; example < 51; example++) {
      Batch batch = new Batch(four, example / BATCH);
      int row = example % BATCH;
      assertThat(new Batch(one, example).ids)
          .isEqualTo(Arrays.copyOfRange(batch.ids, row * SEQUENCE, (row + 1) * SEQUENCE));
    }
  }

  @Test
  void packsShortDocumentsWithSeparatorsBetweenThem() {
    TinyText.write(directory.resolve("short.txt"), "w1 w2\n\nw3 w4\n\nw5");
    Batch batch = new Batch(open(request("short.txt", 1, 10, 5, false)), 0);
    assertThat(batch.tokens(0))
        .containsExactly(
            TinyText.id(1),
            TinyText.id(2),
            TinyText.SEP,
            TinyText.id(3),
            TinyText.id(4),
            TinyText.SEP,
            TinyText.id(5),
            TinyText.SEP);
  }

  @Test
  void saysWhatIsTooLittleText() {
    assertThatThrownBy(() -> open(70, 5, true))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("text.txt")
        .hasMessageContaining("71 tokens make 3 examples of 20, fewer than a batch of 4")
        .hasMessageContaining("smaller batch size");
    assertThat(open(1, 5, false).batchesPerPass()).isEqualTo(1);
  }

  @Test
  void refusesSizesOutOfRange() {
    TinyText.write(directory.resolve("text.txt"), "w1");
    assertThatThrownBy(() -> open(request("text.txt", 1, 2, 5, false)))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("making examples of 2 tokens");
    assertThatThrownBy(() -> open(request("text.txt", 0, 8, 5, false)))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("making batches of 0 examples");
    assertThatThrownBy(() -> open(request("text.txt", 1 << 20, 512, 5, false)))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("smaller than 2 GiB");
    assertThatThrownBy(() -> open(request("text.txt", 1, 513, 5, false)))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("making examples of 513 tokens: the model has 512 positions");
    assertThatThrownBy(() -> open(1003, 5, true).batch(-1))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void refusesATokenizerWithMoreIdsThanTheModelKnows() {
    TinyText.write(directory.resolve("text.txt"), "w1");
    DataRequest request = request("text.txt", 1, 8, 5, false);
    assertThatThrownBy(() -> MaskedLmBatches.open(request, limits(TinyText.SIZE - 1)))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("tokenizer.json has 105 ids, the model knows 104");
  }

  @Test
  void refusesTextOfWhichTheVocabularyKnowsNothing() {
    TinyText.write(directory.resolve("cjk.txt"), "\u6A21\u578B ".repeat(5000));
    for (boolean shuffle : new boolean[] {true, false}) {
      assertThatThrownBy(() -> open(request("cjk.txt", 2, 16, 0, shuffle)))
          .isInstanceOf(DataException.class)
          .hasMessageContaining("cjk.txt")
          .hasMessageContaining("are unknown to the vocabulary");
    }
  }

  @Test
  void trainsOnNoBatchInWhichNothingIsMasked() {
    String unknown = "\u6A21\u578B ".repeat(300) + "\n";
    TinyText.write(directory.resolve("mixed.txt"), unknown + TinyText.words(40) + unknown);
    MaskedLmBatches batches = open(request("mixed.txt", 1, 16, 3, true));
    for (long b = 0; b < 3 * batches.batchesPerPass(); b++) {
      Batch batch = new Batch(batches, b);
      assertThat(batch.weights).contains(1);
      for (int i = 0; i < batch.labels.length; i++) {
        assertThat(batch.weights[i] == 0 || batch.labels[i] >= TinyText.FIRST_WORD).isTrue();
      }
    }
  }

  @Test
  void takesATokenizerWithSpecialTokensThatTheModelLacksWhileNoTextHasThem() {
    String json = TinyText.json(List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"));
    int id = TinyText.SIZE;
    TinyText.write(
        directory.resolve("tokenizer.json"),
        json.replace(
            "\"added_tokens\": [",
            "\"added_tokens\": [{\"id\": %d, \"content\": \"[NEW]\", \"single_word\": false,"
                    .formatted(id)
                + " \"lstrip\": false, \"rstrip\": false, \"normalized\": false,"
                + " \"special\": true}, "));
    TinyText.write(directory.resolve("a.txt"), TinyText.words(400));
    assertThat(open(request("a.txt", 2, 16, 0, true)).batchesPerPass()).isPositive();
    TinyText.write(directory.resolve("b.txt"), TinyText.words(400) + "[NEW]\n");
    assertThatThrownBy(() -> open(request("b.txt", 2, 16, 0, true)))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("the text has the token with id " + id);
  }

  private MaskedLmBatches open(int words, long seed, boolean shuffle) {
    TinyText.write(directory.resolve("text.txt"), TinyText.words(words));
    return open(request("text.txt", BATCH, SEQUENCE, seed, shuffle));
  }

  private static MaskedLmBatches open(DataRequest request) {
    return MaskedLmBatches.open(request, limits(TinyText.SIZE));
  }

  private static TokenLimits limits(int vocabulary) {
    return new TokenLimits(vocabulary, 512, OptionalInt.empty(), true);
  }

  private DataRequest request(String file, int batch, int sequence, long seed, boolean shuffle) {
    return new DataRequest(
        List.of(directory.resolve(file)),
        directory,
        directory.resolve("cache"),
        batch,
        sequence,
        seed,
        shuffle,
        ProgressListener.SILENT);
  }

  /** A batch as plain arrays. */
  private static final class Batch {
    final int sequence;
    final int[] ids;
    final int[] attention;
    final int[] positions;
    final int[] labels;
    final float[] weights;

    Batch(MaskedLmBatches batches, long index) {
      SortedMap<String, HostArray> batch = batches.batch(index);
      sequence = batch.get(INPUT_IDS).shape().dim(1);
      ids = ints(batch.get(INPUT_IDS));
      attention = ints(batch.get(ATTENTION_MASK));
      positions = ints(batch.get(MASKED_POSITIONS));
      labels = ints(batch.get(MASKED_LABELS));
      weights = batch.get(MASKED_WEIGHTS).toFloats();
    }

    /** Returns what stands between the first token of a row and its last place, nothing hidden. */
    int[] tokens(int row) {
      int[] shown = ids.clone();
      for (int i = 0; i < positions.length; i++) {
        if (weights[i] == 1) {
          shown[positions[i]] = labels[i];
        }
      }
      return Arrays.copyOfRange(shown, row * sequence + 1, (row + 1) * sequence - 1);
    }

    private static int[] ints(HostArray array) {
      return Arrays.stream(array.toLongs()).mapToInt(Math::toIntExact).toArray();
    }
  }
}
