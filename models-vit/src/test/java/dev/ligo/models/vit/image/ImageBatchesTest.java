package dev.ligo.models.vit.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.ligo.api.HostArray;
import dev.ligo.api.Shape;
import dev.ligo.core.data.Augmentation;
import dev.ligo.core.data.DataException;
import dev.ligo.core.data.DataRequest;
import dev.ligo.core.data.LabelledExamples;
import dev.ligo.core.data.ProgressListener;
import dev.ligo.core.data.SeededRandom;
import dev.ligo.core.model.Labels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ImageBatchesTest {
  private static final Shape SHAPE = Shape.of(1, 8, 8);
  private static final int COUNT = 10;

  @TempDir Path directory;
  private Path images;

  @BeforeEach
  void write() throws IOException {
    images = Written.idx(directory, false, COUNT, 8, 8);
  }

  private ImageBatches open(int batchSize, boolean shuffle, long seed) {
    return open(batchSize, shuffle, seed, Augmentation.ALL);
  }

  private ImageBatches open(
      int batchSize, boolean shuffle, long seed, Set<Augmentation> augmentations) {
    DataRequest request =
        new DataRequest(
                List.of(images),
                directory,
                directory,
                batchSize,
                1,
                seed,
                shuffle,
                ProgressListener.SILENT)
            .withAugmentations(augmentations);
    LabelledExamples read =
        ImageBatches.read(request.paths(), Preparation.none(SHAPE), request.progress());
    Normalization normalization = Normalization.of(List.of(0.25), List.of(0.5), 1);
    return ImageBatches.of(read, Labels.unnamed(10).ids(read), request, SHAPE, normalization);
  }

  @Test
  void evaluationGoesThroughTheImagesAndFillsUpWithWeightZero() {
    ImageBatches batches = open(4, false, 0);
    assertThat(batches.batchesPerPass()).isEqualTo(3);
    Set<Double> seen = new TreeSet<>();
    for (int b = 0; b < 3; b++) {
      Map<String, HostArray> batch = batches.batch(b);
      assertThat(batch.get("pixel_values").shape()).isEqualTo(Shape.of(4, 1, 8, 8));
      for (int slot = 0; slot < 4; slot++) {
        if (batch.get("weights").get(slot) == 1) {
          double label = batch.get("labels").get(slot);
          assertThat(seen.add(label)).isTrue();
          assertShows(batch.get("pixel_values"), slot, (int) label);
        }
      }
    }
    assertThat(seen).hasSize(COUNT);
    assertThat(batches.batch(2).get("labels").toDoubles()).endsWith(0, 0);
    assertThat(batches.batch(2).get("weights").toDoubles()).containsExactly(1, 1, 0, 0);
    assertThat(batches.batch(5).get("labels").toDoubles())
        .isEqualTo(batches.batch(2).get("labels").toDoubles());
  }

  /** The class of an image of the file is its number. */
  private static void assertShows(HostArray pixels, int slot, int image) {
    for (int i = 0; i < 64; i++) {
      double value = Written.value(image, 0, i / 8, i % 8);
      assertThat(pixels.get(slot * 64 + i)).isCloseTo((value / 255 - 0.25) / 0.5, within(1e-6));
    }
  }

  @Test
  void trainingVisitsEveryImageOnceInEachPassInAnotherOrder() {
    ImageBatches batches = open(5, true, 1);
    for (int pass = 0; pass < 3; pass++) {
      Set<Double> labels = new TreeSet<>();
      for (int i = 0; i < 2; i++) {
        for (double label : batches.batch(2L * pass + i).get("labels").toDoubles()) {
          labels.add(label);
        }
      }
      assertThat(labels).hasSize(COUNT);
    }
    assertThat(batches.batch(0).get("labels").toDoubles())
        .isNotEqualTo(batches.batch(2).get("labels").toDoubles());
  }

  @Test
  void aBatchFollowsFromSeedAndIndexAlone() {
    double[] once = open(5, true, 1).batch(7).get("pixel_values").toDoubles();
    assertThat(open(5, true, 1).batch(7).get("pixel_values").toDoubles()).isEqualTo(once);
    assertThat(open(5, true, 2).batch(7).get("pixel_values").toDoubles()).isNotEqualTo(once);
  }

  @Test
  void augmentationsAreReadByTheNamesThatAreWritten() {
    for (Set<Augmentation> some :
        List.of(
            Augmentation.ALL,
            Set.of(Augmentation.CROP),
            Set.of(Augmentation.FLIP),
            Set.<Augmentation>of())) {
      assertThat(Augmentation.named(Augmentation.names(some))).isEqualTo(some);
    }
    assertThat(Augmentation.names(Augmentation.ALL)).isEqualTo("crop,flip");
    assertThatThrownBy(() -> Augmentation.named("crop,"))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("found 'crop,'");
  }

  @Test
  void withoutAugmentationsTrainingShowsImagesAsTheyAre() {
    ImageBatches batches = open(5, true, 1, Set.of());
    for (int b = 0; b < 4; b++) {
      Map<String, HostArray> batch = batches.batch(b);
      for (int slot = 0; slot < 5; slot++) {
        assertShows(batch.get("pixel_values"), slot, (int) batch.get("labels").get(slot));
      }
    }
  }

  /** Each is as it is or mirrored, in the same way as when images are moved too. */
  @Test
  void flippingAloneMirrorsSomeAndMovesNone() {
    int mirrored = 0;
    for (int b = 0; b < 8; b++) {
      Map<String, HostArray> batch = open(5, true, 1, Set.of(Augmentation.FLIP)).batch(b);
      for (int slot = 0; slot < 5; slot++) {
        int image = (int) batch.get("labels").get(slot);
        Placement drawn =
            Placement.draw(
                Augmentation.ALL, new SeededRandom(1, "augmentation/" + (b * 5 + slot)), 8, 8);
        mirrored += drawn.mirrored() ? 1 : 0;
        for (int i = 0; i < 64; i++) {
          int column = drawn.mirrored() ? 7 - i % 8 : i % 8;
          double value = Written.value(image, 0, i / 8, column);
          assertThat(batch.get("pixel_values").get(slot * 64 + i))
              .isCloseTo((value / 255 - 0.25) / 0.5, within(1e-6));
        }
      }
    }
    assertThat(mirrored).isBetween(10, 30); // of 40
  }

  @Test
  void croppingAloneMirrorsNone() {
    for (int i = 0; i < 40; i++) {
      SeededRandom random = new SeededRandom(1, "augmentation/" + i);
      Placement both = Placement.draw(Augmentation.ALL, random, 8, 8);
      random = new SeededRandom(1, "augmentation/" + i);
      assertThat(Placement.draw(Set.of(Augmentation.CROP), random, 8, 8))
          .isEqualTo(new Placement(both.down(), both.right(), false));
    }
  }

  /** Each shown pixel is the one that the moves lead back to, or black. */
  @Test
  void movesAndMirrors() {
    Placement moved = new Placement(1, -2, true);
    assertThat(moved.source(0, 3, 8, 8)).isEqualTo(-1); // nothing above the first row
    assertThat(moved.source(1, 7, 8, 8)).isEqualTo(2);
    assertThat(moved.source(1, 0, 8, 8)).isEqualTo(-1);
    assertThat(Placement.NONE.source(3, 4, 8, 8)).isEqualTo(28);
  }

  private Preprocessing preprocessing(int channels) {
    return new Preprocessing(
            ProcessorClass.VIT,
            Preparation.none(Shape.of(channels, SHAPE.dim(1), SHAPE.dim(2))),
            Normalization.standard(channels))
        .of(directory);
  }

  @Test
  void aPreprocessorBesideTheModelSaysHowPixelsAreNormalised() throws IOException {
    assertThat(preprocessing(1).normalization()).isEqualTo(Normalization.standard(1));
    Path file = directory.resolve("preprocessor_config.json");
    Files.writeString(file, "{\"image_mean\": [0.1], \"image_std\": [0.2]}");
    assertThat(preprocessing(1).normalization())
        .isEqualTo(new Normalization(List.of(0.1), List.of(0.2)));
    Files.writeString(file, "{\"image_mean\": 0.1, \"image_std\": [0.2, 0.2, 0.2]}");
    assertThat(preprocessing(3).normalization())
        .isEqualTo(new Normalization(List.of(0.1, 0.1, 0.1), List.of(0.2, 0.2, 0.2)));
    Files.writeString(file, "{\"do_normalize\": false}");
    assertThat(preprocessing(1).normalization())
        .isEqualTo(new Normalization(List.of(0.0), List.of(1.0)));
    Path newer = directory.resolve("processor_config.json");
    Files.writeString(newer, "{\"processor_class\": \"TextProcessor\"}");
    assertThat(preprocessing(1).normalization().mean()).containsExactly(0.0);
    Files.writeString(newer, "{\"image_processor\": {\"image_mean\": 0.3, \"image_std\": 0.4}}");
    assertThat(preprocessing(1).normalization())
        .isEqualTo(new Normalization(List.of(0.3), List.of(0.4)));
    Files.delete(newer);
    for (String wrong :
        List.of(
            "{\"image_mean\": [0.1, 0.2], \"image_std\": [0.2, 0.3]}",
            "{\"image_mean\": [0.1], \"image_std\": [0]}",
            "{\"do_rescale\": false}",
            "{\"do_flip_channel_order\": true}",
            "{\"rescale_factor\": 1}",
            "{\"image_processor_type\": \"BeitImageProcessor\"}",
            "{\"size\": 9}",
            "{\"size\": {\"max_height\": 9}}",
            "{\"do_pad\": true}",
            "{\"crop_pct\": 0.9}",
            "{\"resample\": 6}")) {
      Files.writeString(file, wrong);
      assertThatThrownBy(() -> preprocessing(1))
          .isInstanceOf(DataException.class)
          .hasMessageContaining("preprocessor_config.json");
    }
  }
}
