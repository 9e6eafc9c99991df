package dev.ligo.cli.grow;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.ligo.cli.CommandRun;
import dev.ligo.cli.TinyBert;
import dev.ligo.core.checkpoint.HuggingFaceDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code ligo grow} by slices of layers: as options, as a recipe, and as the recipe it prints. */
class RecipeCommandTest {
  private static final String SLICES = "0-2,1-2:attention.output.dense=0.5";

  @TempDir Path directory;
  private Path small;
  private Path large;

  @BeforeEach
  void writeCheckpoint() {
    small = TinyBert.checkpoint(directory.resolve("small"));
    large = directory.resolve("large");
  }

  private Path recipe(String text) throws IOException {
    return Files.writeString(directory.resolve("recipe.yaml"), text);
  }

  private static String yaml(String model) {
    return """
    slices:
    - sources:
      - model: %1$s
        layer_range: [0, 2]
    - sources:
      - model: %1$s
        layer_range: [1, 2]
        parameters:
          scale:
          - {filter: attention.output.dense, value: 0.5}
    merge_method: passthrough
    """
        .formatted(model);
  }

  private CommandRun bySlices(Path out, Object... more) {
    return grow(out, "--from", small, "--method", "slices", "--slices", SLICES, more);
  }

  private static CommandRun grow(Path out, Object... arguments) {
    List<Object> all = new ArrayList<>(List.of("grow", "--out", out));
    for (Object argument : arguments) {
      all.addAll(argument instanceof Object[] several ? List.of(several) : List.of(argument));
    }
    return CommandRun.of(all.toArray());
  }

  @Test
  void slicesSayHowManyLayersThereAre() {
    JsonObject grown = bySlices(large, "--json").json();
    assertThat(grown.getAsJsonObject("grown").get("num_hidden_layers").getAsInt()).isEqualTo(3);
    assertThat(grown.get("recipe").getAsString()).isEqualTo(yaml(small.toString()));
    assertThat(bySlices(directory.resolve("other"), "--layers", 4).err())
        .contains("3 layers in all, but 4 were asked for");
  }

  /** A float32 product can be too large, and is no model's. */
  @Test
  void aScaleThatOverflowsIsRefusedByTheTensor() {
    CommandRun run =
        grow(large, "--from", small, "--method", "slices", "--slices", "0-2:=3e38,1-2:=1e300");
    assertThat(run.code()).as(run.out()).isEqualTo(1);
    assertThat(run.err())
        .contains("would hold values that are not finite")
        .contains("'bert.encoder.layer.2.");
    assertThat(large).doesNotExist();
  }

  /** A recipe's path is looked for beside it; --from takes its place. */
  @Test
  void aRecipeDoesTheSame() throws IOException {
    bySlices(large);
    Path beside = directory.resolve("beside");
    CommandRun run = grow(beside, "--recipe", recipe(yaml("small")));
    assertThat(run.code()).isZero();
    assertThat(run.out()).startsWith("grew " + small + " into " + beside + " by slices in ");
    Path named = directory.resolve("named");
    Path elsewhere = recipe(yaml("nowhere/else"));
    assertThat(grow(named, "--recipe", elsewhere, "--from", small).code()).isZero();
    for (Path out : new Path[] {beside, named}) {
      assertThat(out.resolve("model.safetensors"))
          .hasSameBinaryContentAs(large.resolve("model.safetensors"));
    }
    Path none = directory.resolve("none");
    CommandRun refused = grow(none, "--recipe", elsewhere);
    assertThat(refused.code()).isEqualTo(1);
    assertThat(refused.err())
        .contains("'nowhere/else' is no directory, neither here nor beside the recipe")
        .contains("without --from, ")
        .endsWith("fetch it by: hf download nowhere/else" + System.lineSeparator());
    assertThat(grow(none, "--recipe", recipe(yaml("nowhere"))).err())
        .endsWith("name the checkpoint that it stands for." + System.lineSeparator());
    assertThat(none).doesNotExist();
  }

  /** The model is named as it was, so that the recipe finds it again; but no home directory. */
  @Test
  void theRecordedRecipeGrowsTheSameAgain() throws IOException {
    Path relative = Path.of("").toAbsolutePath().relativize(small);
    grow(large, "--from", relative, "--method", "slices", "--slices", SLICES);
    Path again = directory.resolve("again");
    Path elsewhere = Files.createDirectory(directory.resolve("elsewhere"));
    Path kept = Files.writeString(elsewhere.resolve("kept.yaml"), recorded(large));
    CommandRun run = grow(again, "--recipe", kept);
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(again.resolve("model.safetensors"))
        .hasSameBinaryContentAs(large.resolve("model.safetensors"));
    assertThat(large.resolve("README.md")).content().contains("```yaml\n" + recorded(large));

    Path absolute = directory.resolve("absolute");
    bySlices(absolute);
    assertThat(recorded(absolute)).isEqualTo(yaml("small"));
    assertThat(absolute.resolve("README.md")).content().doesNotContain(directory.toString());
  }

  private static String recorded(Path grown) throws IOException {
    return JsonParser.parseString(Files.readString(grown.resolve("growth.json")))
        .getAsJsonObject()
        .get("recipe")
        .getAsString();
  }

