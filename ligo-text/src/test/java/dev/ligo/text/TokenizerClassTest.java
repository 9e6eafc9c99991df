package dev.ligo.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.Gson;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.reflect.TypeToken;
import dev.ligo.core.data.DataException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which class builds a tokenizer, and what of it. */
final class TokenizerClassTest {
  private static final List<String> BERT = List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]");

  @TempDir Path directory;

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

  static List<String> classes() {
    try (Stream<Path> cases = Files.list(SpecialTokensTest.golden("classes"))) {
      return cases.map(d -> d.getFileName().toString()).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Where a class builds other parts than tokenizer.json has, or takes it as it is: one that a file
   * names or that is registered for the models' type.
   */
  @ParameterizedTest
  @MethodSource("classes")
  void readsTextByThePartsThatTheTokenizersClassBuilds(String name) throws IOException {
    Path golden = SpecialTokensTest.golden("classes").resolve(name);
    Map<String, int[]> ids = ids(golden.resolve("ids.json"));
    Map<String, int[]> framed = ids(golden.resolve("framed.json"));
    assertThat(ids).hasSize(8).containsOnlyKeys(framed.keySet());
    try (TextTokenizer tokenizer = TextTokenizer.open(golden)) {
      ids.forEach(
          (text, expected) -> {
            assertThat(tokenizer.encode(text)).as(text).isEqualTo(expected);
            assertThat(tokenizer.encodeFramed(text)).as(text).isEqualTo(framed.get(text));
          });
    }
  }

  /** A directory that training begins from scratch writes is read as the original. */
  @ParameterizedTest
  @MethodSource("classes")
  void givesTheSameIdsBesideTheConfigOfANewModel(String name) throws IOException {
    Path golden = SpecialTokensTest.golden("classes").resolve(name);
    String type = name.startsWith("qwen2") ? "qwen2" : "gpt2";
    JsonObject config = new JsonObject();
    config.addProperty("model_type", type);
    TinyText.write(directory.resolve("config.json"), config.toString());
    Files.copy(golden.resolve("tokenizer.json"), directory.resolve("tokenizer.json"));
    Map<String, JsonObject> beside = TokenizerFile.beside(golden.resolve("tokenizer.json"), config);
    beside.forEach((file, json) -> TinyText.write(directory.resolve(file), json.toString()));
    assertThat(beside.get("tokenizer_config.json").keySet()).contains("tokenizer_class");
    try (TextTokenizer tokenizer = TextTokenizer.open(directory)) {
      ids(golden.resolve("framed.json"))
          .forEach(
              (text, expected) ->
                  assertThat(tokenizer.encodeFramed(text)).as(text).isEqualTo(expected));
    }
  }

  @Test
  void refusesATokenizerThatGivesOtherIdsBesideTheConfigOfANewModel() {
    Path golden = SpecialTokensTest.golden("classes").resolve("llama-prepended");
    JsonObject config = new JsonObject();
    config.addProperty("model_type", "mistral");
    assertThatThrownBy(() -> TokenizerFile.beside(golden, config))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("beside a config.json with 'model_type' \"mistral\"");
  }

  @Test
  void namesTheSpecialTokensOfATokenizerThatStandsAlone() {
    Path alone = TinyText.write(directory.resolve("tokenizer.json"), TinyText.json(BERT));
    JsonObject config = new JsonObject();
    config.addProperty("model_type", "bert");
    JsonObject names = TokenizerFile.beside(alone, config).get("tokenizer_config.json");
    assertThat(names.get("tokenizer_class").getAsString()).isEqualTo("PreTrainedTokenizerFast");
    assertThat(names.get("mask_token").getAsString()).isEqualTo("[MASK]");
    assertThat(names.get("pad_token").getAsString()).isEqualTo("[PAD]");
    TinyText.write(directory.resolve("special_tokens_map.json"), "{\"pad_token\": \"[UNK]\"}");
    Map<String, JsonObject> beside = TokenizerFile.beside(alone, config);
    assertThat(beside.get("special_tokens_map.json").get("pad_token").getAsString())
        .isEqualTo("[UNK]");
    assertThat(beside.get("tokenizer_config.json").has("pad_token")).isFalse();
  }

  static Map<String, int[]> ids(Path file) throws IOException {
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
        "XLMRobertaTokenizer | Unigram | null | {'type': 'Digits'} | pre-tokenizer",
        "GPTNeoXTokenizer | BPE | {'type': 'NFKC'} | {'type': 'ByteLevel'} | normalizer",
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
    assertThat(TokenizerFile.read(directory).vocabulary().size())
        .isGreaterThanOrEqualTo(TinyText.SIZE); // a class adds special tokens of its own
  }

  @ParameterizedTest
  @ValueSource(strings = {"T5Tokenizer", "AlbertTokenizer", "CodeLlamaTokenizerFast"})
  void refusesAClassThatItDoesNotKnow(String name) {
    TinyText.tokenizer(directory);
    TinyText.write(
        directory.resolve("tokenizer_config.json"), "{\"tokenizer_class\": \"" + name + "\"}");
    assertThatThrownBy(() -> TokenizerFile.read(directory))
        .isInstanceOf(DataException.class)
        .hasMessageContaining(
            "its class is " + name.replace("Fast", "") + ", which is not supported; ");
  }

  @Test
  void refusesATokenizerWithoutTheUnknownTokenOfItsClass() {
    List<String> own = List.of("<pad>", "<unk>", "[CLS]", "[SEP]", "[MASK]");
    TinyText.write(directory.resolve("tokenizer.json"), TinyText.json(own));
    TinyText.write(directory.resolve("config.json"), "{\"model_type\": \"bert\"}");
    assertThatThrownBy(() -> TokenizerFile.read(directory))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("its unknown token differs from that of BertTokenizer");
    TinyText.write(directory.resolve("special_tokens_map.json"), "{\"unk_token\": \"<unk>\"}");
    assertThat(TokenizerFile.read(directory).vocabulary().id(SpecialToken.UNKNOWN)).isEqualTo(1);
  }
}
