package dev.ligo.models.vit.image;

import dev.ligo.api.LigoException;
import dev.ligo.api.Shape;
import dev.ligo.core.data.DataException;
import dev.ligo.core.data.LabelledExamples;
import dev.ligo.core.data.ProgressListener;
import dev.ligo.core.io.Hashes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Picture files. All headers are read when they are opened, so that a picture that can't be used is
 * found before anything is computed. One is decoded when it is asked for, and before only if its
 * header does not say that it can be used.
 */
final class PictureFiles implements LabelledExamples {
  private static final Logger LOGGER = LoggerFactory.getLogger(PictureFiles.class);

  private final Preparation preparation;
  private final List<Path> files;
  private final List<String> labels;

  private PictureFiles(Preparation preparation, List<Path> files, List<String> labels) {
    this.preparation = preparation;
    this.files = List.copyOf(files);
    this.labels = List.copyOf(labels);
  }

  /**
   * Opens pictures.
   *
   * @param labels the label of each
   * @param preparation how they come to have the model's size
   * @param listener asked, at every picture, whether to go on
   * @throws DataException if one can't be used: it does not come to have that size, it is
   *     transparent, damaged or of a kind that is not read
   */
  static PictureFiles open(
      List<Path> files, List<String> labels, Preparation preparation, ProgressListener listener) {
    List<Path> deepGreys =
        files.stream().filter(f -> check(f, preparation, listener).deepGrey()).toList();
    if (!deepGreys.isEmpty()) {
      LOGGER.warn(
          "{}: greys of 16 bits are cut off at 255, as Pillow's convert does; pictures with them:"
              + " {}",
          deepGreys.get(0),
          deepGreys.size());
    }
    return new PictureFiles(preparation, files, labels);
  }

  /** Refuses a picture that can't be used. */
  private static PictureHeader check(
      Path file, Preparation preparation, ProgressListener listener) {
    ImageFiles.check(listener);
    PictureHeader header = Pictures.header(file);
    check(file, preparation, header.rows(), header.columns());
    if (!header.settled()) {
      Pictures.read(file);
    }
    return header;
  }

  @Override
  public int size() {
    return files.size();
  }

  @Override
  public String label(int image) {
    return labels.get(image);
  }

  @Override
  public byte[] content(int image) {
    Path file = files.get(image);
    Picture picture = Pictures.read(file);
    int rows = picture.rows();
    int columns = picture.columns();
    check(file, preparation, rows, columns);
    int channels = preparation.shape().dim(0);
    byte[] pixels = new byte[Math.multiplyExact(channels * rows, columns)];
    for (int row = 0; row < rows; row++) {
      picture.copyRow(row, channels, pixels, row * columns, rows * columns);
    }
    return preparation.of(pixels, new Extent(rows, columns));
  }

  /** Refuses a picture of a size that can't be used; it is turned into the model's channels. */
  private static void check(Path file, Preparation preparation, int rows, int columns) {
    preparation.check(file, Shape.of(preparation.shape().dim(0), rows, columns));
  }

  /** Of the files as they are: decoding all pictures would take longer than an epoch's steps. */
  @Override
  public String sha256(Runnable check) {
    MessageDigest digest = Hashes.sha256();
    for (int i = 0; i < files.size(); i++) {
      digest.update(labels.get(i).getBytes(StandardCharsets.UTF_8));
      digest.update((byte) 0);
      try {
        Hashes.update(digest, files.get(i), check);
      } catch (IOException e) {
        throw new DataException(
            "reading " + files.get(i) + ": " + LigoException.reason(e) + ".", e);
      }
    }
    return Hashes.hex(digest);
  }
}