  @Test
  void thePrintedRecipeIsThatOfTheOptionsAndNothingGrows() throws IOException {
    CommandRun printed =
        CommandRun.of(
            "grow",
            "--from",
            small,
            "--method",
            "slices",
            "--slices",
            SLICES,
            "--dtype",
            "bfloat16",
            "--print-recipe");
    assertThat(printed.code()).isZero();
    assertThat(printed.out().strip())
        .isEqualTo((yaml(small.toString()) + "out_dtype: bfloat16").strip());
    assertThat(grow(large, "--recipe", recipe(printed.out())).code()).isZero();
    CommandRun none =
        CommandRun.of(
            "grow", "--from", small, "--method", "stack", "--layers", 4, "--print-recipe");
    assertThat(none.code()).isEqualTo(1);
    assertThat(none.err()).contains("method 'stack' has no recipe");
  }

  @Test
  void theOptionsDtypeGoesBeforeTheRecipes() throws IOException {
    Path recipe = recipe(yaml("small") + "out_dtype: float16\n");
    assertThat(dtypes(grow(large, "--recipe", recipe, "--json"))).hasToString("[\"float16\"]");
    Path other = directory.resolve("other");
    assertThat(dtypes(grow(other, "--recipe", recipe, "--dtype", "bfloat16", "--json")))
        .hasToString("[\"bfloat16\"]");
  }

  private static JsonArray dtypes(CommandRun run) {
    return run.json().getAsJsonArray("dtypes");
  }

  @Test
  void whatContradictsItselfIsRefused() throws IOException {
    Path recipe = recipe(yaml("small"));
    assertUsage(grow(large, "--recipe", recipe, "--method", "stack"), "leave --method out");
    assertUsage(grow(large, "--recipe", recipe, "--slices", "0-2"), "--slices is of 'slices'");
    assertUsage(grow(large, "--from", small), "nothing would grow");
    assertUsage(CommandRun.of("grow"), "missing required options: '--from=DIR', '--out=DIR'");
    assertUsage(
        grow(large, "--from", small, "--method", "slices", "--slices", "2-0"),
        "expected ranges from a layer up to a later one, such as");
    assertThat(large).doesNotExist();
  }

  private static void assertUsage(CommandRun run, String message) {
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).contains(message);
  }

  @Test
  void badRecipesAreOneLine() throws IOException {
    String good = yaml("small");
    String[][] wrong = {
      {good.replace("[1, 2]", "[1, 3]"), "1-3 ends beyond them"},
      {good.replace("[1, 2]", "[1, 2000000000]"), "1-2000000000 ends beyond them"},
      {good.replace("small", "\"s\\0\""), "is no directory"},
      {good.replace("[1, 2]", "[2, 1]"), "layer_range: a slice goes from"},
      {good.replace("attention.output.dense", "o_proj"), "'o_proj' matches no tensor"},
      {good.replace("0.5", ".nan"), "a finite number, found NaN"},
      {good.replaceFirst("small", "other"), "found 'other' and 'small'"},
      {good.replace("passthrough", "ties"), "expected 'passthrough'"},
      {good + "density: 0.5\n", "the key 'density' is none that is read here"},
      {"slices: []\nmerge_method: passthrough\n", "slices: expected a list that is not empty"},
    };
    for (String[] each : wrong) {
      CommandRun run = grow(large, "--recipe", recipe(each[0]));
      assertThat(run.code()).as(each[0]).isEqualTo(1);
      assertThat(run.err().strip()).contains(each[1]).doesNotContain("\n");
      assertThat(large).doesNotExist();
    }
  }

  @Test
  void aLargerVocabularyIsAtLeastTheTokenizers() {
    int tokens = TinyBert.config().get("vocab_size").getAsInt();
    Object[] grow = {"--from", small, "--method", "copy", "--vocab-size"};
    CommandRun grown = grow(large, grow, tokens + 3, "--json");
    assertThat(grown.code()).isZero();
    assertThat(grown.json().getAsJsonObject("grown").get("vocab_size").getAsInt())
        .isEqualTo(tokens + 3);
    assertThat(grown.json().get("notes").toString()).contains("3 tokens more");
    Path other = directory.resolve("other");
    CommandRun smaller = grow(other, grow, tokens - 1);
    assertThat(smaller.code()).isEqualTo(1);
    assertThat(smaller.err()).contains("the vocabulary would shrink from " + tokens);
    JsonObject few = TinyBert.config();
    few.addProperty("vocab_size", 50);
    Path cut = TinyBert.checkpoint(directory.resolve("cut"), few, true);
    CommandRun below = grow(other, "--from", cut, "--method", "copy", "--vocab-size", 60);
    assertThat(below.code()).isEqualTo(1);
    assertThat(below.err()).contains("60 tokens, but the tokenizer beside the source has ");
    assertThat(other).doesNotExist();
  }

  /** An untied head has a bias under two names, of which both get the bytes. */
  @Test
  void halvesAreCopiedUnderEachOfTheirNames() {
    JsonObject untied = TinyBert.config();
    untied.addProperty("tie_word_embeddings", false);
    Path source = TinyBert.checkpoint(directory.resolve("untied"), untied, true);
    Path halves = directory.resolve("halves");
    Path again = directory.resolve("again");
    grow(halves, "--from", source, "--method", "stack", "--dtype", "bfloat16");
    CommandRun copied = grow(again, "--from", halves, "--method", "stack", "--dtype", "bfloat16");
    assertThat(copied.code()).as(copied.err()).isZero();
    try (HuggingFaceDirectory before = HuggingFaceDirectory.open(halves);
        HuggingFaceDirectory after = HuggingFaceDirectory.open(again)) {
      assertThat(after.tensors()).isEqualTo(before.tensors());
      assertThat(before.tensors())
          .containsKeys("cls.predictions.bias", "cls.predictions.decoder.bias");
      before
          .tensors()
          .keySet()
          .forEach(n -> assertThat(after.read(n).bytes()).as(n).isEqualTo(before.read(n).bytes()));
    }
  }
}
