package dev.ligo.models.vit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.ligo.api.DType;
import dev.ligo.api.HostArray;
import dev.ligo.api.Shape;
import dev.ligo.core.Checkpoint;
import dev.ligo.core.CheckpointWriter;
import dev.ligo.core.Ligo;
import dev.ligo.core.OpenOptions;
import dev.ligo.core.UnknownHeadException;
import dev.ligo.core.checkpoint.FileDType;
import dev.ligo.core.checkpoint.FileSpec;
import dev.ligo.core.checkpoint.HuggingFaceWriter;
import dev.ligo.core.model.ConfigException;
import dev.ligo.core.model.ModelSpec;
import dev.ligo.core.model.Sizes;
import dev.ligo.core.model.TaskModel;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Vision checkpoints with heads that are not computed, opened without them. */
class DroppedHeadsTest {
  private static final String SIZES =
      """
      "num_hidden_layers": 1, "hidden_size": 8, "num_attention_heads": 2, "intermediate_size": 16,
      "image_size": 8, "patch_size": 4""";

  private static final String TIMM =
      """
      "model_args": {"img_size": 8, "patch_size": 4, "embed_dim": 8, "depth": 1, "num_heads": 2}""";

  private final Ligo ligo = Ligo.create();

  @TempDir Path directory;

  private static JsonObject json(String members) {
    return JsonParser.parseString("{" + members + "}").getAsJsonObject();
  }

  /** Returns the tensors of the base model of a config, by their names in the file. */
  private SortedMap<String, HostArray> base(JsonObject config) {
    ModelSpec<?> model = ligo.model(config);
    Path written = directory.resolve("base");
    try (CheckpointWriter writer =
        CheckpointWriter.create(written, model, model.dialect(), n -> FileDType.F32, Map.of())) {
      model.initialValues(DType.FLOAT32, 3).forEach(writer::write);
      writer.finish(Map.of(), "", Map.of());
    }
    try (Checkpoint checkpoint = ligo.open(written)) {
      SortedMap<String, HostArray> tensors = new TreeMap<>();
      checkpoint
          .directory()
          .tensors()
          .keySet()
          .forEach(n -> tensors.put(n, checkpoint.directory().read(n)));
      return tensors;
    }
  }

  private Path write(JsonObject config, Map<String, HostArray> tensors) {
    Map<String, FileSpec> specs = new LinkedHashMap<>();
    tensors.forEach((n, a) -> specs.put(n, new FileSpec(FileDType.F32, a.shape())));
    Path to = directory.resolve("checkpoint");
    try (HuggingFaceWriter writer = HuggingFaceWriter.create(to, specs, Map.of())) {
      tensors.forEach(writer::write);
      writer.config(config);
      writer.commit();
    }
    return to;
  }

  private static HostArray zeros(int... shape) {
    return HostArray.zeros(DType.FLOAT32, Shape.of(shape));
  }

  private Checkpoint open(Path checkpoint) {
    return ligo.open(checkpoint, OpenOptions.DEFAULT.dropHead(true));
  }

  @ParameterizedTest
  @CsvSource({"vit, ViT", "deit, DeiT"})
  void oneThatModelsMaskedImagesLosesItsMaskTokenToo(String type, String prefix) {
    JsonObject config = json("\"model_type\": \"%s\", %s".formatted(type, SIZES));
    SortedMap<String, HostArray> tensors = base(config);
    tensors.put(type + ".embeddings.mask_token", zeros(1, 1, 8));
    tensors.put("decoder.0.weight", zeros(48, 8, 1, 1));
    tensors.put("decoder.0.bias", zeros(48));
    config.add(
        "architectures",
        JsonParser.parseString("[\"%sForMaskedImageModeling\"]".formatted(prefix)));
    Path masked = write(config, tensors);
    assertThatThrownBy(() -> ligo.open(masked))
        .isInstanceOf(UnknownHeadException.class)
        .hasMessageContaining(prefix + "ForMaskedImageModeling");
    try (Checkpoint opened = open(masked)) {
      assertThat(opened.notes())
          .containsExactly(
              "the head is left out: decoder.0.bias, decoder.0.weight, "
                  + type
                  + ".embeddings.mask_token");
      assertThat(opened.model().json().get("architectures"))
          .hasToString("[\"%sModel\"]".formatted(prefix));
      assertThat(opened.shapes()).doesNotContainKey(type + ".embeddings.mask_token");
    }
  }

  /** What it costs is counted without a head, and there can be none to train. */
  private static void assertHasNoHead(ModelSpec<?> model) {
    TaskModel<?> headless = model.forTask("classification");
    assertThat(headless.forwardFlops(headless.batchSpecs(2, 1))).isPositive();
    assertThatThrownBy(headless::withHead)
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("no classification head")
        .hasMessageContaining("such as num_classes=10, or fine-tune");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"num_classes\": 3",
        "\"num_classes\": 3, \"label_names\": [\"a\", \"b\", \"c\"]",
        "\"pretrained_cfg\": {\"num_classes\": 3, \"label_names\": [\"a\", \"b\", \"c\"]}"
      })
  void oneOfTimmHasNoClassesThen(String classes) {
    String name = "\"architecture\": \"vit_tiny_patch16_224\", " + TIMM;
    SortedMap<String, HostArray> tensors = base(json(name + ", \"num_classes\": 0"));
    tensors.put("head.weight", zeros(3, 8));
    tensors.put("head.bias", zeros(3));
    try (Checkpoint opened = open(write(json(name + ", " + classes), tensors))) {
      assertThat(opened.model().heads()).isEmpty();
      assertThat(opened.notes()).containsExactly("the head is left out: head.bias, head.weight");
      JsonObject grown = opened.model().resized(Sizes.SAME.withHidden(16)).json();
      assertThat(grown.get("num_classes").getAsInt()).isZero();
      assertThat(grown.has("label_names")).isFalse();
      assertHasNoHead(opened.model());
    }
  }
}
