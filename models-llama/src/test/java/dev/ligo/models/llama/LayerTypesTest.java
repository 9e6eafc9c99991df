package dev.ligo.models.llama;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.ligo.core.model.ConfigException;
import dev.ligo.core.model.ConfigReader;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Layer types as configs say them, and how they follow the layers. */
class LayerTypesTest {
  private static final DecoderArchitecture QWEN2 = new Qwen2Architecture();
  private static final DecoderArchitecture GEMMA2 = new Gemma2Architecture();
  private static final DecoderArchitecture GEMMA3 = new Gemma3Architecture();

  private static JsonObject json(String text) {
    return JsonParser.parseString(text.replace('\'', '"')).getAsJsonObject();
  }

  /** Writes types as letters: f for full, s for sliding. */
  private static String letters(LayerTypes types) {
    return types.each().stream()
        .map(t -> t == LayerType.FULL ? "f" : "s")
        .collect(Collectors.joining());
  }

  private static LayerTypes types(String letters) {
    return new LayerTypes(
        letters.chars().mapToObj(c -> c == 'f' ? LayerType.FULL : LayerType.SLIDING).toList(),
        OptionalInt.empty());
  }

  private static List<OptionalInt> sources(String numbers) {
    return Arrays.stream(numbers.split(" ", -1))
        .map(n -> n.equals("-") ? OptionalInt.empty() : OptionalInt.of(Integer.parseInt(n)))
        .toList();
  }

  private static LayerTypes read(DecoderArchitecture family, String config, int layers) {
    return family.types(new ConfigReader(json(config)), layers);
  }

  @Test
  void aRuleOfTheFamilyNamesThoseThatTheConfigDoesNot() {
    assertThat(letters(read(GEMMA2, "{}", 5))).isEqualTo("sfsfs");
    assertThat(letters(read(GEMMA3, "{}", 8))).isEqualTo("sssssfss");
    assertThat(letters(read(GEMMA3, "{'sliding_window_pattern': 2}", 4))).isEqualTo("sfsf");
    String window = "'use_sliding_window': true, 'sliding_window': 4";
    assertThat(letters(read(QWEN2, "{" + window + ", 'max_window_layers': 2}", 4)))
        .isEqualTo("ffss");
    assertThat(letters(read(QWEN2, "{'max_window_layers': 2}", 4))).isEqualTo("ffff");
    assertThat(
            letters(
                read(
                    QWEN2,
                    "{" + window + ", 'layer_types': ['sliding_attention'," + " 'full_attention']}",
                    2)))
        .isEqualTo("sf");
  }

  @Test
  void namesThatDoNotFitAreRefused() {
    assertThatThrownBy(() -> read(GEMMA2, "{'layer_types': ['full_attention']}", 2))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("'layer_types' names 1 layers")
        .hasMessageContaining("2");
    assertThatThrownBy(() -> read(GEMMA2, "{'layer_types': ['linear_attention']}", 1))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("linear_attention")
        .hasMessageContaining("sliding_attention");
    assertThatThrownBy(
            () -> read(new LlamaArchitecture(), "{'layer_types': ['sliding_attention']}", 1))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("'layer_types'");
  }

  @ParameterizedTest
  @CsvSource({"f, 3, fff", "sf, 5, sfsfs", "sssf, 6, sssfss", "ffs, 5, ffsff", "sfsf, 6, sfsfsf"})
  void theShortestPeriodGoesOn(String small, int layers, String large) {
    assertThat(letters(types(small).resized(layers))).isEqualTo(large);
  }

  @ParameterizedTest
  @CsvSource({"ssf, 0 1 1 2, sssf", "sf, 0 0 1 1, ssff", "sf, 0 - 1 -, sfff", "sf, 1 0, fs"})
  void eachLayerHasTheTypeOfItsSource(String small, String from, String large) {
    LayerTypes first = types(small);
    LayerTypes grown = first.resized(sources(from).size()).from(first, sources(from));
    assertThat(letters(grown)).isEqualTo(large);
  }

  /** Windowless layers are the first ones that come from windowless ones. */
  @ParameterizedTest
  @CsvSource({
    "2, 0 0 1 1 2 2 3 3, 4",
    "2, 0 1 2 3 0 1 2 3, 2",
    "4, 0 1 2 3 0 1 2 3, 8",
    "28, 0 1 2 3 0 1 2 3, 28"
  })
  void windowlessLayersFollow(int windowless, String from, int expected) {
    LayerTypes small = read(QWEN2, "{'max_window_layers': " + windowless + "}", 4);
    LayerTypes grown = small.resized(8).from(small, sources(from));
    assertThat(grown.windowless()).hasValue(expected);
  }

  @Test
  void typesAreWrittenByNameOnlyWhereTheRuleDoesNotGiveThem() {
    JsonObject config = json("{}");
    types("sfsf").write(config, r -> GEMMA2.types(r, 4));
    assertThat(config.has("layer_types")).isFalse();
    types("ssff").write(config, r -> GEMMA2.types(r, 4));
    assertThat(config.getAsJsonArray("layer_types").toString())
        .isEqualTo(
            "[\"sliding_attention\",\"sliding_attention\",\"full_attention\",\"full_attention\"]");
    types("sf").write(config, r -> GEMMA2.types(r, 2));
    assertThat(config.getAsJsonArray("layer_types").toString())
        .as("named before, named after")
        .isEqualTo("[\"sliding_attention\",\"full_attention\"]");
  }
}
