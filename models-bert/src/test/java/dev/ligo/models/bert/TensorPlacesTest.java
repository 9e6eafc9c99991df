package dev.ligo.models.bert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.ligo.api.DType;
import dev.ligo.api.HostArray;
import dev.ligo.api.Shape;
import dev.ligo.core.Checkpoint;
import dev.ligo.core.OpenOptions;
import dev.ligo.core.UnknownHeadException;
import dev.ligo.core.checkpoint.FileDType;
import dev.ligo.core.checkpoint.FileSpec;
import dev.ligo.core.checkpoint.HuggingFaceWriter;
import dev.ligo.core.model.Architecture;
import dev.ligo.core.model.ConfigException;
import dev.ligo.core.model.ModelSpec;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A checkpoint's tensors are found: tied ones, those of wrapped models, heads left out. */
class TensorPlacesTest {
  private static final List<Architecture<?>> FAMILIES =
      List.of(new BertArchitecture(), new RobertaArchitecture(), new Gpt2Architecture());

  private static final String TIED = "tie_word_embeddings";

  @TempDir Path directory;

  private int written;

  private static JsonObject config(String name, String type) {
    return JsonParser.parseString(
            """
            {"architectures": ["%s"], "model_type": "%s", "vocab_size": 30, "hidden_size": 8,
             "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 16,
             "n_embd": 8, "n_layer": 2, "n_head": 2, "max_position_embeddings": 12,
             "n_positions": 12}\
            """
                .formatted(name, type))
        .getAsJsonObject();
  }

  private static Architecture<?> family(String type) {
    return FAMILIES.stream().filter(a -> a.name().equals(type)).findFirst().orElseThrow();
  }

  /** Returns the values of a family's model with the head that it is pretrained with. */
  private static SortedMap<String, HostArray> values(JsonObject config, String type) {
    ModelSpec<?> base = ModelSpec.of(family(type), config, n -> true);
    return base.withHead(base.pretraining()).initialValues(DType.FLOAT32, 7);
  }

  private Path write(JsonObject config, Map<String, HostArray> tensors) {
    Map<String, FileSpec> specs = new LinkedHashMap<>();
    tensors.forEach((n, a) -> specs.put(n, new FileSpec(FileDType.F32, a.shape())));
    Path to = directory.resolve("checkpoint-" + written++);
    try (HuggingFaceWriter writer = HuggingFaceWriter.create(to, specs, Map.of())) {
      tensors.forEach((n, a) -> writer.write(n, a));
      writer.config(config);
      writer.commit();
    }
    return to;
  }

  private static Checkpoint open(Path checkpoint, boolean dropHead) {
    return Checkpoint.open(checkpoint, FAMILIES, OpenOptions.DEFAULT.dropHead(dropHead));
  }

  private static Map<String, HostArray> renamed(
      Map<String, HostArray> tensors, UnaryOperator<String> name) {
    return tensors.entrySet().stream()
        .collect(Collectors.toMap(e -> name.apply(e.getKey()), Map.Entry::getValue));
  }

  private static HostArray doubled(HostArray a) {
    HostArray b = HostArray.zeros(a.dtype(), a.shape());
    for (int i = 0; i < a.size(); i++) {
      b.set(i, 2 * a.get(i));
    }
    return b;
  }

  @ParameterizedTest
  @CsvSource({
    "bert, BertForMaskedLM, bert.embeddings.word_embeddings.weight, cls.predictions.decoder.weight",
    "roberta, RobertaForMaskedLM, roberta.embeddings.word_embeddings.weight, lm_head.decoder.weight",
    "gpt2, GPT2LMHeadModel, transformer.wte.weight, lm_head.weight"
  })
  void tiedTensorsAreFoundUnderEitherNameAndADifferentHeadIsKept(
      String type, String name, String words, String head) {
    JsonObject config = config(name, type);
    SortedMap<String, HostArray> tensors = values(config, type);
    HostArray table = tensors.get(words);
    tensors.put(head, table);
    try (Checkpoint both = open(write(config, tensors), false)) {
      assertThat(both.notes()).isEmpty();
      assertThat(both.shapes()).doesNotContainKey(head);
    }
    tensors.remove(words);
    try (Checkpoint alias = open(write(config, tensors), false)) {
      assertThat(alias.read(words).toDoubles()).isEqualTo(table.toDoubles());
    }
    tensors.put(words, table);
    tensors.put(head, doubled(table));
    try (Checkpoint different = open(write(config, tensors), false)) {
      assertThat(different.notes()).singleElement().asString().contains(head, words, TIED);
      assertThat(different.model().json().get(TIED).getAsBoolean()).isFalse();
      assertThat(different.read(head).toDoubles()).isEqualTo(doubled(table).toDoubles());
      assertThat(different.read(words).toDoubles()).isEqualTo(table.toDoubles());
    }
  }

