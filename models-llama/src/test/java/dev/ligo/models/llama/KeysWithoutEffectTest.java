package dev.ligo.models.llama;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonParser;
import dev.ligo.core.model.ConfigReader;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Keys that models of transformers 5 do not read: their modules compute the same whatever these
 * say.
 */
class KeysWithoutEffectTest {
  private static final String SIZES =
      "'vocab_size': 11, 'hidden_size': 8, 'num_hidden_layers': 2, 'num_attention_heads': 4,"
          + " 'num_key_value_heads': 2, 'intermediate_size': 6, 'max_position_embeddings': 8";

  private static DecoderConfig read(DecoderArchitecture family, String more) {
    String config = "{" + SIZES + more + "}";
    return family.parse(
        new ConfigReader(JsonParser.parseString(config.replace('\'', '"')).getAsJsonObject()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "llama | 'pretraining_tp': 2",
        "llama | 'rope_scaling': {'attention_factor': 2}",
        "mistral | 'attention_bias': true",
        "mistral | 'mlp_bias': true",
        "qwen2 | 'attention_bias': false",
        "qwen2 | 'mlp_bias': true",
        "qwen3 | 'mlp_bias': true",
        "gemma | 'mlp_bias': true",
        "gemma2 | 'mlp_bias': true",
        "gemma3_text | 'mlp_bias': true"
      })
  void changeNothing(String name, String members) {
    DecoderArchitecture family =
        Stream.of(
                new LlamaArchitecture(),
                new MistralArchitecture(),
                new Qwen2Architecture(),
                new Qwen3Architecture(),
                new GemmaArchitecture(),
                new Gemma2Architecture(),
                new Gemma3Architecture())
            .filter(f -> f.name().equals(name))
            .findFirst()
            .orElseThrow();
    assertThat(read(family, ", " + members)).isEqualTo(read(family, ""));
  }
}
