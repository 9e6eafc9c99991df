package dev.ligo.cli.predict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.ligo.cli.CommandRun;
import dev.ligo.cli.TinyBert;
import dev.ligo.cli.TinyPicture;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PredictCommandTest {
  private static final String DECODER =
      """
      {"model_type": "gpt2", "vocab_size": 4096, "n_embd": 8, "n_layer": 1, "n_head": 2,
       "n_positions": 32, "eos_token_id": 4095, "initializer_range": 0.4}\
      """;

  private static final String IMAGES =
      """
      {"model_type": "vit", "image_size": 8, "patch_size": 4, "num_channels": 1, "hidden_size": 8,
       "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 16,
       "id2label": {"0": "boot", "1": "shirt", "2": "bag"}}\
      """;

  @TempDir Path directory;

  private static JsonObject json(String text) {
    return JsonParser.parseString(text).getAsJsonObject();
  }

  private Path decoder() {
    Path decoder =
        TinyBert.checkpoint(directory.resolve("decoder"), json(DECODER), List.of("causal-lm"));
    TinyBert.write(
        decoder.resolve("tokenizer_config.json"),
        "{\"tokenizer_class\": \"PreTrainedTokenizerFast\"}");
    return decoder;
  }

  private Path encoder() {
    return TinyBert.checkpoint(directory.resolve("encoder"));
  }

  private static CommandRun succeeds(Object... args) {
    CommandRun run = CommandRun.of(args);
    assertThat(run.code()).as(run.err()).isZero();
    return run;
  }

  private static List<JsonObject> predictions(CommandRun run) {
    return objects(run.json().getAsJsonArray("predictions"));
  }

  private static List<JsonObject> objects(JsonArray array) {
    return array.asList().stream().map(JsonElement::getAsJsonObject).toList();
  }

  @Test
  void aTextGoesOn() {
    Object[] words = {"predict", "--from", decoder(), "--text", "the ship", "--max-tokens", 7};
    String shown = succeeds(words).out().strip();
    CommandRun run = succeeds(Stream.concat(Stream.of(words), Stream.of("--json")).toArray());
    JsonObject found = predictions(run).get(0);
    assertThat(found.get("input").getAsString()).isEqualTo("the ship");
    assertThat(found.getAsJsonArray("tokens")).hasSize(7);
    assertThat(found.get("stop").getAsString()).isEqualTo("tokens");
    assertThat(shown)
        .startsWith("the ship")
        .isEqualTo("the ship" + found.get("continuation").getAsString());
    assertThat(run.json().get("seconds").getAsDouble()).isPositive();
  }

  @Test
  void aSeedDrawsTheSameTokens() {
    Path decoder = decoder();
    List<JsonElement> runs =
        Stream.of("3", "3", "4")
            .map(
                seed ->
                    predictions(
                            succeeds(
                                "predict",
                                "--from",
                                decoder,
                                "--text",
                                "the",
                                "--seed",
                                seed,
                                "--temperature",
                                "1.5",
                                "--top-k",
                                "100",
                                "--json"))
                        .get(0)
                        .get("tokens"))
            .toList();
    assertThat(runs.get(0)).isEqualTo(runs.get(1)).isNotEqualTo(runs.get(2));
  }

  @Test
  void masksAreFilled() {
    Path encoder = encoder();
    String text = "the [MASK] rose and the [MASK].";
    List<JsonObject> found =
        predictions(succeeds("predict", "--from", encoder, "--text", text, "--json"));
    JsonArray masks = found.get(0).getAsJsonArray("masks");
    assertThat(masks).hasSize(2);
    List<JsonObject> first = objects(masks.get(0).getAsJsonArray());
    assertThat(first).hasSize(5);
    assertThat(first)
        .isSortedAccordingTo(
            (a, b) ->
                Double.compare(
                    b.get("probability").getAsDouble(), a.get("probability").getAsDouble()));
    String shown = succeeds("predict", "--from", encoder, "--text", text).out();
    assertThat(shown.lines()).hasSize(1 + 5 + 1 + 5).first().isEqualTo(text);
    assertThat(shown).contains(first.get(0).get("name").getAsString()).contains(" %");
  }

  @Test
  void textsAreClassified() {
    JsonObject config = TinyBert.config();
    config.add("id2label", json("{\"0\": \"blame\", \"1\": \"praise\"}"));
    Path classifier =
        TinyBert.checkpoint(directory.resolve("reviews"), config, List.of("classification"));
    List<JsonObject> found =
        predictions(
            succeeds(
                "predict", "--from", classifier, "--json", "--text", "a good film", "the worst"));
    assertThat(found).hasSize(2);
    for (JsonObject one : found) {
      List<JsonObject> classes = objects(one.getAsJsonArray("classes"));
      assertThat(classes)
          .extracting(c -> c.get("name").getAsString())
          .containsExactlyInAnyOrder("blame", "praise");
      assertThat(classes.stream().mapToDouble(c -> c.get("probability").getAsDouble()).sum())
          .isCloseTo(1, within(1e-9));
    }
    assertThat(succeeds("predict", "--from", classifier, "--text", "a good film").out())
        .containsPattern("(?m)^a good film$")
        .containsPattern("(?m)^  praise +\\d+\\.\\d %$");
  }

  @Test
  void picturesAreClassified() throws IOException {
    Path classifier =
        TinyBert.checkpoint(directory.resolve("vit"), json(IMAGES), List.of("classification"));
    Path picture = picture(8);
    CommandRun run = succeeds("predict", "--from", classifier, "--image", picture, "--json");
    JsonObject found = predictions(run).get(0);
    assertThat(found.get("input").getAsString()).isEqualTo(picture.toString());
    assertThat(objects(found.getAsJsonArray("classes")))
        .extracting(c -> c.get("name").getAsString())
        .containsExactlyInAnyOrder("boot", "shirt", "bag");
    assertRefused(1, "the model sees pictures, found a text", classifier, "--text", "a boot");
    assertRefused(1, "(1, 8, 8), found (1, 9, 9)", classifier, "--image", picture(9));
    assertRefused(1, "No such file", classifier, "--image", directory.resolve("none.png"));
  }

  private Path picture(int side) throws IOException {
    return TinyPicture.write(directory.resolve(side + ".bmp"), side);
  }

  @Test
  void linesOfStdinAreTexts() {
    Path encoder = encoder();
    InputStream before = System.in;
    System.setIn(
        new ByteArrayInputStream("the [MASK]\n\n[MASK] é ship\n".getBytes(StandardCharsets.UTF_8)));
    try {
      assertThat(predictions(succeeds("predict", "--from", encoder, "--json", "--text", "-")))
          .extracting(p -> p.get("input").getAsString())
          .containsExactly("the [MASK]", "[MASK] é ship");
    } finally {
      System.setIn(before);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "'', 'name either --text or --image'",
    "--text a --image b.png, 'name either --text or --image'",
    "--text a --top-k 5, 'one of 5 tokens is to be drawn at temperature 0'",
    "--text a --temperature -1, 'expected a number of at least 0'",
    "--text a --max-tokens 0, 'expected a whole number of at least 1'"
  })
  void wrongUsage(String options, String message) {
    assertRefused(
        2, message, "none", Stream.of(options.split(" ")).filter(o -> !o.isEmpty()).toArray());
  }

  @Test
  void whatCannotBePredictedOf() {
    Path encoder = encoder();
    assertRefused(1, "the text 'the ship' has no [MASK]", encoder, "--text", "the ship");
    assertRefused(
        1, "the model continues no text", encoder, "--text", "[MASK]", "--temperature", 1);
    assertRefused(1, "the model reads texts, found the picture", decoder(), "--image", "a.png");
    Path headless = TinyBert.checkpoint(directory.resolve("headless"), TinyBert.config(), false);
    assertRefused(
        1, "has no masked-lm head; train one with ligo pretrain.", headless, "--text", "[MASK]");
    assertRefused(
        1,
        "has no masked-lm head with --drop-head; leave that option out, or train one with ligo",
        encoder,
        "--text",
        "[MASK]",
        "--drop-head");
  }

  /** Those of transformers that have one label. */
  @Test
  void aRegressionGivesValuesAndNoClasses() {
    JsonObject config = TinyBert.config();
    config.addProperty("num_labels", 1);
    Path values =
        TinyBert.checkpoint(directory.resolve("values"), config, List.of("classification"));
    assertRefused(1, "what it predicts are values and no classes", values, "--text", "the ship");
    Path table = TinyBert.write(directory.resolve("one.csv"), "text,label\na,LABEL_0\n");
    CommandRun evaluated = CommandRun.of("evaluate", "--from", values, "--data", table);
    assertThat(evaluated.code()).isEqualTo(1);
    assertThat(evaluated.err())
        .contains(values + ": has a head for regression", "without its head: --drop-head does so.");
    assertThat(succeeds("inspect", values).out()).contains("regression without its loss");
    assertThat(succeeds("inspect", values, "--drop-head").out()).contains("tokens, masked-lm");
  }

  private static void assertRefused(int code, String message, Object from, Object... options) {
    CommandRun run =
        CommandRun.of(
            Stream.concat(Stream.of("predict", "--from", from), Stream.of(options)).toArray());
    assertThat(run.code()).as(run.err()).isEqualTo(code);
    assertThat(run.err()).contains(message);
    assertThat(run.err().lines()).as(run.err()).hasSize(1);
    assertThat(run.out()).isEmpty();
  }
}
