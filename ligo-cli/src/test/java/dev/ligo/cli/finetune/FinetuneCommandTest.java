package dev.ligo.cli.finetune;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.ligo.cli.CommandRun;
import dev.ligo.cli.TinyBert;
import dev.ligo.cli.TinyPicture;
import dev.ligo.core.checkpoint.HuggingFaceDirectory;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Fine-tuning on labelled data, with models so small that each run takes a moment. */
class FinetuneCommandTest {
  private static final String[] WORDS = {"ship", "whale", "wind", "night", "king", "road"};

  @TempDir Path directory;
  private Path small;
  private Path table;

  @BeforeEach
  void writeInputs() {
    small = TinyBert.checkpoint(directory.resolve("small"));
    table = TinyBert.write(directory.resolve("a.csv"), table("yes", "no"));
  }

  /** Returns 40 texts, of which the first word tells the label, and one of them twice. */
  private static String table(String one, String other) {
    StringBuilder lines = new StringBuilder("text,label\n");
    for (int i = 0; i < 40; i++) {
      String rest = WORDS[i % 6] + " " + WORDS[i / 6 % 6] + " and " + WORDS[i / 3 % 6];
      lines.append(i % 2 == 0 ? "good " : "bad ").append(rest).append(i);
      lines.append(',').append(i % 2 == 0 ? one : other).append('\n');
    }
    return lines + "good ship ship and ship0," + one + "\n";
  }

  private CommandRun finetune(Path from, Path data, String out, Object... more) {
    List<Object> arguments = new ArrayList<>(List.of("finetune", "--from", from, "--data", data));
    arguments.addAll(List.of("--batch-size", 4, "--threads", 1, "--out", directory.resolve(out)));
    arguments.addAll(List.of(more));
    return CommandRun.of(arguments.toArray());
  }

  @Test
  void aHeadIsAddedTrainedMeasuredAndKept() {
    CommandRun run =
        finetune(
            small, table, "fitted", "--epochs", 30, "--learning-rate", 0.01, "--eval-share", 0.25);
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.err())
        .contains("columns of " + table + ": text from 'text', label from 'label'")
        .contains("labels: no, yes; 30 examples to train on, 10 held out")
        .contains("left out, since equal ones are there: 1 example");
    assertThat(run.out())
        .startsWith("note: a fresh classification head of 2 labels was initialized")
        .containsPattern("evaluation accuracy +[\\d.]+ % +100.0 %")
        .containsPattern("evaluation macro f1 +[\\d.]+ % +100.0 %");

    Path fitted = directory.resolve("fitted");
    assertThat(fitted.resolve("README.md"))
        .content()
        .contains("| evaluated on | 25 % of the examples, held out of " + table.getFileName())
        .containsPattern("\\| evaluation loss \\| [\\d.]+ \\| [\\d.]+ \\|\n")
        .containsPattern("\\| evaluation accuracy \\| [\\d.]+ % \\| 100.0 % \\|\n")
        .containsPattern("\\| evaluation macro f1 \\| [\\d.]+ % \\| 100.0 % \\|\n");
    JsonObject config = HuggingFaceDirectory.readConfig(fitted.resolve("config.json"));
    assertThat(config.get("id2label").toString()).isEqualTo("{\"0\":\"no\",\"1\":\"yes\"}");
    assertThat(config.get("label2id").toString()).isEqualTo("{\"no\":0,\"yes\":1}");
    assertThat(config.get("architectures").toString())
        .isEqualTo("[\"BertForSequenceClassification\"]");
    assertThat(CommandRun.of("inspect", fitted, "--json").json().get("heads").toString())
        .isEqualTo("[\"classification\"]");

    JsonObject metrics =
        CommandRun.of("evaluate", "--from", fitted, "--data", table, "--json").json();
    assertThat(metrics.get("scored").getAsLong()).isEqualTo(41);
    assertThat(metrics.get("macro_f1").getAsDouble()).isGreaterThan(0.9);
    assertThat(metrics.has("f1")).isTrue();

