package dev.ligo.cli.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.ligo.cli.CommandRun;
import dev.ligo.cli.TinyBert;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Comparisons that train what they grow. */
class SourceSweepTest {
  @TempDir Path directory;

  private Path out;

  @BeforeEach
  void create() {
    out = directory.resolve("out");
  }

  private CommandRun compare(Object... more) {
    Path small = directory.resolve("small");
    if (!Files.exists(small)) {
      TinyBert.checkpoint(small);
    }
    Path text = TinyBert.text(directory.resolve("text.txt"));
    Path held = TinyBert.text(directory.resolve("held.txt"));
    List<Object> args = new ArrayList<>(List.of("compare", "--from", small, "--out", out));
    args.addAll(List.of("--data", text, "--eval-data", held, "--layers", 4, "--hidden", 16));
    args.addAll(List.of("--steps", 6, "--eval-every", 2, "--eval-batches", 2, "--batch-size", 4));
    args.addAll(List.of("--sequence-length", 16, "--threads", 1));
    args.addAll(Arrays.asList(more));
    return CommandRun.of(args.toArray());
  }

  private JsonObject results() throws IOException {
    return JsonParser.parseString(Files.readString(out.resolve("results.json"))).getAsJsonObject();
  }

  /** Every method from each source; the strategy of scratch is trained once. */
  @Test
  void trainsSourcesOfSeveralLengthsAndComparesEveryMethodFromEach() throws IOException {
    List<Object> swept =
        List.of(
            "--methods", "scratch,fpi,scratch+layerdrop", "--source-steps", "2,4", "--seeds", 1);
    CommandRun run = compare(swept.toArray());
    assertThat(run.code()).as(run.err()).isZero();
    JsonObject methods = results().getAsJsonObject("methods");
    assertThat(methods.keySet()).containsExactly("scratch", "fpi-2", "fpi-4", "scratch+layerdrop");
    assertThat(source(methods, "fpi-4")).isCloseTo(2 * source(methods, "fpi-2"), within(1e-9));
    assertThat(Path.of(out + ".sources/small-2")).isDirectory();
    assertThat(run.err())
        .contains("ligo pretrain --out ", "--steps 4", " --methods scratch,fpi-2=fpi,fpi-4=fpi,")
        .contains("--source fpi-2=" + out + ".sources/small-2");
    List<Object> more = new ArrayList<>(swept);
    more.addAll(List.of("--source-learning-rate", 0.5, "--resume"));
    assertThat(compare(more.toArray()).err())
        .contains("small-2 should have been trained under ", " from 0.5, ", "remove it");
  }

  @Test
  void sourcesThatWouldBeOfNoUseAreRefused() {
    List<Object> growing = List.of("--methods", "scratch,fpi", "--seeds", 1);
    refused(growing, "--source-steps names 2 twice", "--source-steps", "2,4,2");
    refused(growing, "--source-hidden names 8 twice", "--source-steps=2", "--source-hidden=8,8");
    String how = " is of sources that are trained first; name their --source-steps";
    refused(growing, "--source-learning-rate" + how, "--source-learning-rate", 0.5);
    refused(growing, "--source-schedule" + how, "--source-schedule", "cosine");
    List<Object> none = List.of("--methods", "scratch,scratch+layerdrop", "--seeds", 1);
    refused(none, "no method of the comparison grows the source 'small-2'", "--source-steps", 2);
  }

  @Test
  void aWidthThatDoesNotFitIsRefusedWithThoseThatDo() {
    CommandRun run = compare("--methods", "scratch,fpi", "--source-steps", 2, "--source-hidden", 7);
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err())
        .contains("no source of hidden size 7 can be made of ")
        .contains("would not come out whole; take 4 or 8.");
    CommandRun fitting =
        compare("--methods", "scratch,fpi", "--source-steps", 2, "--source-hidden", 4);
    assertThat(fitting.code()).as(fitting.err()).isZero();
  }

  private void refused(List<Object> words, String message, Object... more) {
    List<Object> all = new ArrayList<>(words);
    all.addAll(Arrays.asList(more));
    CommandRun run = compare(all.toArray());
    assertThat(run.code()).as(run.err()).isEqualTo(2);
    assertThat(run.err()).contains(message).hasLineCount(1);
    assertThat(Path.of(out + ".sources")).doesNotExist();
  }

  private static double source(JsonObject methods, String name) {
    return methods.getAsJsonObject(name).getAsJsonObject("source").get("mean").getAsDouble();
  }

  @Test
  void sourcesMayBeOfSeveralSizes() throws IOException {
    CommandRun none = compare("--methods", "scratch,fpi", "--source-layers", "1,2");
    assertThat(none.code()).isEqualTo(2);
    assertThat(none.err()).contains("--source-steps");
    CommandRun run =
        compare("--methods", "scratch,fpi", "--source-layers", "1,2", "--source-steps", 2);
    assertThat(run.code()).as(run.err()).isZero();
    JsonObject methods = results().getAsJsonObject("methods");
    assertThat(methods.keySet()).containsExactly("scratch", "fpi-2-1layers", "fpi-2-2layers");
    assertThat(source(methods, "fpi-2-1layers")).isLessThan(source(methods, "fpi-2-2layers"));
    assertThat(run.err()).contains("--set num_hidden_layers=1");
  }
}
