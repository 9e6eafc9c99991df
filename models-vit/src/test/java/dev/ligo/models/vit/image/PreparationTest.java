package dev.ligo.models.vit.image;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonParser;
import dev.ligo.core.model.ConfigReader;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is said of resizing and cropping that is not done, for a model of images of 32 × 24. */
class PreparationTest {
  private static Optional<String> note(String members) {
    String json = "{" + members.replace('\'', '"') + "}";
    return Preparation.note(
        new ConfigReader(JsonParser.parseString(json).getAsJsonObject()), 32, 24);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'size': 36 | resize to 36 × 36",
        "'size': [32, 36] | resize to 32 × 36",
        "'size': {'height': 24, 'width': 32} | resize to 24 × 32",
        "'size': {'shortest_edge': 32} | resize their shorter edge to 32",
        "'do_resize': true, 'size': 36, 'do_center_crop': true, 'crop_size': [32, 24]"
            + " | resize to 36 × 36 and crop to 32 × 24",
        "'size': [32, 24], 'do_center_crop': true, 'crop_size': {'height': 16, 'width': 24}"
            + " | resize to 32 × 24 and crop to 16 × 24",
        "'do_resize': false, 'size': 36, 'do_center_crop': true, 'crop_size': 16 | crop to 16 × 16"
      })
  void whatWouldChangeAPictureOfTheModelsSizeIsNamed(String members, String steps) {
    assertThat(note(members))
        .contains(
            "pictures are taken as they are, where the file says to "
                + steps
                + "; prepare them so, or set 'do_resize' and 'do_center_crop' to false.");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "'do_resize': true",
        "'size': null",
        "'size': {'height': 32, 'width': 24}",
        "'size': {'shortest_edge': 24}",
        "'size': {'max_height': 36}",
        "'do_resize': false, 'size': 36",
        "'do_center_crop': false, 'crop_size': 16",
        "'crop_size': 16",
        "'size': [32, 24], 'do_center_crop': true, 'crop_size': [32, 24]"
      })
  void whatWouldNotIsNone(String members) {
    assertThat(note(members)).isEmpty();
  }
}
