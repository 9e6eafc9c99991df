package dev.ligo.models.vit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.ligo.core.Ligo;
import dev.ligo.core.model.ConfigException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ImageShapeTest {
  private static JsonObject config(int channels) {
    String json =
        """
        {"model_type": "vit", "hidden_size": 4, "num_hidden_layers": 1,
         "num_attention_heads": 1, "intermediate_size": 4, "image_size": 8, "patch_size": 4,
         "num_channels": %d}
        """;
    return JsonParser.parseString(json.formatted(channels)).getAsJsonObject();
  }

  /** A list of so many numbers would take all memory before a tensor is looked at. */
  @ParameterizedTest
  @ValueSource(ints = {65_537, 500_000_000, Integer.MAX_VALUE})
  void channelsBeyondAllImagesAreRefused(int channels) {
    assertThatThrownBy(() -> Ligo.create().model(config(channels)))
        .isInstanceOf(ConfigException.class)
        .hasMessageContainingAll("at most 65536 channels", "found " + channels);
  }

  @Test
  void anyNumberOfChannelsBelowIsTaken() {
    assertThat(Ligo.create().model(config(12)).layout().shapes().values())
        .anySatisfy(shape -> assertThat(shape.dims()).containsExactly(4, 12, 4, 4));
  }
}