    JsonObject again =
        finetune(fitted, table, "again", "--steps", 1, "--eval-share", 0.25, "--json").json();
    assertThat(again.get("fresh_head").getAsBoolean()).isFalse();
    assertThat(again.getAsJsonObject("first").get("evaluation_accuracy").getAsDouble())
        .as("the same examples are held out")
        .isEqualTo(1);
  }

  @Test
  void aHeadOfOtherLabelsIsReplaced() {
    assertThat(finetune(small, table, "fitted", "--steps", 1).code()).isZero();
    Path other = TinyBert.write(directory.resolve("b.csv"), table("0", "1") + "x,2\ny,2\n");
    JsonObject run =
        finetune(directory.resolve("fitted"), other, "other", "--steps", 1, "--json").json();
    assertThat(run.get("fresh_head").getAsBoolean()).isTrue();
    assertThat(run.get("labels").toString()).isEqualTo("[\"0\",\"1\",\"2\"]");
    CommandRun refused =
        CommandRun.of("evaluate", "--from", directory.resolve("other"), "--data", table);
    assertThat(refused.code()).isEqualTo(1);
    assertThat(refused.err()).contains("has the label 'yes'", "3 classes apart: 0, 1, 2");
  }

  /** All that is held out is measured before the first step, which may take minutes. */
  @Test
  void aLongEvaluationSaysWhatMakesItShorter() {
    StringBuilder many = new StringBuilder("text,label\n");
    for (int i = 0; i < 51; i++) {
      many.append("king ").append(i).append(i % 2 == 0 ? ",yes\n" : ",no\n");
    }
    Path held = TinyBert.write(directory.resolve("held.csv"), many.toString());
    List<Object> words = new ArrayList<>(List.of("finetune", "--from", small, "--data", table));
    words.addAll(List.of("--eval-data", held, "--steps", 1, "--batch-size", 1, "--threads", 1));
    words.addAll(List.of("--out", directory.resolve("long")));
    CommandRun run = CommandRun.of(words.toArray());
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.err().lines())
        .containsOnlyOnce("each evaluation measures 51 batches; --eval-batches N measures fewer")
        .anyMatch(l -> l.startsWith("evaluating 51/51, "));
    words.set(words.size() - 1, directory.resolve("short"));
    words.addAll(List.of("--eval-batches", 2));
    assertThat(CommandRun.of(words.toArray()).err()).doesNotContain("--eval-batches");
  }

  @Test
  void ofFewExamplesOneIsHeldOut() {
    Path few = TinyBert.write(directory.resolve("few.csv"), "text,label\na,x\nb,y\nc,y\n");
    CommandRun one = finetune(small, few, "one", "--steps", 1);
    assertThat(one.err()).contains("2 examples to train on, 1 held out");
    assertThat(one.out()).contains("evaluation accuracy");
    CommandRun none = finetune(small, few, "none", "--steps", 1, "--eval-share", 0);
    assertThat(none.code()).isZero();
    assertThat(none.err()).contains("note: nothing is held out, so nothing is measured");
  }

  @Test
  void aGrownClassifierIsFittedNext() {
    assertThat(finetune(small, table, "fitted", "--steps", 1).code()).isZero();
    Path large = directory.resolve("large");
    Path fitted = directory.resolve("fitted");
    CommandRun run =
        CommandRun.of("grow", "--from", fitted, "--out", large, "--method", "stack", "--layers", 4);
    assertThat(run.out())
        .contains("next: ligo finetune --from %s --data PATH --out DIR%n".formatted(large));
  }

  @Test
  void theDriftOfAClassifierIsThatOfItsClasses() {
    Path fitted = directory.resolve("fitted");
    assertThat(finetune(small, table, "fitted", "--steps", 1).code()).isZero();
    JsonObject grown =
        CommandRun.of(
                "grow",
                "--from",
                fitted,
                "--out",
                directory.resolve("large"),
                "--method",
                "hypercloning",
                "--hidden",
                16,
                "--measure-drift",
                "--data",
                table,
                "--batch-size",
                4,
                "--threads",
                1,
                "--json")
            .json();
    double drift = grown.getAsJsonObject("preservation").get("measured_drift").getAsDouble();
    assertThat(drift).isBetween(0.0, 1e-4);
  }

  /** Writes 24 images of 8 × 8, the odd ones of class 1 and brighter, and returns their file. */
  private Path images() throws IOException {
    ByteBuffer images = ByteBuffer.allocate(16 + 24 * 64).putInt(0x803).putInt(24);
    images.putInt(8).putInt(8);
    ByteBuffer labels = ByteBuffer.allocate(8 + 24).putInt(0x801).putInt(24);
    for (int i = 0; i < 24; i++) {
      labels.put((byte) (i % 2));
      for (int p = 0; p < 64; p++) {
        images.put((byte) (i % 2 * 150 + p + i));
      }
    }
    Files.write(directory.resolve("a-labels-idx1-ubyte"), labels.array());
    return Files.write(directory.resolve("a-images-idx3-ubyte"), images.array());
  }

  private static JsonObject imageModel() {
    JsonObject config = new JsonObject();
    config.addProperty("model_type", "vit");
    config.addProperty("num_hidden_layers", 1);
    config.addProperty("hidden_size", 8);
    config.addProperty("num_attention_heads", 2);
    config.addProperty("intermediate_size", 16);
    config.addProperty("image_size", 8);
    config.addProperty("patch_size", 4);
    config.addProperty("num_channels", 1);
    return config;
  }

  @Test
  void imagesAreClassified() throws IOException {
    Path images = images();
    Path vit = TinyBert.checkpoint(directory.resolve("vit"), imageModel(), false);
    JsonObject run =
        finetune(
                vit,
                images,
                "fitted",
                "--epochs",
                20,
                "--learning-rate",
                0.02,
                "--eval-share",
                0.25,
                "--json")
            .json();
    assertThat(run.get("labels").toString()).isEqualTo("[\"0\",\"1\"]");
    assertThat(run.getAsJsonObject("last").get("evaluation_accuracy").getAsDouble()).isEqualTo(1);
    JsonObject metrics =
        CommandRun.of("evaluate", "--from", directory.resolve("fitted"), "--data", images, "--json")
            .json();
    assertThat(metrics.get("macro_f1").getAsDouble()).isEqualTo(1);

    Path fitted = directory.resolve("fitted");
    CommandRun columns =
        CommandRun.of("evaluate", "--from", fitted, "--data", images, "--text-column", "text");
    assertThat(columns.code()).isEqualTo(1);
    assertThat(columns.err()).contains("images do not have; leave --text-column");
    CommandRun relabelled =
        CommandRun.of("evaluate", "--from", fitted, "--data", images, "--set", "num_labels=5");
    assertThat(relabelled.code()).isEqualTo(1);
    assertThat(relabelled.err())
        .contains("has a classification head for 2 labels, not for 5", "ligo finetune");
    CommandRun grown =
        CommandRun.of(
            "grow",
            "--from",
            fitted,
            "--out",
            directory.resolve("grown"),
            "--method",
            "stack",
            "--layers",
            2,
            "--set",
            "image_size=16");
    assertThat(grown.out())
        .contains("note: the positions ", " are interpolated from 2 × 2 patches to 4 × 4.");
  }

  /** Returns the warnings of a run, which go where the process's errors go. */
  private static List<String> warnings(Supplier<CommandRun> run) {
    PrintStream err = System.err;
    ByteArrayOutputStream log = new ByteArrayOutputStream();
    System.setErr(new PrintStream(log, true, StandardCharsets.UTF_8));
    try {
      CommandRun done = run.get();
      assertThat(done.code()).as(done.err()).isZero();
    } finally {
      System.setErr(err);
    }
    return log.toString(StandardCharsets.UTF_8).lines().filter(l -> l.contains("WARN")).toList();
  }

  /** A card that begins with a rule has no front matter, and misses none. */
  @Test
  void frontMatterWithoutAnEndIsToldOf() {
    TinyBert.write(small.resolve("README.md"), "---\nlicense: mit\n# Tiny\n");
    assertThat(warnings(() -> finetune(small, table, "endless", "--steps", 1)))
        .filteredOn(w -> w.contains("README.md"))
        .singleElement()
        .asString()
        .endsWith("with the licence that it may name: its front matter has no end.");
    TinyBert.write(small.resolve("README.md"), "---\n\n# Tiny\n");
    assertThat(warnings(() -> finetune(small, table, "ruled", "--steps", 1)))
        .noneMatch(w -> w.contains("README.md"));
  }

  @Test
  void labelsAreTakenInTheirOrderWithAWarning() {
    JsonObject config = TinyBert.config();
    Path unnamed =
        TinyBert.checkpoint(directory.resolve("unnamed"), config, List.of("classification"));
    assertThat(warnings(() -> CommandRun.of("evaluate", "--from", unnamed, "--data", table)))
        .singleElement()
        .asString()
        .contains("have no names", "'no' as class 0, 'yes' as class 1; name them in 'id2label'");
    assertThat(warnings(() -> finetune(unnamed, table, "fitted", "--steps", 1))).isEmpty();
    Path ids = TinyBert.write(directory.resolve("ids.csv"), table("1", "0"));
    assertThat(warnings(() -> CommandRun.of("evaluate", "--from", unnamed, "--data", ids)))
        .isEmpty();
    Path signs = TinyBert.write(directory.resolve("signs.csv"), table("1", "-1"));
    assertThat(warnings(() -> CommandRun.of("evaluate", "--from", unnamed, "--data", signs)))
        .singleElement()
        .asString()
        .contains("'-1' as class 0, '1' as class 1");
  }

  @Test
  void contradictingNamesOfClassesAreTold() {
    JsonObject config = TinyBert.config();
    config.add("id2label", JsonParser.parseString("{\"0\": \"no\", \"1\": \"yes\"}"));
    config.add("label2id", JsonParser.parseString("{\"yes\": 0, \"no\": 1}"));
    Path named = TinyBert.checkpoint(directory.resolve("named"), config, List.of("classification"));
    assertThat(warnings(() -> CommandRun.of("evaluate", "--from", named, "--data", table)))
        .singleElement()
        .asString()
        .contains(named.toString(), "contradict each other at 'yes': 'id2label' counts");
  }

  @Test
  void picturesWithoutAnEndingAreCountedAsLeftOut() throws IOException {
    Path pictures = directory.resolve("pictures");
    for (String name : List.of("a/0.png", "a/1.png", "b/0.png", "b/1.png", "b/picture")) {
      Path file = pictures.resolve(name);
      Files.createDirectories(file.getParent());
      TinyPicture.write(file, 8);
    }
    TinyBert.write(pictures.resolve("b/README"), "no picture");
    Path vit = TinyBert.checkpoint(directory.resolve("vit"), imageModel(), false);
    assertThat(warnings(() -> finetune(vit, pictures, "fitted", "--steps", 1, "--eval-share", 0)))
        .anyMatch(
            w -> w.contains(": left out 1 without an ending; pictures that are read are PNG"));
  }

  @Test
  void imagesAreResizedAsTheModelsFileSays() throws IOException {
    Path images = images();
    JsonObject config = imageModel();
    config.addProperty("image_size", 12);
    Path vit = TinyBert.checkpoint(directory.resolve("vit"), config, false);
    assertThat(finetune(vit, images, "refused", "--steps", 1).err())
        .contains("images of (channels, rows, columns) (1, 12, 12), found (1, 8, 8)")
        .contains("put a preprocessor_config.json beside the model");
    TinyBert.write(
        vit.resolve("preprocessor_config.json"),
        """
        {"image_mean": [0.5], "image_std": [0.5], "do_resize": true, "size": 13,
         "do_center_crop": true, "crop_size": {"height": 12, "width": 12}}""");
    CommandRun run = finetune(vit, images, "fitted", "--steps", 1, "--eval-share", 0.25);
    assertThat(run.code()).as(run.err()).isZero();
  }

  private void assertRefused(int code, String message, Path data, Object... more) {
    CommandRun run = finetune(small, data, "refused", more);
    assertThat(run.code()).as(run.err()).isEqualTo(code);
    assertThat(run.err()).contains("ligo: ").contains(message);
    assertThat(TinyBert.names(directory)).noneMatch(n -> n.startsWith("refused"));
  }

  @Test
  void whatIsNoDataOfClassesIsRefused() {
    Path one = TinyBert.write(directory.resolve("one.csv"), "text,label\na,x\nb,x\n");
    assertRefused(1, "expected two classes or more, found 'x' alone", one);
    Path texts = TinyBert.write(directory.resolve("texts.csv"), "label,text\na,b\nc,d\ne,f\n");
    assertRefused(1, "found 3 different labels in 3 examples, such as 'a'; name", texts);
    assertRefused(
        1, "expected a column 'gold', found text, label", table, "--label-column", "gold");
    assertRefused(1, "the model has 16 positions", table, "--sequence-length", 17);
    assertRefused(
        1,
        "no task with classes of bert named 'tagging'; the only one is 'classification'",
        table,
        "--task",
        "tagging");
    assertRefused(1, "below 1, found 1.", table, "--eval-share", 1);
    assertRefused(1, "all 41 examples are held out", table, "--eval-data", table);
    assertRefused(2, "mutually exclusive", table, "--epochs", 1, "--steps", 1);
    Path evaluated = TinyBert.write(directory.resolve("eval.csv"), "text,label\na,maybe\n");
    assertRefused(1, "has the label 'maybe'", table, "--eval-data", evaluated);
  }

  @Test
  void aModelWithoutClassifierIsNotEvaluatedAsOne() {
    CommandRun run =
        CommandRun.of("evaluate", "--from", small, "--data", table, "--task", "classification");
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err()).contains("no classification head; train one with ligo finetune");
  }
}
