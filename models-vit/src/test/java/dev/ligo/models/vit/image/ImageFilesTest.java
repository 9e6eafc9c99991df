package dev.ligo.models.vit.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ligo.api.CancelledException;
import dev.ligo.api.Shape;
import dev.ligo.core.data.DataException;
import dev.ligo.core.data.LabelledExamples;
import dev.ligo.core.data.ProgressListener;
import dev.ligo.core.data.Work;
import dev.ligo.core.model.Labels;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ImageFilesTest {
  private static final Shape GREY = Shape.of(1, 4, 6);
  private static final Shape COLOURS = Shape.of(3, 4, 4);

  @TempDir Path directory;

  private static LabelledExamples open(Path path, Shape shape) {
    return ImageFiles.open(List.of(path), Preparation.none(shape), ProgressListener.SILENT);
  }

  private static void assertHolds(LabelledExamples images, int image, int number, Shape shape) {
    byte[] pixels = images.content(image);
    assertThat(pixels).hasSize((int) shape.size());
    int at = 0;
    for (int c = 0; c < shape.dim(0); c++) {
      for (int y = 0; y < shape.dim(1); y++) {
        for (int x = 0; x < shape.dim(2); x++) {
          assertThat(pixels[at++] & 0xff).isEqualTo(Written.value(number, c, y, x));
        }
      }
    }
  }

  private static void assertRefused(Path path, Shape shape, String... words) {
    assertThatThrownBy(() -> open(path, shape))
        .isInstanceOf(DataException.class)
        .message()
        .contains(words);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void readsIdx(boolean zipped) throws IOException {
    LabelledExamples images = open(Written.idx(directory, zipped, 12, 4, 6), GREY);
    assertThat(images.size()).isEqualTo(12);
    assertThat(images.label(11)).isEqualTo("1");
    assertHolds(images, 11, 11, GREY);
  }

  @Test
  void readsSeveralPathsOneAfterTheOther() throws IOException {
    Path file = Written.idx(directory, false, 12, 4, 6);
    LabelledExamples images =
        ImageFiles.open(List.of(file, file), Preparation.none(GREY), ProgressListener.SILENT);
    assertThat(images.size()).isEqualTo(24);
    assertHolds(images, 15, 3, GREY);
    assertThat(images.label(15)).isEqualTo("3");
  }

  @ParameterizedTest
  @ValueSource(strings = {"images", "labels"})
  void namesAPointerInThePlaceOfIdx(String what) throws IOException {
    Path images = Written.idx(directory, false, 3, 4, 6);
    String file = images.getFileName().toString();
    Path pointer =
        what.equals("images")
            ? images
            : images.resolveSibling(file.replace("images-idx3", "labels-idx1"));
    assertThat(pointer).exists();
    Files.writeString(pointer, "version https://git-lfs.github.com/spec/v1\noid sha256:0\n");
    assertRefused(images, GREY, pointer.toString(), "Git LFS pointer");
  }

  @Test
  void refusesIdxOfAnotherSizeOrChannelCount() throws IOException {
    Path file = Written.idx(directory, false, 3, 4, 6);
    assertRefused(file, Shape.of(1, 6, 4), "(1, 6, 4)", "(1, 4, 6)");
    assertRefused(
        file, Shape.of(3, 4, 6), "(3, 4, 6)", "(1, 4, 6)", "convert the images to 3 channels");
  }

  @ParameterizedTest
  @CsvSource({
    "0, starts with 00000803",
    "1, cut off",
    "2, cut off",
    "40, cut off",
    "-1, more follows"
  })
  void refusesDamagedIdx(int bytes, String reason) throws IOException {
    Path file = Written.idx(directory, false, 3, 4, 6);
    byte[] all = Files.readAllBytes(file);
    byte[] damaged =
        bytes == 0 ? new byte[all.length] : Arrays.copyOf(all, bytes < 0 ? all.length + 1 : bytes);
    Files.write(file, damaged);
    assertRefused(file, GREY, reason);
  }

  @Test
  void refusesLabelsOutOfRangeOrTooFew() throws IOException {
    Path file = Written.idx(directory, false, 12, 4, 6);
    LabelledExamples images = open(file, GREY);
    assertThat(images.labels()).hasSize(10).startsWith("0", "1").endsWith("9");
    assertThat(Labels.unnamed(10).ids(images)).endsWith(8, 9, 0, 1);
    assertThatThrownBy(() -> Labels.unnamed(9).ids(images))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("example 10 of 12 has the label '9'")
        .hasMessageContaining("9 classes");
    Files.delete(directory.resolve("train-labels-idx1-ubyte"));
    assertRefused(
        file,
        GREY,
        "expected the labels at " + directory.resolve("train-labels-idx1-ubyte"),
        "found no such file");
  }

  private Path folders() throws IOException {
    Path root = directory.resolve("classes");
    for (int label = 0; label < 10; label++) {
      Files.createDirectories(root.resolve("class-" + label));
    }
    return root;
  }

  @Test
  void aFolderOfFilesWithoutAnEndingIsNoMissingClass() throws IOException {
    Path root = folders();
    Written.picture(root.resolve("class-3/a.png"), Written.colours(4, 4, 4), "png");
    Written.picture(root.resolve("class-7/picture"), Written.colours(6, 4, 4), "png");
    assertRefused(root, COLOURS, "class-7", "ending of a picture", "found 'picture'; rename it");
  }

  @Test
  void readsClassFoldersInTheOrderOfTheirNames() throws IOException {
    Path root = folders();
    Written.picture(root.resolve("class-3/b.png"), Written.colours(5, 4, 4), "png");
    Written.picture(root.resolve("class-3/a.PNG"), Written.colours(4, 4, 4), "png");
    Written.picture(root.resolve("class-7/c.png"), Written.colours(6, 4, 4), "png");
    Files.writeString(root.resolve("class-7/notes.txt"), "no picture");
    LabelledExamples images = open(root, COLOURS);
    assertThat(images.size()).isEqualTo(3);
    assertThat(List.of(images.label(0), images.label(1), images.label(2)))
        .containsExactly("class-3", "class-3", "class-7");
    assertThat(images.labels()).containsExactly("class-3", "class-7"); // the others are empty
    assertThat(new Labels(List.of("class-7", "class-3")).ids(images)).containsExactly(1, 1, 0);
    for (int i = 0; i < 3; i++) {
      assertHolds(images, i, 4 + i, COLOURS);
    }
  }

  @Test
  void readsGreyPicturesAsTheirSamples() throws IOException {
    Path root = folders();
    Written.picture(root.resolve("class-0/a.png"), Written.grey(2, 4, 6), "png");
    assertHolds(open(root, GREY), 0, 2, GREY);
  }

  @Test
  void readsJpegNearly() throws IOException {
    Path root = folders();
    BufferedImage plain = new BufferedImage(16, 16, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < 256; i++) {
      plain.setRGB(i % 16, i / 16, 0x406080);
    }
    Written.picture(root.resolve("class-9/a.jpg"), plain, "jpg");
    byte[] pixels = open(root, Shape.of(3, 16, 16)).content(0);
    for (int c = 0; c < 3; c++) {
      assertThat(pixels[c * 256 + 77] & 0xff).isBetween(0x20 * (c + 2) - 4, 0x20 * (c + 2) + 4);
    }
  }

  /** Cut inside the scan: ImageIO fills up what is missing, and only warns. */
  @Test
  void refusesACutJpeg() throws IOException {
    Path root = folders();
    Path file = root.resolve("class-9/a.jpg");
    Written.picture(file, Written.colours(3, 32, 32), "jpg");
    Shape shape = Shape.of(3, 32, 32);
    assertThat(open(root, shape).content(0)).hasSize(3 * 32 * 32);
    byte[] whole = Files.readAllBytes(file);
    for (int left : new int[] {whole.length - 20, whole.length - 40}) {
      Files.write(file, Arrays.copyOf(whole, left));
      assertRefused(root, shape, "a.jpg: the file ends before the picture does; fetch it again.");
    }
  }

  @Test
  void refusesACutPngAndAnEmptyFile() throws IOException {
    Path root = folders();
    Path file = root.resolve("class-9/a.png");
    Written.picture(file, Written.colours(3, 32, 32), "png");
    byte[] whole = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(whole, whole.length / 2));
    Shape shape = Shape.of(3, 32, 32);
    assertRefused(root, shape, "a.png: the file ends before the picture does; fetch it again.");
    Files.write(file, new byte[0]);
    assertRefused(root, COLOURS, "a.png: the file is empty; fetch it again.");
  }

  @Test
  void namesAFileOfManyImagesInADirectory() throws IOException {
    Path idx = Written.idx(directory, false, 3, 4, 6);
    assertRefused(directory, GREY, "give " + idx + " itself");
    Files.delete(idx);
    assertRefused(directory, GREY, "expected pictures", "IDX", "CIFAR-10");
    Path sheet = Files.createFile(directory.resolve("test_batch.png"));
    assertRefused(directory, COLOURS, "give " + sheet + " itself");
  }

  @Test
  void refusesFoldersThatAreNotTheModelsClasses() throws IOException {
    Path root = folders();
    assertRefused(root, COLOURS, "expected pictures");
    Written.picture(root.resolve("class-3/b.png"), Written.colours(5, 4, 4), "png");
    LabelledExamples images = open(root, COLOURS);
    assertThatThrownBy(() -> Labels.unnamed(9).ids(images))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("9 classes")
        .hasMessageContaining("'class-3'");
  }

  /** One among many that are sound, which a batch would draw late. */
  @Test
  void refusesPicturesOfAnotherSizeOrWithTransparencyWhenOpened() throws IOException {
    Path root = folders();
    for (int i = 0; i < 5; i++) {
      Written.picture(root.resolve("class-0/" + i + ".png"), Written.colours(i, 4, 4), "png");
    }
    Path file = root.resolve("class-1/z.png");
    Written.picture(file, Written.colours(1, 4, 5), "png");
    assertRefused(root, COLOURS, "(3, 4, 4)", "(3, 4, 5)", "z.png");
    BufferedImage alpha = new BufferedImage(4, 4, BufferedImage.TYPE_INT_ARGB);
    Written.picture(file, alpha, "png");
    assertRefused(root, COLOURS, "z.png: it has transparent pixels");
    alpha.createGraphics().drawImage(Written.colours(6, 4, 4), 0, 0, null);
    Written.picture(file, alpha, "png");
    assertHolds(open(root, COLOURS), 5, 6, COLOURS);
    Files.write(file, Arrays.copyOf(Files.readAllBytes(file), 60));
    assertRefused(root, COLOURS, "z.png: the file ends before the picture does");
    assertRefused(root, Shape.of(2, 4, 4), "1 channel or 3", "(2, 4, 4)");
  }

  @Test
  void showsGreysToAModelOfColorsAndColorsToOneOfGreys() throws IOException {
    Path root = folders();
    Path file = root.resolve("class-0/a.png");
    Written.picture(file, Written.grey(1, 4, 4), "png");
    byte[] colors = open(root, COLOURS).content(0);
    for (int i = 0; i < 48; i++) {
      assertThat(colors[i] & 0xff).isEqualTo(Written.value(1, 0, i % 16 / 4, i % 4));
    }
    Written.picture(file, Written.colours(1, 4, 4), "png");
    byte[] greys = open(root, Shape.of(1, 4, 4)).content(0);
    assertThat(greys[0] & 0xff).isEqualTo((int) (37 * 0.299 + 127 * 0.587 + 217 * 0.114 + 0.5));
  }

  @Test
  void whatIsHiddenOrNoPictureIsNoClass() throws IOException {
    Path root = folders();
    Written.picture(root.resolve("class-3/deep/b.png"), Written.colours(5, 4, 4), "png");
    Written.picture(root.resolve("class-3/deep/.hidden/b.png"), Written.colours(5, 4, 4), "png");
    Written.picture(root.resolve("__MACOSX/class-3/b.png"), Written.colours(5, 4, 4), "png");
    Written.picture(root.resolve(".ipynb_checkpoints/b.png"), Written.colours(5, 4, 4), "png");
    Files.writeString(root.resolve("class-3/._b.png"), "AppleDouble");
    Files.writeString(root.resolve("class-3/c.webp"), "left out");
    LabelledExamples images = open(root, COLOURS);
    assertThat(images.labels()).containsExactly("class-3");
    assertThat(images.size()).isEqualTo(1);
    Files.writeString(root.resolve("class-4/c.webp"), "a class of nothing that is read");
    assertRefused(root, COLOURS, "class-4", "found 1 .webp alone");
  }

  @Test
  void readsAJpegOfAnyOfItsEndings() throws IOException {
    Path root = folders();
    for (String ending : List.of("jpg", "jpeg", "jpe", "jfif", "JFIF")) {
      Path file = root.resolve("class-3").resolve(ending + "-b." + ending);
      Written.picture(file, Written.colours(5, 4, 4), "jpg");
    }
    assertThat(open(root, COLOURS).size()).isEqualTo(5);
  }

  @ParameterizedTest
  @ValueSource(strings = {"data_batch_1.bin", "data_batch_1.png", "train-images-idx3-ubyte"})
  void namesAPointerInThePlaceOfManyImages(String name) throws IOException {
    Path pointer = directory.resolve(name);
    Files.writeString(pointer, "version https://git-lfs.github.com/spec/v1\noid sha256:0\n");
    assertRefused(pointer, GREY, pointer + ": this is a Git LFS pointer");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 7, 20, 60})
  void refusesDamagedPictures(int bytes) throws IOException {
    Path root = folders();
    Path file = root.resolve("class-0/a.png");
    Written.picture(file, Written.colours(1, 4, 4), "png");
    Files.write(file, Arrays.copyOf(Files.readAllBytes(file), bytes));
    assertThatThrownBy(() -> open(root, COLOURS).content(0))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("a.png")
        .hasMessageNotContaining("Exception");
  }

  /** The structure is whole, and Pillow says that the data stream is broken. */
  @Test
  void damagedPixelsOfAPngAreFoundWhenItIsOpened() throws IOException {
    Path root = folders();
    Path file = root.resolve("class-0/a.png");
    Written.picture(file, Written.colours(1, 4, 4), "png");
    byte[] bytes = Files.readAllBytes(file);
    int pixels = new String(bytes, StandardCharsets.ISO_8859_1).indexOf("IDAT") + 4;
    bytes[pixels + 10] ^= 0x10;
    Files.write(file, bytes);
    assertRefused(root, COLOURS, "a.png: it is damaged");
  }

  @Test
  void readsTheSheetsOfCifar() throws IOException {
    BufferedImage sheet = new BufferedImage(16, 3, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < 3; i++) {
      BufferedImage one = Written.colours(i, 4, 4);
      for (int p = 0; p < 16; p++) {
        sheet.setRGB(p, i, one.getRGB(p % 4, p / 4));
      }
    }
    Path second = directory.resolve("data_batch_2.png");
    Written.picture(second, sheet, "png");
    Files.writeString(directory.resolve("train_lables.json"), "[0,1,2,7,8,9]");
    LabelledExamples images = open(second, COLOURS);
    assertThat(images.size()).isEqualTo(3);
    assertThat(images.label(2)).isEqualTo("9");
    assertHolds(images, 2, 2, COLOURS);
    assertRefused(second, Shape.of(3, 5, 5), "(3, 5, 5)");
    Files.writeString(directory.resolve("train_lables.json"), "[0,1,2,7]");
    assertRefused(second, COLOURS, "too few");
    Files.writeString(directory.resolve("train_lables.json"), "{}");
    assertRefused(second, COLOURS, "array of labels");
    Path labels = directory.resolve("train_lables.json");
    Files.delete(labels);
    assertRefused(second, COLOURS, "expected the labels at " + labels + ", found no such file");
  }

  @Test
  void refusesPathsThatAreNoImages() throws IOException {
    assertRefused(directory.resolve("none"), GREY, "expected a file or directory, found nothing");
    Path text = Files.writeString(directory.resolve("a.txt"), "text");
    assertRefused(text, GREY, "IDX", "CIFAR-10");
    assertThatThrownBy(
            () -> ImageFiles.open(List.of(), Preparation.none(GREY), ProgressListener.SILENT))
        .isInstanceOf(DataException.class);
  }

  /** Ends the reading when so many images were asked for. */
  private static ProgressListener cancelsAt(int image) {
    int[] asked = {0};
    return new ProgressListener() {
      @Override
      public void progress(Work.Progress progress) {}

      @Override
      public boolean isCancelled() {
        return ++asked[0] == image;
      }
    };
  }

  @Test
  void readingIsCancelledBetweenImages() throws IOException {
    Path idx = Written.idx(directory, true, 12, 4, 6);
    assertThatThrownBy(() -> ImageFiles.open(List.of(idx), Preparation.none(GREY), cancelsAt(5)))
        .isInstanceOf(CancelledException.class)
        .hasMessage("cancelled while reading images.");
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> open(idx, GREY)).isInstanceOf(CancelledException.class);
    assertThat(Thread.interrupted()).isTrue();
  }
}
