package dev.ligo.models.vit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.ligo.core.model.ConfigException;
import dev.ligo.core.model.ConfigReader;
import dev.ligo.core.model.Dimensions;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Configs of timm, and what timm makes of them (make_golden_pictures.py). */
final class TimmConfigTest {
  private static VitConfig read(JsonObject json) {
    return TimmConfig.vit(new ConfigReader(json));
  }

  private static JsonObject json(String text) {
    return JsonParser.parseString(text).getAsJsonObject();
  }

  @TestFactory
  Stream<DynamicTest> isReadAsTimmReadsIt() throws IOException {
    try (Reader in =
        new InputStreamReader(
            Objects.requireNonNull(getClass().getResourceAsStream("timm-configs.json")),
            StandardCharsets.UTF_8)) {
      return JsonParser.parseReader(in).getAsJsonArray().asList().stream()
          .map(JsonElement::getAsJsonObject)
          .map(e -> DynamicTest.dynamicTest(e.get("config").toString(), () -> assertReads(e)));
    }
  }

  private static void assertReads(JsonObject expected) {
    JsonObject json = expected.getAsJsonObject("config").deepCopy();
    VitConfig c = read(json);
    assertIs(c.preprocessing().normalization().mean(), expected.getAsJsonArray("mean"));
    assertIs(c.preprocessing().normalization().deviation(), expected.getAsJsonArray("std"));
    assertThat(c.labels().size()).isEqualTo(expected.get("classes").getAsInt());
    if (expected.get("names").isJsonArray()) {
      List<String> names = new ArrayList<>();
      expected.getAsJsonArray("names").forEach(n -> names.add(n.getAsString()));
      assertThat(c.labels().names()).isEqualTo(names);
    } else {
      assertThat(c.labels().isUnnamed()).isTrue();
    }
    TimmConfig.write(c, json);
    assertThat(json.has("pretrained_cfg") || !json.has("mean")).isTrue();
    assertThat(read(json)).as("what is written is what was read").isEqualTo(c);
  }

  private static void assertIs(List<Double> found, JsonArray expected) {
    assertThat(found).hasSize(expected.size());
    for (int i = 0; i < found.size(); i++) {
      assertThat(found.get(i)).isCloseTo(expected.get(i).getAsDouble(), within(1e-15));
    }
  }

  /** timm reads no model_args beside keys of the older form. */
  @Test
  void aGrownConfigOfTheOlderFormIsOfTheNewer() {
    JsonObject json =
        json(
            "{'architecture': 'deit_tiny_patch16_224', 'num_classes': 2, 'num_features': 192,"
                + " 'labels': ['a', 'b'], 'mean': [0.4, 0.5, 0.6], 'crop_pct': 0.9}");
    VitConfig c = read(json);
    TimmConfig.write(c.withDimensions(new Dimensions(12, 256, 4, 1024)), json);
    assertThat(json.keySet())
        .containsExactlyInAnyOrder(
            "architecture",
            "num_classes",
            "num_features",
            "label_names",
            "model_args",
            "pretrained_cfg");
    assertThat(json.getAsJsonObject("pretrained_cfg").keySet())
        .containsExactlyInAnyOrder("mean", "crop_pct", "num_classes", "input_size");
    assertThat(read(json).dimensions().hidden()).isEqualTo(256);
    assertThat(read(json).preprocessing()).isEqualTo(c.preprocessing());
  }

  private static JsonObject withArgument(String argument) {
    return json(
        "{'architecture': 'vit_tiny_patch16_224', 'num_classes': 2, 'pretrained_cfg': {},"
            + " 'model_args': {"
            + argument
            + "}}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "'drop_rate': 0.1",
        "'pos_drop_rate': 0.1",
        "'patch_drop_rate': 0.1",
        "'proj_drop_rate': 0.1",
        "'attn_drop_rate': 0.1",
        "'drop_path_rate': 0.1",
        "'weight_init': 'jax'",
        "'fix_init': true",
        "'dynamic_img_size': true",
        "'act_layer': 'gelu'",
        "'norm_layer': 'layernorm'",
        "'norm_layer': null",
        "'global_pool': 'token'",
        "'fc_norm': false",
        "'reg_tokens': 0",
        "'init_values': null"
      })
  void acceptsArgumentsThatChangeNothing(String argument) {
    assertThatCode(() -> read(withArgument(argument))).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "'global_pool': 'avg'",
        "'init_values': 0.0001",
        "'qk_norm': true",
        "'reg_tokens': 2",
        "'pre_norm': true",
        "'final_norm': false",
        "'proj_bias': false",
        "'class_token': false",
        "'pos_embed': 'none'",
        "'act_layer': 'relu'",
        "'norm_layer': 'rmsnorm'",
        "'no_embed_class': true"
      })
  void refusesOthersByName(String argument) {
    assertThatThrownBy(() -> read(withArgument(argument)))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("model_args." + argument.substring(1, argument.indexOf(':') - 1));
  }
}
