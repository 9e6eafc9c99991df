package dev.ligo.cli.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.ligo.api.Backend;
import dev.ligo.api.BackendOptions;
import dev.ligo.api.Backends;
import dev.ligo.cli.CommandRun;
import dev.ligo.cli.LigoCommand;
import dev.ligo.cli.TinyBert;
import dev.ligo.cli.console.Console;
import dev.ligo.cli.console.Interruption;
import dev.ligo.cli.console.Progress;
import dev.ligo.core.Ligo;
import dev.ligo.core.model.Sizes;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/** Comparisons under a name. */
class PresetTest {
  static final List<String> NAMES = Preset.NAMES;

  @TempDir Path directory;

  /** Parses a comparison as the command does. */
  private static CommandSpec parsed(String... words) {
    StringWriter none = new StringWriter();
    CommandLine line =
        LigoCommand.line(
            Console.of(new PrintWriter(none), new PrintWriter(none), new Interruption()));
    PresetDefaults.provide(line.getSubcommands().get("compare"), words);
    return line.parseArgs(words).subcommand().commandSpec();
  }

  private static CompareCommand command(String... words) {
    return (CompareCommand) parsed(words).userObject();
  }

  private static Preset preset(String name) {
    return Preset.named(name, false, Preset.results(name));
  }

  @ParameterizedTest
  @FieldSource("NAMES")
  void everyValueIsOfAnOptionThatThereIs(String name) {
    CommandSpec compare = parsed("compare", "--preset", name);
    for (String option : preset(name).options().keySet()) {
      if (!option.equals("sources")) {
        assertThat(compare.findOption("--" + option)).as(option).isNotNull();
      }
    }
    CompareCommand command = (CompareCommand) compare.userObject();
    assertThat(command.seeds).containsExactly(1L, 2L, 3L);
    assertThat(command.out).isEqualTo(Path.of("ligo-compare-" + name));
    assertThat(command.from).isEqualTo(Path.of("ligo-compare-" + name + ".sources/small"));
  }

  /** The command that is told does what the preset does. */
  @ParameterizedTest
  @FieldSource("NAMES")
  void aPresetStandsForACommand(String name) {
    CommandSpec compare = parsed("compare", "--preset", name, "--threads", "1");
    CompareCommand own = (CompareCommand) compare.userObject();
    Preset preset = preset(name);
    ComparisonSources sources =
        ComparisonSources.given(
            Ligo.create(), Optional.of(preset), own.from, own.methods, own.sources);
    List<String> words = new CommandWords(compare, Optional.of(preset), sources).compare();
    assertThat(words).doesNotContain("--preset").contains("--threads", "--learning-rate");
    CompareCommand plain = command(words.toArray(String[]::new));
    assertThat(plain.steps).isEqualTo(own.steps);
    assertThat(plain.methods).isEqualTo(own.methods);
    assertThat(plain.data.paths).isEqualTo(own.data.paths);
    assertThat(plain.rates.rates).isEqualTo(own.rates.rates);
    assertThat(plain.rates.grownWarmup).isEqualTo(own.rates.grownWarmup);
    assertThat(plain.rates.maxEpochs).isEqualTo(own.rates.maxEpochs);
    assertThat(plain.training.schedule(own.steps)).isEqualTo(own.training.schedule(own.steps));
  }

  @ParameterizedTest
  @FieldSource("NAMES")
  void aQuickOneHasOneSeedAndFewerSteps(String name) {
    CompareCommand whole = command("compare", "--preset", name);
    CompareCommand quick = command("compare", "--preset=" + name, "--quick");
    assertThat(quick.steps * 4).isEqualTo(whole.steps);
    assertThat(quick.seeds).containsExactly(1L);
    assertThat(quick.rates.toTheEnd).isTrue();
  }

  private static Map<String, Path> sources(String methods, Map<String, Path> given) {
    return preset("gpt2").sources(Ligo.create(), List.of(methods.split(",")), given);
  }

  @Test
  void methodsHaveTheSourcesThatThePresetNames() {
    Path wide = Path.of("ligo-compare-gpt2.sources/wide");
    assertThat(sources("scratch,ligo", Map.of())).isEmpty();
    assertThat(sources("scratch,wider=ligo", Map.of()))
        .containsOnly(entry("wider", Path.of("ligo-compare-gpt2.sources/deep")));
    Path own = Path.of("own");
    assertThat(sources("scratch,gstack,mine=stack,mslt+layerdrop,stack", Map.of("mine", own)))
        .containsOnly(
            entry("mine", own),
            entry("gstack", wide),
            entry("mslt+layerdrop", wide),
            entry("stack", wide));
  }

