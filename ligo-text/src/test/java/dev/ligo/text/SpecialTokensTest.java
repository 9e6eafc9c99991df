package dev.ligo.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.ligo.core.data.DataException;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SpecialTokensTest {
  @TempDir Path directory;

  /** Returns a directory that make_golden_tokens.py wrote. */
  static Path golden(String name) {
    try {
      return Path.of(SpecialTokensTest.class.getResource("/golden/tokens/" + name).toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "own-end",
        "upper-end",
        "two-ends",
        "stale-id",
        "map-over-config",
        "config-over-map",
        "as-object",
        "bert-own",
        "two-of-each",
        "post-processor-first",
        "sequence",
        "roberta-processing",
        "xlm-roberta",
        "camembert",
        "gemma-alone",
        "gemma-other-ids",
        "roberta-both-alone",
        "qwen2-alone"
      })
  void findsTheTokensThatTransformersFinds(String name) throws IOException {
    Vocabulary vocabulary = TokenizerFile.read(golden(name)).vocabulary();
    Map<String, JsonElement> expected =
        JsonParser.parseString(Files.readString(golden(name).resolve("expected.json")))
            .getAsJsonObject()
            .asMap();
    assertThat(expected).isNotEmpty();
    expected.forEach(
        (key, id) -> {
          SpecialToken token =
              Arrays.stream(SpecialToken.values())
                  .filter(t -> t.key().equals(key))
                  .findFirst()
                  .orElseThrow();
          assertThat(vocabulary.find(token)).as(key).hasValue(id.getAsInt());
          assertThat(vocabulary.isSpecial(id.getAsInt())).isTrue();
        });
  }

  @Test
  void believesTheConfigsIdWhereNoFileOfTheTokenizerNamesTheToken() {
    TinyText.write(directory.resolve("tokenizer.json"), added("<|endoftext|>", "<end>"));
    TinyText.write(directory.resolve("config.json"), "{\"eos_token_id\": [7, 1]}");
    assertThat(end()).isEqualTo(1);
  }

  @Test
  void takesNoOrdinaryPieceForATokenThatAConfigNamesByADefault() {
    String json = added("<|endoftext|>", "<end>").replace("true}]", "false}]");
    TinyText.write(directory.resolve("tokenizer.json"), json);
    for (String id : new String[] {"1", "50256", "-1", "null", "{}"}) {
      TinyText.write(directory.resolve("config.json"), "{\"eos_token_id\": " + id + "}");
      assertThat(end()).isZero();
    }
  }

  @Test
  void looksBesideATokenizerOfTheUsualNameAlone() throws IOException {
    Path other = Files.createDirectory(directory.resolve("other")).resolve("words.json");
    TinyText.write(other, added("<|endoftext|>", "<end>"));
    TinyText.write(other.resolveSibling("tokenizer_config.json"), "{\"eos_token\": \"<end>\"}");
    assertThat(TokenizerFile.read(other).vocabulary().id(SpecialToken.END_OF_TEXT)).isZero();
  }

  @Test
  void namesTheFileThatCannotBeUnderstood() {
    TinyText.write(directory.resolve("tokenizer.json"), added("<a>", "<b>"));
    Path config = TinyText.write(directory.resolve("tokenizer_config.json"), "[");
    assertThatThrownBy(this::end)
        .isInstanceOf(DataException.class)
        .hasMessageContaining(config + ", which names the tokenizer's special tokens");
    TinyText.write(config, "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n");
    assertThatThrownBy(this::end)
        .isInstanceOf(DataException.class)
        .hasMessageContaining(config + ": this is a Git LFS pointer");
  }

  private int end() {
    return TokenizerFile.read(directory).vocabulary().id(SpecialToken.END_OF_TEXT);
  }

  private static String added(String first, String second) {
    return """
    {"added_tokens": [{"id": 0, "content": "%s", "special": true},
                      {"id": 1, "content": "%s", "special": true}],
     "model": {"vocab": {"dear": 2}}}
    """
        .formatted(first, second);
  }

  /** What transformers does with each is what make_golden_tokens.py writes. */
  @Test
  void namesThatContradictThePostProcessorAreRefusedUnlessTheClassIsPlain() throws IOException {
    Path there = copied("post-processor-first");
    JsonObject parts =
        JsonParser.parseString(Files.readString(there.resolve("tokenizer.json"))).getAsJsonObject();
    parts.add("normalizer", JsonParser.parseString("{\"type\": \"BertNormalizer\"}"));
    parts.add("pre_tokenizer", JsonParser.parseString("{\"type\": \"BertPreTokenizer\"}"));
    TinyText.write(there.resolve("tokenizer.json"), parts.toString());
    TinyText.write(
        there.resolve("tokenizer_config.json"),
        "{\"tokenizer_class\": \"BertTokenizer\", \"sep_token\": \"[SEP]\"}");
    assertThatThrownBy(() -> TokenizerFile.read(there))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("its post-processor puts id 6 after a text")
        .hasMessageContaining("name id 3 as 'sep_token'")
        .hasMessageContaining("'tokenizer_class'");
    TinyText.write(
        there.resolve("tokenizer_config.json"),
        "{\"tokenizer_class\": \"BertTokenizer\", \"sep_token\": \"</s>\"}");
    assertThat(TokenizerFile.read(there).vocabulary().id(SpecialToken.SEPARATOR)).isEqualTo(6);
  }

  @Test
  void aModelOfWhichTransformersMakesAnotherIsRefusedUnlessAFileNamesAnotherClass()
      throws IOException {
    Path words = copied("bert-own"); // a WordLevel, divided at white space
    assertThat(TokenizerFile.read(words).vocabulary().id(SpecialToken.MASK)).isEqualTo(4);
    Files.delete(words.resolve("tokenizer_config.json"));
    assertThatThrownBy(() -> TokenizerFile.read(words))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("differs from that of BertTokenizer in transformers")
        .hasMessageContaining("set 'tokenizer_class' to 'PreTrainedTokenizerFast'");
  }

  private Path copied(String name) throws IOException {
    for (String file : List.of("tokenizer.json", "tokenizer_config.json", "config.json")) {
      Files.copy(golden(name).resolve(file), directory.resolve(file));
    }
    return directory;
  }
}
