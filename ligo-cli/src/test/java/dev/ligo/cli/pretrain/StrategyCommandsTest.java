package dev.ligo.cli.pretrain;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.ligo.api.HostArray;
import dev.ligo.cli.CommandRun;
import dev.ligo.cli.TinyBert;
import dev.ligo.core.Checkpoint;
import dev.ligo.core.Ligo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Training strategies and the optimizer's state in the commands. */
class StrategyCommandsTest {
  private static final String GPT2 =
      """
      {"model_type": "gpt2", "vocab_size": %d, "n_embd": 8, "n_layer": 2, "n_head": 2,
       "n_inner": 16, "n_positions": 16, "embd_pdrop": 0, "attn_pdrop": 0, "resid_pdrop": 0}
      """
          .formatted(TinyBert.config().get("vocab_size").getAsInt());

  @TempDir Path directory;

  private Path small;
  private Path text;

  @BeforeEach
  void writeInputs() {
    small = TinyBert.checkpoint(directory.resolve("small"));
    text = TinyBert.text(directory.resolve("text.txt"));
  }

  private CommandRun pretrain(Path from, String out, Object... more) {
    List<Object> arguments = new ArrayList<>(List.of("pretrain", "--data", text));
    arguments.addAll(List.of("--from", from, "--batch-size", 2, "--threads", 1));
    arguments.addAll(List.of("--out", directory.resolve(out)));
    arguments.addAll(List.of(more));
    if (arguments.stream().noneMatch(a -> a.toString().startsWith("--steps"))) {
      arguments.addAll(List.of("--steps", 4));
    }
    return CommandRun.of(arguments.toArray());
  }

  private static JsonObject record(Path directory) throws IOException {
    return JsonParser.parseString(Files.readString(directory.resolve("training.json")))
        .getAsJsonObject();
  }

  @Test
  void theOptimizersStateIsLeftGrownAndTakenUp() throws IOException {
    CommandRun kept = pretrain(small, "trained", "--save-optimizer-state");
    assertThat(kept.code()).as(kept.err()).isZero();
    Path trained = directory.resolve("trained");
    assertThat(TinyBert.names(trained)).contains("optimizer.safetensors");
    for (String method : List.of("fpi", "ligo", "copy")) {
      Path grown = directory.resolve(method);
      List<Object> arguments = new ArrayList<>(List.of("grow", "--from", trained, "--out", grown));
      arguments.addAll(List.of("--method", method, "--hidden", 16, "--layers", 4));
      arguments.addAll(List.of("--optimizer-state", "--threads", 1));
      if (method.equals("ligo")) {
        arguments.addAll(List.of("--data", text, "--steps", 2, "--batch-size", 2));
      }
      CommandRun run = CommandRun.of(arguments.toArray());
      assertThat(run.code()).as(run.err()).isZero();
      assertThat(run.out()).contains("the optimizer's state was grown", "heuristic");
      assertThat(TinyBert.names(grown)).contains("optimizer.safetensors", "model.safetensors");
      CommandRun goesOn =
          pretrain(grown, method + "-trained", "--optimizer-state", "--save-optimizer-state");
      assertThat(goesOn.code()).as(goesOn.err()).isZero();
      assertThat(
              record(directory.resolve(method + "-trained"))
                  .get("optimizer_state_at_the_beginning")
                  .getAsBoolean())
          .isTrue();
    }
    // Grown without it, a checkpoint has none: the state is of the source alone.
    Path plain = directory.resolve("plain");
    assertThat(
            CommandRun.of(
                    "grow", "--from", trained, "--out", plain, "--method", "stack", "--layers", 4)
                .code())
        .isZero();
    assertThat(TinyBert.names(plain)).doesNotContain("optimizer.safetensors");
    CommandRun refused = pretrain(plain, "refused", "--optimizer-state");
    assertThat(refused.code()).isEqualTo(1);
    assertThat(refused.err()).contains("has no optimizer.safetensors", "--save-optimizer-state");
    assertThat(TinyBert.names(directory)).noneMatch(n -> n.startsWith("refused"));
  }

