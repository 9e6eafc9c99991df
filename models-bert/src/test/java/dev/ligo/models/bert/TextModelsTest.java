package dev.ligo.models.bert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.ligo.core.data.DataException;
import dev.ligo.core.data.DataRequest;
import dev.ligo.core.model.Architecture;
import dev.ligo.core.model.ConfigException;
import dev.ligo.core.model.Labels;
import dev.ligo.core.model.ModelSpec;
import dev.ligo.core.model.Sizes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class TextModelsTest {
  private static final String ENCODER =
      """
      {"vocab_size": 30, "hidden_size": 8, "num_hidden_layers": 2, "num_attention_heads": 2,
       "intermediate_size": 16, "max_position_embeddings": 12}\
      """;

  private static final String DECODER =
      """
      {"vocab_size": 30, "n_embd": 8, "n_layer": 2, "n_head": 2, "n_positions": 12}\
      """;

  @TempDir Path directory;

  private static ModelSpec<?> model(String family, String key, String value) {
    JsonObject json =
        JsonParser.parseString(family.equals("gpt2") ? DECODER : ENCODER).getAsJsonObject();
    if (!key.isEmpty()) {
      json.add(key, JsonParser.parseString(value));
    }
    Architecture<?> architecture =
        switch (family) {
          case "bert" -> new BertArchitecture();
          case "roberta" -> new RobertaArchitecture();
          default -> new Gpt2Architecture();
        };
    ModelSpec<?> model = ModelSpec.of(architecture, json, n -> false);
    return model.withHead(model.architecture().tasks().get(0).name());
  }

  private static ModelSpec<?> model(String family) {
    return model(family, "", "");
  }

  @ParameterizedTest
  @CsvSource({"bert, 12", "roberta, 10", "gpt2, 12"})
  void aSequenceLongerThanThePositionsIsRefused(String family, int longest) {
    ModelSpec<?> model = model(family);
    String task = model.architecture().tasks().get(0).name();
    assertThat(model.longestSequence()).hasValue(longest);
    assertThat(model.forTask(task).forwardFlops(model.forTask(task).batchSpecs(2, longest)))
        .isPositive();
    assertThatThrownBy(
            () -> model.forTask(task).forwardFlops(model.forTask(task).batchSpecs(2, longest + 1)))
        .isInstanceOf(DataException.class)
        .hasMessage(
            "a sequence of %d tokens: the model has %d positions; make the sequence shorter.",
            longest + 1, longest);
  }

  @ParameterizedTest
  @CsvSource({
    "bert, is_decoder, true",
    "roberta, position_embedding_type, '\"relative_key\"'",
    "roberta, pruned_heads, '{\"0\": [1]}'",
    "gpt2, scale_attn_weights, false",
    "gpt2, scale_attn_by_inverse_layer_idx, true",
    "gpt2, reorder_and_upcast_attn, true",
    "gpt2, add_cross_attention, true",
    "gpt2, quantization_config, '{\"bits\": 8}'"
  })
  void anOptionThatWouldBeIgnoredIsRefused(String family, String key, String value) {
    assertThatThrownBy(() -> model(family, key, value))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("'" + key + "'")
        .hasMessageContaining("not computed here");
  }

  @ParameterizedTest
  @CsvSource({
    "roberta, pad_token_id, 30, 'is no id of a vocabulary of 30'",
    "roberta, pad_token_id, 11, 'leaves none of 12 positions'",
    "gpt2, activation_function, '\"mish\"', 'one of gelu, '",
    "gpt2, n_head, 3, 'not a multiple of the 3 heads'",
    "gpt2, n_inner, 0, 'a whole number of at least 1'"
  })
  void aConfigThatContradictsItselfIsRefused(
      String family, String key, String value, String message) {
    assertThatThrownBy(() -> model(family, key, value))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(message);
  }

  @Test
  void aFeedForwardWidthThatFollowsGoesOnFollowing() {
    JsonObject grown = model("gpt2", "n_inner", "null").resized(Sizes.SAME.withHidden(16)).json();
    assertThat(grown.get("n_inner").isJsonNull()).isTrue();
    assertThat(model("gpt2").resized(Sizes.SAME.withHidden(16)).json().has("n_inner")).isFalse();
    ModelSpec<?> named = model("gpt2", "n_inner", "20").resized(Sizes.SAME.withHidden(16));
    assertThat(named.json().get("n_inner").getAsInt()).isEqualTo(40);
    ModelSpec<?> other = model("gpt2").resized(Sizes.SAME.withIntermediate(48));
    assertThat(other.json().get("n_inner").getAsInt()).isEqualTo(48);
  }

  @Test
  void whatIsAddedToTheResidualStreamBeginsSmaller() {
    ModelSpec<?> model = model("gpt2");
    assertThat(model.layout().parameter("transformer.h.{}.mlp.c_fc.weight").initializer())
        .hasFieldOrPropertyWithValue("deviation", 0.02);
    assertThat(model.layout().parameter("transformer.h.{}.mlp.c_proj.weight").initializer())
        .hasFieldOrPropertyWithValue("deviation", 0.01);
  }

  @ParameterizedTest
  @CsvSource({
    "pad_token_id, null, 0, 1",
    "pad_token_id, -1, 0, 1",
    "pad_token_id, 7, 0, 7",
    "pad_token_id, 50257, 0, 1",
    "eos_token_id, 50256, 0, 1",
    "eos_token_id, 50256, 30, 0"
  })
  void aDecoderThatIsFittedToLabelsPadsWithTheTokenizersPaddingOrEnd(
      String key, String value, int shift, int expected) throws IOException {
    String tokenizer =
        """
        {"added_tokens": [{"id": 0, "content": "<|endoftext|>", "special": true},
                          {"id": %d, "content": "[PAD]", "special": true}],
         "model": {"vocab": {"dear": 2}}}\
        """
            .formatted(shift + 1);
    Files.writeString(directory.resolve("tokenizer.json"), tokenizer);
    DataRequest request = DataRequest.training(List.of(), directory, 1, 1);
    ModelSpec<?> fitted =
        model("gpt2", key, value)
            .withLabels("classification", new Labels(List.of("a", "b")), request);
    assertThat(fitted.json().get("pad_token_id").getAsInt()).isEqualTo(expected);
  }
}
