package dev.ligo.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.MAP;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.ligo.api.DType;
import dev.ligo.api.HostArray;
import dev.ligo.core.checkpoint.FileDType;
import dev.ligo.core.checkpoint.HuggingFaceDirectory;
import dev.ligo.core.data.BatchSource;
import dev.ligo.core.fixtures.FamilyTest;
import dev.ligo.core.fixtures.TinyModel;
import dev.ligo.core.fixtures.TinyValues;
import dev.ligo.core.io.Yaml;
import dev.ligo.core.model.Dialect;
import dev.ligo.core.model.ModelSpec;
import dev.ligo.core.train.TrainingOptions;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is kept of a source: its card's front matter, its small files, how it was grown. */
class LineageTest extends FamilyTest {
  private static final String CARD =
      """
      ---
      license: apache-2.0
      language:
      - en
      - no
      tags: [sentence-similarity, "0123", 'a: b']
      datasets: wikipedia
      base_model: example/tiny-encoder
      base_model_relation: quantized
      model-index:
      - name: tiny
        results: []
      ---
      # Tiny
      ---
      license: mit
      """;

  private static final String MODULES =
      """
      [{"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"},
       {"idx": 1, "name": "1", "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"},
       {"idx": 2, "name": "2", "path": "2_Normalize", "type": "sentence_transformers.models.Normalize"}]
      """;

  private static final BatchSource BATCHES =
      new BatchSource() {
        @Override
        public SortedMap<String, HostArray> batch(long index) {
          SortedMap<String, HostArray> batch = TinyValues.batches().batch(index % 3);
          batch.computeIfPresent("masked_weights", (n, a) -> a.as(DType.FLOAT32));
          return batch;
        }

        @Override
        public long batchesPerPass() {
          return 3;
        }
      };

  @TempDir Path directory;
  private Path source;

  @BeforeEach
  void writeSource() throws IOException {
    source = directory.resolve("source");
    ModelSpec<?> model = TinyModel.OWN.get(0).model(ligo);
    try (CheckpointWriter writer =
        CheckpointWriter.create(source, model, Dialect.CANONICAL, n -> FileDType.F32, Map.of())) {
      model.initialValues(DType.FLOAT32, 1).forEach(writer::write);
      writer.finish(Map.of(), CARD, Map.of());
    }
    Files.writeString(source.resolve("modules.json"), MODULES);
    Files.createDirectory(source.resolve("1_Pooling"));
    Files.writeString(
        source.resolve("1_Pooling/config.json"),
        "{\"word_embedding_dimension\": 8, \"pooling_mode_mean_tokens\": true}");
    Files.writeString(source.resolve("sentence_bert_config.json"), "{\"max_seq_length\": 4}");
    Files.writeString(source.resolve("LICENSE.txt"), "Apache-2.0");
    Files.writeString(source.resolve("modeling_tiny.py"), "raise SystemExit");
    Files.writeString(source.resolve("pytorch_model.bin"), "weights");
  }

  private Growth.Report grow(Path out) {
    try (Checkpoint small = ligo.open(source)) {
      return ligo.grow(small, "fpi").to(wide(16, 4, 24).withLayers(4)).seed(1).save(out);
    }
  }

  private Path train(Path from, String name) {
    Path out = directory.resolve(name);
    try (Checkpoint checkpoint = ligo.open(from)) {
      ligo.pretrain(checkpoint, 1)
          .data(BATCHES)
          .evaluateOn(BATCHES)
          .backend(backend)
          .options(TrainingOptions.builder(4).evaluateEvery(2).build())
          .save(out);
    }
    return out;
  }

  private static String frontMatter(Path checkpoint) throws IOException {
    return Files.readString(checkpoint.resolve("README.md")).split("---\n", 3)[1];
  }

  private static JsonObject golden() throws IOException {
    try (InputStream in =
        Objects.requireNonNull(LineageTest.class.getResourceAsStream("front_matter.json"))) {
      return JsonParser.parseString(new String(in.readAllBytes(), StandardCharsets.UTF_8))
          .getAsJsonObject();
    }
  }