  @Test
  void aStateOfAnotherModelIsRefused() throws IOException {
    assertThat(pretrain(small, "trained", "--save-optimizer-state").code()).isZero();
    Path wide = directory.resolve("wide");
    assertThat(
            CommandRun.of("grow", "--from", small, "--out", wide, "--method", "fpi", "--hidden", 16)
                .code())
        .isZero();
    Files.copy(
        directory.resolve("trained/optimizer.safetensors"), wide.resolve("optimizer.safetensors"));
    CommandRun refused = pretrain(wide, "refused", "--optimizer-state");
    assertThat(refused.code()).isEqualTo(1);
    assertThat(refused.err()).contains("it is of another model");
  }

  @Test
  void strategiesChangeARunAndWhatItCosts() throws IOException {
    Path grown = directory.resolve("grown");
    assertThat(
            CommandRun.of(
                    "grow", "--from", small, "--out", grown, "--method", "stack", "--layers", 4)
                .code())
        .isZero();
    assertThat(pretrain(grown, "plain").code()).isZero();
    double plain = record(directory.resolve("plain")).get("flops").getAsDouble();
    for (String strategy : List.of("tokendrop", "subnetworks", "mslt", "layerdrop,tokendrop")) {
      Object[] how = {"--strategy", strategy, "--small", small};
      CommandRun run =
          pretrain(grown, strategy, Arrays.copyOf(how, strategy.equals("mslt") ? 4 : 2));
      assertThat(run.code()).as(run.err()).isZero();
      JsonObject record = record(directory.resolve(strategy));
      assertThat(record.get("flops").getAsDouble()).as(strategy).isLessThan(plain);
      assertThat(record.getAsJsonArray("strategies")).isNotEmpty();
    }
    CommandRun ki = pretrain(grown, "ki", "--strategy", "ki", "--small", small, "--ki-share", 0.5);
    assertThat(ki.code()).as(ki.err()).isZero();
    JsonObject taught = record(directory.resolve("ki"));
    assertThat(taught.get("flops").getAsDouble()).isGreaterThan(plain);
    assertThat(taught.getAsJsonArray("strategies"))
        .hasToString("[{\"name\":\"ki\",\"hyperparameters\":{\"temperature\":2.0,\"share\":0.5}}]");
  }

  /** As in LLaMA-Pro: grown by inserting layers, which are then trained alone. */
  @Test
  void insertedLayersAreTrainedAlone() throws IOException {
    Path config = TinyBert.write(directory.resolve("gpt2.json"), GPT2);
    Path begun = directory.resolve("gpt2");
    CommandRun scratch =
        CommandRun.of(
            "pretrain",
            "--config",
            config,
            "--tokenizer",
            TinyBert.TOKENIZER,
            "--data",
            text,
            "--steps",
            1,
            "--batch-size",
            2,
            "--threads",
            1,
            "--out",
            begun);
    assertThat(scratch.code()).as(scratch.err()).isZero();
    Path grown = directory.resolve("grown");
    CommandRun growth =
        CommandRun.of(
            "grow", "--from", begun, "--out", grown, "--method", "llama-pro", "--layers", 3);
    assertThat(growth.code()).as(growth.err()).isZero();
    assertThat(growth.out()).contains("--data PATH --steps N --strategy inserted --out DIR");
    assertThat(
            JsonParser.parseString(Files.readString(grown.resolve("growth.json")))
                .getAsJsonObject()
                .get("layers"))
        .hasToString("{\"transformer.h\":{\"sources\":[0,1,1],\"inserted\":[2]}}");
    CommandRun run = pretrain(grown, "expanded", "--strategy", "inserted", "--weight-decay", 0.1);
    assertThat(run.code()).as(run.err()).isZero();
    assertInsertedMoved(grown, directory.resolve("expanded"));
    // What is inserted is known of the trained model, too.
    CommandRun more = pretrain(directory.resolve("expanded"), "more", "--strategy", "inserted");
    assertThat(more.code()).as(more.err()).isZero();
    assertInsertedMoved(grown, directory.resolve("more"));
    // Widening it inserts nothing.
    Path wide = directory.resolve("wide");
    assertThat(
            CommandRun.of("grow", "--from", begun, "--out", wide, "--method", "fpi", "--hidden", 16)
                .code())
        .isZero();
    CommandRun refused = pretrain(wide, "refused", "--strategy", "inserted");
    assertThat(refused.code()).isEqualTo(1);
    assertThat(refused.err()).contains("this model has none; deepen it");
  }

