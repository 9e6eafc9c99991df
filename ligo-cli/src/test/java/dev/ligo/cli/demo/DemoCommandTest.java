package dev.ligo.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.ligo.cli.CommandRun;
import dev.ligo.cli.TinyBert;
import dev.ligo.cli.console.Console;
import dev.ligo.cli.console.Failures;
import dev.ligo.cli.console.Format;
import dev.ligo.cli.console.Interruption;
import dev.ligo.cli.console.WebBrowser;
import dev.ligo.cli.options.OpenChoice;
import dev.ligo.core.Checkpoint;
import dev.ligo.core.Ligo;
import dev.ligo.core.model.Sizes;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The demo as a whole, with a model and a text that take seconds. */
class DemoCommandTest {
  private static final DemoSettings TINY =
      new DemoSettings(
          Sizes.SAME.withLayers(4).withHidden(16), 4, 16, 2, 0.003, 12, 0.001, 2, 1, 3, 2);

  @TempDir static Path directory;

  private static CommandRun run;
  private static Path out;

  @BeforeAll
  static void runOnce() {
    out = directory.resolve("demo out");
    run = run("--out", out.toString(), "--seed", "3", "--threads", "1");
  }

  private static CommandRun run(String... args) {
    return run(new StringWriter(), new Interruption(), args);
  }

  private static CommandRun run(StringWriter noted, Interruption interruption, String... args) {
    StringWriter printed = new StringWriter();
    Console console = Console.of(new PrintWriter(printed), new PrintWriter(noted), interruption);
    Failures failures = new Failures(console, () -> true);
    DemoCommand demo =
        new DemoCommand(console, TINY, DemoCommandTest::data, directory.resolve("cache"));
    demo.opening = new OpenChoice(new WebBrowser(List.of(List.of("no-such-browser"))));
    int code =
        new CommandLine(demo)
            .setExecutionExceptionHandler(failures)
            .setParameterExceptionHandler(failures)
            .execute(args);
    return new CommandRun(code, printed.toString(), noted.toString());
  }

  private static DemoData data(Path directory) {
    Path small = TinyBert.checkpoint(directory.resolve("small"));
    try {
      Files.writeString(small.resolve("training.json"), "{\"flops\": 1, \"total_flops\": 1}");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new DemoData(
        small,
        TinyBert.text(directory.resolve("train.txt")),
        TinyBert.text(directory.resolve("validation.txt")));
  }

  private static JsonObject results() throws IOException {
    return JsonParser.parseString(Files.readString(out.resolve("results.json"))).getAsJsonObject();
  }

  private static double loss(String method, String figure) throws IOException {
    return results()
        .getAsJsonObject("methods")
        .getAsJsonObject(method)
        .getAsJsonObject(figure)
        .get("mean")
        .getAsDouble();
  }

  @Test
  void saysWhereBothAreAtEqualCompute() throws IOException {
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.err())
        .contains("backend: ", "the small model's validation loss: ", "scratch, seed 3: ");
    String least = Format.metric(loss("ligo", "loss_at_equal_compute"));
    assertThat(run.out())
        .contains("Two methods compared", "At equal compute", least + " for ligo")
        .contains(Format.metric(loss("scratch", "loss_at_end")) + " for scratch")
        .contains(out.resolve("report.html").toString(), "next:")
        .doesNotContain("wall saving"); // the report has the figures
  }

  @Test
  void leavesTheReportAndTheRuns() throws IOException {
    assertThat(Files.readString(out.resolve("report.html")))
        .contains("<th scope=\"row\">ligo</th>", "<th scope=\"row\">scratch</th>")
        .contains("<span>--seed</span> <span>3</span>");
    CommandRun again = CommandRun.of("compare", "--report", out.resolve("comparison"));
    assertThat(again.code()).as(again.err()).isZero();
    assertThat(out.resolve("comparison/results.json"))
        .hasSameTextualContentAs(out.resolve("results.json"));
  }