  /** The script that made the golden file read the card that stands in target/golden. */
  @Test
  void theHubReadsTheFrontMatterAsItWasMeant() throws IOException {
    Path grown = directory.resolve("grown");
    grow(grown);
    Path kept = Files.createDirectories(Path.of("target", "golden")).resolve("README.md");
    Files.writeString(kept, Files.readString(grown.resolve("README.md")));
    JsonObject golden = golden();
    assertThat(frontMatter(grown)).isEqualTo(golden.get("text").getAsString());
    JsonObject data = golden.getAsJsonObject("data");
    assertThat(data.get("license").getAsString()).isEqualTo("apache-2.0");
    assertThat(data.get("language").toString()).isEqualTo("[\"en\",\"no\"]");
    assertThat(data.get("tags").toString())
        .startsWith(
            "[\"sentence-similarity\",\"0123\",\"a: b\",\"ligo\",\"model-growth\",\"fpi\",");
    assertThat(data.get("datasets").getAsString()).isEqualTo("wikipedia");
    assertThat(data.get("base_model").getAsString()).isEqualTo("example/tiny-encoder");
    assertThat(data.get("base_model_relation").getAsString()).isEqualTo("finetune");
    assertThat(data.get("library_name").getAsString()).isEqualTo("transformers");
  }

  @Test
  void whatAModelIsForIsKeptAsLongAsItsHead() throws IOException {
    Files.writeString(
        source.resolve("README.md"), CARD.replace("license:", "pipeline_tag: fill-mask\nlicense:"));
    Path grown = directory.resolve("grown");
    grow(grown);
    assertThat(frontMatter(grown)).contains("pipeline_tag: fill-mask\n");
    try (HuggingFaceDirectory opened = HuggingFaceDirectory.open(source)) {
      SourceCard card = SourceCard.of(opened);
      JsonObject config = opened.config();
      assertThat(card.keptFor(ligo.model(config))).containsEntry("pipeline_tag", "fill-mask");
      JsonArray other = new JsonArray();
      other.add("TinyForSomethingElse");
      config.add("architectures", other);
      assertThat(card.keptFor(ligo.model(config)))
          .doesNotContainKey("pipeline_tag")
          .containsKey("license");
    }
  }

  @Test
  void aCardNamesTheLicenceOfTheSourceIfItHasOne() throws IOException {
    Path grown = directory.resolve("grown");
    grow(grown);
    assertThat(grown.resolve("README.md")).content().contains("source's: apache-2.0.");
    assertThat(train(grown, "trained").resolve("README.md"))
        .content()
        .contains("source's: apache-2.0.");
    Files.writeString(source.resolve("README.md"), CARD.replace("license: apache-2.0\n", ""));
    Path unnamed = directory.resolve("unnamed");
    grow(unnamed);
    assertThat(unnamed.resolve("README.md")).content().doesNotContainIgnoringCase("licence");
    Files.writeString(
        source.resolve("README.md"),
        CARD.replace("license: apache-2.0\n", "license: other\nlicense_name: tiny-terms\n"));
    Path other = directory.resolve("other");
    grow(other);
    assertThat(other.resolve("README.md")).content().contains("source's: tiny-terms.");
  }

  @Test
  void aCardSaysThatTheResultsOfTheSourceAreLeftOut() throws IOException {
    Path grown = directory.resolve("grown");
    grow(grown);
    assertThat(frontMatter(grown)).doesNotContain("model-index");
    assertThat(grown.resolve("README.md")).content().contains("(`model-index`) are left out");
    assertThat(train(grown, "trained").resolve("README.md"))
        .content()
        .doesNotContain("model-index");
  }

  @Test
  void smallFilesAreCarriedAndProgramsAndOtherWeightsAreNot() throws IOException {
    Path grown = directory.resolve("grown");
    Growth.Report report = grow(grown);
    assertThat(report.carried())
        .containsExactly(
            "1_Pooling/config.json", "LICENSE.txt", "modules.json", "sentence_bert_config.json");
    Path trained = train(grown, "trained");
    for (Path out : List.of(grown, trained)) {
      assertThat(out.resolve("modules.json")).hasContent(MODULES.strip());
      assertThat(HuggingFaceDirectory.readConfig(out.resolve("1_Pooling/config.json")))
          .hasToString("{\"word_embedding_dimension\":16,\"pooling_mode_mean_tokens\":true}");
      assertThat(out.resolve("modeling_tiny.py")).doesNotExist();
      assertThat(out.resolve("pytorch_model.bin")).doesNotExist();
    }
  }

