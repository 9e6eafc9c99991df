package dev.ligo.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.ligo.api.DType;
import dev.ligo.cli.LigoCommand;
import dev.ligo.cli.console.Console;
import dev.ligo.cli.console.Interruption;
import dev.ligo.core.Checkpoint;
import dev.ligo.core.CheckpointWriter;
import dev.ligo.core.Ligo;
import dev.ligo.core.checkpoint.FileDType;
import dev.ligo.core.checkpoint.HuggingFaceDirectory;
import dev.ligo.core.model.ModelSpec;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands on two tasks, beside {@code ligo} in one process, on a model of 2 layers × 8. */
class ClusterCommandTest {
  /** Gradients in float32, summed in another order, after some steps of AdamW. */
  private static final double TOLERANCE = 1e-6;

  private static final Path DEMO = Path.of("../ligo-cli/src/main/resources/dev/ligo/cli/demo");

  @TempDir static Path directory;
  private static Path small;
  private static Path text;

  @BeforeAll
  static void writeInputs() throws IOException {
    JsonObject config = HuggingFaceDirectory.readConfig(DEMO.resolve("config.json"));
    config.addProperty("num_hidden_layers", 2);
    config.addProperty("hidden_size", 8);
    config.addProperty("intermediate_size", 16);
    config.addProperty("max_position_embeddings", 16);
    config.addProperty("hidden_dropout_prob", 0);
    config.addProperty("attention_probs_dropout_prob", 0);
    small = directory.resolve("small");
    ModelSpec<?> model = Ligo.create().model(config).withHead("masked-lm");
    try (CheckpointWriter writer =
        CheckpointWriter.create(small, model, model.dialect(), n -> FileDType.F32, Map.of())) {
      model.initialValues(DType.FLOAT32, 1).forEach(writer::write);
      writer.finish(Map.of(Ligo.TOKENIZER, DEMO.resolve(Ligo.TOKENIZER)), "", Map.of());
    }
    text =
        Files.writeString(
            directory.resolve("text.txt"),
            "The whale rose, and the ship turned slowly into the wind. ".repeat(60));
  }

  private record Run(int code, String out, String err) {}

  private static Run here(Object... words) {
    return run(
        (console, args) -> LigoCommand.execute(console, () -> LigoCommand.line(console), args),
        words);
  }

  private static Run onCluster(Object... words) {
    return run(
        (console, args) -> Main.execute(console, LocalSpark.conf(LocalSpark.THREADS), args), words);
  }

  private interface Executed {
    int code(Console console, String... words);
  }

