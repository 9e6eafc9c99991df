package dev.ligo.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.ligo.api.Backend;
import dev.ligo.api.BackendOptions;
import dev.ligo.api.Backends;
import dev.ligo.core.Checkpoint;
import dev.ligo.core.Ligo;
import dev.ligo.core.checkpoint.FileDType;
import dev.ligo.core.checkpoint.HuggingFaceDirectory;
import dev.ligo.core.model.Predictor;
import dev.ligo.core.model.Sizes;
import dev.ligo.core.prediction.Prediction;
import dev.ligo.core.prediction.Sampling;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A real decoder: SmolLM2-135M-Instruct, 30 layers × 576 in bfloat16, whose directory LIGO_SMOLLM2
 * names (scripts/fetch-smollm2.sh makes it). Skipped without it.
 */
class SmolLm2Test {
  private static final Sampling FOUR = Sampling.GREEDY.withMaxTokens(4);

  @TempDir Path directory;
  private final Ligo ligo = Ligo.create();
  private Path source;

  @BeforeEach
  void find() {
    String path = System.getenv("LIGO_SMOLLM2");
    assumeTrue(path != null, "LIGO_SMOLLM2 names no directory; see scripts/fetch-smollm2.sh");
    source = Path.of(path);
  }

  private Predictor predictor(Path checkpoint, Backend backend) {
    try (Checkpoint opened = ligo.open(checkpoint)) {
      return ligo.predictor(opened, backend);
    }
  }

  @Test
  void theRealDecoderIsRead() {
    try (Checkpoint small = ligo.open(source)) {
      assertThat(small.model().layout().size()).isEqualTo(134_515_008);
      assertThat(small.model().hasHead("causal-lm")).isTrue();
      assertThat(small.dtype()).isEqualTo(FileDType.BF16);
    }
  }

  @Test
  void itGoesOnAsTransformersDoes() {
    JsonObject golden =
        HuggingFaceDirectory.readConfig(Path.of("src/test/resources/golden/smollm2.json"));
    try (Backend backend = Backends.open("pytorch", BackendOptions.cpu());
        Predictor predictor = predictor(source, backend)) {
      for (int i = 0; i < golden.getAsJsonArray("inputs").size(); i++) {
        JsonObject expected = golden.getAsJsonArray("predictions").get(i).getAsJsonObject();
        List<Integer> tokens =
            expected.getAsJsonArray("tokens").asList().stream().map(JsonElement::getAsInt).toList();
        Prediction.Continuation found =
            predictor.continueText(
                golden.getAsJsonArray("inputs").get(i).getAsString(),
                Sampling.GREEDY.withMaxTokens(32));
        assertThat(found.tokens()).isEqualTo(tokens);
        assertThat(found.text()).isEqualTo(expected.get("text").getAsString());
      }
    }
  }

  @Test
  void layersThatAddNothingChangeNoWord() {
    Path deeper = directory.resolve("deeper");
    try (Checkpoint small = ligo.open(source)) {
      ligo.grow(small, "llama-pro").to(Sizes.SAME.withLayers(40)).save(deeper);
    }
    try (Backend backend = Backends.open("pytorch", BackendOptions.cpu());
        Predictor before = predictor(source, backend);
        Predictor after = predictor(deeper, backend)) {
      String text = "The capital of France is";
      assertThat(after.continueText(text, FOUR)).isEqualTo(before.continueText(text, FOUR));
    }
  }
}
