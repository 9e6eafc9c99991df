package dev.ligo.it.golden;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.ligo.api.LigoException;
import dev.ligo.core.Checkpoint;
import dev.ligo.core.Ligo;
import dev.ligo.core.checkpoint.HuggingFaceDirectory;
import dev.ligo.core.model.Predictor;
import dev.ligo.core.prediction.Choice;
import dev.ligo.core.prediction.Prediction;
import dev.ligo.core.prediction.PredictionRequest;
import dev.ligo.core.prediction.Sampling;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Predictions of single texts and pictures against the public Python {@code transformers}. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PredictionsGoldenTest {
  private static final Path CASES = Golden.ROOT.resolve("predictions");

  /** A probability in float32: the softmax of logits that are right to some 1e-6 of the largest. */
  private static final double PROBABILITY = 1e-5;

  private final Ligo ligo = Ligo.create();
  private final GoldenBackends backends = new GoldenBackends();

  @TempDir Path directory;

  @AfterAll
  void close() {
    backends.close();
  }

  static Stream<Arguments> cases() throws IOException {
    List<String> names;
    try (Stream<Path> list = Files.list(CASES)) {
      names = list.map(p -> p.getFileName().toString()).sorted().toList();
    }
    return GoldenBackends.NAMES.stream()
        .flatMap(backend -> names.stream().map(name -> Arguments.of(backend, name)));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void predictsWhatTransformersDoes(String backend, String name) throws IOException {
    JsonObject expected = expected(name);
    Path checkpoint = checkpoint(name, expected, directory.resolve(backend + name));
    List<String> inputs =
        expected.getAsJsonArray("inputs").asList().stream().map(JsonElement::getAsString).toList();
    PredictionRequest request =
        expected.get("kind").getAsString().equals("image")
            ? PredictionRequest.ofImages(
                checkpoint, inputs.stream().map(checkpoint::resolve).toList())
            : PredictionRequest.ofTexts(checkpoint, inputs);
    try (Checkpoint opened = ligo.open(checkpoint)) {
      List<Prediction> found = ligo.predict(opened, () -> backends.get(backend), request);
      JsonArray predictions = expected.getAsJsonArray("predictions");
      assertThat(found).hasSameSizeAs(predictions);
      for (int i = 0; i < found.size(); i++) {
        compare(found.get(i), predictions.get(i).getAsJsonObject());
      }
    }
    assertThat(backends.get(backend).liveArrays()).isZero();
  }

  private static void compare(Prediction found, JsonObject expected) {
    if (found instanceof Prediction.Continuation c) {
      assertThat(c.tokens())
          .isEqualTo(
              expected.getAsJsonArray("tokens").asList().stream()
                  .map(JsonElement::getAsInt)
                  .toList());
      assertThat(c.text()).isEqualTo(expected.get("text").getAsString());
    } else if (found instanceof Prediction.Filling f) {
      JsonArray masks = expected.getAsJsonArray("masks");
      assertThat(f.masks()).hasSameSizeAs(masks);
      for (int i = 0; i < masks.size(); i++) {
        compare(f.masks().get(i), masks.get(i).getAsJsonArray());
      }
    } else {
      compare(((Prediction.Classes) found).classes(), expected.getAsJsonArray("classes"));
    }
  }

  private static void compare(List<Choice> found, JsonArray expected) {
    assertThat(found).hasSameSizeAs(expected);
    for (int i = 0; i < found.size(); i++) {
      JsonObject e = expected.get(i).getAsJsonObject();
      assertThat(found.get(i).id()).isEqualTo(e.get("id").getAsInt());
      assertThat(found.get(i).name()).isEqualTo(e.get("name").getAsString());
      assertThat(found.get(i).probability())
          .isCloseTo(e.get("probability").getAsDouble(), within(PROBABILITY));
    }
  }

  @Test
  void aPredictorContinuesFillsAndClassifies() throws IOException {
    String backend = GoldenBackends.NAMES.get(0);
    try (Predictor predictor = predictor(backend, "gpt2")) {
      JsonObject first = first("gpt2");
      Prediction.Continuation all =
          predictor.continueText(first.get("input").getAsString(), Sampling.GREEDY);
      compare(all, first);
      assertThat(all.stop()).isEqualTo(Prediction.Stop.POSITIONS);
      Prediction.Continuation three =
          predictor.continueText(all.input(), Sampling.GREEDY.withMaxTokens(3));
      assertThat(three.tokens()).isEqualTo(all.tokens().subList(0, 3));
      assertThat(three.stop()).isEqualTo(Prediction.Stop.TOKENS);
    }
    try (Predictor predictor = predictor(backend, "bert-masks")) {
      JsonObject first = first("bert-masks");
      compare(predictor.fillMasks(first.get("input").getAsString()), first);
    }
    try (Predictor predictor = predictor(backend, "bert-classes")) {
      JsonObject first = first("bert-classes");
      compare(predictor.classify(first.get("input").getAsString()), first);
    }
    try (Predictor predictor = predictor(backend, "vit-classes")) {
      JsonObject first = first("vit-classes");
      Path picture = CASES.resolve("vit-classes").resolve(first.get("input").getAsString());
      compare(predictor.classify(picture), first);
    }
  }

  @Test
  void aModelOfAnotherTaskIsRefused() throws IOException {
    try (Predictor predictor = predictor(GoldenBackends.NAMES.get(0), "bert-classes")) {
      assertThatThrownBy(() -> predictor.continueText("w5", Sampling.GREEDY))
          .isInstanceOf(LigoException.class)
          .hasMessage("asking for a continuation: a model of the task classification gives none.");
    }
  }

  private Predictor predictor(String backend, String name) throws IOException {
    Path checkpoint = checkpoint(name, expected(name), directory.resolve("predictor-" + name));
    try (Checkpoint opened = ligo.open(checkpoint)) {
      return ligo.predictor(opened, backends.get(backend));
    }
  }

  private static JsonObject expected(String name) {
    return HuggingFaceDirectory.readConfig(CASES.resolve(name).resolve("expected.json"));
  }

  /** Returns the first prediction of a case with its input. */
  private static JsonObject first(String name) {
    JsonObject expected = expected(name);
    JsonObject first = expected.getAsJsonArray("predictions").get(0).getAsJsonObject();
    first.add("input", expected.getAsJsonArray("inputs").get(0));
    return first;
  }

  /** Lays the files of a case over its checkpoint. */
  private static Path checkpoint(String name, JsonObject expected, Path destination)
      throws IOException {
    Files.createDirectories(destination);
    copy(Golden.ROOT.resolve(expected.get("checkpoint").getAsString()), destination);
    copy(CASES.resolve(name), destination);
    return destination;
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.list(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
      }
    }
  }
}
