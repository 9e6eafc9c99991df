package dev.ligo.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.ligo.core.data.DataException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Tokenizers at which the native library ends the process are refused before it sees them. If one
 * got through, this test's process would end.
 */
class NativeLimitsTest {
  @TempDir Path directory;

  private Path write(String key, String value) throws IOException {
    JsonObject root =
        JsonParser.parseString(
                TinyText.json(List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"), 6))
            .getAsJsonObject();
    JsonElement parsed = JsonParser.parseString(value.replace('\'', '"'));
    if (key.startsWith("model.")) {
      root.getAsJsonObject("model").add(key.substring("model.".length()), parsed);
    } else {
      root.add(key, parsed);
    }
    return Files.writeString(directory.resolve("tokenizer.json"), root.toString());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "decoder | 1e309 | no type",
        "decoder | {'type': 1e309, 'prefix': '##', 'cleanup': true} | no type",
        "decoder | {'type': 'Strip', 'content': '_', 'start': 1e309, 'stop': 0} | the number 1e309",
        "decoder | {'type': 'Strip', 'content': 'a', 'start': 0, 'stop': 400} | stop is not 0",
        "decoder | {'type': 'Sequence', 'decoders': [{'type': 'Strip', 'content': 'a', 'start': 1,"
            + " 'stop': 1}]} | stop is not 0",
        "post_processor | {'type': 'TemplateProcessing', 'single': [{'Sequence': {'id': 'B',"
            + " 'type_id': 0}}], 'pair': [], 'special_tokens': {}} | names sequence B",
        "post_processor | {'type': 'Sequence', 'processors': [{'type': 'TemplateProcessing',"
            + " 'single': [{'SpecialToken': {'id': '[X]', 'type_id': 0}}], 'pair': [],"
            + " 'special_tokens': {}}]} | names [X], which special_tokens does not list",
        "normalizer | {'type': 'Precompiled', 'precompiled_charsmap': 'AAAA'} | that is none",
        "normalizer | {'type': 'Precompiled', 'precompiled_charsmap': 7} | that is none",
        "normalizer | {'type': 'Replace', 'pattern': {'Regex': 'a*'}, 'content': 'b'} | the empty",
        "normalizer | {'type': 'Replace', 'pattern': {'String': ''}, 'content': 'b'} | the empty",
        "pre_tokenizer | {'type': 'FixedLength', 'length': 0} | is not positive",
        "model.unk_token | '[NOT]' | which its vocabulary does not have",
      })
  void whatEndsTheProcessIsRefused(String key, String value, String found) throws IOException {
    Path file = write(key, value);
    assertThatThrownBy(() -> TextTokenizer.open(file))
        .isInstanceOf(DataException.class)
        .hasMessageContainingAll("reading the tokenizer " + file, found);
  }

  @ParameterizedTest
  @CsvSource({"2147483647", "2147483648", "4294967296", "-1", "16777216", "1.5", "1e30", "1e-30"})
  void idsBeyondAllVocabulariesAreRefused(String id) throws IOException {
    Path file = write("model.vocab", "{'[UNK]': 0, 'a': " + id + "}");
    assertThatThrownBy(() -> TextTokenizer.open(file))
        .isInstanceOf(DataException.class)
        .hasMessageContaining(id);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "normalizer | {'type': 'Replace', 'pattern': {'Regex': 'a+'}, 'content': 'b'}",
        "normalizer | null",
        "decoder | {'type': 'Sequence', 'decoders': [{'type': 'Fuse'}]}",
        "decoder | {'type': 'Strip', 'content': ' ', 'start': 1, 'stop': 0}",
        "normalizer | {'type': 'Strip', 'strip_left': true, 'strip_right': true}",
        "pre_tokenizer | {'type': 'Digits', 'individual_digits': true}",
      })
  void soundPartsAreTaken(String key, String value) throws IOException {
    try (TextTokenizer tokenizer = TextTokenizer.open(write(key, value))) {
      assertThat(tokenizer.encode("w0 w1")).isNotEmpty();
    }
  }

  @Test
  void aMergeWithoutItsPrefixIsRefused() throws IOException {
    Path file =
        write(
            "model",
            "{'type': 'BPE', 'vocab': {'a': 0, '##b': 1, 'c': 2, 'ac': 3},"
                + " 'continuing_subword_prefix': '##', 'merges': [['a', 'c']]}");
    assertThatThrownBy(() -> TextTokenizer.open(file))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("lacks '##'");
  }
}
