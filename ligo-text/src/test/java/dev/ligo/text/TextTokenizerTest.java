package dev.ligo.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.Gson;
import com.google.gson.JsonArray;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.reflect.TypeToken;
import dev.ligo.core.data.DataException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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

  /** Where tokenizer_config.json says otherwise than tokenizer.json, or its class by default. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "cased-by-argument",
        "uncased-by-argument",
        "uncased-by-default",
        "uncased-without-arguments",
        "cased-of-plain-class",
        "accents-kept",
        "chinese-kept",
        "space-by-argument",
        "no-space-by-default",
        "space-of-plain-class"
      })
  void readsTextByTheArgumentsOfTheTokenizersClass(String name) throws IOException {
    Path golden = SpecialTokensTest.golden("options").resolve(name);
    Map<String, int[]> ids = ids(golden.resolve("ids.json"));
    assertThat(ids).hasSize(3);
    try (TextTokenizer tokenizer = TextTokenizer.open(golden)) {
      ids.forEach((text, expected) -> assertThat(tokenizer.encode(text)).isEqualTo(expected));
    }
  }

  /** Where a class builds other parts than tokenizer.json has, or takes it as it is. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "gpt2-digits",
        "gpt2-whole",
        "qwen3-digits",
        "gemma-whole",
        "llama-prepended",
        "llama-legacy",
        "llama-no-space",
        "llama-no-fallback",
        "llama-bytes",
        "mistral-prepended",
        "bert-unframed",
        "bert-prefix"
      })
  void readsTextByThePartsThatTheTokenizersClassBuilds(String name) throws IOException {
    Path golden = SpecialTokensTest.golden("classes").resolve(name);
    Map<String, int[]> ids = ids(golden.resolve("ids.json"));
    Map<String, int[]> framed = ids(golden.resolve("framed.json"));
    assertThat(ids).hasSize(5).containsOnlyKeys(framed.keySet());
    try (TextTokenizer tokenizer = TextTokenizer.open(golden)) {
      ids.forEach(
          (text, expected) -> {
            assertThat(tokenizer.encode(text)).as(text).isEqualTo(expected);
            assertThat(tokenizer.encodeFramed(text)).as(text).isEqualTo(framed.get(text));
          });
    }
  }

  private static Map<String, int[]> ids(Path file) throws IOException {
    return new Gson()
        .fromJson(Files.readString(file), new TypeToken<Map<String, int[]>>() {}.getType());
  }

  /** Returns a tokenizer with other parts, each null where there is none. */
  private static String with(String model, String normalizer, String division) {
    JsonObject json = JsonParser.parseString(TinyText.json(BERT)).getAsJsonObject();
    JsonObject words = json.getAsJsonObject("model");
    words.addProperty("type", model);
    words.add("merges", new JsonArray());
    if (model.equals("Unigram")) {
      JsonArray pieces = new JsonArray();
      words.getAsJsonObject("vocab").keySet().stream()
          .map(piece -> JsonParser.parseString("[\"" + piece + "\", 0]"))
          .forEach(pieces::add);
      words.add("vocab", pieces);
    }
    json.add("normalizer", JsonParser.parseString(normalizer));
    json.add("pre_tokenizer", JsonParser.parseString(division));
    return json.toString();
  }

  /** What transformers does with these is checked in make_golden_tokens.py. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "BertTokenizer | WordPiece | {'type': 'Lowercase'} | {'type': 'BertPreTokenizer'}"
            + " | normalizer",
        "BertTokenizerFast | WordPiece | {'type': 'BertNormalizer'} | {'type': 'WhitespaceSplit'}"
            + " | pre-tokenizer",
        "BertTokenizer | BPE | {'type': 'BertNormalizer'} | {'type': 'BertPreTokenizer'} | model",
        "RobertaTokenizer | BPE | {'type': 'Lowercase'} | {'type': 'ByteLevel'} | normalizer",
        "RobertaTokenizer | WordPiece | null | {'type': 'ByteLevel'} | model",
        "GPT2Tokenizer | BPE | {'type': 'Lowercase'} | {'type': 'ByteLevel'} | normalizer",
        "GPT2Tokenizer | BPE | null | {'type': 'WhitespaceSplit'} | pre-tokenizer",
        "GPT2Tokenizer | Unigram | null | {'type': 'ByteLevel'} | model",
        "Qwen2Tokenizer | BPE | null | {'type': 'ByteLevel'} | normalizer",
        "Qwen2Tokenizer | BPE | {'type': 'NFC'} | null | pre-tokenizer",
        "GemmaTokenizer | BPE | null | null | normalizer",
        "GemmaTokenizer | Unigram | {'type': 'Replace'} | null | model",
        "GemmaTokenizer | BPE | {'type': 'Replace'} | {'type': 'Digits'} | pre-tokenizer",
        "LlamaTokenizer | WordPiece | null | null | model",
        "LlamaTokenizer | BPE | {'type': 'NFKC'} | {'type': 'Metaspace', 'split': false}"
            + " | normalizer",
        "LlamaTokenizer | BPE | null | {'type': 'Metaspace'} | pre-tokenizer",
        "XLMRobertaTokenizer | Unigram | {'type': 'NFKC'} | {'type': 'Metaspace'} | normalizer",
        "CamembertTokenizer | Unigram | {'type': 'NFKC'} | {'type': 'Metaspace'} | normalizer",
        "CamembertTokenizer | BPE | null | {'type': 'Metaspace'} | model"
      })
  void refusesAPartThatTheTokenizersClassBuildsOtherwise(
      String name, String model, String normalizer, String division, String part) {
    String json = with(model, normalizer, division);
    TinyText.write(directory.resolve("tokenizer.json"), json);
    Path config = directory.resolve("tokenizer_config.json");
    TinyText.write(config, "{\"tokenizer_class\": \"" + name + "\"}");
    assertThatThrownBy(() -> TokenizerFile.read(directory))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("its " + part + " differs from that of " + name.replace("Fast", ""))
        .hasMessageContaining("set 'tokenizer_class' to 'PreTrainedTokenizerFast'");
    TinyText.write(config, "{\"tokenizer_class\": \"PreTrainedTokenizerFast\"}");
    assertThat(TokenizerFile.read(directory).vocabulary().size()).isEqualTo(TinyText.SIZE);
  }

  /**
   * For transformers these are errors of Python; null, and nothing, are as if it were not there.
   */
  @ParameterizedTest
  @ValueSource(strings = {"7", "true", "[\"BertTokenizer\"]", "{\"a\": 1}"})
  void refusesAClassThatIsNoText(String name) {
    TinyText.tokenizer(directory);
    Path config = directory.resolve("tokenizer_config.json");
    TinyText.write(config, "{\"tokenizer_class\": " + name + "}");
    assertThatThrownBy(() -> TokenizerFile.read(directory))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("expected a text as 'tokenizer_class' in tokenizer_config.json")
        .hasMessageEndingWith("; name the class, or remove the key.");
    TinyText.write(directory.resolve("config.json"), "{\"tokenizer_class\": \"GPT2Tokenizer\"}");
    for (String none : List.of("null", "\"\"")) {
      TinyText.write(config, "{\"tokenizer_class\": " + none + "}");
      assertThatThrownBy(() -> TokenizerFile.read(directory))
          .hasMessageContaining("its model differs from that of GPT2Tokenizer");
    }
  }

  /** The parts of what is on the hub, of which the class makes the same. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "BertTokenizer | WordLevel | {'type': 'BertNormalizer'} | {'type': 'BertPreTokenizer'}",
        "RobertaTokenizer | BPE | null | {'type': 'ByteLevel', 'add_prefix_space': false}",
        "GPT2Tokenizer | BPE | null | {'type': 'Sequence', 'pretokenizers': [{'type': 'Digits'},"
            + " {'type': 'ByteLevel', 'add_prefix_space': false}]}",
        "XLMRobertaTokenizer | Unigram | {'type': 'Sequence', 'normalizers': [{'type': 'Strip'}]}"
            + " | {'type': 'Metaspace', 'replacement': '_'}",
        "CamembertTokenizer | Unigram | null | {'type': 'Sequence', 'pretokenizers':"
            + " [{'type': 'WhitespaceSplit'}, {'type': 'Metaspace', 'replacement': '_'}]}",
        "LlamaTokenizer | BPE | {'type': 'Sequence', 'normalizers': [{'type': 'Prepend'},"
            + " {'type': 'Replace', 'pattern': {'String': ' '}, 'content': '_'}]} | null",
        "LlamaTokenizerFast | BPE | null"
            + " | {'type': 'Metaspace', 'replacement': '_', 'split': false}",
        "LlamaTokenizer | BPE | null | {'type': 'ByteLevel', 'add_prefix_space': false}",
        "Qwen2Tokenizer | BPE | {'type': 'NFC'} | {'type': 'ByteLevel', 'add_prefix_space': false}",
        "GemmaTokenizer | BPE | {'type': 'Replace', 'pattern': {'String': ' '}, 'content': '_'}"
            + " | {'type': 'Split', 'pattern': {'String': ' '}}"
      })
  void takesThePartsOfPublishedTokenizers(
      String name, String model, String normalizer, String division) {
    TinyText.write(directory.resolve("tokenizer.json"), with(model, normalizer, division));
    TinyText.write(
        directory.resolve("tokenizer_config.json"), "{\"tokenizer_class\": \"" + name + "\"}");
    assertThat(TokenizerFile.read(directory).vocabulary().size()).isEqualTo(TinyText.SIZE);
  }

  @Test
  void refusesATokenizerOfRobertaThatPutsNothingAroundATextAsItsClassDoes() {
    JsonObject json =
        JsonParser.parseString(with("BPE", "null", "{'type': 'ByteLevel'}")).getAsJsonObject();
    json.add("post_processor", JsonNull.INSTANCE);
    TinyText.write(directory.resolve("tokenizer.json"), json.toString());
    TinyText.write(
        directory.resolve("tokenizer_config.json"), "{\"tokenizer_class\": \"RobertaTokenizer\"}");
    assertThatThrownBy(() -> TokenizerFile.read(directory))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("its post-processor differs from that of RobertaTokenizer");
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
