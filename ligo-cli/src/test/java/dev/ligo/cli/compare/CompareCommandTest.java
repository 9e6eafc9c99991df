package dev.ligo.cli.compare;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.ligo.cli.CommandRun;
import dev.ligo.cli.TinyBert;
import dev.ligo.cli.console.Interruption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CompareCommandTest {
  @TempDir Path directory;

  private Path small;
  private Path text;
  private Path held;
  private Path out;

  @BeforeEach
  void create() {
    small = TinyBert.checkpoint(directory.resolve("small"));
    text = TinyBert.text(directory.resolve("text.txt"));
    held = TinyBert.text(directory.resolve("held.txt"));
    out = directory.resolve("out");
  }

  private CommandRun compare(Interruption interruption, Object... more) {
    return to(interruption, 16, more);
  }

  private CommandRun to(Interruption interruption, int hidden, Object... more) {
    List<Object> args = new ArrayList<>();
    args.addAll(List.of("compare", "--from", small, "--out", out, "--data", text));
    args.addAll(List.of("--eval-data", held, "--layers", 4, "--hidden", hidden, "--steps", 6));
    args.addAll(List.of("--eval-every", 2, "--eval-batches", 2, "--batch-size", 4));
    args.addAll(List.of("--sequence-length", 16, "--operator-steps", 2, "--threads", 1));
    args.addAll(Arrays.asList(more));
    return CommandRun.of(interruption, args.toArray());
  }

  private CommandRun compare(Object... more) {
    return compare(new Interruption(), more);
  }

  private JsonObject results() throws IOException {
    return JsonParser.parseString(Files.readString(out.resolve("results.json"))).getAsJsonObject();
  }

  @Test
  void comparesMethodsOverSeeds() throws IOException {
    CommandRun run = compare("--methods", "scratch,fpi,ligo,ligo+aki", "--seeds", "1,2");
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out())
        .contains("Four methods compared: bert", "net saving", "ligo+aki", "report.html");
    assertThat(run.err()).contains("scratch, seed 1: ", "ligo+aki, seed 2: ");
    JsonObject methods = results().getAsJsonObject("methods");
    assertThat(results().get("family").getAsString()).isEqualTo("bert");
    assertThat(methods.keySet()).containsExactly("scratch", "fpi", "ligo", "ligo+aki");
    for (String name : methods.keySet()) {
      for (String figure : List.of("saving", "net_saving", "wall_saving")) {
        assertThat(methods.getAsJsonObject(name).getAsJsonObject(figure).keySet())
            .containsExactly("mean", "std", "values");
      }
    }
    assertThat(
            methods
                .getAsJsonObject("scratch")
                .getAsJsonObject("saving")
                .getAsJsonArray("values")
                .get(1)
                .getAsDouble())
        .isZero();
    assertThat(methods.getAsJsonObject("ligo").getAsJsonObject("growing").get("mean").getAsDouble())
        .isPositive();
    assertThat(out.resolve("report.html")).content().contains("ligo+aki", "net saving");
    assertThat(TinyBert.names(out.resolve("runs"))).hasSize(8).allMatch(n -> n.endsWith(".json"));
  }

  @Test
  void addsSeedsAndMethodsAndMakesNoRunTwice() throws IOException {
    assertThat(compare("--methods", "scratch,fpi", "--seeds", "1").code()).isZero();
    Path first = out.resolve("runs/scratch@0.0001-1.json");
    FileTime made = Files.getLastModifiedTime(first);
    CommandRun refused = compare("--methods", "scratch,fpi", "--seeds", "1");
    assertThat(refused.code()).isEqualTo(1);
    assertThat(refused.err()).contains("--resume");
    CommandRun run = compare("--methods", "scratch,fpi,copy", "--seeds", "1,2", "--resume");
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(results().getAsJsonObject("methods").keySet())
        .containsExactly("scratch", "fpi", "copy");
    assertThat(Files.getLastModifiedTime(first)).isEqualTo(made);
    // Whoever asks for less loses nothing of what there is.
    CommandRun less = compare("--methods", "scratch,fpi", "--seeds", "2", "--resume");
    assertThat(less.code()).as(less.err()).isZero();
    assertThat(results().getAsJsonObject("methods").keySet())
        .containsExactly("scratch", "fpi", "copy");
    assertThat(results().getAsJsonArray("seeds")).hasSize(2);
  }

  /** mslt is a growth method and a training strategy; both can be named. */
  @Test
  void aNameIsAMethodsWhereItStandsFirstAndThenAStrategys() throws IOException {
    CommandRun run =
        to(
            new Interruption(),
            8,
            "--methods",
            "scratch,stack,mslt,ligo+start:mslt+0steps,fpi+order:circular",
            "--seeds",
            1);
    assertThat(run.code()).as(run.err()).isZero();
    JsonObject methods = results().getAsJsonObject("methods");
    // All layers, copied on top at once.
    assertThat(mean(methods, "mslt", "loss_after_growing"))
        .isEqualTo(mean(methods, "stack", "loss_after_growing"));
    JsonObject described =
        JsonParser.parseString(Files.readString(out.resolve("comparison.json")))
            .getAsJsonObject()
            .getAsJsonObject("candidates");
    assertThat(described.getAsJsonObject("mslt").get("method").getAsString()).isEqualTo("mslt");
    assertThat(described.getAsJsonObject("mslt").has("strategies")).isFalse();
    JsonObject ligo = described.getAsJsonObject("ligo+start:mslt+0steps");
    assertThat(ligo.getAsJsonObject("options").get("start").getAsString()).isEqualTo("mslt");
    assertThat(ligo.getAsJsonObject("options").get("learned").getAsString()).isEqualTo("false");
    assertThat(ligo.has("strategies")).isFalse();
    assertThat(described.getAsJsonObject("fpi+order:circular").getAsJsonObject("options"))
        .hasToString("{\"order\":\"circular\"}");
  }

  /** A run that had stopped at a loss which is not the one to reach any more is made again. */
  @Test
  void aRateThatIsAddedLaterGivesWhatItGivesFromTheStart() throws IOException {
    Object[] methods = {
      "--methods", "scratch,copy", "--seeds", "1", "--learning-rate", "0.0000001"
    };
    assertThat(compare(methods).code()).isZero();
    CommandRun added = compare(with(methods, "--try-rates", "0.01", "--resume"));
    assertThat(added.code()).as(added.err()).isZero();
    JsonObject resumed = figures(results());
    out = directory.resolve("at-once");
    assertThat(compare(with(methods, "--try-rates", "0.01")).code()).isZero();
    assertThat(resumed).isEqualTo(figures(results()));
  }

  private static Object[] with(Object[] some, Object... more) {
    return Stream.concat(Arrays.stream(some), Arrays.stream(more)).toArray();
  }

  /** Returns the results that do not depend on the time that runs took. */
  private static JsonObject figures(JsonObject results) {
    JsonObject all = new JsonObject();
    for (var m : results.getAsJsonObject("methods").entrySet()) {
      JsonObject method = m.getValue().getAsJsonObject();
      JsonObject o = new JsonObject();
      for (String key : List.of("learning_rate", "saving", "loss_at_end", "steps_to_target")) {
        o.add(key, method.get(key));
      }
      all.add(m.getKey(), o);
    }
    return all;
  }

  @Test
  void aRunThatDivergesIsAResult() throws IOException {
    CommandRun run =
        compare("--methods", "scratch,fpi", "--seeds", "1", "--try-rates", "1000000000000000");
    assertThat(run.code()).as(run.err()).isZero();
    JsonObject fpi = results().getAsJsonObject("methods").getAsJsonObject("fpi");
    assertThat(fpi.get("learning_rate").getAsDouble()).isEqualTo(0.0001);
    assertThat(run("fpi@1000000000000000-1").has("diverged")).isTrue();
    assertThat(compare("--methods", "scratch,fpi", "--seeds", "1", "--resume").code()).isZero();
    out = directory.resolve("lost");
    CommandRun lost =
        compare("--methods", "scratch,fpi", "--seeds", "1", "--learning-rate", "1000000000000000");
    assertThat(lost.code()).isEqualTo(1);
    assertThat(lost.err()).contains("scratch diverged with seed 1");
  }

  @Test
  void dataThatDoNotServeAreRefusedAndNothingIsBegun() throws IOException {
    Path good = text;
    text = directory.resolve("nowhere.txt");
    assertThat(compare("--methods", "scratch,fpi").err()).contains("nowhere.txt");
    text = Files.writeString(directory.resolve("a"), Files.readString(good).substring(0, 1000));
    assertThat(compare("--methods", "scratch,fpi", "--max-epochs", 1).err())
        .contains("too short for 6 steps", "--max-epochs");
    text = good;
    held = good;
    assertThat(compare("--methods", "scratch,fpi").err()).contains("have files in common");
    held = directory;
    assertThat(compare("--methods", "scratch,fpi").err()).contains("have files in common");
    assertThat(out).doesNotExist();
  }

  @Test
  void anotherExperimentUnderTheSameNamesIsRefused() throws IOException {
    assertThat(compare("--methods", "scratch,a=ligo+0steps", "--seeds", "1").code()).isZero();
    CommandRun start =
        compare("--methods", "scratch,a=ligo+0steps+lemon", "--seeds", "1", "--resume");
    assertThat(start.err()).contains("another comparison", "candidate a");
    Files.writeString(text, Files.readString(text) + Files.readString(text).substring(100));
    CommandRun data = compare("--methods", "scratch,copy", "--seeds", "1", "--resume");
    assertThat(data.err()).contains("another comparison, whose data");
  }

  @Test
  void triesRatesOnTheFirstSeedAndKeepsTheBest() throws IOException {
    CommandRun run =
        compare(
            "--methods",
            "scratch,start=ligo+0steps,short=ligo+large+noise0.1+1steps",
            "--seeds",
            "1,2",
            "--learning-rate",
            "0.01",
            "--try-rates",
            "0.0000001",
            "--to-the-end");
    assertThat(run.code()).as(run.err()).isZero();
    JsonObject methods = results().getAsJsonObject("methods");
    assertThat(methods.keySet()).containsExactly("scratch", "start", "short");
    for (String name : methods.keySet()) {
      JsonObject method = methods.getAsJsonObject(name);
      assertThat(method.get("learning_rate").getAsDouble()).isEqualTo(0.01);
      assertThat(method.getAsJsonArray("seeds")).hasSize(2);
      assertThat(method.getAsJsonObject("growing").get("mean").getAsDouble() > 0)
          .isEqualTo(name.equals("short"));
    }
    assertThat(TinyBert.names(out.resolve("runs"))).hasSize(9);
    assertThat(compare("--methods", "scratch,fpi", "--flops-per-forward", "4").code()).isEqualTo(2);
    assertThat(out.resolve("report.html"))
        .content()
        .contains("0.0000001", "No figure charges the trials");
  }

  /** Also while mslt trains fewer layers: a loss of a smaller model is no loss of this one. */
  @Test
  void allAreMeasuredWholeAndChargedForWhatTheyUse() throws IOException {
    CommandRun run =
        to(
            new Interruption(),
            8,
            "--methods",
            "scratch,stack,mslt=stack+mslt,lemon,scratch+layerdrop,ki",
            "--mslt-stages",
            1,
            "--seeds",
            1,
            "--learning-rate",
            "0.0000001");
    assertThat(run.code()).as(run.err()).isZero();
    JsonObject methods = results().getAsJsonObject("methods");
    // A single stage of mslt begins as the stack.
    assertThat(methods.getAsJsonObject("mslt").get("loss_after_growing"))
        .isEqualTo(methods.getAsJsonObject("stack").get("loss_after_growing"));
    assertThat(drift(methods, "stack")).isEqualTo(drift(methods, "mslt")).isGreaterThan(1e-3);
    assertThat(drift(methods, "lemon")).isLessThan(1e-4);
    assertThat(mean(methods, "ki", "drift").isJsonNull()).isTrue(); // nothing is grown
    assertThat(run("scratch+layerdrop@0.0000001-1").get("source_flops").getAsDouble()).isZero();
    assertThat(run("ki@0.0000001-1").has("source_flops")).isFalse(); // its training is unknown
  }

  private static double drift(JsonObject methods, String name) {
    return mean(methods, name, "drift").getAsDouble();
  }

  private static JsonElement mean(JsonObject methods, String name, String figure) {
    return methods.getAsJsonObject(name).getAsJsonObject(figure).get("mean");
  }

  private JsonObject run(String name) throws IOException {
    Path file = out.resolve("runs/" + name + ".json");
    return JsonParser.parseString(Files.readString(file)).getAsJsonObject();
  }

  @Test
  void theReportIsMadeAgainFromTheRuns() throws IOException {
    assertThat(compare("--methods", "scratch,fpi", "--seeds", "1").code()).isZero();
    String report = Files.readString(out.resolve("report.html"));
    JsonObject results = results();
    Files.delete(out.resolve("report.html"));
    Files.delete(out.resolve("results.json"));
    CommandRun again = CommandRun.of("compare", "--report", out);
    assertThat(again.code()).as(again.err()).isZero();
    assertThat(out.resolve("report.html")).hasContent(report);
    assertThat(results()).isEqualTo(results);
    assertThat(CommandRun.of("compare", "--report", small).err()).contains("holds no comparison");
  }

  @Test
  void anInterruptedComparisonSaysHowToGoOn() {
    Interruption interruption = new Interruption();
    interruption.request();
    CommandRun run = compare(interruption, "--methods", "scratch,ligo", "--seeds", "1");
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err()).contains("; --resume continues the comparison");
  }

  @Test
  void refusesWhatCannotBeComparedBeforeAnyRun() {
    assertThat(compare("--methods", "scratch,stak").code()).isEqualTo(2);
    assertThat(compare("--methods", "scratch,stak").err()).contains("stack");
    CommandRun deepens = compare("--methods", "scratch,stack");
    assertThat(deepens.code()).isEqualTo(1);
    assertThat(deepens.err()).contains("stack");
    assertThat(compare("--methods", "fpi").err()).contains("'scratch' with others");
    assertThat(compare("--methods", "scratch,fpi", "--seeds", "1,1").err()).contains("differ");
    assertThat(compare("--methods", "scratch,fpi", "--source", "ligo=" + small).code())
        .isEqualTo(2);
    assertThat(compare("--methods", "scratch,fpi+5steps").err())
        .contains("methods that learn do, such as ligo");
    assertThat(compare("--methods", "scratch,ligo+5steps+6steps").err()).contains("two numbers");
    assertThat(compare("--methods", "scratch,ligo+lemon+fpi").err())
        .contains("two values of 'start' of ligo");
    assertThat(compare("--methods", "scratch,ligo+large+small").err())
        .contains("two values of 'sharing' of ligo");
    assertThat(compare("--methods", "scratch,ligo+noise0.1+rows+noise0.2").err())
        .contains("two values of 'width_noise' of ligo");
    assertThat(compare("--methods", "scratch,fpi+ordr:circular").err())
        .contains("did you mean 'order'?");
    assertThat(compare("--methods", "scratch,ki+temperature:0").err())
        .contains("should be a number above 0, found '0'");
    CommandRun twice = compare("--methods", "scratch,fpi,fpi");
    assertThat(twice.code()).isEqualTo(2);
    assertThat(twice.err()).contains("a name of its own");
    assertThat(compare("--methods", "scratch,fpi", "--ki-share", "0.3").err()).contains("'ki'");
    CommandRun lengthy = compare("--methods", "scratch," + "a".repeat(121) + "=fpi");
    assertThat(lengthy.code()).isEqualTo(2);
    assertThat(lengthy.err()).contains("at most 120 characters, found 121");
    assertThat(compare("--methods", "scratch,fpi", "--quick").err()).contains("--preset");
    assertThat(compare("--methods", "scratch,fpi", "--source", "scratch=" + small).code())
        .isEqualTo(2);
    assertThat(compare("--methods", "scratch,fpi+tokendrop+tokendrop").err())
        .contains("candidate 'fpi+tokendrop+tokendrop'", "once");
    assertThat(compare("--methods", "scratch,fpi", "--grown-warmup", "7").err())
        .contains("candidate 'fpi'", "warm-up");
    assertThat(deepens.err()).contains("candidate 'stack'");
    assertThat(out).doesNotExist();
  }

  /** Tables, files for programs and further commands call it as it was typed. */
  @Test
  void aNameWithAValueIsSpelledInOneWay() throws IOException {
    Object[] methods = {"--methods", "scratch,fpi+order:circular", "--seeds", "1"};
    CommandRun run = compare(methods);
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out()).contains("fpi+order:circular ").doesNotContain("order-", "order=");
    assertThat(run.err()).contains("fpi+order:circular, seed 1");
    assertThat(results().getAsJsonObject("methods").keySet()).contains("fpi+order:circular");
    assertThat(TinyBert.names(out.resolve("runs"))).contains("fpi+order=circular@0.0001-1.json");
    assertThat(compare(with(methods, "--resume")).code()).isZero();
  }

  @Test
  void refusesTheResultsOfAnotherComparisonAndKeepsThem() throws IOException {
    assertThat(compare("--methods", "scratch,fpi", "--seeds", "1").code()).isZero();
    CommandRun other =
        compare("--methods", "scratch,fpi", "--seeds", "1", "--resume", "--clip", "2");
    assertThat(other.code()).isEqualTo(1);
    assertThat(other.err()).contains("optimizer");
    Path run = out.resolve("runs/fpi@0.0001-1.json");
    Files.writeString(run, "{\"points\": [");
    CommandRun damaged = compare("--methods", "scratch,fpi", "--seeds", "1", "--resume");
    assertThat(damaged.err()).contains("fpi@0.0001-1.json is damaged").contains("remove it");
    assertThat(out.resolve("runs/scratch@0.0001-1.json")).exists();
  }
}
