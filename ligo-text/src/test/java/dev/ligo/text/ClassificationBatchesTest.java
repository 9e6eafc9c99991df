package dev.ligo.text;

import static dev.ligo.text.TinyText.CLS;
import static dev.ligo.text.TinyText.PAD;
import static dev.ligo.text.TinyText.SEP;
import static dev.ligo.text.TinyText.id;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonArray;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.ligo.api.HostArray;
import dev.ligo.core.data.Columns;
import dev.ligo.core.data.DataException;
import dev.ligo.core.data.DataRequest;
import dev.ligo.core.data.ProgressListener;
import dev.ligo.text.ClassificationBatches.Form;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ClassificationBatchesTest {
  @TempDir Path directory;
  private Path table;

  @BeforeEach
  void write() {
    TinyText.tokenizer(directory);
    table = TinyText.write(directory.resolve("a.csv"), "text,label\nw1,a\nw2 w3 w4 w5 w6,b\n,a\n");
  }

  private ClassificationBatches open(
      int batchSize, int length, boolean shuffle, int vocabulary, Form form) {
    DataRequest request =
        new DataRequest(
            List.of(table),
            directory,
            directory,
            batchSize,
            length,
            3,
            shuffle,
            ProgressListener.SILENT);
    LabelledTexts texts =
        LabelledTexts.read(request.paths(), Columns.DEFAULT, ProgressListener.SILENT);
    TokenLimits limits = new TokenLimits(vocabulary, 6, OptionalInt.empty(), true);
    return ClassificationBatches.open(texts, new int[] {0, 1, 0}, request, limits, form);
  }

  /** As {@code tokenizer(text, truncation=True, max_length=6)} of transformers does. */
  @ParameterizedTest
  @MethodSource("dev.ligo.text.TokenizerClassTest#classes")
  void framesAndCutsTextsAsTheTokenizerOfACheckpoint(String name) throws IOException {
    Path golden = SpecialTokensTest.golden("classes").resolve(name);
    Map<String, int[]> cut = TokenizerClassTest.ids(golden.resolve("cut.json"));
    List<String> texts = List.copyOf(cut.keySet());
    JsonArray rows = new JsonArray();
    for (String text : texts) {
      JsonObject row = new JsonObject();
      row.addProperty("text", text);
      row.addProperty("label", "a");
      rows.add(row);
    }
    Path file = TinyText.write(directory.resolve("texts.json"), rows.toString());
    DataRequest request =
        new DataRequest(
            List.of(file), golden, directory, texts.size(), 6, 0, false, ProgressListener.SILENT);
    LabelledTexts read =
        LabelledTexts.read(request.paths(), Columns.DEFAULT, ProgressListener.SILENT);
    TokenLimits limits = new TokenLimits(1 << 20, 6, OptionalInt.empty(), true);
    ClassificationBatches batches =
        ClassificationBatches.open(read, new int[texts.size()], request, limits, Form.bare(0));
    for (int i = 0; i < texts.size(); i++) {
      int[] expected = cut.get(texts.get(i));
      expected = expected.length == 0 ? new int[] {0} : expected; // a row has a token
      long[] ids = batches.only(i).batch(0).get(ClassificationBatches.INPUT_IDS).toLongs();
      assertThat(ids).as(texts.get(i)).isEqualTo(Arrays.stream(expected).asLongStream().toArray());
    }
  }

  private ClassificationBatches open(int batchSize, int length, boolean shuffle) {
    return open(batchSize, length, shuffle, TinyText.SIZE, Form.FRAMED);
  }

  /** Returns the rows of one pass: ids, then mask, class and weight. */
  private static List<List<Long>> rows(ClassificationBatches batches, int batchSize, int length) {
    List<List<Long>> rows = new ArrayList<>();
    for (long b = 0; b < batches.batchesPerPass(); b++) {
      SortedMap<String, HostArray> batch = batches.batch(b);
      for (int slot = 0; slot < batchSize; slot++) {
        List<Long> row = new ArrayList<>();
        for (String name : List.of("input_ids", "attention_mask")) {
          for (int i = 0; i < length; i++) {
            row.add(batch.get(name).toLongs()[slot * length + i]);
          }
        }
        row.add(batch.get("labels").toLongs()[slot]);
        row.add((long) batch.get("weights").toFloats()[slot]);
        rows.add(row);
      }
    }
    return rows;
  }

  private static List<Long> row(long... values) {
    return LongStream.of(values).boxed().toList();
  }

  @Test
  void textsStandBetweenSpecialTokensCutAndPadded() {
    ClassificationBatches batches = open(2, 5, false);
    assertThat(batches.batchesPerPass()).isEqualTo(2);
    assertThat(rows(batches, 2, 5))
        .containsExactlyInAnyOrder(
            row(CLS, id(1), SEP, PAD, PAD, 1, 1, 1, 0, 0, 0, 1),
            row(CLS, id(2), id(3), id(4), SEP, 1, 1, 1, 1, 1, 1, 1),
            row(CLS, SEP, PAD, PAD, PAD, 1, 1, 0, 0, 0, 0, 1),
            row(PAD, PAD, PAD, PAD, PAD, 1, 0, 0, 0, 0, 0, 0));
    assertThat(batches.batch(1).get("weights").toFloats()).containsExactly(1, 0);
    assertThat(batches.batch(0).get("token_type_ids").toLongs()).containsOnly(0);
  }

  /** As AutoTokenizer gives it to a model: case "plain-more" of make_golden_tokens.py. */
  @Test
  void theTokenizerOfACheckpointThatPutsNothingAroundATextIsBelieved() throws IOException {
    Path file = directory.resolve("tokenizer.json");
    JsonObject json = JsonParser.parseString(Files.readString(file)).getAsJsonObject();
    json.add("post_processor", JsonNull.INSTANCE);
    TinyText.write(file, json.toString());
    assertThat(rows(open(3, 5, false), 3, 5))
        .contains(row(CLS, id(1), SEP, PAD, PAD, 1, 1, 1, 0, 0, 0, 1));
    TinyText.write(directory.resolve("config.json"), "{\"model_type\": \"bert\"}");
    assertThat(rows(open(3, 5, false), 3, 5))
        .contains(row(CLS, id(1), SEP, PAD, PAD, 1, 1, 1, 0, 0, 0, 1));
    TinyText.write(
        directory.resolve("tokenizer_config.json"),
        "{\"tokenizer_class\": \"PreTrainedTokenizerFast\"}");
    assertThat(rows(open(3, 5, false), 3, 5))
        .contains(row(id(1), PAD, PAD, PAD, PAD, 1, 0, 0, 0, 0, 0, 1));
  }

  @Test
  void aTextStandsAloneWhereTheTokenizerPutsNothingAroundIt() throws IOException {
    JsonObject tokenizer =
        JsonParser.parseString(Files.readString(directory.resolve("tokenizer.json")))
            .getAsJsonObject();
    tokenizer.add("post_processor", JsonNull.INSTANCE);
    TinyText.write(directory.resolve("tokenizer.json"), tokenizer.toString());
    assertThat(rows(open(3, 4, false, TinyText.SIZE, Form.bare(9)), 3, 4))
        .containsExactlyInAnyOrder(
            row(id(1), 9, 9, 9, 1, 0, 0, 0, 0, 1),
            row(id(2), id(3), id(4), id(5), 1, 1, 1, 1, 1, 1),
            row(9, 9, 9, 9, 1, 0, 0, 0, 0, 1));
  }

  @Test
  void trainingFollowsFromSeedAndIndexAlone() {
    long[] once = open(2, 5, true).batch(7).get("input_ids").toLongs();
    assertThat(open(2, 5, true).batch(7).get("input_ids").toLongs()).isEqualTo(once);
    assertThat(open(2, 5, true).batch(4).get("weights").toFloats()).containsOnly(1);
  }

  @Test
  void whatDoesNotFitTheModelIsRefused() {
    assertRefused(() -> open(2, 7, false), "the model has 6 positions");
    assertRefused(() -> open(2, 2, false), "2 are special");
    assertRefused(() -> open(0, 5, false), "1 is the least");
    assertRefused(() -> open(2, 5, false, TinyText.SIZE - 1, Form.FRAMED), "ids, the model knows");
  }

  private static void assertRefused(Runnable use, String words) {
    assertThatThrownBy(use::run).isInstanceOf(DataException.class).hasMessageContaining(words);
  }
}