  @Test
  void aDifferentBiasAloneUntiesWithTheSharedTable() {
    JsonObject config = config("BertForMaskedLM", "bert");
    SortedMap<String, HostArray> tensors = values(config, "bert");
    HostArray other = HostArray.zeros(DType.FLOAT32, tensors.get("cls.predictions.bias").shape());
    other.set(3, 1);
    tensors.put("cls.predictions.decoder.bias", other);
    try (Checkpoint found = open(write(config, tensors), false)) {
      assertThat(found.notes())
          .containsExactly(
              "'cls.predictions.bias' and 'cls.predictions.decoder.bias' differ, though models of"
                  + " this family tie them by default: the model adds the latter, and the former"
                  + " is left out, as with 'tie_word_embeddings' set to false");
      assertThat(found.read("cls.predictions.decoder.bias").get(3)).isEqualTo(1);
      assertThat(found.read("cls.predictions.decoder.weight").toDoubles())
          .isEqualTo(tensors.get("bert.embeddings.word_embeddings.weight").toDoubles());
    }
  }

  /** As transformers saves an untied model, whose config then lost the key. */
  @ParameterizedTest
  @CsvSource({
    "bert, BertForMaskedLM, bert.embeddings.word_embeddings.weight, cls.predictions.",
    "roberta, RobertaForMaskedLM, roberta.embeddings.word_embeddings.weight, lm_head."
  })
  void aDifferentTableAndBiasAreToldInOneSentence(
      String type, String name, String words, String head) {
    JsonObject config = config(name, type);
    config.addProperty(TIED, true);
    SortedMap<String, HostArray> tensors = values(config, type);
    tensors.put(head + "decoder.weight", doubled(tensors.get(words)));
    HostArray bias = HostArray.zeros(DType.FLOAT32, tensors.get(head + "bias").shape());
    bias.set(3, 1);
    tensors.put(head + "decoder.bias", bias);
    try (Checkpoint found = open(write(config, tensors), false)) {
      assertThat(found.notes())
          .containsExactly(
              "'%1$sdecoder.weight' and '%2$s' differ, though config.json ties them: each is taken"
                      .formatted(head, words)
                  + " for what it is named, as with 'tie_word_embeddings' set to false; of"
                  + " '%1$sbias' and '%1$sdecoder.bias', which differ too, the model adds the latter"
                      .formatted(head));
      assertThat(found.read(head + "decoder.bias").get(3)).isEqualTo(1);
    }
  }

  /** Where a config unties them, transformers 5 begins the bias that is missing at 0. */
  @Test
  void ofAnUntiedHeadEitherBiasIsFoundAndTheOneThatPythonLacksIsNamed() {
    JsonObject config = config("BertForMaskedLM", "bert");
    config.addProperty(TIED, false);
    SortedMap<String, HostArray> tensors = values(config, "bert");
    HostArray bias = tensors.get("cls.predictions.decoder.bias");
    try (Checkpoint read = open(write(config, tensors), false)) {
      assertThat(read.notes()).isEmpty();
    }
    tensors.remove("cls.predictions.decoder.bias");
    tensors.put("cls.predictions.bias", bias);
    try (Checkpoint unread = open(write(config, tensors), false)) {
      assertThat(unread.notes())
          .singleElement()
          .asString()
          .contains("'cls.predictions.bias' and no 'cls.predictions.decoder.bias'");
      assertThat(unread.read("cls.predictions.decoder.bias").toDoubles())
          .isEqualTo(bias.toDoubles());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"module.", "_orig_mod.", "model.", "module._orig_mod.", "model.module."})
  void whatWrappedAModelIsTakenOffItsNames(String prefix) {
    JsonObject config = config("GPT2LMHeadModel", "gpt2");
    Map<String, HostArray> tensors = values(config, "gpt2");
    Path wrapped = write(config, renamed(tensors, n -> prefix + n));
    try (Checkpoint found = open(wrapped, false)) {
      assertThat(found.notes())
          .singleElement()
          .asString()
          .contains("wrapped model; '")
          .contains(
              prefix.equals("module._orig_mod.") ? "' and '" : "'" + prefix + "' is taken off");
      assertThat(found.dialect().place("transformer.wte.weight").tensor())
          .isEqualTo("transformer.wte.weight");
      tensors.forEach(
          (n, a) -> assertThat(found.read(n).toDoubles()).as(n).isEqualTo(a.toDoubles()));
    }
  }

  @Test
  void whatWrappedALayerIsTakenOffItsName() {
    JsonObject config = config("BertForMaskedLM", "bert");
    Map<String, HostArray> tensors = values(config, "bert");
    Path wrapped =
        write(config, renamed(tensors, n -> n.replaceFirst("(layer\\.\\d+\\.)", "$1_orig_mod.")));
    try (Checkpoint found = open(wrapped, false)) {
      assertThat(found.shapes().keySet()).isEqualTo(tensors.keySet());
      assertThat(found.notes()).hasSize(1);
    }
  }

