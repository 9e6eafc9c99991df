package dev.ligo.cli.pretrain;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.ligo.cli.CommandRun;
import dev.ligo.cli.TinyBert;
import dev.ligo.cli.console.Interruption;
import dev.ligo.core.checkpoint.HuggingFaceDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The commands that compute, on a model so small that each takes a moment. */
class TrainingCommandsTest {
  private static final List<Object> SCHEDULE = List.of("--schedule-steps", 4);

  @TempDir Path directory;
  private Path small;
  private Path text;

  @BeforeEach
  void writeInputs() {
    small = TinyBert.checkpoint(directory.resolve("small"), TinyBert.config(), false);
    text = TinyBert.text(directory.resolve("text.txt"));
  }

  private CommandRun pretrain(Path out, Object... more) {
    List<Object> arguments = new ArrayList<>(List.of(more));
    arguments.addAll(List.of("--threads", 1));
    return train(out, arguments.toArray());
  }

  private CommandRun train(Path out, Object... more) {
    List<Object> arguments = new ArrayList<>(List.of("pretrain", "--data", text, "--steps", 4));
    arguments.addAll(List.of("--batch-size", 2, "--out", out));
    arguments.addAll(List.of(more));
    return CommandRun.of(arguments.toArray());
  }

  @Test
  void aModelOfTextHasNoImagesToVary() {
    Path out = directory.resolve("out");
    CommandRun run = pretrain(out, "--from", small, "--augment", "flip");
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err()).contains("a bert reads no images; leave --augment out.");
    assertThat(out).doesNotExist();
  }

  /** Of a word in a script that the vocabulary does not have nothing but [UNK] is left. */
  @Test
  void dataToEvaluateOnWithoutKnownTokensEndsTheRunBeforeItsFirstStep() {
    Path out = directory.resolve("out");
    String unknown = "\u9ce5\n".repeat(400);
    Path none = TinyBert.write(directory.resolve("none.txt"), unknown);
    CommandRun run = pretrain(out, "--from", small, "--eval-data", none);
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err()).contains("all of its tokens are unknown").doesNotContain("step 1");
    Path late = TinyBert.write(directory.resolve("late.txt"), unknown + "\nthe whale\n");
    run = pretrain(out, "--from", small, "--eval-data", late, "--eval-batches", 1);
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err())
        .contains("measuring masked-lm on 1 batch: there is nothing to score")
        .doesNotContain("step 1");
    assertThat(TinyBert.names(directory)).doesNotContain("out", "out.training");
  }

  /** Of TensorFlow's threads there is one number in a process, so none is named here. */
  @ParameterizedTest
  @CsvSource({"pytorch, PyTorch", "tensorflow, TensorFlow"})
  void anEncoderIsGrownByLigoTrainedAndEvaluated(String backend, String engine) {
    Path large = directory.resolve("large");
    CommandRun grown =
        CommandRun.of(
            "grow",
            "--from",
            small,
            "--out",
            large,
            "--method",
            "ligo",
            "--hidden",
            12,
            "--layers",
            3,
            "--data",
            text,
            "--steps",
            2,
            "--batch-size",
            2,
            "--backend",
            backend);
    assertThat(grown.code()).as(grown.err()).isZero();
    assertThat(grown.out())
        .startsWith("note: the source has no masked-lm head")
        .containsPattern("training loss +[\\d.]+ at step 1, [\\d.]+ at step 2")
        .contains("factors moved");
    assertThat(grown.err()).contains("backend: " + backend + ", " + engine).contains(" on cpu, ");

    Path trained = directory.resolve("trained");
    CommandRun run =
        train(
            trained, "--from", large, "--eval-data", text, "--eval-every", 2, "--backend", backend);
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.err()).contains("evaluation at step 0: loss ", "evaluation at step 4: loss ");
    assertThat(run.out())
        .startsWith("trained " + trained)
        .contains("4 steps, 128 tokens")
        .containsPattern("evaluation loss +[\\d.]+ +[\\d.]+");
    assertThat(TinyBert.names(directory)).doesNotContain("trained.training");
    assertThat(CommandRun.of("inspect", trained).out())
        .containsSubsequence(
            "grown by ligo from small", "trained on masked-lm from large, 4 steps");

    JsonObject metrics =
        CommandRun.of(
                "evaluate",
                "--from",
                trained,
                "--data",
                text,
                "--batches",
                3,
                "--backend",
                backend,
                "--json")
            .json();
    assertThat(metrics.get("loss").getAsDouble()).isPositive();
    assertThat(metrics.get("scored").getAsLong()).isPositive();
  }

  @Test
  void aModelIsTrainedFromScratch() {
    Path config = TinyBert.write(directory.resolve("config.json"), TinyBert.config().toString());
    Path out = directory.resolve("out");
    CommandRun run = pretrain(out, "--config", config, "--tokenizer", TinyBert.TOKENIZER, "--json");
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.json().getAsJsonObject("last").get("training_loss").getAsDouble()).isPositive();
    assertThat(TinyBert.names(out)).contains("tokenizer.json", "metrics.jsonl");
    JsonObject named = HuggingFaceDirectory.readConfig(out.resolve("tokenizer_config.json"));
    assertThat(named.get("tokenizer_class").getAsString()).isEqualTo("BertTokenizer");
  }

  @Test
  void aModelWithoutHeadIsNotEvaluated() {
    CommandRun run = CommandRun.of("evaluate", "--from", small, "--data", text);
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err()).contains("has no masked-lm head");
  }

  @Test
  void anInterruptedTrainingSaysHowToGoOn() {
    Interruption interruption = new Interruption();
    interruption.request();
    CommandRun run =
        CommandRun.of(
            interruption,
            "pretrain",
            "--from",
            small,
            "--data",
            text,
            "--steps",
            4,
            "--batch-size",
            2,
            "--out",
            directory.resolve("out"));
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err()).contains("ligo: cancelled while ", "; no step was made yet.");
    assertThat(TinyBert.names(directory)).doesNotContain("out", "out.training");
  }

  @Test
  void aFailedTrainingLeavesWhatItCanGoOnFrom() {
    Object[] diverging = {"--from", small, "--learning-rate", 1e38, "--warmup", 0};
    Path out = directory.resolve("out");
    CommandRun unsaved = pretrain(out, diverging);
    assertThat(unsaved.code()).isEqualTo(1);
    assertThat(unsaved.err()).contains("not finite").doesNotContain("--resume");
    assertThat(TinyBert.names(directory)).doesNotContain("out", "out.training");

    List<Object> saving = new ArrayList<>(List.of(diverging));
    saving.addAll(List.of("--save-every", 1));
    CommandRun saved = pretrain(out, saving.toArray());
    assertThat(saved.code()).isEqualTo(1);
    assertThat(saved.err()).contains("not finite", "; --resume continues after step 1.");
    assertThat(TinyBert.names(directory)).contains("out.training").doesNotContain("out");
    CommandRun again = pretrain(out, saving.toArray());
    assertThat(again.code()).isEqualTo(1);
    assertThat(again.err())
        .contains("holds an interrupted run", "--resume continues after step 1.")
        .doesNotContain("backend: "); // known before one is opened
  }

  @Test
  void aRunIsAsLongAsItsEpochsAndLeavesItsBestModelAndItsTraces() {
    Path out = directory.resolve("out");
    Path runs = directory.resolve("runs");
    List<Object> words = new ArrayList<>(List.of("pretrain", "--from", small, "--data", text));
    words.addAll(List.of("--eval-data", text, "--batch-size", 2, "--threads", 1, "--out", out));
    words.addAll(List.of("--epochs", 0.5, "--keep-best", "--tensorboard", runs, "--json"));
    CommandRun run = CommandRun.of(words.toArray());
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.json().get("steps").getAsLong()).isPositive();
    assertThat(TinyBert.names(out))
        .contains("trainer_state.json", "training.svg", "metrics.jsonl")
        .anyMatch(name -> name.contains("tfevents"));
    assertThat(TinyBert.names(runs)).singleElement().asString().contains("tfevents");
  }

  /** At so high a rate the loss rises. */
  @Test
  void aRunSaysOfWhichStepItsModelIs() throws IOException {
    Path out = directory.resolve("out");
    List<Object> words = new ArrayList<>(List.of("--from", small, "--eval-data", text));
    words.addAll(List.of("--eval-every", 1, "--learning-rate", 9, "--warmup", 0, "--keep-best"));
    CommandRun run = pretrain(out, words.toArray());
    assertThat(run.code()).as(run.err()).isZero();
    JsonObject state = HuggingFaceDirectory.readConfig(out.resolve("trainer_state.json"));
    long step = state.get("best_global_step").getAsLong();
    String loss = String.format(Locale.ROOT, "%.3f", state.get("best_metric").getAsDouble());
    assertThat(step).isLessThan(4);
    assertThat(run.out())
        .contains("the model is that of step " + step + ", the best", ", step " + step + " of 4, ")
        .containsPattern("first +last +step " + step + "\\R")
        .containsPattern("(?m)^ *evaluation loss +[\\d.]+ +[\\d.]+ +" + loss + "$")
        .containsPattern("summary: .*, evaluation loss [\\d.]+ -> " + loss + ", ");
    words.add("--json");
    JsonObject kept =
        pretrain(directory.resolve("again"), words.toArray()).json().getAsJsonObject("kept");
    assertThat(kept.get("step").getAsLong()).isEqualTo(step);
    assertThat(kept.get("evaluation_loss")).isEqualTo(state.get("best_metric"));
  }

  @Test
  void aRunMayEndBeforeItsScheduleDoes() throws IOException {
    Path whole = directory.resolve("whole");
    Path part = directory.resolve("part");
    assertThat(pretrain(whole, "--from", small).code()).isZero();
    List<Object> words = new ArrayList<>(List.of("pretrain", "--from", small, "--data", text));
    words.addAll(List.of("--batch-size", 2, "--threads", 1, "--out", part, "--steps", 2));
    CommandRun run = CommandRun.of(Stream.concat(words.stream(), SCHEDULE.stream()).toArray());
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(rates(part)).isEqualTo(rates(whole).subList(0, 2));
    words.addAll(List.of("--schedule-steps", 1));
    CommandRun refused = CommandRun.of(words.toArray());
    assertThat(refused.code()).isEqualTo(2);
    assertThat(refused.err()).contains("expected at least 2, found 1");
  }

  private static List<Double> rates(Path model) throws IOException {
    return Files.readAllLines(model.resolve("metrics.jsonl")).stream()
        .map(line -> JsonParser.parseString(line).getAsJsonObject())
        .filter(o -> o.has("learning_rate"))
        .map(o -> o.get("learning_rate").getAsDouble())
        .toList();
  }

  @Test
  void anEvaluationAtTheEndIsTheOnlyOne() {
    Path out = directory.resolve("out");
    CommandRun run = pretrain(out, "--from", small, "--eval-data", text, "--eval-at-end");
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.err()).contains("evaluation at step 4").doesNotContain("evaluation at step 0");
    assertThat(run.out())
        .as("what was measured once is no first value")
        .containsPattern("(?m)^ *training loss +[\\d.]+ +[\\d.]+$")
        .containsPattern("(?m)^ *evaluation loss +[\\d.]+$")
        .containsPattern("summary: .*, training loss [\\d.]+ -> [\\d.]+")
        .containsPattern("summary: .*, evaluation loss [\\d.]+, ");
  }

  @Test
  void whatDoesNotGoTogetherIsWrongUsage() {
    Path out = directory.resolve("out");
    CommandRun both = pretrain(out, "--from", small, "--epochs", 1);
    assertThat(both.code()).isEqualTo(2);
    assertThat(both.err()).contains("--steps", "--epochs");
    for (List<Object> origin :
        List.<List<Object>>of(
            List.of("--from", small),
            List.of("--config", "c.json", "--tokenizer", TinyBert.TOKENIZER))) {
      List<Object> words = new ArrayList<>(List.of("pretrain", "--data", text, "--out", out));
      words.addAll(origin);
      CommandRun neither = CommandRun.of(words.toArray());
      assertThat(neither.code()).isEqualTo(2);
      assertThat(neither.err()).contains("--steps", "--epochs");
    }
    CommandRun every =
        pretrain(out, "--from", small, "--eval-data", text, "--eval-at-end", "--eval-every", 2);
    assertThat(every.code()).isEqualTo(2);
    assertThat(every.err()).contains("--eval-at-end leaves out what --eval-every asks for");
    CommandRun nowhere = pretrain(out, "--from", small, "--tensorboard", "");
    assertThat(nowhere.code()).isEqualTo(2);
    assertThat(nowhere.err()).contains("expected the name of a directory, found ''");
    for (String measuring : List.of("--keep-best", "--eval-at-end")) {
      CommandRun unmeasured = pretrain(out, "--from", small, measuring);
      assertThat(unmeasured.code()).isEqualTo(2);
      assertThat(unmeasured.err())
          .contains(measuring + " measures on held-out data: name some with --eval-data");
    }
    CommandRun one =
        pretrain(out, "--from", small, "--eval-data", text, "--eval-at-end", "--keep-best");
    assertThat(one.code()).isEqualTo(2);
    assertThat(one.err()).contains("of which --eval-at-end leaves one");
    assertThat(out).doesNotExist();
  }
}
