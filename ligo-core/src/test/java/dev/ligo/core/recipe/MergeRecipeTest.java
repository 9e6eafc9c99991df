package dev.ligo.core.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ligo.core.checkpoint.FileDType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MergeRecipeTest {
  private static final String SOLAR =
      """
      slices:
        - sources:
            - model: some/model
              layer_range: [0, 24]
        - sources:
            - model: some/model
              layer_range: [8, 32]
      merge_method: passthrough
      """;

  @TempDir Path directory;

  private Path file(String yaml) {
    Path file = directory.resolve("recipe.yaml");
    try {
      return Files.writeString(file, yaml);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private MergeRecipe read(String yaml) {
    return MergeRecipe.read(file(yaml));
  }

  @Test
  void aPointerInItsPlaceIsNamed() {
    assertThatThrownBy(() -> read("version https://git-lfs.github.com/spec/v1\noid sha256:0\n"))
        .isInstanceOf(RecipeException.class)
        .hasMessageContaining("recipe.yaml: this is a Git LFS pointer");
  }

  @Test
  void slicesOfOneModelAreRead() {
    MergeRecipe recipe = read(SOLAR);
    assertThat(recipe.model()).isEqualTo("some/model");
    assertThat(recipe.slices()).hasToString("0-24,8-32");
    assertThat(recipe.dtype()).isEmpty();
    assertThat(recipe.outDtype()).isEmpty();
  }

  /** As in mergekit: the source's, then the slice's, then those for all. */
  @Test
  void scalesOfTheSourceGoBeforeThoseOfItsSliceAndOfAll() {
    MergeRecipe recipe =
        read(
            """
            slices:
              - sources:
                  - model: m
                    layer_range: [0, 2]
                    parameters:
                      scale:
                        - filter: o_proj
                          value: 0
                parameters:
                  scale: {filter: q_proj, value: 0.5}
              - sources: [{model: m, layer_range: [1, 2]}]
            merge_method: passthrough
            dtype: bfloat16
            out_dtype: float32
            base_model: m
            tokenizer_source: base
            parameters:
              scale:
                - {filter: '*', value: 2.0}
            """);
    assertThat(recipe.slices()).hasToString("0-2:o_proj=0.0:q_proj=0.5:=2.0,1-2:=2.0");
    assertThat(recipe.dtype()).contains(FileDType.BF16);
    assertThat(recipe.outDtype()).contains(FileDType.F32);
    assertThat(read(recipe.yaml())).isEqualTo(recipe);
  }

  @Test
  void oneNumberScalesAll() {
    assertThat(read(SOLAR + "parameters: {scale: 1e-3}\n").slices())
        .hasToString("0-24:=0.001,8-32:=0.001");
  }

  @Test
  void theYamlIsThatOfMergekit() {
    assertThat(read(SOLAR + "dtype: float16\n").yaml())
        .isEqualTo(
            """
            slices:
            - sources:
              - model: some/model
                layer_range: [0, 24]
            - sources:
              - model: some/model
                layer_range: [8, 32]
            merge_method: passthrough
            dtype: float16
            """);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "merge_method: passthrough|merge_method: slerp"
            + "|merge_method: expected 'passthrough', which makes one model deeper",
        "merge_method: passthrough|other: 1|the key 'other' is none that is read here",
        "merge_method: passthrough|dtype: float32|the key 'merge_method' is missing",
        "passthrough|passthrough\\nmodels: []|the key 'models' is none that is read here",
        "passthrough|passthrough\\ndtype: int8|dtype: expected float32, bfloat16, float16",
        "passthrough|passthrough\\ntokenizer_source: union|tokenizer_source: expected 'base'",
        "passthrough|passthrough\\nbase_model: other|found 'other' and 'some/model'",
        "passthrough|passthrough\\nparameters: {weight: 1}|parameters: the key 'weight' is none",
        "passthrough|passthrough\\nparameters: {scale: .nan}|scale: the scale of every tensor",
        "passthrough|passthrough\\nparameters: {scale: [0, 1]}|a list of values",
        "passthrough|passthrough\\nparameters: {scale: [{filter: a}]}|the key 'value' is missing",
        "passthrough|passthrough\\n"
            + "parameters: {scale: [{filter: a, value: x}]}|expected a number, found 'x'",
        "some/model|other|a recipe here has one model, found 'other' and 'some/model'",
        "[0, 24]|[24, 0]|slices[0].sources[0].layer_range: a slice goes from a layer",
        "[0, 24]|[0, 0]|found 0-0",
        "[0, 24]|[0]|layer_range: expected two numbers, [from, to), found a list of 1",
        "[0, 24]|[0, 1.5]|layer_range[1]: expected a whole number, found '1.5'",
        "[0, 24]|0-24|layer_range: expected a list that is not empty, found '0-24'",
        "layer_range: [0, 24]|lora: x|sources[0]: the key 'lora' is none that is read here",
        "- model: some/model|- model: {path: a}|model: expected a text, found keys and values",
        "slices:|slices: []\\nx:|the key 'x' is none",
      })
  void whatIsNotDoneHereIsRefusedByName(String instead, String of, String message) {
    String yaml =
        SOLAR.replaceFirst(java.util.regex.Pattern.quote(instead), of.replace("\\n", "\n"));
    assertThat(yaml).isNotEqualTo(SOLAR);
    assertRefused(yaml, message);
  }

  private void assertRefused(String yaml, String message) {
    assertThatThrownBy(() -> read(yaml))
        .isInstanceOf(RecipeException.class)
        .hasMessageContaining("recipe.yaml: ")
        .hasMessageContaining(message)
        .hasMessageNotContainingAny("\n", "\r");
  }

  @Test
  void severalSourcesOfASliceAreRefused() {
    assertRefused(
        "merge_method: passthrough\nslices: [{sources: ["
            + "{model: a, layer_range: [0, 1]}, {model: b, layer_range: [0, 1]}]}]",
        "slices[0].sources: expected one source");
    assertRefused("merge_method: passthrough\nslices: []", "slices: expected a list that is not");
  }

  @Test
  void hostileYamlIsRefused() {
    assertRefused("", "expected keys and values, found nothing");
    assertRefused("a line\n".repeat(100), "found 'a line a line");
    assertRefused("x".repeat(1000) + ": 1", "the key '" + "x".repeat(60) + "…' is none");
    assertRefused("a: [", "expected YAML");
    assertRefused("a: !%2 b", "expected YAML");
    assertRefused("a: 1\na: 2", "expected YAML");
    assertRefused("--- 1\n--- 2", "expected YAML");
    assertRefused("!!javax.script.ScriptEngineManager [x]", "expected");
    assertRefused("[".repeat(100_000), "deeper than 20");
    assertRefused("{a: ".repeat(100_000), "deeper than 20");
    assertRefused("slices: &a [*a]\nmerge_method: passthrough", "slices");
    assertRefused(laughs(), "expected YAML");
    assertRefused("#" + "x".repeat(1 << 20), "at most 1048576 bytes");
  }

  /** Lists of lists of lists, each of ten times the one before. */
  private static String laughs() {
    StringBuilder s = new StringBuilder("a0: &a0 [x]\n");
    for (int i = 1; i < 9; i++) {
      s.append("a").append(i).append(": &a").append(i).append(" [");
      s.append(("*a" + (i - 1) + ",").repeat(10)).append("]\n");
    }
    return s.toString();
  }

  @Test
  void bytesThatAreNoTextAndNoFileAreRefused() throws IOException {
    Path file =
        Files.write(directory.resolve("recipe.yaml"), new byte[] {(byte) 0xff, (byte) 0xfe});
    assertThatThrownBy(() -> MergeRecipe.read(file))
        .isInstanceOf(RecipeException.class)
        .hasMessageContaining("cannot be read: it is not UTF-8 text");
    assertThatThrownBy(() -> MergeRecipe.read(directory.resolve("none.yaml")))
        .isInstanceOf(RecipeException.class)
        .hasMessageContaining("cannot be read: there is no such file");
  }

  @Test
  void theModelIsLookedForBesideTheRecipe() throws IOException {
    Path file = file(SOLAR);
    MergeRecipe recipe = MergeRecipe.read(file);
    assertThatThrownBy(() -> recipe.source(file))
        .isInstanceOf(RecipeException.class)
        .hasMessageContaining("'some/model' is no directory, neither here nor beside the recipe");
    Path beside = Files.createDirectories(directory.resolve("some/model"));
    assertThat(recipe.source(file)).isEqualTo(beside);
  }
}
