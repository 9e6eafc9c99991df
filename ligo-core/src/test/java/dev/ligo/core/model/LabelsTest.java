package dev.ligo.core.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.ligo.core.data.DataException;
import dev.ligo.core.data.GivenExamples;
import dev.ligo.core.data.LabelledExamples;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LabelsTest {
  private static final Labels NAMED = new Labels(List.of("spam", "ham"));

  private static JsonObject json(String json) {
    return JsonParser.parseString(json).getAsJsonObject();
  }

  private static Labels read(String json) {
    return Labels.read(new ConfigReader(json(json)));
  }

  @Test
  void aConfigNamesThem() {
    assertThat(read("{\"id2label\": {\"1\": \"ham\", \"0\": \"spam\"}}")).isEqualTo(NAMED);
    assertThat(read("{\"id2label\": [\"spam\", \"ham\"]}")).isEqualTo(NAMED);
    assertThat(read("{}")).isEqualTo(Labels.unnamed(2));
    assertThat(read("{\"num_labels\": 3}").names())
        .containsExactly("LABEL_0", "LABEL_1", "LABEL_2");
    assertThat(read("{\"id2label\": [\"spam\", \"ham\"], \"num_labels\": 3}").size()).isEqualTo(3);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"id2label\": {\"0\": \"a\", \"2\": \"b\"}}",
        "{\"id2label\": {\"0\": [\"a\"]}}",
        "{\"id2label\": \"a\"}"
      })
  void aConfigThatDoesNotIsRefused(String json) {
    assertThatThrownBy(() -> read(json))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("'id2label' should be");
  }

  @Test
  void whatIsWrittenIsReadAgain() {
    JsonObject config = json("{\"num_labels\": 5}");
    NAMED.write(config);
    assertThat(Labels.read(new ConfigReader(config))).isEqualTo(NAMED);
    assertThat(config.getAsJsonObject("label2id").get("ham").getAsInt()).isEqualTo(1);
    JsonObject silent = new JsonObject();
    Labels.unnamed(2).write(silent);
    assertThat(silent.size()).isZero();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"problem_type\": \"multi_label_classification\", \"id2label\": [\"spam\", \"ham\"]}",
        "{\"problem_type\": \"regression\", \"id2label\": [\"spam\", \"ham\"]}",
        "{\"problem_type\": \"regression\", \"num_labels\": 1}",
        "{\"num_labels\": 1}",
        "{\"problem_type\": null, \"id2label\": {\"0\": \"LABEL_0\"}}"
      })
  void outputsThatAreNoClassesHaveNoCrossEntropy(String config) {
    assertThatThrownBy(() -> read(config).ids(GivenExamples.of("x:spam", "y:LABEL_0")))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("'problem_type'")
        .hasMessageContaining("not computed here");
  }

  @Test
  void aHeadOfValuesIsToldByWhatSaysSo() {
    assertThat(read("{\"num_labels\": 1}").unscored())
        .hasValueSatisfying(
            words ->
                assertThat(words).contains("'problem_type' in config.json or since it has one"));
    assertThat(read("{\"problem_type\": \"multi_label_classification\"}").unscored())
        .hasValueSatisfying(
            words ->
                assertThat(words)
                    .startsWith(
                        "has a head for multi-label classification, by 'problem_type' in"
                            + " config.json: its loss"));
  }

  @Test
  void oneRightClassIsTheProblemOfTwoOrMoreLabels() {
    read("{}").requireSingleLabel();
    read("{\"problem_type\": \"single_label_classification\", \"num_labels\": 1}")
        .requireSingleLabel();
    assertThatThrownBy(() -> read("{\"problem_type\": \"ranking\"}"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("'problem_type' should be one of single_label_classification");
  }

  @Test
  void theirOrderIsThatOfNumbersOrLetters() {
    assertThat(GivenExamples.of("x:10", "y:9", "z:10").labels()).containsExactly("9", "10");
    assertThat(GivenExamples.of("x:b", "y:10", "z:9").labels()).containsExactly("10", "9", "b");
  }

  @Test
  void theSameLabelsAreKnownInAnyOrder() {
    assertThat(NAMED.areThoseOf(new Labels(List.of("ham", "spam")))).isTrue();
    assertThat(NAMED.areThoseOf(new Labels(List.of("ham", "eggs")))).isFalse();
    assertThat(NAMED.areThoseOf(Labels.unnamed(2))).isFalse();
    assertThat(NAMED.areThoseOf(new Labels(List.of("0", "1")))).isTrue();
    assertThat(NAMED.areThoseOf(new Labels(List.of("1", "2")))).isFalse();
    assertThat(Labels.unnamed(2).areThoseOf(new Labels(List.of("0", "1")))).isTrue();
    assertThat(Labels.unnamed(2).areThoseOf(new Labels(List.of("1", "2")))).isFalse();
    assertThat(Labels.unnamed(2).areThoseOf(NAMED)).isFalse();
  }

  @Test
  void examplesHaveTheIdsOfTheirNames() {
    LabelledExamples examples = GivenExamples.of("x:ham", "y:spam", "z:ham");
    assertThat(NAMED.ids(examples)).containsExactly(1, 0, 1);
    assertThat(Labels.unnamed(2).ids(examples)).as("in their order").containsExactly(0, 1, 0);
    assertThat(Labels.unnamed(3).ids(GivenExamples.of("x:2", "y:0"))).containsExactly(2, 0);
  }

  @Test
  void numbersAreIdsOfNamedClasses() {
    assertThat(NAMED.ids(GivenExamples.of("x:1", "y:0", "z:1"))).containsExactly(1, 0, 1);
    assertThat(NAMED.find("1")).hasValue(1);
    assertThat(NAMED.find("2")).isEmpty();
    Labels stars = new Labels(List.of("1", "2"));
    assertThat(stars.find("1")).as("a name").hasValue(0);
    assertThat(stars.find("0")).as("no name, though an id").isEmpty();
  }

  @Test
  void anUnknownOneIsRefused() {
    assertThatThrownBy(() -> NAMED.ids(GivenExamples.of("x:ham", "y:eggs")))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("example 2 of 2 has the label 'eggs'")
        .hasMessageContaining("2 classes apart: spam, ham");
    assertThatThrownBy(() -> Labels.unnamed(3).ids(GivenExamples.of("x:3", "y:0")))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("label '3'");
  }

  @Test
  void whatLabelsWithoutNamesAreTakenAsIsSaid() {
    assertThat(Labels.guess(List.of("neg", "pos")))
        .isEqualTo(
            "the model's classes have no names, so the data's are taken in their order: 'neg' as"
                + " class 0, 'pos' as class 1; name them in 'id2label' of config.json to settle"
                + " it");
    assertThat(Labels.guess(List.of("a", "b", "c", "d", "e")))
        .contains("'c' as class 2 and 2 more; name");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'id2label': {'0': 'spam', '1': 'ham'}, 'label2id': {'ham': 0, 'spam': 1}}",
        "{'id2label': ['spam', 'eggs'], 'label2id': {'spam': 0, 'ham': 0}}",
        "{'id2label': ['spam', 'eggs'], 'label2id': {'ham': '0'}}",
        "{'id2label': ['LABEL_0', 'LABEL_1'], 'label2id': {'ham': 0, 'spam': 1}}"
      })
  void namesThatContradictIdsAreTold(String config) {
    assertThat(Labels.contradiction(json(config)))
        .contains(
            "'label2id' and 'id2label' in config.json contradict each other at 'ham': 'id2label'"
                + " counts");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{'id2label': ['spam', 'ham']}",
        "{'label2id': {'ham': 0}}",
        "{'id2label': ['spam', 'ham'], 'label2id': null}",
        "{'id2label': {'0': 'spam', '1': 'ham'}, 'label2id': {'ham': 1, 'spam': '0'}}",
        "{'id2label': ['spam', 'spam'], 'label2id': {'spam': 1}}"
      })
  void namesThatDoNotAreNot(String config) {
    assertThat(Labels.contradiction(json(config))).isEmpty();
  }
}
