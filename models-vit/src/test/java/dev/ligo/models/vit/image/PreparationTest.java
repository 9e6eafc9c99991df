package dev.ligo.models.vit.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ligo.api.Shape;
import dev.ligo.core.data.DataException;
import dev.ligo.core.data.LabelledExamples;
import dev.ligo.core.data.ProgressListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Resizing and cropping that are asked for by a file beside a model of images of 16 × 16. */
final class PreparationTest {
  private static final Shape SHAPE = Shape.of(1, 16, 16);

  @TempDir Path directory;

  private Preparation preparation(ProcessorClass named, String file) throws IOException {
    Files.writeString(directory.resolve("preprocessor_config.json"), file.replace('\'', '"'));
    Preprocessing unprepared =
        new Preprocessing(named, Preparation.none(SHAPE), Normalization.standard(1));
    return unprepared.of(directory).preparation();
  }

  @Test
  void aFileWithoutSizesTakesPicturesOfTheModelsSizeAsTheyAre() throws IOException {
    assertThat(preparation(ProcessorClass.VIT, "{}")).isEqualTo(Preparation.none(SHAPE));
    assertThat(preparation(ProcessorClass.DEIT, "{'size': null, 'image_mean': 0.5}"))
        .isEqualTo(Preparation.none(SHAPE));
  }

  @Test
  void whatAFileLeavesOutIsAsInItsClass() throws IOException {
    String sizes = "{'size': 18, 'crop_size': 16%s}".replace('\'', '"');
    Preparation deit = preparation(ProcessorClass.DEIT, sizes.formatted(""));
    assertThat(deit.resize().orElseThrow().filter()).isEqualTo(ResizeFilter.BICUBIC);
    assertThat(deit.crop()).isPresent();
    String named = ", \"image_processor_type\": \"DeiTImageProcessorFast\"";
    assertThat(preparation(ProcessorClass.VIT, sizes.formatted(named))).isEqualTo(deit);
    assertThatThrownBy(() -> preparation(ProcessorClass.VIT, sizes.formatted("")))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("make pictures of 18 × 18, the model takes 16 × 16");
  }

  @Test
  void aPictureThatDoesNotComeToTheModelsSizeIsRefused() throws IOException {
    Path file = directory.resolve("a.png");
    Written.picture(file, Written.grey(1, 20, 24), "png");
    assertRefused(file, Preparation.none(SHAPE), "(1, 16, 16)", "(1, 20, 24); scale the images");
    assertRefused(
        file,
        preparation(ProcessorClass.VIT, "{'size': {'shortest_edge': 16}}"),
        "found (1, 20, 24), which the image processor makes 16 × 19; correct its 'size'");
  }

  private static void assertRefused(Path file, Preparation preparation, String... words) {
    assertThatThrownBy(
            () -> ImageBatches.unlabelled(List.of(file), preparation, ProgressListener.SILENT))
        .isInstanceOf(DataException.class)
        .message()
        .contains(words);
  }

  @Test
  void imagesOfAnIdxFileAreResizedToo() throws IOException {
    Path idx = Written.idx(directory, false, 2, 12, 20);
    Path picture = directory.resolve("second.png");
    Written.picture(picture, Written.grey(1, 12, 20), "png");
    Preparation preparation = preparation(ProcessorClass.VIT, "{'size': 16}");
    LabelledExamples images = ImageBatches.read(List.of(idx), preparation, ProgressListener.SILENT);
    LabelledExamples one =
        ImageBatches.unlabelled(List.of(picture), preparation, ProgressListener.SILENT);
    assertThat(images.content(1)).hasSize(256).isEqualTo(one.content(0));
  }
}
