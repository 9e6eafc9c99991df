package dev.ligo.cli.grow;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import dev.ligo.cli.CommandRun;
import dev.ligo.cli.TinyBert;
import dev.ligo.cli.console.Interruption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GrowCommandTest {
  @TempDir Path directory;
  private Path small;
  private Path large;

  @BeforeEach
  void writeCheckpoint() {
    small = TinyBert.checkpoint(directory.resolve("small"));
    large = directory.resolve("large");
  }

  @Test
  void theReportSaysWhatGrewAndWhatToDoNext() {
    CommandRun run =
        CommandRun.of("grow", "--from", small, "--out", large, "--method", "stack", "--layers", 4);
    assertThat(run.code()).isZero();
    assertThat(run.out())
        .startsWith("grew " + small + " into " + large + " by stack in ")
        .containsPattern("num_hidden_layers +2 +4")
        .containsPattern("parameters +[\\d,]+ +[\\d,]+")
        .contains("next: ligo pretrain --from " + large);
    assertThat(run.err()).startsWith("growing ").doesNotContain("backend");
  }

  @Test
  void ligoDoesNotBeginAsItself() {
    CommandRun run =
        CommandRun.of(
            "grow",
            "--from",
            small,
            "--out",
            large,
            "--method",
            "ligo",
            "--ligo-start",
            "ligo",
            "--layers",
            4,
            "--data",
            TinyBert.text(directory.resolve("text.txt")));
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err()).contains("methods that do not learn");
    assertThat(large).doesNotExist();
  }

  @Test
  void theGrownCheckpointIsInspected() {
    CommandRun.of("grow", "--from", small, "--out", large, "--method", "fpi", "--hidden", 12);
    JsonObject inspected = CommandRun.of("inspect", large, "--json").json();
    assertThat(inspected.getAsJsonObject("axes").get("embed").getAsInt()).isEqualTo(12);
    assertThat(inspected.getAsJsonObject("axes").get("bert.encoder.layer/heads").getAsInt())
        .isEqualTo(3);
    assertThat(inspected.getAsJsonObject("axes").get("bert.encoder.layer/ffn").getAsInt())
        .isEqualTo(24);
    assertThat(inspected.getAsJsonObject("files").keySet())
        .contains("README.md", "config.json", "growth.json", "tokenizer.json");
  }

  @Test
  void theReportSaysWhetherTheFunctionStays() {
    CommandRun changed =
        CommandRun.of("grow", "--from", small, "--out", large, "--method", "gstack", "--layers", 4);
    assertThat(changed.code()).isZero();
    assertThat(changed.out()).contains("the function changes: ");
    JsonObject kept =
        CommandRun.of(
                "grow",
                "--from",
                small,
                "--out",
                directory.resolve("kept"),
                "--method",
                "lemon",
                "--hidden",
                16,
                "--json")
            .json();
    assertThat(kept.getAsJsonObject("preservation").get("degree").getAsString()).isEqualTo("exact");
  }

  @Test
  void theDriftIsMeasuredWhereItIsAskedFor() {
    Path text = TinyBert.text(directory.resolve("drift.txt"));
    double kept = drift("hypercloning", text, "--hidden", 16);
    double changed = drift("copy", text, "--hidden", 16);
    assertThat(kept).isBetween(0.0, 1e-4);
    assertThat(changed).isGreaterThan(1e-3);
    CommandRun run =
        CommandRun.of(
            "grow", "--from", small, "--out", large, "--method", "stack", "--measure-drift");
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).contains("--data");
    assertThat(large).doesNotExist();
  }

  @Test
  void weightsAreStoredAsTheyAreAskedToBe() {
    JsonObject grown =
        CommandRun.of(
                "grow",
                "--from",
                small,
                "--out",
                large,
                "--method",
                "fpi",
                "--hidden",
                12,
                "--dtype",
                "bfloat16",
                "--json")
            .json();
    assertThat(grown.getAsJsonArray("dtypes").toString()).isEqualTo("[\"bfloat16\"]");
    JsonObject inspected = CommandRun.of("inspect", large, "--json").json();
    assertThat(inspected.getAsJsonArray("dtypes").toString()).isEqualTo("[\"BF16\"]");
    CommandRun refused =
        CommandRun.of(
            "grow", "--from", small, "--out", large, "--method", "fpi", "--dtype", "int8");
    assertThat(refused.code()).isEqualTo(2);
    assertThat(refused.err()).contains("float32, bfloat16, float16").contains("int8");
  }

  private double drift(String method, Path text, Object... sizes) {
    List<Object> arguments =
        new ArrayList<>(
            List.of(
                "grow",
                "--from",
                small,
                "--out",
                directory.resolve(method),
                "--method",
                method,
                "--measure-drift",
                "--json",
                "--data",
                text,
                "--batch-size",
                2,
                "--sequence-length",
                16,
                "--threads",
                1));
    arguments.addAll(List.of(sizes));
    return CommandRun.of(arguments.toArray())
        .json()
        .getAsJsonObject("preservation")
        .get("measured_drift")
        .getAsDouble();
  }

  @Test
  void programsReadTheReport() {
    JsonObject report =
        CommandRun.of(
                "grow",
                "--from",
                small,
                "--out",
                large,
                "--method",
                "fpi",
                "--hidden",
                16,
                "--heads",
                2,
                "--json")
            .json();
    assertThat(report.get("method").getAsString()).isEqualTo("fpi");
    assertThat(report.getAsJsonObject("source").get("hidden_size").getAsInt()).isEqualTo(8);
    assertThat(report.getAsJsonObject("grown").get("hidden_size").getAsInt()).isEqualTo(16);
    assertThat(report.getAsJsonObject("grown").has("num_attention_heads")).isFalse();
    assertThat(report.has("backend")).isFalse();
  }

  @Test
  void anOperatorThatWasKeptGivesTheSameAgain() throws Exception {
    Path operator = directory.resolve("operator.safetensors");
    Path again = directory.resolve("again");
    CommandRun.of(
        "grow",
        "--from",
        small,
        "--out",
        large,
        "--method",
        "fpi",
        "--hidden",
        12,
        "--operator-out",
        operator);
    CommandRun run =
        CommandRun.of(
            "grow",
            "--from",
            small,
            "--out",
            again,
            "--method",
            "fpi",
            "--hidden",
            12,
            "--operator",
            operator);
    assertThat(run.code()).isZero();
    assertThat(again.resolve("model.safetensors"))
        .hasSameBinaryContentAs(large.resolve("model.safetensors"));
  }

  @Test
  void aChangedAttentionScaleIsNoted() {
    CommandRun run =
        CommandRun.of(
            "grow",
            "--from",
            small,
            "--out",
            large,
            "--method",
            "copy",
            "--hidden",
            16,
            "--heads",
            2);
    assertThat(run.out()).startsWith("note: the head width changes");
  }

  @Test
  void aFunctionThatStaysIsThatOfTheValuesThatWereSet() {
    String[] lemon = {"grow", "--from", small.toString(), "--method", "lemon", "--hidden", "16"};
    List<Object> arguments = new ArrayList<>(List.of((Object[]) lemon));
    arguments.addAll(List.of("--out", large));
    assertThat(CommandRun.of(arguments.toArray()).out())
        .contains("the function stays: ")
        .doesNotContain("own config");
    arguments.set(arguments.size() - 1, directory.resolve("other"));
    arguments.addAll(List.of("--set", "hidden_act=relu"));
    assertThat(CommandRun.of(arguments.toArray()).out())
        .contains(
            "; that is the function of the source with hidden_act=relu, not that of its own"
                + " config");
  }

  @Test
  void whatOpeningTheSourceNotesIsToldOnce() {
    CommandRun run =
        CommandRun.of(
            "grow",
            "--from",
            small,
            "--out",
            large,
            "--method",
            "stack",
            "--layers",
            4,
            "--drop-head");
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out()).doesNotContain("the head is left out");
    assertThat(large.resolve("README.md")).content().contains("Note: the head is left out: cls.");
    assertThat(large.resolve("growth.json")).content().contains("the head is left out: cls.");
  }

  @Test
  void dataThatIsNotUsedIsNoted() {
    CommandRun run =
        CommandRun.of(
            "grow",
            "--from",
            small,
            "--out",
            large,
            "--method",
            "stack",
            "--layers",
            4,
            "--data",
            "corpus",
            "--steps",
            3);
    assertThat(run.code()).isZero();
    assertThat(run.err()).contains("note: --data is not used", "note: --steps is not used");
  }

  @Test
  void anInterruptedGrowthLeavesNothing() {
    Interruption interruption = new Interruption();
    interruption.request();
    CommandRun run =
        CommandRun.of(
            interruption,
            "grow",
            "--from",
            small,
            "--out",
            large,
            "--method",
            "stack",
            "--layers",
            4);
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err()).startsWith("ligo: cancelled while ");
    assertThat(TinyBert.names(directory)).containsExactly("small");
  }
}
