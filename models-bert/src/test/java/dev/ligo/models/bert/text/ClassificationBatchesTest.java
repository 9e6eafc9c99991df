package dev.ligo.models.bert.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ligo.api.HostArray;
import dev.ligo.core.data.Columns;
import dev.ligo.core.data.DataException;
import dev.ligo.core.data.DataRequest;
import dev.ligo.core.data.ProgressListener;
import dev.ligo.models.bert.text.ClassificationBatches.Form;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.SortedMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
    LabelledTexts texts = LabelledTexts.read(request.paths(), Columns.USUAL);
    TokenLimits limits = new TokenLimits(vocabulary, 6, OptionalInt.empty(), true);
    return ClassificationBatches.open(texts, new int[] {0, 1, 0}, request, limits, form);
  }

  private ClassificationBatches open(int batchSize, int length, boolean shuffle) {
    return open(batchSize, length, shuffle, TinyText.SIZE, Form.FRAMED);
  }

  @Test
  void textsStandBetweenSpecialTokensCutAndPadded() {
    ClassificationBatches batches = open(2, 5, false);
    assertThat(batches.batchesPerPass()).isEqualTo(2);
    SortedMap<String, HostArray> first = batches.batch(0);
    assertThat(first.get("input_ids").toLongs())
        .containsExactly(
            TinyText.CLS,
            TinyText.id(1),
            TinyText.SEP,
            TinyText.PAD,
            TinyText.PAD,
            TinyText.CLS,
            TinyText.id(2),
            TinyText.id(3),
            TinyText.id(4),
            TinyText.SEP);
    assertThat(first.get("attention_mask").toLongs()).containsExactly(1, 1, 1, 0, 0, 1, 1, 1, 1, 1);
    assertThat(first.get("token_type_ids").toLongs()).containsOnly(0);
    assertThat(first.get("labels").toLongs()).containsExactly(0, 1);
    SortedMap<String, HostArray> last = batches.batch(1);
    assertThat(last.get("input_ids").toLongs())
        .startsWith(TinyText.CLS, TinyText.SEP, TinyText.PAD)
        .endsWith(TinyText.PAD, TinyText.PAD, TinyText.PAD, TinyText.PAD, TinyText.PAD);
    assertThat(last.get("weights").toFloats()).containsExactly(1, 0);
    assertThat(last.get("attention_mask").toLongs()).containsExactly(1, 1, 0, 0, 0, 1, 0, 0, 0, 0);
  }

  @Test
  void aBareTextHasNoSpecialTokens() {
    SortedMap<String, HostArray> batch = open(3, 4, false, TinyText.SIZE, Form.bare(9)).batch(0);
    assertThat(batch.get("input_ids").toLongs())
        .containsExactly(
            TinyText.id(1),
            9,
            9,
            9,
            TinyText.id(2),
            TinyText.id(3),
            TinyText.id(4),
            TinyText.id(5),
            9,
            9,
            9,
            9);
    assertThat(batch.get("attention_mask").toLongs())
        .containsExactly(1, 0, 0, 0, 1, 1, 1, 1, 1, 0, 0, 0);
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
