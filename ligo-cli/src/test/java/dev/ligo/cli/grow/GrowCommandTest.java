package dev.ligo.cli.grow;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
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

  /** Grows the small model by a method into the large one. */
  private CommandRun grow(String method, Object... more) {
    return grow(new Interruption(), large, method, more);
  }

  private CommandRun grow(Path out, String method, Object... more) {
    return grow(new Interruption(), out, method, more);
  }

  private CommandRun grow(Interruption interruption, Path out, String method, Object... more) {
    List<Object> arguments = new ArrayList<>(List.of("grow", "--from", small, "--out", out));
    arguments.addAll(List.of("--method", method));
    arguments.addAll(List.of(more));
    return CommandRun.of(interruption, arguments.toArray());
  }

  @Test
  void theReportSaysWhatGrewAndWhatToDoNext() {
    CommandRun run = grow("stack", "--layers", 4);
    assertThat(run.code()).isZero();
    assertThat(run.out())
        .startsWith("grew " + small + " into " + large + " by stack in ")
        .containsPattern("num_hidden_layers +2 +4")
        .containsPattern("parameters +[\\d,]+ +[\\d,]+")
        .contains(
            "next: ligo pretrain --from %s --data PATH --steps N --out DIR%n".formatted(large))
        .containsPattern(
            "\\Rsummary: large, by stack, [\\d,]+ -> [\\d,]+ parameters, [\\d.]+ s\\R$");
    assertThat(run.err()).startsWith("growing ").doesNotContain("backend");
  }

  @Test
  void ligoDoesNotBeginAsItself() {
    Path text = TinyBert.text(directory.resolve("text.txt"));
    CommandRun run = grow("ligo", "--ligo-start", "ligo", "--layers", 4, "--data", text);
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err()).contains("methods that do not learn");
    assertThat(large).doesNotExist();
  }

  @Test
  void theGrownCheckpointIsInspected() {
    grow("fpi", "--hidden", 12);
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
    CommandRun changed = grow("gstack", "--layers", 4);
    assertThat(changed.code()).isZero();
    assertThat(changed.out()).contains("the function changes: ");
    JsonObject kept = grow(directory.resolve("kept"), "lemon", "--hidden", 16, "--json").json();
    assertThat(kept.getAsJsonObject("preservation").get("degree").getAsString()).isEqualTo("exact");
  }

  @Test
  void theReportSaysByWhichChoiceTheFunctionWouldStay() {
    assertThat(grow("fpi", "--hidden", 16).out())
        .contains("unequally many copies; it stays with order circular")
        .contains("keep it: --fpi-order circular");
    assertThat(
            grow(directory.resolve("kept"), "fpi", "--hidden", 16, "--fpi-order", "circular").out())
        .contains("the function stays: ")
        .doesNotContain("keep it");
    assertThat(grow(directory.resolve("half"), "fpi", "--hidden", 12).out())
        .contains("unequally many copies")
        .doesNotContain("keep it");
  }

  @Test
  void theDriftIsMeasuredWhereItIsAskedFor() {
    Path text = TinyBert.text(directory.resolve("drift.txt"));
    double kept = drift("hypercloning", text, "--hidden", 16);
    double changed = drift("copy", text, "--hidden", 16);
    assertThat(kept).isBetween(0.0, 1e-4);
    assertThat(changed).isGreaterThan(1e-3);
    CommandRun run = grow("stack", "--measure-drift");
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).contains("--data");
    assertThat(large).doesNotExist();
  }

  private double drift(String method, Path text, Object... sizes) {
    List<Object> more = new ArrayList<>(List.of("--measure-drift", "--json", "--data", text));
    more.addAll(List.of("--batch-size", 2, "--sequence-length", 16, "--threads", 1));
    more.addAll(List.of(sizes));
    return grow(directory.resolve(method), method, more.toArray())
        .json()
        .getAsJsonObject("preservation")
        .get("measured_drift")
        .getAsDouble();
  }

  @Test
  void weightsAreStoredAsTheyAreAskedToBe() {
    JsonObject grown = grow("fpi", "--hidden", 12, "--dtype", "bfloat16", "--json").json();
    assertThat(grown.getAsJsonArray("dtypes").toString()).isEqualTo("[\"bfloat16\"]");
    JsonObject inspected = CommandRun.of("inspect", large, "--json").json();
    assertThat(inspected.getAsJsonArray("dtypes").toString()).isEqualTo("[\"BF16\"]");
    CommandRun refused = grow("fpi", "--dtype", "int8");
    assertThat(refused.code()).isEqualTo(2);
    assertThat(refused.err()).contains("float32, bfloat16, float16").contains("int8");
  }

  @Test
  void whatGrowsNothingIsRefusedUnlessItChangesTheFiles() {
    for (Object[] sizes : new Object[][] {{}, {"--layers", 2, "--hidden", 8}}) {
      CommandRun same = grow("stack", sizes);
      assertThat(same.code()).isEqualTo(2);
      assertThat(same.err()).contains("nothing would grow: " + small, "--hidden", "--dtype");
      assertThat(large).doesNotExist();
    }
    CommandRun rewritten = grow("stack", "--dtype", "bfloat16");
    assertThat(rewritten.code()).as(rewritten.err()).isZero();
    assertThat(rewritten.out()).startsWith("note: no size grows");
    CommandRun headless = grow(directory.resolve("headless"), "stack", "--drop-head");
    assertThat(headless.code()).as(headless.err()).isZero();
  }

  @Test
  void programsReadTheReport() {
    JsonObject report = grow("fpi", "--hidden", 16, "--heads", 2, "--json").json();
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
    grow("fpi", "--hidden", 12, "--operator-out", operator);
    assertThat(grow(again, "fpi", "--hidden", 12, "--operator", operator).code()).isZero();
    assertThat(again.resolve("model.safetensors"))
        .hasSameBinaryContentAs(large.resolve("model.safetensors"));
  }

  @Test
  void aChangedAttentionScaleIsNoted() {
    assertThat(grow("copy", "--hidden", 16, "--heads", 2).out())
        .startsWith("note: the head width changes");
  }

  /** LEMON changes the epsilon of norms. */
  @Test
  void numbersOfTheConfigAreWrittenForPeople() {
    assertThat(grow("lemon", "--hidden", 12).out())
        .containsPattern("layer_norm_eps +1e-12 +6\\.67e-13\n");
  }

  @Test
  void aFunctionThatStaysIsThatOfTheValuesThatWereSet() {
    assertThat(grow("lemon", "--hidden", 16).out())
        .contains("the function stays: ")
        .doesNotContain("own config");
    Path other = directory.resolve("other");
    assertThat(grow(other, "lemon", "--hidden", 16, "--set", "hidden_act=relu").out())
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
    CommandRun run = grow("stack", "--layers", 4, "--data", "corpus", "--steps", 3);
    assertThat(run.code()).isZero();
    assertThat(run.err()).contains("note: --data is not used", "note: --steps is not used");
  }

  @Test
  void anInterruptedGrowthLeavesNothing() {
    Interruption interruption = new Interruption();
    interruption.request();
    CommandRun run = grow(interruption, large, "stack", "--layers", 4);
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err()).startsWith("ligo: cancelled while ");
    assertThat(TinyBert.names(directory)).containsExactly("small");
  }

  @Test
  void ofTimmWhatChangesIsShownAndASmallerSizeIsNamedByItsKey() {
    JsonObject config =
        JsonParser.parseString(
                """
                {"architecture": "vit_tiny_patch16_224", "num_classes": 0,
                 "model_args": {"img_size": [8, 8], "patch_size": 4, "embed_dim": 8, "depth": 1,
                   "num_heads": 2}}""")
            .getAsJsonObject();
    Path vit = TinyBert.checkpoint(directory.resolve("vit"), config, false);
    assertThat(CommandRun.of("inspect", vit).out()).contains("classification without a head");
    CommandRun deeper =
        CommandRun.of("grow", "--from", vit, "--out", large, "--method", "stack", "--layers", 2);
    assertThat(deeper.code()).as(deeper.err()).isZero();
    assertThat(deeper.out())
        .contains("model_args.depth")
        .doesNotContain("not set", "img_size", "mlp_ratio");
    CommandRun refused =
        CommandRun.of(
            "grow",
            "--from",
            vit,
            "--out",
            directory.resolve("no"),
            "--method",
            "stack",
            "--hidden",
            4);
    assertThat(refused.err()).contains("'model_args.embed_dim' would shrink from 8 to 4");
  }

  @Test
  void aRefusedSizeNamesTheNearestThatPassAllChecks() {
    JsonObject config = JsonParser.parseString(GROUPED).getAsJsonObject();
    Path grouped = TinyBert.checkpoint(directory.resolve("grouped"), config, List.of("causal-lm"));
    CommandRun refused =
        CommandRun.of(
            "grow", "--from", grouped, "--out", large, "--method", "hypercloning", "--hidden", 16);
    assertThat(refused.code()).isEqualTo(1);
    assertThat(refused.err())
        .contains("axis 'embed' would grow from 12 to 16; near it method 'hypercloning' grows this")
        .contains(
            "model to hidden_size 24, num_attention_heads 12, num_key_value_heads 4,"
                + " intermediate_size 48.");
    CommandRun heads = grow("fpi", "--heads", 4); // of 4 units each, as the source's 2
    assertThat(heads.err())
        .contains("would shrink from 4 to 2; near it method 'fpi' grows this model to hidden_size")
        .contains("hidden_size 16, intermediate_size 32, num_attention_heads 4.");
    assertThat(large).doesNotExist();
    CommandRun advised = grow("fpi", "--heads", 4, "--hidden", 16);
    assertThat(advised.code()).as(advised.err()).isZero();
  }

  @Test
  void theTableOfTokensGrowsAloneWithoutAMethod() {
    CommandRun run =
        CommandRun.of("grow", "--from", small, "--out", large, "--vocab-size", 4100, "--json");
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.json().getAsJsonObject("preservation").get("degree").getAsString()).isNotEmpty();
  }

  @Test
  void withoutAMethodItGrowsByTheDefaultOne() {
    CommandRun run =
        CommandRun.of("grow", "--from", small, "--out", large, "--layers", 4, "--hidden", 16);
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out()).contains(" by copy in ");
    Path named = directory.resolve("named");
    grow(named, "copy", "--layers", 4, "--hidden", 16);
    assertThat(large.resolve("model.safetensors"))
        .hasSameBinaryContentAs(named.resolve("model.safetensors"));
  }

  /** Three heads of queries share one of keys and values. */
  private static final String GROUPED =
      """
      {"model_type": "llama", "vocab_size": 4096, "hidden_size": 12, "num_hidden_layers": 2,
       "num_attention_heads": 6, "num_key_value_heads": 2, "intermediate_size": 24,
       "head_dim": 2, "max_position_embeddings": 16}\
      """;
}
