package dev.ligo.models.vit;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.ligo.core.data.ProgressListener;
import dev.ligo.core.model.ConfigReader;
import dev.ligo.models.vit.image.ImageBatches;
import dev.ligo.models.vit.image.Preprocessing;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Pictures as transformers and timm resize and crop them (make_golden_preparations.py). */
final class PreparationGoldenTest {
  @TempDir Path directory;

  private static Path resources() throws URISyntaxException {
    return Path.of(
        Objects.requireNonNull(PreparationGoldenTest.class.getResource("preparations")).toURI());
  }

  @TestFactory
  Stream<DynamicTest> picturesAreResizedAndCropped() throws IOException, URISyntaxException {
    String expected = Files.readString(resources().resolve("expected.json"));
    return JsonParser.parseString(expected).getAsJsonArray().asList().stream()
        .map(JsonElement::getAsJsonObject)
        .map(e -> DynamicTest.dynamicTest(name(e), () -> assertPrepares(e)));
  }

  private static String name(JsonObject expected) {
    JsonObject name = expected.deepCopy();
    name.remove("pixels");
    return name.toString();
  }

  private void assertPrepares(JsonObject expected) throws IOException, URISyntaxException {
    Path file = resources().resolve(expected.get("picture").getAsString() + ".png");
    byte[] pixels =
        ImageBatches.unlabelled(
                List.of(file), preprocessing(expected).preparation(), ProgressListener.SILENT)
            .content(0);
    assertThat(pixels).isEqualTo(Base64.getDecoder().decode(expected.get("pixels").getAsString()));
  }

  private Preprocessing preprocessing(JsonObject expected) throws IOException {
    JsonArray shape = expected.getAsJsonArray("shape");
    JsonObject config = new JsonObject();
    if (expected.has("pretrained_cfg")) {
      JsonObject args = new JsonObject();
      args.add("img_size", size(shape));
      args.addProperty("patch_size", 8);
      args.add("in_chans", shape.get(0));
      config.addProperty("architecture", "vit_tiny_patch16_224");
      config.add("model_args", args);
      config.add("pretrained_cfg", expected.get("pretrained_cfg"));
      return TimmConfig.vit(new ConfigReader(config)).preprocessing();
    }
    Path beside = Files.createTempDirectory(directory, "processor");
    Files.writeString(
        beside.resolve("preprocessor_config.json"), expected.get("processor").toString());
    config.addProperty("model_type", "vit");
    config.add("image_size", size(shape));
    config.addProperty("patch_size", 8);
    config.add("num_channels", shape.get(0));
    return HuggingFaceConfig.read(new ConfigReader(config), "vit").preprocessing().of(beside);
  }

  private static JsonArray size(JsonArray shape) {
    JsonArray size = new JsonArray();
    size.add(shape.get(1));
    size.add(shape.get(2));
    return size;
  }
}
