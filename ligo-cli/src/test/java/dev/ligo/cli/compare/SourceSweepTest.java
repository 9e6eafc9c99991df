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
