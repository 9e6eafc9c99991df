package dev.ligo.cli.compare;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.ligo.cli.CommandRun;
import dev.ligo.cli.LigoCommand;
import dev.ligo.cli.TinyBert;
import dev.ligo.cli.console.Console;
import dev.ligo.cli.console.Interruption;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** Comparisons under a name. */
class PresetTest {
  static final List<String> NAMES = Preset.NAMES;

  @TempDir Path directory;

  private static CommandLine line() {
    StringWriter none = new StringWriter();
    return LigoCommand.line(
        Console.of(new PrintWriter(none), new PrintWriter(none), new Interruption()));
  }

  @ParameterizedTest
  @FieldSource("NAMES")
  void everyPresetIsMadeOfCommandsThatThereAre(String name) {
    Preset preset = Preset.of("compare", "--preset", name).orElseThrow();
    assertThat(preset.commands()).hasSizeGreaterThan(1);
    for (List<String> command : preset.commands()) {
      line().parseArgs(command.toArray(new String[0]));
    }
    assertThat(preset.commands().get(0).get(0)).isEqualTo("pretrain");
    assertThat(preset.comparison().value("--seeds")).contains("1,2,3");
    assertThat(preset.comparison().value("--out")).contains("ligo-compare-" + name);
  }

  @ParameterizedTest
  @FieldSource("NAMES")
  void aQuickOneHasOneSeedAndFewerSteps(String name) {
    OptionWords whole = Preset.of("compare", "--preset", name).orElseThrow().comparison();
    OptionWords quick =
        Preset.of("compare", "--preset=" + name, "--quick").orElseThrow().comparison();
    assertThat(Long.parseLong(quick.value("--steps").orElseThrow()) * 4)
        .isEqualTo(Long.parseLong(whole.value("--steps").orElseThrow()));
    assertThat(quick.value("--seeds")).contains("1");
    line().parseArgs(with("compare", quick.words()));
  }

