package dev.ligo.it.family;

import dev.ligo.core.data.DataRequest;
import dev.ligo.core.data.ProgressListener;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;

/** A few grey images in folders of their classes. */
final class TinyImages {
  private static final int EACH = 3;

  private TinyImages() {}

  /** Writes images into a directory and asks for batches of them. */
  static DataRequest in(Path directory, int rows, int columns, String... classes) {
    try {
      Path folders = directory.resolve("images");
      for (String name : classes) {
        Path folder = Files.createDirectories(folders.resolve(name));
        for (int i = 0; i < EACH; i++) {
          BufferedImage image = new BufferedImage(columns, rows, BufferedImage.TYPE_BYTE_GRAY);
          for (int at = 0; at < rows * columns; at++) {
            int value = (37 * i + 53 * name.hashCode() + 11 * at) & 0xff;
            image.getRaster().setSample(at % columns, at / columns, 0, value);
          }
          ImageIO.write(image, "png", folder.resolve(i + ".png").toFile());
        }
      }
      return new DataRequest(
          List.of(folders),
          directory,
          directory.resolve("cache"),
          2,
          1,
          1,
          true,
          ProgressListener.SILENT);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
