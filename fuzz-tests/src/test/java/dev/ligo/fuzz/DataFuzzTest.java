package dev.ligo.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.ligo.core.Ligo;
import dev.ligo.core.data.Columns;
import dev.ligo.core.data.DataRequest;
import dev.ligo.core.data.ProgressListener;
import dev.ligo.core.model.TaskModel;
import dev.ligo.core.recipe.MergeRecipe;
import dev.ligo.text.LabelledTexts;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.provider.MethodSource;

/** Fuzzes the readers of training data and of recipes. */
class DataFuzzTest {
  private static final Path PICTURES =
      Path.of("../models-vit/src/test/resources/dev/ligo/models/vit/image/pictures");
  private static final int ROWS = 14;
  private static final int COLUMNS = 19;
  private static final TaskModel<?> GREY = classifier(1);
  private static final TaskModel<?> COLOR = classifier(3);

  private static final Reading READING = Reading.inScratch();

  private static TaskModel<?> classifier(int channels) {
    String json =
        """
        {"model_type": "vit", "architectures": ["ViTForImageClassification"],
         "hidden_size": 4, "num_hidden_layers": 1, "num_attention_heads": 1,
         "intermediate_size": 4, "image_size": [%d, %d], "patch_size": 1, "num_channels": %d,
         "id2label": {"0": "0", "1": "1"}, "label2id": {"0": 0, "1": 1}}
        """
            .formatted(ROWS, COLUMNS, channels);
    JsonObject config = JsonParser.parseString(json).getAsJsonObject();
    return Ligo.create().model(config).forTask("classification");
  }

  private static void firstBatch(TaskModel<?> model, Path data) {
    model.batches(DataRequest.training(List.of(data), data, 1, 1)).batch(0);
  }

  @BeforeAll
  static void putWhatIsNotMutated() {
    ByteBuffer labels = ByteBuffer.allocate(10).putInt(0x801).putInt(2);
    READING.put("train-labels-idx1-ubyte", labels.put((byte) 0).put((byte) 1).array());
  }

  static Stream<byte[]> idx() {
    ByteBuffer images = ByteBuffer.allocate(16 + 2 * ROWS * COLUMNS);
    return Stream.of(images.putInt(0x803).putInt(2).putInt(ROWS).putInt(COLUMNS).array());
  }

  @MethodSource
  @FuzzTest
  void idx(byte[] content) {
    READING.of("train-images-idx3-ubyte", content, file -> firstBatch(GREY, file));
  }

  static Stream<byte[]> picture() {
    return Seeds.below(PICTURES, file -> !file.toString().endsWith(".tsv"));
  }

  @MethodSource
  @FuzzTest
  void picture(byte[] content) {
    READING.of(
        "pictures/0/0.png", content, file -> firstBatch(COLOR, file.getParent().getParent()));
  }

  static Stream<byte[]> table() {
    return Stream.of(
            "text,label\n\"it is \"\"good\"\"\",yes\nbad,no\n",
            "text\tlabel\ngood\tyes\nbad\tno\n",
            "{\"text\": \"good\", \"label\": 1}\n{\"text\": \"bad\", \"label\": 0}\n",
            "[{\"text\": \"good\", \"label\": true}, {\"text\": \"b\\u00e4d\", \"label\": false}]")
        .map(text -> text.getBytes(StandardCharsets.UTF_8));
  }

  @MethodSource
  @FuzzTest
  void table(byte[] content) {
    for (String kind : List.of("csv", "tsv", "jsonl", "json")) {
      READING.of(
          "table." + kind,
          content,
          file -> LabelledTexts.read(List.of(file), Columns.DEFAULT, ProgressListener.SILENT));
    }
  }

  static Stream<byte[]> recipe() {
    return Seeds.below(
        Path.of("../integration-tests/src/test/resources/recipes"),
        file -> file.toString().endsWith(".yaml"));
  }

  /** A recipe that is read can be written. */
  @MethodSource
  @FuzzTest
  void recipe(byte[] content) {
    READING.of("recipe.yaml", content, file -> MergeRecipe.read(file).yaml());
  }
}
