package dev.ligo.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.ligo.api.DType;
import dev.ligo.api.HostArray;
import dev.ligo.core.checkpoint.CheckpointException;
import dev.ligo.core.checkpoint.FileDType;
import dev.ligo.core.checkpoint.HuggingFaceDirectory;
import dev.ligo.core.data.BatchSource;
import dev.ligo.core.fixtures.FamilyTest;
import dev.ligo.core.fixtures.TinyTransformer;
import dev.ligo.core.fixtures.TinyValues;
import dev.ligo.core.growth.GrowthException;
import dev.ligo.core.growth.LayerSlices;
import dev.ligo.core.model.Dialect;
import dev.ligo.core.model.ModelSpec;
import dev.ligo.core.model.Sizes;
import dev.ligo.core.recipe.MergeRecipe;
import dev.ligo.core.train.Optimizer;
import dev.ligo.core.train.Schedule;
import dev.ligo.core.train.TrainingOptions;
import dev.ligo.core.train.strategy.TrainInserted;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What growing by a recipe writes. */
class RecipeGrowthTest extends FamilyTest {
  private static final String QUERY = "layers.%d.attention.qkv.q.weight";
  private static final String END = "layers.%d.attention.output.weight";

  @TempDir Path directory;

  /** Writes a decoder of 3 layers × 8. */
  private Path source(FileDType dtype) {
    Path path = directory.resolve("source");
    write(path, dtype, 0.7);
    return path;
  }

  /** Writes such a decoder with a value of its own in the last query. */
  private void write(Path path, FileDType dtype, double value) {
    ModelSpec<?> base =
        ligo.model(TinyTransformer.json(TinyTransformer.Form.SPLIT_DECODER, 3, 8, 2, 12));
    ModelSpec<?> model = base.withHead(base.pretraining());
    SortedMap<String, HostArray> values = TinyValues.of(model, 1);
    values.get(QUERY.formatted(2)).set(5, value);
    try (CheckpointWriter writer =
        CheckpointWriter.create(path, model, Dialect.CANONICAL, n -> dtype, Map.of())) {
      values.forEach(writer::write);
      writer.finish(Map.of(), "", Map.of());
    }
  }

  private static MergeRecipe recipe(String slices, Optional<FileDType> dtype) {
    return new MergeRecipe("any", LayerSlices.parse(slices).orElseThrow(), dtype, Optional.empty());
  }

  /** Returns batches in the dtype in which models compute. */
  private static BatchSource batches() {
    return new BatchSource() {
      @Override
      public SortedMap<String, HostArray> batch(long index) {
        SortedMap<String, HostArray> batch = TinyValues.batches().batch(index);
        batch.computeIfPresent("masked_weights", (n, a) -> a.as(DType.FLOAT32));
        return batch;
      }

      @Override
      public long batchesPerPass() {
        return 3;
      }
    };
  }

  private Growth.Report grow(Path source, MergeRecipe recipe, Path out) {
    try (Checkpoint small = ligo.open(source)) {
      return ligo.grow(small, recipe).save(out);
    }
  }

  @Test
  void whatIsNotScaledKeepsItsBits() {
    Path source = source(FileDType.BF16);
    Path out = directory.resolve("out");
    grow(source, recipe("0-2,1-3:attention.output=0.3", Optional.empty()), out);
    try (HuggingFaceDirectory before = HuggingFaceDirectory.open(source);
        HuggingFaceDirectory after = HuggingFaceDirectory.open(out)) {
      assertThat(after.tensors().values()).allMatch(s -> s.dtype() == FileDType.BF16);
      int[] from = {0, 1, 1, 2};
      for (int l = 0; l < from.length; l++) {
        assertThat(after.read(QUERY.formatted(l)).bytes())
            .isEqualTo(before.read(QUERY.formatted(from[l])).bytes());
        HostArray end = before.read(END.formatted(from[l]));
        HostArray scaled = after.read(END.formatted(l));
        for (int i = 0; i < end.size(); i++) {
          float value = (float) end.get(i);
          assertThat((float) scaled.get(i)).isEqualTo(l < 2 ? value : nearestBf16(value * 0.3f));
        }
      }
      assertThat(after.config().get("num_hidden_layers").getAsInt()).isEqualTo(4);
    }
  }

