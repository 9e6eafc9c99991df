package dev.ligo.models.vit.image;

import java.awt.image.BufferedImage;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;
import javax.imageio.ImageIO;

/** Files of images as tests need them. */
final class Written {
  private Written() {}

  /** The value of a channel of a pixel of an image. */
  static int value(int image, int channel, int row, int column) {
    return (37 * image + 90 * channel + 11 * row + 3 * column) & 0xff;
  }

  /** Writes images of one channel, and labels from 0 to 9 in turn. */
  static Path idx(Path directory, boolean zipped, int count, int rows, int columns)
      throws IOException {
    String end = zipped ? ".gz" : "";
    Path images = directory.resolve("train-images-idx3-ubyte" + end);
    try (DataOutputStream out = open(images, zipped)) {
      out.writeInt(0x803);
      out.writeInt(count);
      out.writeInt(rows);
      out.writeInt(columns);
      for (int i = 0; i < count; i++) {
        for (int y = 0; y < rows; y++) {
          for (int x = 0; x < columns; x++) {
            out.write(value(i, 0, y, x));
          }
        }
      }
    }
    try (DataOutputStream out = open(directory.resolve("train-labels-idx1-ubyte" + end), zipped)) {
      out.writeInt(0x801);
      out.writeInt(count);
      for (int i = 0; i < count; i++) {
        out.write(i % 10);
      }
    }
    return images;
  }

  private static DataOutputStream open(Path file, boolean zipped) throws IOException {
    OutputStream out = Files.newOutputStream(file);
    return new DataOutputStream(zipped ? new GZIPOutputStream(out) : out);
  }

  /** Writes a picture; one pixel of it is a row of another image where it is a sheet. */
  static void picture(Path file, BufferedImage picture, String format) throws IOException {
    Files.createDirectories(file.getParent());
    if (!ImageIO.write(picture, format, file.toFile())) {
      throw new IOException("nobody writes " + format);
    }
  }

  static BufferedImage colours(int image, int rows, int columns) {
    BufferedImage b = new BufferedImage(columns, rows, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < rows; y++) {
      for (int x = 0; x < columns; x++) {
        int colour =
            value(image, 0, y, x) << 16 | value(image, 1, y, x) << 8 | value(image, 2, y, x);
        b.setRGB(x, y, colour);
      }
    }
    return b;
  }

  static BufferedImage grey(int image, int rows, int columns) {
    BufferedImage b = new BufferedImage(columns, rows, BufferedImage.TYPE_BYTE_GRAY);
    for (int y = 0; y < rows; y++) {
      for (int x = 0; x < columns; x++) {
        b.getRaster().setSample(x, y, 0, value(image, 0, y, x));
      }
    }
    return b;
  }
}
