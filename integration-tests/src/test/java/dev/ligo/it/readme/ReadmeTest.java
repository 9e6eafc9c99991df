package dev.ligo.it.readme;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ligo.api.HostArray;
import dev.ligo.api.Shape;
import dev.ligo.core.Checkpoint;
import dev.ligo.core.Ligo;
import dev.ligo.core.checkpoint.FileDType;
import dev.ligo.core.checkpoint.FileSpec;
import dev.ligo.core.checkpoint.HuggingFaceWriter;
import dev.ligo.core.model.ModelSpec;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The README's code is this package's, compiled and run. */
class ReadmeTest {
  private static final Path ROOT = Path.of("..");
  private static final Path DEMO = ROOT.resolve("ligo-cli/src/main/resources/dev/ligo/cli/demo");

  @TempDir Path directory;

  @ParameterizedTest
  @CsvSource({
    "QuickStart.java, library, 15",
    "Predicting.java, predict, 12",
    "WithGuice.java, guice, 40"
  })
  void theReadmeShowsTheCodeThatIsRun(String file, String name, int most) throws IOException {
    Path source = Path.of("src/test/java/dev/ligo/it/readme").resolve(file);
    String text = Files.readString(source);
    int from = text.indexOf("\n", text.indexOf("// README: " + name)) + 1;
    int to = text.lastIndexOf("\n", text.indexOf("// README: end")) + 1;
    List<String> lines = Arrays.asList(text.substring(from, to).stripTrailing().split("\n"));
    int indent =
        lines.stream()
            .filter(l -> !l.isBlank())
            .mapToInt(l -> l.length() - l.stripLeading().length())
            .min()
            .orElse(0);
    String snippet =
        String.join("\n", lines.stream().map(l -> l.isBlank() ? "" : l.substring(indent)).toList());
    assertThat(lines).hasSizeLessThanOrEqualTo(most);
    assertThat(Files.readString(ROOT.resolve("README.md")))
        .contains("```java\n" + snippet + "\n```");
  }

  @Test
  void theMethodOfContributingIsThatOfAProjectOutside() throws IOException {
    String source =
        Files.readString(
            Path.of("consumer/plain/src/main/java/com/example/plain/MirrorMethod.java"));
    String snippet = source.substring(source.indexOf("/**")).indent(3);
    assertThat(Files.readString(ROOT.resolve("CONTRIBUTING.md")).replaceAll("(?m)^ +$", ""))
        .contains("   ```java\n" + snippet.replaceAll("(?m)^ +$", "") + "   ```\n");
  }

  @Test
  void theFirstSnippetGrowsACheckpoint() throws IOException {
    Path source = smallBert();
    Path text = directory.resolve("text.txt");
    Files.writeString(text, firstLines(400));
    Path grown = directory.resolve("grown");
    QuickStart.grow(source, text, grown);
    try (Checkpoint large = Ligo.create().open(grown)) {
      assertThat(large.model().layout().stacks()).containsEntry("bert.encoder.layer", 4);
      assertThat(large.model().hasHead("masked-lm")).isTrue();
      assertThat(grown.resolve("tokenizer.json")).exists();
    }
  }

  @Test
  void theSnippetAboutPredictionComputesLogitsAndHiddenStates() throws IOException {
    Path text = directory.resolve("text.txt");
    Files.writeString(text, firstLines(400));
    Predicting.Predicted predicted = Predicting.predict(smallBert(), text);
    assertThat(predicted.logits().rank()).isEqualTo(2);
    assertThat(predicted.hidden()).isEqualTo(Shape.of(8, 32, 64));
    assertThat(predicted.words()).hasSize(5);
  }

  @Test
  void theSecondSnippetGrowsACheckpoint() throws IOException {
    Path grown = directory.resolve("deeper");
    WithGuice.deepen(smallBert(), grown);
    try (Checkpoint large = Ligo.create().open(grown)) {
      assertThat(large.model().layout().stacks()).containsEntry("bert.encoder.layer", 6);
    }
  }

  /** Writes an untrained BERT of 2 × 64 with the demo's tokenizer. */
  private Path smallBert() throws IOException {
    Path source = directory.resolve("small");
    com.google.gson.JsonObject config =
        com.google.gson.JsonParser.parseString(Files.readString(DEMO.resolve("config.json")))
            .getAsJsonObject();
    config.addProperty("num_hidden_layers", 2);
    config.addProperty("hidden_size", 64);
    config.addProperty("intermediate_size", 128);
    ModelSpec<?> model = Ligo.create().model(config).withHead("masked-lm");
    SortedMap<String, HostArray> values = model.initialValues(dev.ligo.api.DType.FLOAT32, 1);
    Map<String, FileSpec> specs = new TreeMap<>();
    values.forEach((n, a) -> specs.put(n, new FileSpec(FileDType.F32, a.shape())));
    try (HuggingFaceWriter writer = HuggingFaceWriter.create(source, specs, Map.of())) {
      values.forEach(writer::write);
      writer.config(model.json());
      writer.copy("tokenizer.json", DEMO.resolve("tokenizer.json"));
      writer.commit();
    }
    return source;
  }

  private static String firstLines(int count) throws IOException {
    try (InputStream in = Files.newInputStream(DEMO.resolve("train.txt.gz"));
        var reader =
            new java.io.BufferedReader(
                new InputStreamReader(new GZIPInputStream(in), StandardCharsets.UTF_8))) {
      return String.join("\n", reader.lines().limit(count).toList());
    }
  }
}