  @Test
  void modulesWithWeightsOfTheirOwnAreLeftBehindWhole() throws IOException {
    Files.writeString(source.resolve("1_Pooling/model.safetensors"), "weights");
    assertThat(grow(directory.resolve("weights")).carried())
        .containsExactly("LICENSE.txt", "sentence_bert_config.json");
    Files.delete(source.resolve("1_Pooling/model.safetensors"));
    for (String other :
        List.of(
            MODULES.replace("sentence_transformers.models.Pooling", "modeling_tiny.Pooling"),
            MODULES.replace("1_Pooling", "../source"),
            MODULES.replace("1_Pooling", "../nowhere"),
            "[1",
            "{}",
            "[{}]",
            "[{\"path\": {}, \"type\": \"sentence_transformers.models.Pooling\"}]",
            "[{\"path\": \"1_Pooling\", \"type\": []}]")) {
      Files.writeString(source.resolve("modules.json"), other);
      assertThat(grow(directory.resolve("out" + other.hashCode())).carried())
          .as(other)
          .containsExactly("LICENSE.txt", "sentence_bert_config.json");
    }
  }

  @Test
  void aModelThatWasGrownAndThenTrainedSaysBoth() throws IOException {
    Path grown = directory.resolve("grown");
    grow(grown);
    Path trained = train(train(grown, "once"), "twice");
    assertThat(trained.resolve("growth.json")).hasSameBinaryContentAs(grown.resolve("growth.json"));
    assertThat(frontMatter(trained)).contains("license: apache-2.0", "- fpi\n", "- model-growth\n");
    assertThat(Files.readString(trained.resolve("README.md")))
        .contains("## Training", "| schedule | linear from ", "![Loss against steps](training.svg)")
        .contains("## Growth", "Grown with ligo from `source`", "by the method `fpi`")
        .contains("| hidden_size | 8 | 16 |", "## Lineage", "- grown by fpi from source")
        .contains(
            "- trained on language-model from grown, 4 steps\n",
            "- trained on language-model from once, 4 steps: this model\n");
    assertThat(Files.readString(trained.resolve("README.md")).lines())
        .filteredOn(l -> l.matches("\\| (evaluation|training) .*"))
        .extracting(l -> l.substring(0, l.indexOf(" | ")))
        .containsExactly(
            "| training loss",
            "| evaluation loss",
            "| evaluation mean likelihood",
            "| evaluation perplexity");
    assertThat(Files.readString(trained.resolve("training.svg")))
        .startsWith("<svg ")
        .contains("<polyline", "evaluation", "<circle");
    JsonObject record = HuggingFaceDirectory.readConfig(trained.resolve("training.json"));
    assertThat(record.getAsJsonObject("schedule").get("decay").getAsString()).isEqualTo("linear");
    assertThat(record.getAsJsonObject("optimizer").get("beta2").getAsDouble()).isEqualTo(0.999);
    assertThat(record.getAsJsonObject("data").get("sha256").getAsString()).hasSize(64);
    assertThat(record.getAsJsonObject("held_out_data").get("sha256").getAsString()).hasSize(64);
    assertThat(record.getAsJsonObject("versions").keySet()).containsExactly("ligo", "java");
  }

  /** As docs/checkpoints.md says what they are of. */
  @Test
  void recordsHaveTheHashesOfTheSourcesFiles() throws IOException {
    Path grown = directory.resolve("grown");
    grow(grown);
    JsonObject growth = HuggingFaceDirectory.readConfig(grown.resolve("growth.json"));
    assertThat(growth.getAsJsonObject("source_sha256"))
        .hasToString("{\"model.safetensors\":\"" + sha256(source) + "\"}");
    assertThat(growth.keySet()).noneMatch(key -> key.contains("."));
    JsonObject training =
        HuggingFaceDirectory.readConfig(train(grown, "once").resolve("training.json"));
    String listed = "{model.safetensors=" + sha256(grown) + "}";
    assertThat(training.get("source").getAsString())
        .isEqualTo(sha256(listed.getBytes(StandardCharsets.UTF_8)));
  }

