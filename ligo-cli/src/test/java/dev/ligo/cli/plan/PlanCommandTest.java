package dev.ligo.cli.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.ligo.cli.CommandRun;
import dev.ligo.cli.TinyBert;
import dev.ligo.core.checkpoint.HuggingFaceDirectory;
import dev.ligo.core.io.DirectoryLock;
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
    // So small a model, and so short a training, is far from any that was measured.
    assertThat(plan.get("verdict").getAsString()).isEqualTo("unsure");
    JsonObject first = plan.getAsJsonArray("ways").get(0).getAsJsonObject();
    assertThat(first.get("smaller_in").getAsString()).isEqualTo("both");
    assertThat(first.get("layers").getAsInt()).isEqualTo(1);
    assertThat(first.get("hidden").getAsInt()).isEqualTo(4);
    JsonObject net = first.getAsJsonObject("net_saving");
    assertThat(net.get("measured_here").getAsBoolean()).isFalse();
    JsonObject small = read(out.resolve("small.json"));
    assertThat(small.get("num_hidden_layers").getAsInt()).isEqualTo(1);
    assertThat(small.get("hidden_size").getAsInt()).isEqualTo(4);
    List<String> commands = texts(plan.getAsJsonArray("commands"));
    assertThat(commands).hasSize(3);
    assertThat(out.resolve("commands.sh")).content().endsWith(String.join("\n", commands) + "\n");
    for (String command : commands) {
      CommandRun done = CommandRun.of((Object[]) command.replaceFirst("^ligo ", "").split(" "));
      assertThat(done.code()).as(command + ": " + done.err()).isZero();
    }
    JsonObject trained = read(out.resolve("trained/training.json"));
    JsonObject before = read(out.resolve("small/training.json"));
    assertThat(trained.get("number_of_steps")).isEqualTo(first.get("reached_after"));
    assertThat(trained.getAsJsonObject("schedule").get("number_of_steps").getAsLong())
        .isEqualTo(30);
    assertThat(before.get("number_of_steps")).isEqualTo(first.get("steps"));
    // The grown model is that of the config that was planned for.
    JsonObject grown = read(out.resolve("trained/config.json"));
    assertThat(grown.get("hidden_size").getAsInt()).isEqualTo(8);
    assertThat(grown.get("num_hidden_layers").getAsInt()).isEqualTo(2);
    // What training the small model took is the share that the plan charges.
    double flops = plan.get("flops").getAsDouble();
    assertThat(before.get("flops").getAsDouble() / flops)
        .isCloseTo(first.get("cost").getAsDouble(), within(0.02));
    // So what the commands took beside scratch is the saving that is promised.
    double took = before.get("flops").getAsDouble() + trained.get("flops").getAsDouble();
    assertThat(1 - took / flops).isCloseTo(net.get("mean").getAsDouble(), within(0.05));
  }

  @Test
  void itSaysWhatItRestsOn() {
    CommandRun run = plan("--steps", 3000);
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out())
        .containsPattern(
            "^grow, but it is not certain to pay: between a loss of [1-9][0-9]* % and a saving of"
                + " [1-9][0-9]* % is expected\\R")
        .contains("1 × 4 (layers × hidden size)", "net saving", "other small models:")
        .contains("not measured here")
        .contains("The model has 0.022 times as many parameters as the bert that was measured")
        .contains("No small model was trained on these data")
        .contains("--pilot 8.3% measures it, for 8.3 % of the compute")
        .doesNotContainPattern("[0-9][Ee][+-]?[0-9]")
        .contains("gStack's law: for causal language models alone")
        .contains("The budget goes through the data");
  }

  /** The grown model takes one step at least, and the small one another. */
  @Test
  void aBudgetOfOneStepSavesNothing() {
    CommandRun run = plan("--steps", 1);
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out())
        .startsWith("do not grow: 1 step is too few for one to be saved")
        .doesNotContain("ligo grow");
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
    out = directory.resolve("none");
    for (String flops : List.of("7", "1e300")) {
      CommandRun refused = plan("--flops", flops);
      assertThat(refused.code()).isEqualTo(1);
      assertThat(refused.err())
          .contains("a budget is for 1 to 1,000,000,000 steps of 1.08 MFLOP", "--flops " + flops);
    }
    assertThat(plan("--steps", "9000000000000000000").code()).isEqualTo(2);
    assertThat(out).doesNotExist();
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
    assertThat(run.out())
        .contains(
            "gStack's law",
            "It does not hold here: it was fitted to models of 410 million and 1.1 billion");
  }

  @Test
  void whatCannotBePlannedIsRefusedBeforeAnythingIsDone() {
    assertThat(plan("--steps", 3000, "--pilot", "2%").code()).isEqualTo(2);
    assertThat(plan("--steps", 3000, "--pilot", "2%").err()).contains("--eval-data");
    CommandRun brief = plan("--steps", 300, "--pilot", "2%", "--eval-data", held);
    assertThat(brief.code()).isEqualTo(1);
    assertThat(brief.err())
        .contains("a pilot trains each model for at least 48 steps, found a share that gives 3 of")
        .contains("3 of the large model, 2 × 8, ", " of 1 × 8, ")
        .containsPattern("; try --pilot [0-9.]+% or more, or leave --pilot out\\.");
    String share = brief.err().replaceFirst("(?s).*--pilot ([0-9.]+%).*", "$1");
    double below = Double.parseDouble(share.replace("%", "")) - 0.1;
    CommandRun nearly = plan("--steps", 300, "--pilot", below + "%", "--eval-data", held);
    assertThat(nearly.err()).contains(", 47 of ").doesNotContain(", 48 of ");
    CommandRun enough = plan("--steps", 300, "--pilot", share, "--eval-data", held);
    assertThat(enough.code()).as(enough.err()).isZero();
    out = directory.resolve("none");
    CommandRun hopeless = plan("--steps", 30, "--pilot", "100%", "--eval-data", held);
    assertThat(hopeless.code()).isEqualTo(1);
    assertThat(hopeless.err())
        .contains("for which a budget of 30 steps is too short at any share; leave --pilot out");
    assertThat(plan("--steps", 30, "--pilot", "x", "--eval-data", held).err())
        .contains("such as 2% or 0.02, found 'x'");
    assertThat(plan("--steps", 30, "--pilot", "200%", "--eval-data", held).code()).isEqualTo(2);
    assertThat(plan().code()).isEqualTo(2);
    assertThat(plan("--steps", 30, "--flops", 1e9).code()).isEqualTo(2);
    assertThat(plan("--steps", 30, "--warmup", 40).code()).isEqualTo(2);
    CommandRun wordless =
        CommandRun.of("plan", "--config", config, "--data", text, "--steps", 3, "--out", out);
    assertThat(wordless.code()).isEqualTo(2);
    assertThat(wordless.err()).contains("name its tokenizer with --tokenizer");
    assertThat(out).doesNotExist();
  }

  @Test
  void aDirectoryThatCannotBeWrittenIsRefusedBeforeAPilotIsRun() throws IOException {
    Object[] pilots = {"--steps", 800, "--pilot", "50%", "--eval-data", held};
    out = TinyBert.write(directory.resolve("file"), "");
    refused(plan(pilots), "exists already");
    out = Path.of("");
    refused(plan(pilots), "'': is not a place to write to");
    out = directory.resolve("file/below");
    refused(plan(pilots), "is not a directory");
    out = directory.resolve("plan");
    Path training = Files.createDirectory(directory.resolve("plan.training"));
    try (DirectoryLock lock = DirectoryLock.of(training).orElseThrow()) {
      assertThat(lock).isNotNull();
      refused(plan(pilots), "another process is training to " + out);
    }
    assertThat(TinyBert.names(directory))
        .containsExactlyInAnyOrder("file", "held.txt", "large.json", "plan.training", "text.txt");
  }

  private static void refused(CommandRun run, String message) {
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err()).contains(message).doesNotContain("pilot:").hasLineCount(1);
  }

  @Test
  void whatAPlanOfOurResultsPrintsIsInTheDocument() {
    JsonObject six = HuggingFaceDirectory.readConfig(PRESETS.resolve("gpt2/small.json"));
    six.addProperty("n_layer", 6);
    six.addProperty("n_embd", 128);
    six.addProperty("n_head", 2);
    config = TinyBert.write(directory.resolve("gpt2.json"), six.toString());
    CommandRun run =
        CommandRun.of(
            "plan",
            "--config",
            config,
            "--tokenizer",
            PRESETS.resolve("tokenizer.json"),
            "--data",
            Path.of("src/main/resources/dev/ligo/cli/demo/train.txt.gz"),
            "--steps",
            3000,
            "--learning-rate",
            "0.002",
            "--schedule",
            "cosine",
            "--batch-size",
            16,
            "--sequence-length",
            64,
            "--out",
            out);
    assertThat(run.code()).as(run.err()).isZero();
    String shown = run.out().substring(0, run.out().indexOf("ligo pretrain"));
    assertThat(Path.of("../docs/planning.md")).content().contains(shown.strip());
  }

  private static JsonObject read(Path file) throws IOException {
    return JsonParser.parseString(Files.readString(file)).getAsJsonObject();
  }

  private static List<String> texts(JsonArray array) {
    return array.asList().stream().map(JsonElement::getAsString).toList();
  }
}