  @Test
  void aHeadThatIsNotComputedIsLeftOutWhereThatIsAsked() {
    JsonObject config = config("BertForTokenClassification", "bert");
    SortedMap<String, HostArray> tensors =
        ModelSpec.of(family("bert"), config, n -> false).initialValues(DType.FLOAT32, 7);
    tensors.put("classifier.weight", HostArray.zeros(DType.FLOAT32, Shape.of(5, 8)));
    Path tagger = write(config, tensors);
    assertThatThrownBy(() -> open(tagger, false)).isInstanceOf(UnknownHeadException.class);
    try (Checkpoint base = open(tagger, true)) {
      assertThat(base.model().heads()).isEmpty();
      assertThat(base.model().json().get("architectures")).hasToString("[\"BertModel\"]");
      assertThat(base.notes()).containsExactly("the head is left out: classifier.weight");
      assertThat(base.shapes()).doesNotContainKey("classifier.weight");
    }
  }

  @Test
  void unknownTensorsOfTheBaseModelAreNoHead() {
    JsonObject config = config("BertForTokenClassification", "bert");
    SortedMap<String, HostArray> tensors =
        ModelSpec.of(family("bert"), config, n -> false).initialValues(DType.FLOAT32, 7);
    tensors.put("bert.encoder.layer.0.adapter", HostArray.zeros(DType.FLOAT32, Shape.of(8)));
    Path adapted = write(config, tensors);
    assertThatThrownBy(() -> open(adapted, true)).hasMessageContaining("layer.0.adapter");
  }

  /** What transformers makes a decoder of has no head that could be left out to make it right. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aDecoderIsRefusedAsSuchWithAndWithoutItsHead(boolean dropHead) {
    JsonObject config = config("BertLMHeadModel", "bert");
    config.addProperty("is_decoder", true);
    Path decoder = write(config, values(config("BertForMaskedLM", "bert"), "bert"));
    assertThatThrownBy(() -> open(decoder, dropHead))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("'is_decoder' is true, which is not computed here")
        .hasMessageContaining("take a gpt2 or llama");
  }

  @Test
  void namesThatNoFamilyHasAreShownBesideThoseThatLack() {
    JsonObject config = config("BertForMaskedLM", "bert");
    Map<String, HostArray> tensors = values(config, "bert");
    Path other = write(config, renamed(tensors, n -> "backbone.encoder." + n));
    assertThatThrownBy(() -> open(other, false))
        .hasMessageContaining("such as 'bert.embeddings.")
        .hasMessageContaining("; found others, such as 'backbone.encoder.bert.embeddings.")
        .hasMessageContaining("is it a complete checkpoint of this family?");
  }

  /** transformers warns, and initializes what lacks. */
  @ParameterizedTest
  @CsvSource({
    "bert, BertForMaskedLM, cls.predictions.decoder.weight, cls.predictions.",
    "roberta, RobertaForMaskedLM, lm_head.decoder.weight, lm_head.dense."
  })
  void aHeadOfWhichATensorLacksIsRefusedByIt(
      String type, String name, String lacking, String held) {
    JsonObject config = config(name, type);
    SortedMap<String, HostArray> tensors = values(config, type);
    config.addProperty(TIED, false);
    Path half = write(config, tensors);
    assertThatThrownBy(() -> open(half, false))
        .isInstanceOf(UnknownHeadException.class)
        .hasMessageContaining("lacks the tensor '" + lacking + "' of its masked-lm head")
        .hasMessageContaining("of which it holds '" + held);
    try (Checkpoint without = open(half, true)) {
      assertThat(without.model().heads()).isEmpty();
    }
  }

  @Test
  void aHeadThatTheConfigNamesAndTheFilesLackIsNoted() {
    JsonObject config = config("GPT2LMHeadModel", "gpt2");
    SortedMap<String, HostArray> tensors = values(config, "gpt2");
    tensors.remove("score.weight");
    config.addProperty(TIED, false);
    try (Checkpoint without = open(write(config, tensors), false)) {
      assertThat(without.model().hasHead("causal-lm")).isFalse();
      assertThat(without.notes())
          .containsExactly(
              "the files hold no causal-lm head, though config.json names a GPT2LMHeadModel: where"
                  + " one is needed, it begins afresh");
    }
    try (Checkpoint dropped = open(write(config, tensors), true)) {
      assertThat(dropped.notes()).isEmpty();
    }
  }

  /** The head of a tied language model is in the files of the class without one, too. */
  @Test
  void theBaseClassOfATiedLanguageModelHoldsItsHeadWithoutANote() {
    JsonObject config = config("GPT2Model", "gpt2");
    SortedMap<String, HostArray> tensors = values(config, "gpt2");
    tensors.remove("score.weight");
    Map<String, HostArray> bare = renamed(tensors, n -> n.replaceFirst("^transformer\\.", ""));
    try (Checkpoint base = open(write(config, bare), false)) {
      assertThat(base.notes()).isEmpty();
      assertThat(base.model().hasHead("causal-lm")).isTrue();
    }
  }
}
