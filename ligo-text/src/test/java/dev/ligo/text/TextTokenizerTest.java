package dev.ligo.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.Gson;
import dev.ligo.core.data.DataException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TextTokenizerTest {
  @TempDir Path directory;

  @Test
  void neitherCutsNorPadsNorAddsSpecialTokens() {
    TinyText.tokenizer(directory);
    try (TextTokenizer tokenizer = TextTokenizer.open(directory)) {
      int[] six = {id(0), id(1), id(2), id(3), id(4), id(5)};
      assertThat(tokenizer.encode("w0 w1 w2 w3 w4 w5")).containsExactly(six);
      assertThat(tokenizer.encodeAll(List.of("w0 w1 w2 w3 w4 w5", "w7", "")))
          .containsExactly(six, new int[] {id(7)}, new int[0]);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"xlm-roberta", "camembert", "xlm-roberta/of-class", "camembert/of-class"})
  void cutsAsSentencePieceDoes(String family) throws IOException {
    Path golden = SpecialTokensTest.golden(family);
    int[] ids = new Gson().fromJson(Files.readString(golden.resolve("ids.json")), int[].class);
    try (TextTokenizer tokenizer = TextTokenizer.open(golden)) {
      assertThat(tokenizer.encode(Files.readString(golden.resolve("text.txt"))))
          .containsExactly(Arrays.copyOfRange(ids, 1, ids.length - 1)); // without <s> and </s>
    }
  }

  @Test
  void framesATextWhereItIsAsked() {
    TinyText.tokenizer(directory);
    try (TextTokenizer tokenizer = TextTokenizer.open(directory)) {
      assertThat(tokenizer.encodeFramed("w0 w1 w2 w3 w4 w5"))
          .containsExactly(TinyText.CLS, id(0), id(1), id(2), id(3), id(4), id(5), TinyText.SEP);
      int[] ids = {TinyText.CLS, id(1), id(2)};
      assertThat(tokenizer.decode(ids, true)).isEqualTo("[CLS] w1 w2");
      assertThat(tokenizer.decode(ids, false)).isEqualTo("w1 w2");
    }
  }

  @Test
  void decodesTheTextThatItEncoded() throws IOException {
    Path golden = SpecialTokensTest.golden("whole-file");
    String text = Files.readString(golden.resolve("text.txt"));
    try (TextTokenizer tokenizer = TextTokenizer.open(golden)) {
      assertThat(tokenizer.decode(tokenizer.encode(text), false)).isEqualTo(text);
    }
  }

  @Test
  void opensTheFileItself() {
    Path file = TinyText.write(directory.resolve("other.json"), TinyText.json(BERT));
    try (TextTokenizer tokenizer = TextTokenizer.open(file)) {
      assertThat(tokenizer.encode("w9")).containsExactly(id(9));
    }
  }

  @Test
  void encodesTextBeyondTheBasicPlane() {
    TinyText.tokenizer(directory);
    try (TextTokenizer tokenizer = TextTokenizer.open(directory)) {
      assertThat(tokenizer.encode("w1 \uD83D\uDE00 W2 中 \u0000 w3"))
          .containsExactly(id(1), TinyText.UNK, id(2), TinyText.UNK, id(3));
    }
  }

  @Test
  void isAnErrorAndNoCrashAfterClosing() {
    TextTokenizer tokenizer = TextTokenizer.open(TinyText.tokenizer(directory));
    tokenizer.close();
    tokenizer.close();
    assertThatThrownBy(() -> tokenizer.encode("w1")).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void knowsTheSpecialTokensOfBert() {
    Vocabulary vocabulary = TokenizerFile.read(TinyText.tokenizer(directory)).vocabulary();
    assertThat(vocabulary.size()).isEqualTo(TinyText.SIZE);
    assertThat(vocabulary.id(SpecialToken.CLASSIFIER)).isEqualTo(TinyText.CLS);
    assertThat(vocabulary.id(SpecialToken.SEPARATOR)).isEqualTo(TinyText.SEP);
    assertThat(vocabulary.id(SpecialToken.MASK)).isEqualTo(TinyText.MASK);
    assertThat(vocabulary.id(SpecialToken.PADDING)).isEqualTo(TinyText.PAD);
    assertThat(vocabulary.isSpecial(TinyText.UNK)).isTrue();
    assertThat(vocabulary.isSpecial(TinyText.FIRST_WORD)).isFalse();
  }

  @Test
  void knowsTheSpecialTokensOfRoberta() {
    Vocabulary vocabulary =
        vocabulary(
            TinyText.json(List.of("<s>", "<pad>", "</s>", "<unk>", "<mask>"))
                .replace(
                    "\"sep\": [\"<unk>\", 3], \"cls\": [\"</s>\", 2]",
                    "\"sep\": [\"</s>\", 2], \"cls\": [\"<s>\", 0]"));
    assertThat(vocabulary.id(SpecialToken.CLASSIFIER)).isZero();
    assertThat(vocabulary.id(SpecialToken.PADDING)).isEqualTo(1);
    assertThat(vocabulary.id(SpecialToken.SEPARATOR)).isEqualTo(2);
    assertThat(vocabulary.id(SpecialToken.MASK)).isEqualTo(4);
  }

  @Test
  void countsAddedTokensAndPiecesInAnArray() {
    Vocabulary vocabulary =
        vocabulary(
            """
            {"added_tokens": [{"id": 7, "content": "[MASK]", "special": true},
                              {"id": 1, "content": "dear", "special": false}],
             "model": {"vocab": [["[PAD]", 0.0], ["dear", -1.5], ["reader", -2.0]]}}
            """);
    assertThat(vocabulary.size()).isEqualTo(8);
    assertThat(vocabulary.id(SpecialToken.MASK)).isEqualTo(7);
    assertThat(vocabulary.isSpecial(0)).isTrue();
    assertThat(vocabulary.isSpecial(1)).isFalse();
  }

  @Test
  void namesTheSpecialTokenThatIsMissing() {
    Vocabulary vocabulary = vocabulary("{\"model\": {\"vocab\": {\"<|endoftext|>\": 0}}}");
    assertThat(vocabulary.find(SpecialToken.MASK)).isEmpty();
    assertThatThrownBy(() -> vocabulary.id(SpecialToken.MASK))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("has no mask token: expected [MASK] or <mask>");
  }

  @Test
  void saysWhatToDoWithABareVocabulary() {
    TinyText.write(directory.resolve("vocab.txt"), "[PAD]\n");
    assertThatThrownBy(() -> TextTokenizer.open(directory))
        .isInstanceOf(DataException.class)
        .hasMessageContaining(directory.toString())
        .hasMessageContaining("expected tokenizer.json, found a bare vocabulary")
        .hasMessageContaining("save_pretrained");
  }

  @Test
  void saysThatThereIsNone() {
    assertThatThrownBy(() -> TextTokenizer.open(directory))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("expected tokenizer.json, found none");
    Path missing = directory.resolve("missing");
    assertThatThrownBy(() -> TextTokenizer.open(missing))
        .isInstanceOf(DataException.class)
        .hasMessageContaining(missing + ": expected tokenizer.json, found nothing");
    assertThat(directory.resolve("tokenizer.json").toFile().mkdir()).isTrue();
    assertThatThrownBy(() -> TextTokenizer.open(directory))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("expected tokenizer.json, found a directory of that name");
  }

  @Test
  void refusesWhatIsNotATokenizer() {
    for (String json :
        List.of("", "{", "[]", "{}", "{\"model\": {}}", "{\"model\": {\"vocab\": 3}}")) {
      assertThatThrownBy(() -> vocabulary(json))
          .as(json)
          .isInstanceOf(DataException.class)
          .hasMessageContaining("expected the JSON of a Hugging Face tokenizer");
    }
    Path incomplete =
        TinyText.write(directory.resolve("tokenizer.json"), "{\"model\": {\"vocab\": {\"a\": 0}}}");
    assertThatThrownBy(() -> TextTokenizer.open(incomplete))
        .isInstanceOf(DataException.class)
        .hasMessageContaining(incomplete + ": the tokenizers library says");
  }

  private static final List<String> BERT = List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]");

  private Vocabulary vocabulary(String json) {
    return TokenizerFile.read(TinyText.write(directory.resolve("tokenizer.json"), json))
        .vocabulary();
  }

  private static int id(int word) {
    return TinyText.id(word);
  }
}
