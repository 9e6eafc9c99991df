package dev.ligo.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ligo.api.Backend;
import dev.ligo.api.BackendOptions;
import dev.ligo.api.Backends;
import dev.ligo.api.Shape;
import dev.ligo.core.Checkpoint;
import dev.ligo.core.Growth;
import dev.ligo.core.Ligo;
import dev.ligo.core.checkpoint.FileDType;
import dev.ligo.core.checkpoint.FileSpec;
import dev.ligo.core.checkpoint.HuggingFaceDirectory;
import dev.ligo.core.data.DataRequest;
import dev.ligo.core.data.ProgressListener;
import dev.ligo.core.growth.learn.OperatorTraining;
import dev.ligo.core.model.Sizes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Growth of a real checkpoint: MiniLM, 6 layers × 384 in F16, whose directory LIGO_MINILM names
 * (scripts/fetch-minilm.sh fetches it). Skipped without it, but not in continuous integration.
 */
class MiniLmTest {
  private static final Sizes BASE = Sizes.SAME.withLayers(12).withHidden(768);

  @TempDir Path directory;
  private final Ligo ligo = Ligo.create();
  private Path source;

  @BeforeEach
  void find() {
    String path = System.getenv("LIGO_MINILM");
    if (System.getenv("CI") != null) {
      assertThat(path).as("LIGO_MINILM, which continuous integration sets").isNotNull();
    }
    assumeTrue(path != null, "LIGO_MINILM names no directory; see scripts/fetch-minilm.sh");
    source = Path.of(path);
  }

  @Test
  void theRealEncoderIsRead() {
    try (Checkpoint small = ligo.open(source)) {
      assertThat(small.model().layout().size()).isEqualTo(22_713_216);
      assertThat(small.model().heads()).isEmpty();
      assertThat(small.dtype()).isEqualTo(FileDType.F16);
      assertThat(small.values()).hasSize(103);
    }
  }

  @Test
  void stackingCopiesEveryLayerTwice() {
    Path grown = directory.resolve("stacked");
    try (Checkpoint small = ligo.open(source)) {
      ligo.grow(small, "stack").to(Sizes.SAME.withLayers(12)).save(grown);
    }
    try (HuggingFaceDirectory before = HuggingFaceDirectory.open(source);
        HuggingFaceDirectory after = HuggingFaceDirectory.open(grown)) {
      assertThat(after.tensors()).isEqualTo(expected(384, 12, 12));
      for (String name : after.tensors().keySet()) {
        String origin = name;
        for (int l = 6; l < 12; l++) {
          origin = origin.replace("layer." + l + ".", "layer." + (l - 6) + ".");
        }
        assertThat(after.read(name).bytes()).as(name).isEqualTo(before.read(origin).bytes());
      }
      assertThat(grown.resolve("tokenizer.json"))
          .hasSameBinaryContentAs(source.resolve("tokenizer.json"));
    }
  }

  @Test
  void growingToBaseGivesTheTensorsOfTheLargerConfig() {
    Path grown = directory.resolve("base");
    try (Checkpoint small = ligo.open(source)) {
      ligo.grow(small, "fpi").to(BASE).save(grown);
    }
    try (HuggingFaceDirectory after = HuggingFaceDirectory.open(grown)) {
      assertThat(after.tensors()).isEqualTo(expected(768, 12, 24));
    }
  }

  @Test
  void ligoLearnsWithAFreshHeadAndLeavesALoadableDirectory() throws IOException {
    Path text = directory.resolve("text.txt");
    Files.writeString(
        text,
        "The operator is learned on the large model's own loss, in a hundred steps.\n".repeat(50));
    Path grown = directory.resolve("learned");
    Growth.Report report;
    try (Backend backend = Backends.open("pytorch", BackendOptions.cpu());
        Checkpoint small = ligo.open(source)) {
      DataRequest data =
          new DataRequest(
              List.of(text),
              source,
              directory.resolve("cache"),
              2,
              16,
              0,
              true,
              ProgressListener.SILENT);
      report =
          ligo.grow(small, "ligo")
              .to(BASE)
              .backend(backend)
              .data(data)
              .training(OperatorTraining.Options.of(2, 1e-3))
              .save(grown);
      assertThat(backend.liveArrays()).isZero();
    }
    assertThat(report.notes()).anyMatch(n -> n.contains("fresh"));
    assertThat(report.learning().orElseThrow().movement()).isPositive();
    try (Checkpoint large = ligo.open(grown)) {
      assertThat(large.model().hasHead("masked-lm")).isTrue();
      assertThat(large.model().json().getAsJsonArray("architectures").toString())
          .isEqualTo("[\"BertForMaskedLM\"]");
      assertThat(large.values()).isNotEmpty();
    }
  }

  /** The tensors of a BertModel as the public library lists them, written out by hand. */
  private static Map<String, FileSpec> expected(int hidden, int layers, int heads) {
    assertThat(hidden).isEqualTo(heads * 32);
    Map<String, FileSpec> m = new TreeMap<>();
    put(m, "embeddings.word_embeddings.weight", 30522, hidden);
    put(m, "embeddings.position_embeddings.weight", 512, hidden);
    put(m, "embeddings.token_type_embeddings.weight", 2, hidden);
    norm(m, "embeddings.LayerNorm", hidden);
    for (int l = 0; l < layers; l++) {
      String p = "encoder.layer." + l + ".";
      for (String part : new String[] {"query", "key", "value"}) {
        linear(m, p + "attention.self." + part, hidden, hidden);
      }
      linear(m, p + "attention.output.dense", hidden, hidden);
      norm(m, p + "attention.output.LayerNorm", hidden);
      linear(m, p + "intermediate.dense", 4 * hidden, hidden);
      linear(m, p + "output.dense", hidden, 4 * hidden);
      norm(m, p + "output.LayerNorm", hidden);
    }
    linear(m, "pooler.dense", hidden, hidden);
    return m;
  }

  private static void linear(Map<String, FileSpec> m, String name, int out, int in) {
    put(m, name + ".weight", out, in);
    put(m, name + ".bias", out);
  }

  private static void norm(Map<String, FileSpec> m, String name, int width) {
    put(m, name + ".weight", width);
    put(m, name + ".bias", width);
  }

  private static void put(Map<String, FileSpec> m, String name, int... dims) {
    m.put(name, new FileSpec(FileDType.F16, Shape.of(dims)));
  }
}