  /** Frozen at random values it would make the inserted layers learn for nothing. */
  @Test
  void aFreshHeadIsSaidAndTrainedWithTheInsertedLayers() {
    Path headless = TinyBert.checkpoint(directory.resolve("base"), TinyBert.config(), false);
    Path grown = directory.resolve("grown");
    CommandRun growth =
        CommandRun.of(
            "grow", "--from", headless, "--out", grown, "--method", "stack", "--layers", 3);
    assertThat(growth.code()).as(growth.err()).isZero();
    CommandRun run = pretrain(grown, "one", "--strategy", "inserted", "--steps=1");
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.err())
        .containsOnlyOnce("note: the source has no masked-lm head: a fresh one is initialized");
    assertThat(pretrain(grown, "two", "--strategy", "inserted", "--steps=2").code()).isZero();
    assertThat(pretrain(directory.resolve("two"), "three").err()).doesNotContain("note:");
    try (Checkpoint one = Ligo.create().open(directory.resolve("one"));
        Checkpoint two = Ligo.create().open(directory.resolve("two"))) {
      Set<String> base = Ligo.create().model(TinyBert.config()).layout().shapes().keySet();
      one.values()
          .forEach(
              (n, a) ->
                  assertThat(two.read(n).bytes().equals(a.bytes()))
                      .as(n)
                      .isEqualTo(base.contains(n) && !n.startsWith("bert.encoder.layer.2.")));
    }
  }

  /** Which entries growing added is known of the grown checkpoint, and of one trained from it. */
  @Test
  void whatGrowingAddedLearnsAtARateOfItsOwn() throws IOException {
    Path grown = directory.resolve("grown");
    assertThat(
            CommandRun.of(
                    "grow", "--from", small, "--out", grown, "--method", "copy", "--hidden", 16)
                .code())
        .isZero();
    Object[] how = {"--strategy", "apart", "--apart-old", 0, "--apart-share", 0.25, "--steps=1"};
    CommandRun run = pretrain(grown, "once", how);
    assertThat(run.code()).as(run.err()).isZero();
    assertNewEntriesMoved(grown, directory.resolve("once"));
    CommandRun more = pretrain(directory.resolve("once"), "twice", how);
    assertThat(more.code()).as(more.err()).isZero();
    assertNewEntriesMoved(directory.resolve("once"), directory.resolve("twice"));
    assertThat(record(directory.resolve("twice")).get("old_entries"))
        .isEqualTo(
            JsonParser.parseString(Files.readString(grown.resolve("growth.json")))
                .getAsJsonObject()
                .get("old_entries"));
  }

  /** Of a matrix of feed-forward layers: the first half of its rows and of its columns is old. */
  private static void assertNewEntriesMoved(Path before, Path after) {
    String name = "bert.encoder.layer.1.intermediate.dense.weight";
    try (Checkpoint from = Ligo.create().open(before);
        Checkpoint to = Ligo.create().open(after)) {
      HostArray begun = from.read(name);
      HostArray end = to.read(name);
      int[] dims = begun.shape().dims();
      for (int i = 0; i < begun.size(); i++) {
        boolean old = i / dims[1] < dims[0] / 2 && i % dims[1] < dims[1] / 2;
        assertThat(end.get(i) == begun.get(i)).as("entry %d", i).isEqualTo(old);
      }
    }
  }

  private static void assertInsertedMoved(Path before, Path after) {
    try (Checkpoint from = Ligo.create().open(before);
        Checkpoint to = Ligo.create().open(after)) {
      from.values()
          .forEach(
              (n, a) ->
                  assertThat(to.read(n).bytes().equals(a.bytes()))
                      .as(n)
                      .isNotEqualTo(n.startsWith("transformer.h.2.")));
    }
  }

  @Test
  void wrongUseIsToldInWords() {
    assertThat(pretrain(small, "out", "--strategy", "kl").err())
        .contains("training strategy", "ki");
    assertThat(pretrain(small, "out", "--strategy", "kl").code()).isEqualTo(2);
    for (String needs : List.of("ki", "tokendrop,mslt")) {
      CommandRun alone = pretrain(small, "out", "--strategy", needs);
      assertThat(alone.code()).isEqualTo(2);
      assertThat(alone.err()).contains("name it with --small").doesNotContain("backend");
    }
    CommandRun unused = pretrain(small, "out", "--strategy", "tokendrop", "--small", small);
    assertThat(unused.code()).isEqualTo(2);
    assertThat(unused.err()).contains("--small is of strategies", "(ki, mslt)");
    for (String empty : List.of(",", "tokendrop,", "ki,,mslt")) {
      CommandRun none = pretrain(small, "out", "--strategy", empty);
      assertThat(none.code()).as(empty).isEqualTo(2);
      assertThat(none.err()).contains("--strategy, found '" + empty + "'");
    }
    assertThat(pretrain(small, "out", "--strategy", "layerdrop", "--layerdrop-rate", 1).err())
        .contains("--layerdrop-rate", "expected a number in [0, 1), found '1'");
    assertThat(pretrain(small, "out", "--strategy", "layerdrop", "--ki-share", 1).err())
        .contains("--ki-share is of 'ki', which is not chosen");
    for (String ofGrown : List.of("inserted", "apart")) {
      assertThat(pretrain(small, "out", "--strategy", ofGrown).err())
          .contains("how this model was grown is not known");
    }
    assertThat(TinyBert.names(directory)).doesNotContain("out");
  }

  @Test
  void candidatesAreTrainedByStrategies() throws IOException {
    assertThat(pretrain(small, "trained", "--save-optimizer-state").code()).isZero();
    Path out = directory.resolve("comparison");
    Path held = TinyBert.text(directory.resolve("held.txt"));
    CommandRun run =
        CommandRun.of(
            "compare",
            "--from",
            directory.resolve("trained"),
            "--out",
            out,
            "--data",
            text,
            "--eval-data",
            held,
            "--layers",
            4,
            "--steps",
            6,
            "--eval-every",
            2,
            "--eval-batches",
            2,
            "--batch-size",
            4,
            "--sequence-length",
            16,
            "--operator-steps",
            2,
            "--threads",
            1,
            "--seeds",
            "1",
            "--methods",
            "scratch,ki,stack+mslt,fpi+moments,ligo+layerdrop,ligo+aki+tokendrop+share:0.2,"
                + "stack+inserted,apart=copy+apart+old:0.5,scratch+subnetworks");
    assertThat(run.code()).as(run.err()).isZero();
    JsonObject methods =
        JsonParser.parseString(Files.readString(out.resolve("results.json")))
            .getAsJsonObject()
            .getAsJsonObject("methods");
    assertThat(methods.keySet())
        .containsExactly(
            "scratch",
            "ki",
            "stack+mslt",
            "fpi+moments",
            "ligo+layerdrop",
            "ligo+aki+tokendrop+share:0.2",
            "stack+inserted",
            "apart",
            "scratch+subnetworks");
    double scratch = flops(out, "scratch");
    assertThat(flops(out, "ki")).isGreaterThan(scratch);
    assertThat(flops(out, "stack+mslt")).isLessThan(scratch);
    assertThat(flops(out, "stack+inserted")).isLessThan(scratch);
    assertThat(flops(out, "fpi+moments")).isEqualTo(scratch);
    assertThat(flops(out, "apart")).isEqualTo(scratch);
    assertThat(
            JsonParser.parseString(Files.readString(out.resolve("comparison.json")))
                .getAsJsonObject()
                .getAsJsonObject("candidates")
                .getAsJsonObject("ligo+aki+tokendrop+share:0.2")
                .get("strategies"))
        .hasToString("[\"tokendrop(share=0.2)\"]");
    CommandRun wrong =
        CommandRun.of(
            "compare",
            "--from",
            small,
            "--out",
            out,
            "--data",
            text,
            "--eval-data",
            held,
            "--layers",
            4,
            "--steps",
            6,
            "--methods",
            "scratch,fpi+layerdrp");
    assertThat(wrong.code()).isEqualTo(2);
    assertThat(wrong.err()).contains("layerdrop");
  }

  /** The operations at the second evaluation, after 2 steps; no method here learns for long. */
  private static double flops(Path out, String name) throws IOException {
    Path run;
    try (Stream<Path> runs = Files.list(out.resolve("runs"))) {
      run =
          runs.filter(
                  f -> f.getFileName().toString().matches(Pattern.quote(name) + "(@.*)?-1.json"))
              .findFirst()
              .orElseThrow();
    }
    return JsonParser.parseString(Files.readString(run))
        .getAsJsonObject()
        .getAsJsonObject("points")
        .getAsJsonArray("flops")
        .get(1)
        .getAsDouble();
  }
}
