package dev.ligo.models.vit.image;

import dev.ligo.api.Shape;
import dev.ligo.core.data.DataException;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.Raster;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.regex.Pattern;
import javax.imageio.IIOException;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.FileImageInputStream;

/** PNG and JPEG files. */
final class Pictures {
  /**
   * Warnings of the JPEG decoder after which it fills up what is not there: an end that is missing,
   * and libjpeg's of data that cannot be. Its others, such as of unused bytes, come with pictures
   * that are whole.
   */
  private static final Pattern DAMAGE =
      Pattern.compile("(?i)truncated file|premature end|bad Huffman code|instead of RST");

  private static final int GREYS = 1;
  private static final int COLOURS = 3;

  private Pictures() {}

  private interface Reading<T> {
    T of(ImageReader reader) throws IOException;
  }

  /** Returns a picture's extents as (rows, columns), from its header alone. */
  static Shape size(Path file) {
    return read(file, r -> Shape.of(r.getHeight(0), r.getWidth(0)));
  }

  /** Returns a picture. */
  static BufferedImage decode(Path file) {
    return read(file, r -> r.read(0));
  }

  private static <T> T read(Path file, Reading<T> reading) {
    try (FileImageInputStream in = new FileImageInputStream(file.toFile())) {
      Iterator<ImageReader> readers = ImageIO.getImageReaders(in);
      if (!readers.hasNext()) {
        throw new DataException("reading " + file + ": it is neither a PNG nor a JPEG.");
      }
      ImageReader reader = readers.next();
      try {
        reader.setInput(in, true, true);
        List<String> warnings = new ArrayList<>();
        reader.addIIOReadWarningListener((source, warning) -> warnings.add(warning));
        T read = reading.of(reader);
        if (warnings.stream().anyMatch(DAMAGE.asPredicate())) {
          throw damaged(file, new IIOException(String.join("; ", warnings)));
        }
        return read;
      } finally {
        reader.dispose();
      }
    } catch (DataException e) {
      throw e;
    } catch (FileNotFoundException e) {
      throw ImageFiles.unreadable(file, e);
    } catch (IOException | RuntimeException e) { // the decoders let out both for damaged files
      throw damaged(file, e);
    }
  }

  private static DataException damaged(Path file, Exception e) {
    return new DataException(
        "reading "
            + file
            + ": it is damaged, or a PNG or JPEG of an unusual kind; fetch it again, or save it as"
            + " another PNG.",
        e);
  }

  /** Returns the number of channels of a picture: 1 for grey, 3 for colours. */
  static int channels(Path file, BufferedImage picture) {
    ColorModel model = picture.getColorModel();
    if (model.hasAlpha()) {
      throw new DataException(
          "reading "
              + file
              + ": it has transparent pixels; flatten it to grey or to three colours.");
    }
    return model.getNumColorComponents() == GREYS ? GREYS : COLOURS;
  }

  /**
   * Copies a row of pixels, channel by channel.
   *
   * @param stride the distance between the channels
   */
  static void row(BufferedImage picture, int channels, int row, byte[] into, int at, int stride) {
    int width = picture.getWidth();
    if (channels == GREYS) {
      // The samples themselves: getRGB would convert a linear grey to sRGB.
      Raster raster = picture.getRaster();
      int bits = picture.getColorModel().getComponentSize(0);
      for (int x = 0; x < width; x++) {
        into[at + x] = (byte) to8Bits(raster.getSample(x, row, 0), bits);
      }
      return;
    }
    int[] colours = picture.getRGB(0, row, width, 1, null, 0, width);
    for (int c = 0; c < COLOURS; c++) {
      for (int x = 0; x < width; x++) {
        into[at + c * stride + x] = (byte) (colours[x] >> (16 - 8 * c));
      }
    }
  }

  private static int to8Bits(int sample, int bits) {
    return bits == 8 ? sample : (int) (sample * 255L / ((1L << bits) - 1));
  }
}