  private static Run run(Executed command, Object... words) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    Console console = Console.of(new PrintWriter(out), new PrintWriter(err), new Interruption());
    String[] all = Arrays.stream(words).map(Object::toString).toArray(String[]::new);
    return new Run(command.code(console, all), out.toString(), err.toString());
  }

  private static Object[] words(List<Object> words, Object... more) {
    List<Object> all = new ArrayList<>(words);
    all.addAll(List.of(more));
    all.addAll(List.of("--backend", "plain"));
    return all.toArray();
  }

  private static void assertEqual(Path actual, Path expected) {
    Ligo ligo = Ligo.create();
    try (Checkpoint a = ligo.open(actual);
        Checkpoint e = ligo.open(expected);
        Checkpoint s = ligo.open(small)) {
      for (String name : e.model().layout().shapes().keySet()) {
        assertThat(a.read(name).toDoubles())
            .as(name)
            .containsExactly(e.read(name).toDoubles(), within(TOLERANCE));
      }
      String moved = "bert.embeddings.word_embeddings.weight";
      assertThat(e.read(moved).toDoubles()).isNotEqualTo(s.read(moved).toDoubles());
    }
  }

  @Test
  void pretrainingIsThatOfOneProcess() {
    List<Object> words =
        List.of(
            "pretrain",
            "--from",
            small,
            "--data",
            text,
            "--steps",
            4,
            "--accumulate",
            3,
            "--batch-size",
            2,
            "--strategy",
            "layerdrop");
    Path expected = directory.resolve("pretrained-here");
    assertThat(here(words(words, "--out", expected)).code()).isZero();
    Path actual = directory.resolve("pretrained");
    Run run = onCluster(words(words, "--out", actual));
    assertThat(run.code()).as(run.err()).isZero();
    assertEqual(actual, expected);
  }

  @Test
  void aSingleWorkerWhoseMeanIsTakenTrainsAsOneProcess() {
    List<Object> words =
        List.of("pretrain", "--from", small, "--data", text, "--steps", 4, "--batch-size", 2);
    Path expected = directory.resolve("rounds-here");
    assertThat(here(words(words, "--out", expected)).code()).isZero();
    Path actual = directory.resolve("rounds");
    List<Object> rounds = new ArrayList<>(words);
    rounds.addAll(List.of("--sync-every", 2, "--outer-learning-rate", 1, "--outer-momentum", 0));
    Run run = onCluster(words(rounds, "--save-every", 2, "--out", actual));
    assertThat(run.code()).as(run.err()).isZero();
    assertEqual(actual, expected);
    Run refused = onCluster(words(rounds, "--save-every", 3, "--out", directory.resolve("no")));
    assertThat(refused.code()).isEqualTo(1);
    assertThat(refused.err())
        .contains("a saved state is made where workers meet, after a multiple of 2 steps, found 3");
  }

  @Test
  void anOperatorLearnsAsInOneProcess() {
    List<Object> words =
        List.of(
            "grow",
            "--from",
            small,
            "--method",
            "ligo",
            "--layers",
            3,
            "--hidden",
            12,
            "--data",
            text,
            "--steps",
            4,
            "--accumulate",
            3,
            "--batch-size",
            2);
    Path expected = directory.resolve("grown-here");
    assertThat(here(words(words, "--out", expected)).code()).isZero();
    Path actual = directory.resolve("grown");
    Run run = onCluster(words(words, "--out", actual));
    assertThat(run.code()).as(run.err()).isZero();
    assertEqual(actual, expected);
  }

  private static List<Object> comparison() throws IOException {
    Path held =
        Files.writeString(
            directory.resolve("held.txt"), "The ship turned into the wind. ".repeat(60));
    return List.of(
        "compare",
        "--from",
        small,
        "--layers",
        3,
        "--hidden",
        12,
        "--data",
        text,
        "--eval-data",
        held,
        "--steps",
        4,
        "--eval-every",
        2,
        "--batch-size",
        2,
        "--to-the-end",
        "--max-epochs",
        1000);
  }

  @Test
  void aComparisonGoesOnInOneProcess() throws IOException {
    List<Object> words = new ArrayList<>(comparison());
    words.addAll(List.of("--methods", "scratch,fpi,ligo+2steps"));
    words.addAll(List.of("--try-rates", "0.001", "--learning-rate", "0.01"));
    Path expected = directory.resolve("compared-here");
    assertThat(here(words(words, "--seeds", "1,2", "--out", expected)).code()).isZero();
    Path actual = directory.resolve("compared");
    Run run = onCluster(words(words, "--seeds", "1,2", "--out", actual));
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(losses(actual)).isEqualTo(losses(expected)).hasSize(9);
    Run more = here(words(words, "--out", actual, "--resume", "--seeds", "1,2,3"));
    assertThat(more.code()).as(more.err()).isZero();
    assertThat(more.err()).contains("scratch, seed 3");
    assertThat(losses(actual)).containsAllEntriesOf(losses(expected)).hasSize(12);
    assertThat(actual.resolve("report.html")).exists();
  }

  @Test
  void theSourcesOfAComparisonAreTasks() throws IOException {
    List<Object> words = new ArrayList<>(comparison());
    words.addAll(List.of("--methods", "scratch,fpi", "--source-steps", "2,3,4", "--seeds", 1));
    Path expected = directory.resolve("swept-here");
    assertThat(here(words(words, "--out", expected)).code()).isZero();
    Path actual = directory.resolve("swept");
    StartedTasks.OF_STAGES.clear();
    Run run = onCluster(words(words, "--out", actual));
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(StartedTasks.OF_STAGES).startsWith(3);
    for (String source : List.of("small-2", "small-3", "small-4")) {
      assertEqual(
          directory.resolve("swept.sources").resolve(source),
          directory.resolve("swept-here.sources").resolve(source));
    }
    assertThat(losses(actual)).isEqualTo(losses(expected)).hasSize(4);
  }

  /** Returns the last loss of each run, by the run's name. */
  private static Map<String, Double> losses(Path comparison) throws IOException {
    Map<String, Double> losses = new TreeMap<>();
    try (Stream<Path> runs = Files.list(comparison.resolve("runs"))) {
      for (Path run : runs.toList()) {
        JsonObject points =
            JsonParser.parseString(Files.readString(run))
                .getAsJsonObject()
                .getAsJsonObject("points");
        JsonArray all = points.getAsJsonArray("loss");
        losses.put(run.getFileName().toString(), all.get(all.size() - 1).getAsDouble());
      }
    }
    return losses;
  }

  @Test
  void helpNamesThisCommandAndItsOptions() {
    Run run = onCluster("help", "pretrain");
    assertThat(run.code()).isZero();
    assertThat(run.out()).contains("ligo-spark pretrain (--from DIR").contains("--accumulate");
    assertThat(onCluster("evaluate").err()).contains("no command named 'evaluate'");
  }
}
