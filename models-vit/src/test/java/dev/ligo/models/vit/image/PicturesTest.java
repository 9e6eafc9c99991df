package dev.ligo.models.vit.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ligo.core.data.DataException;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Pictures of every kind, and what Pillow makes of them (make_golden_pictures.py). */
final class PicturesTest {
  /** Decoders of JPEG may round otherwise; nothing else rounds. */
  private static final int JPEG_TOLERANCE = 1;

  @TempDir Path directory;

  private static Path pictures() throws URISyntaxException {
    return Path.of(
        Objects.requireNonNull(PicturesTest.class.getResource("pictures/expected.tsv")).toURI());
  }

  @TestFactory
  Stream<DynamicTest> areReadAsPillowReadsThemOrRefused() throws IOException, URISyntaxException {
    Path expected = pictures();
    return Files.readAllLines(expected).stream()
        .map(line -> line.split("\t"))
        .map(
            field ->
                DynamicTest.dynamicTest(
                    field[0], () -> assertReads(expected.resolveSibling(field[0]), field)));
  }

  private static void assertReads(Path file, String... field) {
    if (field.length == 4) {
      assertThatThrownBy(
              () -> {
                Pictures.header(file);
                Pictures.read(file);
              })
          .isInstanceOf(DataException.class)
          .hasMessageContaining(file.toString())
          .hasMessageContaining(
              field[3].equals("transparent")
                  ? "transparent pixels"
                  : "expected PNG, JPEG, GIF, BMP, found a ");
      return;
    }
    PictureHeader header = Pictures.header(file);
    assertThat(header.rows()).isEqualTo(Integer.parseInt(field[1]));
    assertThat(header.columns()).isEqualTo(Integer.parseInt(field[2]));
    assertHas(Pictures.read(file), header, 3, Base64.getDecoder().decode(field[3]));
    assertHas(Pictures.read(file), header, 1, Base64.getDecoder().decode(field[4]));
  }

  /**
   * @param values those of a pixel one after the other
   */
  private static void assertHas(
      Picture picture, PictureHeader header, int channels, byte[] values) {
    int area = header.rows() * header.columns();
    byte[] found = new byte[channels * area];
    for (int row = 0; row < header.rows(); row++) {
      picture.copyRow(row, channels, found, row * header.columns(), area);
    }
    int tolerance = header.format() == PictureFormat.JPEG ? JPEG_TOLERANCE : 0;
    for (int i = 0; i < values.length; i++) {
      int value = found[i % channels * area + i / channels] & 0xff;
      assertThat(Math.abs(value - (values[i] & 0xff)))
          .as("value %d of %d channels: %d", i, channels, value)
          .isLessThanOrEqualTo(tolerance);
    }
  }

  /** Else the decoder of the file's end would find out, in the middle of a run. */
  @Test
  void aHeaderSettlesNothingWhereTheEndIsMissing() throws IOException, URISyntaxException {
    Path whole = pictures().resolveSibling("420.jpg");
    assertThat(Pictures.header(whole).settled()).isTrue();
    byte[] bytes = Files.readAllBytes(whole);
    Path cut = directory.resolve("cut.jpg");
    Files.write(cut, Arrays.copyOf(bytes, bytes.length - 2));
    assertThat(Pictures.header(cut).settled()).isFalse();
  }

  @Test
  void namesWhatIsNoPicture() throws IOException {
    Path pointer = directory.resolve("a.png");
    Files.writeString(pointer, "version https://git-lfs.github.com/spec/v1\noid sha256:0\n");
    assertThatThrownBy(() -> Pictures.header(pointer))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("Git LFS pointer");
    Files.writeString(pointer, "no picture");
    assertThatThrownBy(() -> Pictures.header(pointer)).hasMessageContaining("found none of these");
  }
}