  @Test
  void onlyWhatIsComparedIsTrained() {
    Preset two =
        Preset.of("compare", "--preset", "gpt2", "--methods", "scratch,ligo").orElseThrow();
    assertThat(two.commands()).hasSize(2);
    assertThat(two.comparison().values("--source")).isEmpty();
    Preset three =
        Preset.of("compare", "--preset", "gpt2", "--methods", "scratch,stack").orElseThrow();
    assertThat(three.commands()).hasSize(3);
    assertThat(three.comparison().values("--source"))
        .containsExactly("stack=ligo-compare-gpt2.sources/wide");
    assertThat(
            Preset.of("compare", "--preset", "gpt2", "--methods", "scratch,wider=ligo")
                .orElseThrow()
                .comparison()
                .values("--source"))
        .containsExactly("wider=ligo-compare-gpt2.sources/deep");
    assertThat(
            Preset.of(
                    "compare",
                    "--preset",
                    "gpt2",
                    "--methods",
                    "scratch,gstack,mine=stack,mslt+layerdrop,stack",
                    "--source",
                    "mine=own")
                .orElseThrow()
                .comparison()
                .values("--source"))
        .containsExactly(
            "mine=own",
            "gstack=ligo-compare-gpt2.sources/wide",
            "mslt+layerdrop=ligo-compare-gpt2.sources/wide",
            "stack=ligo-compare-gpt2.sources/wide");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--bogus",
        "--methods nosuch",
        "--seeds 1,1",
        "--source fpi",
        "--steps",
        "--threads 0",
        "--methods fpi,lemon",
        "--methods scratch,fpi,fpi"
      })
  void whatIsWrongIsKnownBeforeAnySourceIsTrained(String options, @TempDir Path directory) {
    Path out = directory.resolve("out");
    List<String> words = new ArrayList<>(List.of("compare", "--preset", "bert", "--quick"));
    words.addAll(List.of("--out", out.toString()));
    words.addAll(List.of(options.split(" ")));
    CommandRun run = CommandRun.of(words.toArray());
    assertThat(run.code()).as(run.err()).isEqualTo(2);
    assertThat(directory).isEmptyDirectory();
  }

  @Test
  void resultsOfSomethingElseAreLeftAloneBeforeAnySourceIsTrained() throws IOException {
    Files.writeString(directory.resolve("thesis.txt"), "my life");
    CommandRun run = CommandRun.of("compare", "--preset", "bert", "--out", directory);
    assertThat(run.code()).as(run.err()).isEqualTo(1);
    assertThat(run.err()).startsWith("ligo: ").contains("is not a comparison").hasLineCount(1);
    assertThat(Path.of(directory + ".files")).doesNotExist();
    assertThat(Path.of(directory + ".sources")).doesNotExist();
  }

  private static String[] with(String command, List<String> words) {
    return java.util.stream.Stream.concat(java.util.stream.Stream.of(command), words.stream())
        .toArray(String[]::new);
  }

  @Test
  void givenOptionsTakeThePlaceOfItsOwn() {
    Preset preset =
        Preset.of("compare", "--preset", "bert", "--seeds=7", "--threads", "1", "--out", "here")
            .orElseThrow();
    assertThat(preset.comparison().values("--seeds")).containsExactly("7");
    assertThat(preset.comparison().has("--preset")).isFalse();
    assertThat(preset.commands())
        .allSatisfy(c -> assertThat(String.join(" ", c)).contains("--threads 1"))
        .first()
        .asString()
        .contains("here.sources");
  }

  @ParameterizedTest
  @ValueSource(strings = {"pretrain --preset bert", "compare --preset", "compare --steps 3"})
  void otherCommandLinesNameNone(String line) {
    assertThat(Preset.of(line.split(" "))).isEmpty();
  }

  @Test
  void anUnknownNameIsWrongUsage() {
    CommandRun run = CommandRun.of("compare", "--preset", "bart");
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).contains("there is no preset named 'bart'", "bert", "deit");
  }

  @Test
  void theSourceIsTrainedOnceAndThenCompared() {
    Path config = TinyBert.write(directory.resolve("c.json"), TinyBert.config().toString());
    Path text = TinyBert.text(directory.resolve("text.txt"));
    String out = directory.resolve("out").toString();
    JsonObject json = new JsonObject();
    json.addProperty("about", "a tiny comparison");
    json.add("files", new JsonArray());
    JsonObject sources = new JsonObject();
    sources.add(
        "small",
        words(
            "--config "
                + config
                + " --tokenizer "
                + TinyBert.TOKENIZER
                + " --steps 2"
                + " --batch-size 2"));
    json.add("sources", sources);
    json.add(
        "compare",
        words(
            "--from {sources}/small --layers 4 --methods scratch,stack --steps 4 --eval-every 1"
                + " --batch-size 2 --seeds 1 --threads 1 --data "
                + text
                + " --eval-data "
                + TinyBert.text(directory.resolve("held.txt"))));
    StringWriter err = new StringWriter();
    StringWriter result = new StringWriter();
    Console console = Console.of(new PrintWriter(result), new PrintWriter(err), new Interruption());
    OptionWords given = OptionWords.parse(List.of("--out", out));
    assertThat(new Preset("tiny", json, given).run(console)).as(err.toString()).isZero();
    assertThat(Path.of(out).resolve("results.json")).exists();
    assertThat(Path.of(out + ".sources").resolve("small").resolve("config.json")).exists();
    assertThat(err.toString())
        .contains("tiny: a tiny comparison", "ligo pretrain --config", "ligo compare --from");
    assertThat(result.toString()).contains("saving").doesNotContain("trained ");

    StringWriter again = new StringWriter();
    Console second =
        Console.of(new PrintWriter(result), new PrintWriter(again), new Interruption());
    OptionWords resumed = OptionWords.parse(List.of("--out", out, "--resume"));
    assertThat(new Preset("tiny", json, resumed).run(second)).as(again.toString()).isZero();
    assertThat(again.toString()).doesNotContain("pretrain");
  }

  private static JsonArray words(String line) {
    JsonArray words = new JsonArray();
    words.add(line);
    return words;
  }

  @Test
  void dataThatIsToBeFetchedFirstIsNamedWithTheScript() {
    CommandRun run =
        CommandRun.of("compare", "--preset", "deit", "--data", directory.resolve("none"));
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err()).contains("scripts/fetch-fashion-mnist.sh").contains("--data");
    assertThat(Files.exists(Path.of("ligo-compare-deit"))).isFalse();
  }
}