  /** Also where bytes are copied without a look at the values. */
  @ParameterizedTest
  @CsvSource({"BF16, 7fc0", "BF16, ff80", "F16, 7e00", "F16, fc00"})
  void halvesThatAreNotFiniteAreRefused(FileDType dtype, String bits) throws IOException {
    Path source = source(dtype);
    damage(source.resolve("model.safetensors"), (short) Integer.parseInt(bits, 16));
    Path out = directory.resolve("out");
    assertThatThrownBy(() -> grow(source, recipe("0-3,1-3", Optional.empty()), out))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining(QUERY.formatted(2))
        .hasMessageContaining("not finite");
    assertThat(out).doesNotExist();
  }

  /** Overwrites the sixth value of the last query in a file of 16 bits. */
  private static void damage(Path file, short bits) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    int header = (int) bytes.getLong(0);
    String json = new String(bytes.array(), Long.BYTES, header, StandardCharsets.UTF_8);
    int start =
        JsonParser.parseString(json)
            .getAsJsonObject()
            .getAsJsonObject(QUERY.formatted(2))
            .getAsJsonArray("data_offsets")
            .get(0)
            .getAsInt();
    bytes.putShort(Long.BYTES + header + start + 5 * Short.BYTES, bits);
    Files.write(file, bytes.array());
  }

  /** Rounds to the nearest of 8 digits, ties to even, where the exponent allows it. */
  private static float nearestBf16(float value) {
    double unit = Math.scalb(1.0, Math.getExponent(value) - 7);
    return (float) (Math.rint(value / unit) * unit);
  }

  /** The recipe's dtype rounds before the product and after it. */
  @Test
  void aRecipesDtypeRoundsBeforeAndAfterScaling() {
    Path source = source(FileDType.F32);
    Path out = directory.resolve("out");
    MergeRecipe recipe =
        new MergeRecipe(
            "any",
            LayerSlices.parse("0-3,2-3:=0.3").orElseThrow(),
            Optional.of(FileDType.BF16),
            Optional.of(FileDType.F32));
    grow(source, recipe, out);
    try (HuggingFaceDirectory before = HuggingFaceDirectory.open(source);
        HuggingFaceDirectory after = HuggingFaceDirectory.open(out)) {
      HostArray from = before.read(QUERY.formatted(2));
      HostArray to = after.read(QUERY.formatted(3));
      for (int i = 0; i < from.size(); i++) {
        assertThat((float) to.get(i))
            .isEqualTo(nearestBf16(nearestBf16((float) from.get(i)) * 0.3f));
      }
      assertThat(after.tensors().values()).allMatch(s -> s.dtype() == FileDType.F32);
    }
  }

  @Test
  void theOutputKeepsTheRecipeAndGrowsTheSameAgain() throws IOException {
    Path source = source(FileDType.F32);
    Path out = directory.resolve("out");
    String slices = "0-3,2-3:attention.output=0.0:feed_forward.out=0.0";
    Growth.Report report = grow(source, recipe(slices, Optional.empty()), out);
    assertThat(report.preservation().toString()).contains("the function stays");
    JsonObject record = HuggingFaceDirectory.readConfig(out.resolve("growth.json"));
    Path file = Files.writeString(directory.resolve("r.yaml"), record.get("recipe").getAsString());
    MergeRecipe kept = MergeRecipe.read(file);
    assertThat(kept.slices()).hasToString(slices);
    assertThat(kept.source(file)).isEqualTo(source);
    assertThat(record.getAsJsonObject("layers").getAsJsonObject("layers").get("inserted"))
        .hasToString("[3]");
    assertThat(Files.readString(out.resolve("README.md")))
        .contains("```yaml\n" + kept.yaml() + "```");
    Path again = directory.resolve("again");
    grow(source, kept, again);
    assertThat(again.resolve("model.safetensors"))
        .hasSameBinaryContentAs(out.resolve("model.safetensors"));
  }

  /** SOLAR's slices are those that the number of layers leaves. */
  @Test
  void theMethodWithoutSlicesOfItsOwnIsRecordedWithThem() {
    Path source = source(FileDType.F32);
    try (Checkpoint small = ligo.open(source)) {
      Growth growth = ligo.grow(small, "slices").to(Sizes.SAME.withLayers(5));
      assertThat(growth.recipe().orElseThrow().slices()).hasToString("0-3,1-3");
      assertThat(ligo.grow(small, "stack").to(Sizes.SAME.withLayers(5)).recipe()).isEmpty();
    }
  }

  @Test
  void whatDoesNotFitIsRefusedAndNothingIsWritten() {
    Path source = source(FileDType.F32);
    Path out = directory.resolve("out");
    for (String wrong : new String[] {"0-2,1-4", "0-3,1-3:nothing=2"}) {
      assertThatThrownBy(() -> grow(source, recipe(wrong, Optional.empty()), out))
          .isInstanceOf(GrowthException.class);
    }
    assertThat(out).doesNotExist();
    MergeRecipe far = recipe("0-3,2-3:=1e6", Optional.of(FileDType.F16));
    assertThatThrownBy(() -> grow(source, far, out))
        .isInstanceOf(GrowthException.class)
        .hasMessageContaining("which float16 cannot");
    assertThat(out).doesNotExist();
  }

  @Test
  void theOptimizersStateDoesNotGrowWithTheVocabulary() {
    Path source = source(FileDType.F32);
    Path out = directory.resolve("out");
    try (Checkpoint small = ligo.open(source)) {
      Growth growth = ligo.grow(small, "stack").to(Sizes.SAME.withVocabulary(16));
      assertThatThrownBy(() -> growth.optimizerState(true).save(out))
          .isInstanceOf(GrowthException.class)
          .hasMessageContaining("does not grow with the vocabulary");
      assertThat(growth.optimizerState(false).save(out).notes())
          .anyMatch(n -> n.contains("5 tokens more"));
    }
    try (Checkpoint large = ligo.open(out)) {
      assertThat(large.model().vocabulary()).hasValue(16);
      assertThat(large.model().json().get("vocab_size").getAsInt()).isEqualTo(16);
    }
  }

  /** The layers that a recipe inserts are trained alone; all else keeps its bytes. */
  @Test
  void insertedLayersAreTrainedAlone() {
    Path source = source(FileDType.F32);
    Path grown = directory.resolve("grown");
    Path trained = directory.resolve("trained");
    grow(
        source,
        recipe("0-3,1-2:attention.output=0:feed_forward.out=0,2-3", Optional.empty()),
        grown);
    try (Checkpoint begun = ligo.open(grown)) {
      assertThat(begun.origins().layers().get("layers").inserted()).containsExactly(3, 4);
      ligo.pretrain(begun, 0)
          .data(batches())
          .backend(backend)
          .options(
              new TrainingOptions(
                  3,
                  1,
                  new Schedule(Schedule.Decay.CONSTANT, 1e-3, 0, 3, 0),
                  Optimizer.adamW(0.1),
                  3,
                  1,
                  7))
          .strategies(List.of(new TrainInserted()), Optional.empty())
          .save(trained);
    }
    try (Checkpoint begun = ligo.open(grown);
        Checkpoint end = ligo.open(trained)) {
      for (String name : begun.shapes().keySet()) {
        boolean inserted = name.startsWith("layers.3.") || name.startsWith("layers.4.");
        assertThat(end.read(name).bytes().equals(begun.read(name).bytes()))
            .as(name)
            .isNotEqualTo(inserted);
      }
    }
  }
}
