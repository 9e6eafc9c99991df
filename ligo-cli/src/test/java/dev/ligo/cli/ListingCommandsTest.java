package dev.ligo.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands that only tell what there is. */
class ListingCommandsTest {
  @TempDir Path directory;

  private static List<String> names(JsonObject result, String list) {
    return result.getAsJsonArray(list).asList().stream()
        .map(JsonElement::getAsJsonObject)
        .map(o -> o.get("name").getAsString())
        .toList();
  }

  @Test
  void backendsAreListedWithoutOpeningThem() {
    CommandRun run = CommandRun.of("backends");
    assertThat(run.code()).isZero();
    assertThat(run.out())
        .startsWith("  pytorch     can run here (the default)")
        .containsPattern("plain +can run here, for tests: slow and exact");
    assertThat(names(CommandRun.of("backends", "--json").json(), "backends"))
        .containsExactly("pytorch", "tensorflow", "plain");
  }

  @Test
  void probingOpensThem() {
    CommandRun run = CommandRun.of("backends", "--probe");
    assertThat(run.code()).isZero();
    assertThat(run.out())
        .containsPattern("PyTorch [\\d.]+ on cpu, \\d+ thread")
        .containsPattern("TensorFlow [\\d.]+ on cpu, \\d+ thread")
        .contains("devices: cpu")
        .contains("cuda, step 1, ")
        .containsPattern("(?m)^  plain .*\\R +devices: cpu\\R?\\z");
  }

  @Test
  void whatAGpuNeedsIsListedWithTheBackend() {
    JsonObject result = CommandRun.of("backends", "--probe", "--json").json();
    for (JsonElement each : result.getAsJsonArray("backends")) {
      JsonObject backend = each.getAsJsonObject();
      boolean plain = backend.get("name").getAsString().equals("plain");
      assertThat(backend.has("steps")).isEqualTo(!plain);
      if (!plain) {
        JsonObject first = backend.getAsJsonArray("steps").get(0).getAsJsonObject();
        assertThat(first.get("device").getAsString()).isEqualTo("cuda");
        assertThat(first.get("name").getAsString()).isEqualTo("NVIDIA driver");
        assertThat(first.has("remedy")).isNotEqualTo(first.get("met").getAsBoolean());
      }
    }
  }

  @Test
  void methodsAreListed() {
    assertThat(CommandRun.of("methods").out())
        .startsWith("growth methods:")
        .containsPattern("(?m)^  ligo +learns .*--data$");
    assertThat(names(CommandRun.of("methods", "--json").json(), "methods"))
        .contains(
            "aki",
            "copy",
            "fpi",
            "hypercloning",
            "interpolation",
            "lemon",
            "ligo",
            "llama-pro",
            "mslt",
            "net2net",
            "slices",
            "stack",
            "staged",
            "szp",
            "tile");
    assertThat(CommandRun.of("methods").out())
        .containsPattern("(?m)^  stack, gstack +deepens")
        .containsPattern("(?m)^  llama-pro +deepens.*; preserves depth; refuses post-LN families$")
        .containsPattern("(?m)^    noise +0.01: the deviation")
        .containsPattern("(?m)^    slices +solar: which layers")
        .containsPattern("(?m)^  ki .*; needs --small$")
        .doesNotContain("preserves nothing");
    JsonObject listed = CommandRun.of("methods", "--json").json();
    assertThat(names(listed, "strategies"))
        .contains("apart", "inserted", "ki", "layerdrop", "mslt", "subnetworks", "tokendrop");
    JsonObject drop =
        listed.getAsJsonArray("strategies").asList().stream()
            .map(JsonElement::getAsJsonObject)
            .filter(o -> o.get("name").getAsString().equals("layerdrop"))
            .findFirst()
            .orElseThrow();
    assertThat(drop.getAsJsonArray("hyperparameters").get(0))
        .hasToString(
            "{\"name\":\"rate\",\"type\":\"real\",\"values\":\"a number in [0, 1)\","
                + "\"default\":\"0.1\",\"help\":\"the rate at which the last layer is skipped\"}");
  }

  @Test
  void aCheckpointIsDescribed() {
    Path small = TinyBert.checkpoint(directory.resolve("small"));
    CommandRun run = CommandRun.of("inspect", small);
    assertThat(run.code()).isZero();
    assertThat(run.out())
        .startsWith("bert in " + small)
        .containsPattern("heads +masked-lm")
        .containsPattern("stored as +F32")
        .containsPattern("training step +[\\d.]+ MFLOP for 16 × 16 tokens, masked-lm")
        .contains("cls.predictions.decoder.weight = bert.embeddings.word_embeddings.weight")
        .containsPattern("bert.encoder.layer/q +8 +(?s).*= 2 × 4")
        .containsPattern("attention.self.query.weight +q × embed +2 × +64");
  }

  @Test
  void anEncoderWithoutHeadIsCountedWithAFreshOne() {
    Path small = TinyBert.checkpoint(directory.resolve("small"), TinyBert.config(), false);
    JsonObject step =
        CommandRun.of("inspect", small, "--batch-size", 2, "--sequence-length", 8, "--json")
            .json()
            .getAsJsonObject("training_step");
    assertThat(step.get("fresh_head").getAsBoolean()).isTrue();
    assertThat(step.get("batch_size").getAsInt()).isEqualTo(2);
    assertThat(step.get("flops").getAsLong()).isPositive();
  }

  @Test
  void aClassifierIsCountedOnItsOwnTask() {
    Path small =
        TinyBert.checkpoint(
            directory.resolve("small"), TinyBert.config(), List.of("classification"));
    JsonObject step =
        CommandRun.of("inspect", small, "--json").json().getAsJsonObject("training_step");
    assertThat(step.get("task").getAsString()).isEqualTo("classification");
    assertThat(step.get("fresh_head").getAsBoolean()).isFalse();
  }
}