  private static String sha256(Path checkpoint) throws IOException {
    return sha256(Files.readAllBytes(checkpoint.resolve("model.safetensors")));
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void aDamagedRecordOfGrowingIsLeftOutOfTheCard() throws IOException {
    Path grown = directory.resolve("grown");
    grow(grown);
    JsonObject whole = HuggingFaceDirectory.readConfig(grown.resolve("growth.json"));
    for (String damage :
        List.of(
            "{\"claim\": 1}",
            "{\"claim\": \"\"}",
            "{\"changed\": {\"hidden_size\": [8]}}",
            "{\"sizes\": []}",
            "{\"notes\": [{}]}",
            "{\"learning\": {\"losses\": [\"low\"]}}")) {
      JsonObject damaged = whole.deepCopy();
      JsonParser.parseString(damage)
          .getAsJsonObject()
          .entrySet()
          .forEach(e -> damaged.add(e.getKey(), e.getValue()));
      Files.writeString(grown.resolve("growth.json"), damaged.toString());
      Path trained = train(grown, "trained" + damage.hashCode());
      assertThat(Files.readString(trained.resolve("README.md")))
          .as(damage)
          .contains("## Training")
          .doesNotContain("## Growth");
    }
  }

  @Test
  void aCardThatCannotBeReadIsPassedOver() throws IOException {
    String large = CARD + "a line\n".repeat(150_000);
    for (String card :
        List.of(
            "",
            "# No front matter",
            "---\na: [\n---\n",
            "---\na: !%2 b\n---\n",
            "---\n- 1\n---\n",
            large)) {
      Files.writeString(source.resolve("README.md"), card);
      Path out = directory.resolve("card" + card.hashCode());
      grow(out);
      Object kept = Yaml.read(frontMatter(out)).orElseThrow();
      assertThat(kept).asInstanceOf(MAP).containsOnlyKeys("library_name", "tags");
    }
  }

  /** As huggingface_hub's ModelCard 2.4.0 reads them; it finds no front matter without an end. */
  @Test
  void frontMatterMayStandBelowWhiteSpaceAndHaveAnyLineBreaks() throws IOException {
    String matter =
        "---\nlicense: other\nlicense_name: >-\n  my\n  own\ntags: [日本語, 😀]\n---\n# X\n";
    for (String card :
        List.of(matter, "\n\n" + matter, "  " + matter, matter.replace("\n", "\r\n"))) {
      Files.writeString(source.resolve("README.md"), card);
      Path out = directory.resolve("matter" + card.hashCode());
      grow(out);
      Object kept = Yaml.read(frontMatter(out)).orElseThrow();
      assertThat(kept)
          .as(card)
          .asInstanceOf(MAP)
          .containsEntry("license", "other")
          .containsEntry("license_name", "my own");
      assertThat(frontMatter(out)).contains("日本語", "😀");
    }
    Files.writeString(source.resolve("README.md"), matter.replace("\n---\n", "\n"));
    Path endless = directory.resolve("endless");
    grow(endless);
    assertThat(frontMatter(endless)).doesNotContain("license");
  }

  @Test
  void theBaseModelIsTheOneThatTheConfigWasLoadedFrom() throws IOException {
    Files.delete(source.resolve("README.md"));
    JsonObject config = HuggingFaceDirectory.readConfig(source.resolve("config.json"));
    for (String loaded : List.of("example/tiny", "./tiny", "/home/x/tiny", "tiny")) {
      config.addProperty("_name_or_path", loaded);
      Files.writeString(source.resolve("config.json"), config.toString());
      Path out = directory.resolve("loaded" + loaded.hashCode());
      grow(out);
      if (loaded.equals("example/tiny")) {
        assertThat(frontMatter(out)).contains("base_model: example/tiny\n");
      } else {
        assertThat(frontMatter(out)).doesNotContain("base_model");
      }
    }
  }
}
