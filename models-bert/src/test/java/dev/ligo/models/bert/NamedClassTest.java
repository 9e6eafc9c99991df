package dev.ligo.models.bert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import dev.ligo.core.Checkpoint;
import dev.ligo.core.Families;
import dev.ligo.core.Ligo;
import dev.ligo.core.OpenOptions;
import dev.ligo.core.checkpoint.CheckpointException;
import dev.ligo.core.model.Architecture;
import dev.ligo.core.model.ModelSpec;
import dev.ligo.core.model.Sizes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which head a checkpoint has is said by its config's class. */
class NamedClassTest {
  private static final List<Architecture<?>> FAMILIES = List.copyOf(Ligo.create().architectures());

  @TempDir Path directory;

  /** Opens a checkpoint of a class, which has no tensors: those of known classes lack some. */
  private void open(String architectures, String type) throws IOException {
    Files.writeString(
        directory.resolve("config.json"),
        """
        {"architectures": %s, "model_type": "%s", "vocab_size": 30, "hidden_size": 8,
         "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 16,
         "n_embd": 8, "n_layer": 2, "n_head": 2, "max_position_embeddings": 12}\
        """
            .formatted(architectures, type));
    byte[] header =
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[0,0]}}     "
            .getBytes(StandardCharsets.US_ASCII);
    byte[] length =
        ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(header.length).array();
    Path file = Files.write(directory.resolve("model.safetensors"), length);
    Files.write(file, header, StandardOpenOption.APPEND);
    Checkpoint.open(directory, FAMILIES, OpenOptions.DEFAULT).close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "BertForTokenClassification",
        "BertForQuestionAnswering",
        "BertForMultipleChoice",
        "BertForNextSentencePrediction",
        "BertLMHeadModel",
        "RobertaForTokenClassification",
        "RobertaForCausalLM",
        "XLMRobertaForTokenClassification",
        "CamembertForCausalLM",
        "GPT2DoubleHeadsModel",
        "GPT2ForTokenClassification",
        "TFBertForTokenClassification",
        "FlaxBertForQuestionAnswering",
        "DistilBertForTokenClassification",
        "BespokeForRetrieval"
      })
  void aHeadThatIsNotComputedIsRefusedByItsClass(String name) {
    assertThatThrownBy(() -> open("[\"" + name + "\"]", type(name)))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining(
            "is a " + name.replaceFirst("^(TF|Flax)", "") + " by 'architectures' in config.json")
        .hasMessageContaining("expected one of");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "BertModel",
        "BertForPreTraining",
        "BertForMaskedLM",
        "BertForSequenceClassification",
        "RobertaForMaskedLM",
        "XLMRobertaModel",
        "XLMRobertaForSequenceClassification",
        "CamembertForMaskedLM",
        "GPT2Model",
        "GPT2LMHeadModel",
        "GPT2ForSequenceClassification",
        "TFBertForMaskedLM",
        "BespokeForSequenceClassification",
        "BespokeModel"
      })
  void otherClassesAreReadByTheirTensors(String name) {
    assertThatThrownBy(() -> open("[\"" + name + "\"]", type(name))).hasMessageContaining("lacks ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"null", "[]", "\"BertModel\"", "[3, null]"})
  void aConfigNeedNameNone(String architectures) {
    assertThatThrownBy(() -> open(architectures, "bert")).hasMessageContaining("lacks ");
  }

  @ParameterizedTest
  @CsvSource({"roberta, Roberta", "xlm-roberta, XLMRoberta", "camembert, Camembert"})
  void aFamilyWritesItsOwnTypeAndClasses(String type, String prefix) {
    JsonObject config =
        JsonParser.parseString(
                """
                {"model_type": "%s", "vocab_size": 30, "hidden_size": 8, "num_hidden_layers": 2,
                 "num_attention_heads": 2, "intermediate_size": 16, "max_position_embeddings": 12}\
                """
                    .formatted(type))
            .getAsJsonObject();
    ModelSpec<?> base = ModelSpec.of(Families.of(config, FAMILIES), config, n -> false);
    JsonObject grown = base.resized(Sizes.SAME.withHidden(16)).withHead("classification").json();
    assertThat(grown.get("model_type").getAsString()).isEqualTo(type);
    assertThat(grown.get("architectures").getAsJsonArray())
        .containsExactly(new JsonPrimitive(prefix + "ForSequenceClassification"));
    assertThat(base.withHead("masked-lm").json().get("architectures").getAsJsonArray())
        .containsExactly(new JsonPrimitive(prefix + "ForMaskedLM"));
  }

  private static String type(String name) {
    return Stream.of("gpt2", "xlm-roberta", "roberta", "camembert")
        .filter(t -> name.toLowerCase(Locale.ROOT).startsWith(t.replace("-", "")))
        .findFirst()
        .orElse("bert");
  }
}
