package dev.ligo.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CompareCommandTest {
  @TempDir Path directory;

  private Path small;
  private Path text;
  private Path out;

  @BeforeEach
  void create() {
    small = TinyBert.checkpoint(directory.resolve("small"));
    text = TinyBert.text(directory.resolve("text.txt"));
    out = directory.resolve("out");
  }

  private CommandRun compare(Interruption interruption, Object... more) {
    List<Object> args = new ArrayList<>();
    args.addAll(List.of("compare", "--from", small, "--out", out, "--data", text));
    args.addAll(List.of("--eval-data", text, "--layers", 4, "--hidden", 16, "--steps", 6));
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
    CommandRun run = compare("--methods", "scratch,fpi,ligo,ligo+own", "--seeds", "1,2");
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out())
        .contains("BERT from", "4 ways to begin", "net saving", "ligo+own", "report.html");
    assertThat(run.err()).contains("scratch, seed 1: ", "ligo+own, seed 2: ");
    JsonObject methods = results().getAsJsonObject("methods");
    assertThat(results().get("family").getAsString()).isEqualTo("bert");
    assertThat(methods.keySet()).containsExactly("scratch", "fpi", "ligo", "ligo+own");
    for (String name : methods.keySet()) {
      for (String figure : List.of("saving", "netSaving", "wallSaving")) {
        assertThat(methods.getAsJsonObject(name).getAsJsonObject(figure).keySet())
            .containsExactly("mean", "std", "seeds");
      }
    }
    assertThat(
            methods
                .getAsJsonObject("scratch")
                .getAsJsonObject("saving")
                .getAsJsonArray("seeds")
                .get(1)
                .getAsDouble())
        .isZero();
    assertThat(methods.getAsJsonObject("ligo").getAsJsonObject("growing").get("mean").getAsDouble())
        .isPositive();
    assertThat(out.resolve("report.html")).content().contains("ligo+own", "net saving");
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
  }

  @Test
  void triesRatesOnTheFirstSeedAndKeepsTheBest() throws IOException {
    CommandRun run =
        compare(
            "--methods",
            "scratch,start=ligo+0steps,short=ligo+own+1steps",
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
      assertThat(method.get("learningRate").getAsDouble()).isEqualTo(0.01);
      assertThat(method.getAsJsonArray("runs")).hasSize(2);
      assertThat(method.getAsJsonArray("trials")).hasSize(1);
      assertThat(method.getAsJsonObject("growing").get("mean").getAsDouble() > 0)
          .isEqualTo(name.equals("short"));
    }
    assertThat(TinyBert.names(out.resolve("runs"))).hasSize(9);
    assertThat(compare("--methods", "scratch,fpi", "--flops-per-forward", "4").code()).isEqualTo(2);
    assertThat(out.resolve("report.html")).content().contains("0.0000001", "charged to nobody");
  }

  @Test
  void anInterruptedComparisonSaysHowToGoOn() {
    Interruption interruption = new Interruption();
    interruption.request();
    CommandRun run = compare(interruption, "--methods", "scratch,ligo", "--seeds", "1");
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err()).contains("interrupted; --resume goes on from there");
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
    assertThat(compare("--methods", "scratch,fpi+5steps").err()).contains("only ligo learns");
    assertThat(out).doesNotExist();
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