  @Test
  void onlyWhatIsComparedIsTrained() {
    Preset gpt2 = preset("gpt2");
    Path small = Path.of("ligo-compare-gpt2.sources/small");
    assertThat(gpt2.sources(List.of(small, Path.of("elsewhere"))))
        .extracting(TrainedSource::directory)
        .containsExactly(small);
    assertThat(
            gpt2.sources(List.of(small)).get(0).commands(Ligo.create(), List.of("--threads", "1")))
        .singleElement()
        .asString()
        .startsWith("ligo pretrain --out ligo-compare-gpt2.sources/small --resume --config ")
        .endsWith(" --threads 1");
  }

  @Test
  void aMethodThatIsNotDefinedIsRefusedBeforeAnySourceIsTrained() {
    Path out = directory.resolve("out");
    CommandRun run =
        CommandRun.of(
            "compare", "--preset", "bert", "--methods", "scratch,llama-pro", "--out", out);
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err()).contains("candidate 'llama-pro'", "normalizes the stream itself");
    assertThat(Path.of(out + ".sources")).doesNotExist();
    assertThat(out).doesNotExist();
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

  @Test
  void givenOptionsTakeThePlaceOfItsOwn() {
    CompareCommand command =
        command("compare", "--preset", "bert", "--seeds=7", "--threads", "1", "--out", "here");
    assertThat(command.seeds).containsExactly(7L);
    assertThat(command.from).isEqualTo(Path.of("here.sources/small"));
  }

  @Test
  void anUnknownNameIsWrongUsage() {
    CommandRun run = CommandRun.of("compare", "--preset", "bart");
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).contains("there is no preset named 'bart'", "bert", "deit");
  }

  /** Trained as the command that is told trains it. */
  @Test
  void aSourceIsTrainedLikeThePretrainCommand() throws IOException {
    Path config = TinyBert.write(directory.resolve("c.json"), TinyBert.config().toString());
    Path text = TinyBert.text(directory.resolve("text.txt"));
    JsonObject values =
        JsonParser.parseString(
                """
                {"config": "%s", "tokenizer": "%s", "set": {"hidden_size": 16}, "steps": 2,
                 "schedule": "cosine", "learning-rate": 0.001, "warmup": 1, "eval-every": 1,
                 "seed": 1, "batch-size": 2, "sequence-length": 16, "eval-batches": 1}
                """
                    .formatted(config, TinyBert.TOKENIZER))
            .getAsJsonObject();
    TrainedSource small = new TrainedSource(directory.resolve("small"), values);
    TrainedSource large =
        new TrainedSource(
            directory.resolve("large"),
            values,
            Sizes.SAME.withLayers(4).withHidden(32),
            Optional.of(new TrainedSource.Before(small, "copy")),
            false);
    for (TrainedSource source : List.of(small, large)) {
      assertThat(source.isThere()).isFalse();
      StringWriter told = new StringWriter();
      Console console =
          Console.of(new PrintWriter(told), new PrintWriter(told), new Interruption());
      try (Progress progress = console.progress();
          Backend backend = Backends.open("pytorch", BackendOptions.cpu().withThreads(1))) {
        source.train(Ligo.create(), List.of(text), List.of(text), backend, progress);
      }
      assertThat(source.isThere()).isTrue();
    }
    List<String> shared =
        List.of("--data", text.toString(), "--eval-data", text.toString(), "--threads", "1");
    List<String> commands = new ArrayList<>(small.commands(Ligo.create(), shared));
    commands.addAll(large.commands(Ligo.create(), shared));
    assertThat(commands).hasSize(3);
    Path again = directory.resolve("again");
    for (String command : commands) {
      String elsewhere =
          command
              .replace(small.directory().toString(), again.resolve("small").toString())
              .replace(large.directory().toString(), again.resolve("large").toString());
      List<String> words = List.of(elsewhere.split(" "));
      CommandRun run = CommandRun.of(words.subList(1, words.size()).toArray());
      assertThat(run.code()).as(run.err()).isZero();
    }
    for (String name : List.of("small", "large")) {
      assertThat(again.resolve(name).resolve("model.safetensors"))
          .hasSameBinaryContentAs(directory.resolve(name).resolve("model.safetensors"));
    }
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
