package dev.ligo.cli.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.ligo.cli.CommandRun;
import dev.ligo.cli.TinyBert;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Plans for a model so small that what they say can be done in a moment. */
class PlanCommandTest {
  private static final Path PRESETS = Path.of("src/main/resources/dev/ligo/cli/compare/presets");

  @TempDir Path directory;
  private Path config;
  private Path text;
  private Path held;
  private Path out;

  @BeforeEach
  void writeInputs() {
    config = TinyBert.write(directory.resolve("large.json"), TinyBert.config().toString());
    text = TinyBert.text(directory.resolve("text.txt"));
    held = TinyBert.text(directory.resolve("held.txt"));
    out = directory.resolve("plan");
  }

  private CommandRun plan(Object... more) {
    List<Object> words =
        new ArrayList<>(
            List.of("plan", "--config", config, "--tokenizer", TinyBert.TOKENIZER, "--data", text));
    words.addAll(List.of("--batch-size", 2, "--threads", 1, "--out", out));
    words.addAll(List.of(more));
    return CommandRun.of(words.toArray());
  }

  @Test
  void itsCommandsDoWhatItSays() throws IOException {
    CommandRun run = plan("--steps", 30, "--learning-rate", "0.001", "--json");
    assertThat(run.code()).as(run.err()).isZero();
    JsonObject plan = run.json();
    assertThat(plan).isEqualTo(read(out.resolve("plan.json")));
    assertThat(plan.get("verdict").getAsString()).isEqualTo("grow");
    JsonObject first = plan.getAsJsonArray("ways").get(0).getAsJsonObject();
    assertThat(first.get("smaller_in").getAsString()).isEqualTo("both");
    JsonObject small = read(out.resolve("small.json"));
    assertThat(small.get("num_hidden_layers").getAsInt()).isEqualTo(1);
    assertThat(small.get("hidden_size").getAsInt()).isEqualTo(4);
    List<String> commands = texts(plan.getAsJsonArray("commands"));
    assertThat(commands).hasSize(3);
    for (String command : commands) {
      CommandRun done = CommandRun.of((Object[]) command.replaceFirst("^ligo ", "").split(" "));
      assertThat(done.code()).as(command + ": " + done.err()).isZero();
    }
    JsonObject trained = read(out.resolve("trained/training.json"));
    JsonObject before = read(out.resolve("small/training.json"));
    assertThat(trained.get("number_of_steps").getAsLong()).isEqualTo(30);
    assertThat(before.get("number_of_steps")).isEqualTo(first.get("steps"));
    // The grown model is that of the config that was planned for.
    JsonObject grown = read(out.resolve("trained/config.json"));
    assertThat(grown.get("hidden_size").getAsInt()).isEqualTo(8);
    assertThat(grown.get("num_hidden_layers").getAsInt()).isEqualTo(2);
    // What training the small model took is the share that the plan charges.
    double flops = plan.get("flops").getAsDouble();
    assertThat(before.get("flops").getAsDouble() / flops)
        .isCloseTo(first.get("cost").getAsDouble(), within(0.02));
  }

  @Test
  void itSaysWhatItRestsOn() {
    CommandRun run = plan("--steps", 3000);
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out())
        .startsWith("grow: it should pay")
        .contains("half the layers and half the width", "net saving", "other small models:")
        .contains("not at 38,312", "it is carried over, with the deviation between families")
        .contains("no small model was trained on these data")
        .contains("gStack's law: for causal language models alone")
        .contains("the budget goes through the data");
  }

  @Test
  void pilotsAreRunAndCarriedOn() {
    CommandRun run =
        plan(
            "--steps",
            800,
            "--pilot",
            "50%",
            "--eval-batches",
            2,
            "--eval-data",
            held,
            "--learning-rate",
            "0.003",
            "--sequence-length",
            8,
            "--json");
    assertThat(run.code()).as(run.err()).isZero();
    JsonObject rules = run.json().getAsJsonObject("rules");
    JsonObject pilot = rules.getAsJsonObject("pilot");
    assertThat(pilot.get("steps").getAsLong()).isEqualTo(200);
    assertThat(pilot.get("loss").getAsDouble()).isLessThan(pilot.get("first_loss").getAsDouble());
    assertThat(pilot.get("expected_loss").getAsDouble())
        .isLessThanOrEqualTo(pilot.get("loss").getAsDouble() + 0.05);
    assertThat(rules.getAsJsonArray("equal_slopes")).hasSize(3);
    assertThat(texts(run.json().getAsJsonArray("notes")))
        .anyMatch(n -> n.contains("trained for 200 steps of 800") && n.contains("4 times as far"));
  }

  @Test
  void aBudgetOfOperationsIsOneOfSteps() {
    double step = plan("--steps", 1, "--json").json().get("flops").getAsDouble();
    out = directory.resolve("other");
    CommandRun run = plan("--flops", 500 * step, "--json");
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.json().get("steps").getAsLong()).isEqualTo(500);
  }

  @Test
  void aDecoderIsToldThePublishedLawAndThatItIsNotForItsSize() {
    config = PRESETS.resolve("gpt2/small.json");
    CommandRun run =
        CommandRun.of(
            "plan",
            "--config",
            config,
            "--tokenizer",
            PRESETS.resolve("tokenizer.json"),
            "--data",
            text,
            "--steps",
            1000,
            "--batch-size",
            4,
            "--sequence-length",
            16,
            "--out",
            out);
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out()).contains("gStack's law", "means nothing far from there");
  }

  @Test
  void whatCannotBePlannedIsRefusedBeforeAnythingIsDone() {
    assertThat(plan("--steps", 3000, "--pilot", "2%").code()).isEqualTo(2);
    assertThat(plan("--steps", 3000, "--pilot", "2%").err()).contains("--eval-data");
    CommandRun brief = plan("--steps", 300, "--pilot", "2%", "--eval-data", held);
    assertThat(brief.code()).isEqualTo(1);
    assertThat(brief.err())
        .contains("a pilot takes at least 48 steps of each model, found 2.0 % of 300 steps");
    assertThat(plan("--steps", 30, "--pilot", "x", "--eval-data", held).err())
        .contains("expected a share such as 2% or 0.02, found 'x'");
    assertThat(plan("--steps", 30, "--pilot", "200%", "--eval-data", held).code()).isEqualTo(2);
    assertThat(plan().code()).isEqualTo(2);
    assertThat(plan("--steps", 30, "--flops", 1e9).code()).isEqualTo(2);
    assertThat(plan("--steps", 30, "--warmup", 40).code()).isEqualTo(2);
    CommandRun wordless =
        CommandRun.of("plan", "--config", config, "--data", text, "--steps", 3, "--out", out);
    assertThat(wordless.code()).isEqualTo(2);
    assertThat(wordless.err()).contains("name its tokenizer with --tokenizer");
    assertThat(out).doesNotExist();
    TinyBert.write(directory.resolve("file"), "");
    out = directory.resolve("file");
    assertThat(plan("--steps", 30).code()).isEqualTo(1);
  }

  private static JsonObject read(Path file) throws IOException {
    return JsonParser.parseString(Files.readString(file)).getAsJsonObject();
  }

  private static List<String> texts(JsonArray array) {
    return array.asList().stream().map(JsonElement::getAsString).toList();
  }
}