  @Test
  void leavesTheGrownCheckpointBeforeAndAfterTraining() throws IOException {
    Ligo ligo = Ligo.create();
    for (String name : List.of("grown", "trained", "scratch")) {
      try (Checkpoint checkpoint = ligo.open(out.resolve(name))) {
        assertThat(checkpoint.model().json().get("num_hidden_layers").getAsInt()).isEqualTo(4);
        assertThat(checkpoint.model().json().get("hidden_size").getAsInt()).isEqualTo(16);
      }
      assertThat(out.resolve(name).resolve("README.md")).content().startsWith("---\n");
      assertThat(out.resolve(name).resolve("tokenizer.json")).exists();
    }
  }

  @Test
  void endsWithTheLossOfTheTrainedCheckpoint() throws IOException {
    CommandRun evaluation =
        CommandRun.of(
            "evaluate",
            "--from",
            out.resolve("trained"),
            "--data",
            out.resolve("validation.txt"),
            "--batch-size",
            TINY.batchSize(),
            "--sequence-length",
            TINY.sequenceLength(),
            "--batches",
            TINY.evaluationBatches(),
            "--threads",
            1,
            "--json");
    assertThat(evaluation.json().get("loss").getAsDouble())
        .isCloseTo(loss("ligo", "loss_at_end"), within(1e-6));
  }

  @Test
  void growsAsTheCommandDoes() throws IOException {
    Path again = directory.resolve("again");
    CommandRun growth =
        CommandRun.of(
            "grow",
            "--from",
            out.resolve("small"),
            "--out",
            again,
            "--method",
            "ligo",
            "--layers",
            4,
            "--hidden",
            16,
            "--data",
            out.resolve("train.txt"),
            "--batch-size",
            TINY.batchSize(),
            "--sequence-length",
            TINY.sequenceLength(),
            "--steps",
            TINY.operatorSteps(),
            "--learning-rate",
            TINY.operatorLearningRate(),
            "--seed",
            3,
            "--threads",
            1);
    assertThat(growth.code()).as(growth.err()).isZero();
    assertThat(again.resolve("model.safetensors"))
        .hasSameBinaryContentAs(out.resolve("grown/model.safetensors"));
  }

  @Test
  void refusesADirectoryThatHoldsSomethingBeforeItBegins() throws IOException {
    Path taken = Files.createDirectory(directory.resolve("taken"));
    Files.writeString(taken.resolve("file"), "text");
    CommandRun refused = run("--out", taken.toString());
    assertThat(refused.code()).isEqualTo(1);
    assertThat(refused.err()).contains("exists already").doesNotContain("backend");
    assertThat(taken).isDirectoryContaining("glob:**file");
  }

  /** It is cancelled when the page is there. */
  @Test
  void keepsThePageThatItShowedWhereItIsCancelled() throws IOException {
    Interruption interruption = new Interruption();
    StringWriter noted =
        new StringWriter() {
          @Override
          public void write(String text, int from, int length) {
            super.write(text, from, length);
            if (text.contains("no browser was found")) {
              interruption.request();
            }
          }
        };
    Path parent = Files.createDirectory(directory.resolve("cancelled"));
    Path page = parent.resolve("out.live.html");
    CommandRun cancelled =
        run(
            noted,
            interruption,
            "--out",
            parent.resolve("out").toString(),
            "--open",
            "--threads=1");
    assertThat(cancelled.code()).isNotZero();
    assertThat(cancelled.err())
        .contains("the report is " + page, "BROWSER=firefox", "the report so far is " + page)
        .contains("what the demo had trained is gone")
        .doesNotContain("is saved");
    assertThat(page).content().contains("\"interrupted\":\"What the demo had trained is gone");
    assertThat(TinyBert.names(parent)).containsExactly("out.live.html");
  }

  @Test
  void refusesABackendThatThereIsNot() {
    CommandRun refused = run("--out", directory.resolve("none").toString(), "--backend", "abacus");
    assertThat(refused.code()).isEqualTo(2);
    assertThat(refused.err()).contains("abacus", "pytorch");
    assertThat(directory.resolve("none")).doesNotExist();
  }
}
