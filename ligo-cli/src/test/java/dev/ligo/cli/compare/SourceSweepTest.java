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
    assertThat(compare(with(swept, "--source-learning-rate", 0.5, "--resume")).err())
        .contains("small-2 should have been trained under ", " from 0.5, ", "remove it");
  }

  /** The optimizer's state is kept of a source where a candidate grows it, and nowhere else. */
  @Test
  void keepsTheStateOfSourcesThatMomentsAreGrownFrom() {
    List<Object> plain = List.of("--methods", "scratch,copy", "--seeds", 1, "--source-steps", 2);
    assertThat(compare(plain.toArray()).code()).isZero();
    Path small = Path.of(out + ".sources/small-2");
    assertThat(TinyBert.names(small)).doesNotContain("optimizer.safetensors");
    List<Object> grown = new ArrayList<>(plain);
    grown.set(1, "scratch,copy+moments");
    grown.add("--resume");
    CommandRun lacking = compare(grown.toArray());
    assertThat(lacking.code()).isEqualTo(1);
    assertThat(lacking.err())
        .contains("small-2 was trained without keeping the optimizer's state", "remove it");
    grown.set(5, 4);
    CommandRun run = compare(grown.toArray());
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.err()).contains("--save-optimizer-state");
    assertThat(TinyBert.names(Path.of(out + ".sources/small-4"))).contains("optimizer.safetensors");
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
    CommandRun run = compare(with(words, more));
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
    List<Object> swept =
        List.of("--methods", "scratch,fpi", "--source-layers", "1,2", "--source-steps", 2);
    CommandRun run = compare(swept.toArray());
    assertThat(run.code()).as(run.err()).isZero();
    Path description = out.resolve("comparison.json");
    String described = Files.readString(description);
    String shape = "\"source_shape\": {\n        \"layers\": 1,\n        \"hidden\": 8\n      }";
    assertThat(described).contains(shape);
    assertThat(out.resolve("report.html")).content().contains(">grown from<", ">1&nbsp;×&nbsp;8<");
    Files.writeString(description, described.replaceAll(",\\s*\"source_shape\": \\{[^}]*}", ""));
    CommandRun older = compare(with(swept, "--resume"));
    assertThat(older.code()).as("older comparisons have no shapes: " + older.err()).isZero();
    assertThat(description).content().contains(shape);
    JsonObject methods = results().getAsJsonObject("methods");
    assertThat(methods.keySet()).containsExactly("scratch", "fpi-2-1layers", "fpi-2-2layers");
    assertThat(source(methods, "fpi-2-1layers")).isLessThan(source(methods, "fpi-2-2layers"));
    assertThat(run.err()).contains("--set num_hidden_layers=1");
  }

  /** A source that was grown on its way is charged what each of its stages takes by itself. */
  @Test
  void allStagesOfASourceAreCharged() throws IOException {
    List<Object> staged =
        List.of("--methods", "scratch,fpi", "--seeds", 1, "--source-stages", "1x8:2,2x8:3");
    CommandRun run = compare(staged.toArray());
    assertThat(run.code()).as(run.err()).isZero();
    double both = source(results().getAsJsonObject("methods"), "fpi-1x8-2-2x8-3");
    String sources = out + ".sources/small-";
    assertThat(run.err())
        .contains("ligo grow --from " + sources + "1x8-2 --method copy --layers 2 --hidden 8 ")
        .contains("ligo pretrain --out " + sources + "1x8-2-2x8-3 --resume --from ");
    assertThat(compare(with(staged, "--resume")).err()).doesNotContain("ligo pretrain");
    out = directory.resolve("apart");
    compare("--methods", "scratch,fpi", "--seeds", 1, "--source-steps", 2, "--source-layers", 1);
    double first = source(results().getAsJsonObject("methods"), "fpi-2-1layers");
    out = directory.resolve("apart-2");
    compare("--methods", "scratch,fpi", "--seeds", 1, "--source-steps", 3, "--source-layers", 2);
    double second = source(results().getAsJsonObject("methods"), "fpi-3-2layers");
    assertThat(both).isCloseTo(first + second, within(1e-9));
  }

  @Test
  void stagesThatCannotBeAreRefused() {
    List<Object> growing = List.of("--methods", "scratch,fpi", "--seeds", 1);
    refused(growing, "expected LAYERSxHIDDEN:STEPS", "--source-stages", "1x8");
    refused(
        growing,
        "larger than the one before, found 2x8:2 and then 1x8:2",
        "--source-stages",
        "2x8:2,1x8:2");
    refused(growing, "leave --source-steps", "--source-stages", "1x8:2,2x8:2", "--source-steps", 2);
    refused(growing, "name their --source-stages", "--source-method", "copy");
    CommandRun learning =
        compare(with(growing, "--source-stages", "1x8:2,2x8:2", "--source-method", "ligo"));
    assertThat(learning.code()).isEqualTo(1);
    assertThat(learning.err()).contains("does not learn, and 'ligo' does");
  }

  private static Object[] with(List<Object> words, Object... more) {
    List<Object> all = new ArrayList<>(words);
    all.addAll(Arrays.asList(more));
    return all.toArray();
  }
}
