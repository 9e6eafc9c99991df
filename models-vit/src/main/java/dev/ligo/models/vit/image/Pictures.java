package dev.ligo.models.vit.image;

import dev.ligo.api.Shape;
import dev.ligo.core.data.DataException;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.imageio.IIOException;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.FileImageInputStream;

/**
 * Reads picture files as Pillow does, whose values models are trained on: profiles, gamma and the
 * orientation that a camera notes change nothing. Transparent pixels are refused.
 */
final class Pictures {
  /**
   * Warnings of the JPEG decoder after which it fills up what is not there: an end that is missing,
   * and libjpeg's of data that cannot be. Its others, such as of unused bytes, come with pictures
   * that are whole.
   */
  private static final Pattern DAMAGE =
      Pattern.compile("(?i)truncated file|premature end|bad Huffman code|instead of RST");

  /** Those of an end that is missing. */
  private static final Predicate<String> CUT_OFF =
      Pattern.compile("(?i)truncated file|premature end").asPredicate();

  private static final int BYTE = 8;
  private static final int END_OF_JPEG = 0xffd9;

  private Pictures() {}

  private interface Reading<T> {
    T of(PictureFormat format, FileImageInputStream in) throws IOException;
  }

  /**
   * Reads what stands before a picture's pixels.
   *
   * @throws DataException if it is damaged or of a kind that is not read
   */
  static PictureHeader header(Path file) {
    return read(
        file,
        (format, in) ->
            switch (format) {
              case PNG -> PngHeader.read(in);
              case JPEG -> {
                JpegHeader h = JpegHeader.read(file, in);
                in.seek(Math.max(0, in.length() - 2));
                boolean whole = in.readUnsignedShort() == END_OF_JPEG;
                yield new PictureHeader(format, h.rows(), h.columns(), whole, false);
              }
              case GIF, BMP ->
                  decode(
                      format,
                      in,
                      r -> new PictureHeader(format, r.getHeight(0), r.getWidth(0), false, false));
            });
  }

  /**
   * Reads a picture.
   *
   * @throws DataException if it is damaged, of a kind that is not read, or transparent
   */
  static Picture read(Path file) {
    Picture picture =
        read(
            file,
            (format, in) -> {
              if (format == PictureFormat.JPEG) {
                JpegHeader header = JpegHeader.read(file, in);
                return JpegColors.of(
                    header.colors(), decode(format, in, r -> r.readRaster(0, null)));
              }
              boolean deepGrey = format == PictureFormat.PNG && PngHeader.read(in).deepGrey();
              if (format == PictureFormat.GIF) {
                refuseFrame(file, in);
              }
              return picture(file, decode(format, in, r -> r.read(0)), deepGrey);
            });
    if (picture.isTransparent()) {
      throw new DataException(
          "reading "
              + file
              + ": it has transparent pixels, of which Python's tools show whatever color is stored"
              + " below; flatten it onto a background.");
    }
    return picture;
  }

  private static <T> T read(Path file, Reading<T> reading) {
    try (FileImageInputStream in = new FileImageInputStream(file.toFile())) {
      if (in.length() == 0) {
        throw new DataException("reading " + file + ": the file is empty; fetch it again.");
      }
      byte[] head = new byte[(int) Math.min(PictureFormat.HEAD, in.length())];
      in.readFully(head);
      return reading.of(PictureFormat.of(file, head), in);
    } catch (DataException e) {
      throw e;
    } catch (FileNotFoundException e) {
      throw ImageFiles.unreadable(file, e);
    } catch (IOException | RuntimeException e) { // the decoders let out both for damaged files
      throw new DataException(
          "reading "
              + file
              + (isCutOff(e)
                  ? ": the file ends before the picture does; fetch it again."
                  : ": it is damaged, or a picture of an unusual kind; fetch it again, or save it"
                      + " as a PNG."),
          e);
    }
  }

  private static boolean isCutOff(Throwable e) {
    return Stream.iterate(e, Objects::nonNull, Throwable::getCause)
        .anyMatch(t -> t instanceof EOFException || CUT_OFF.test(String.valueOf(t.getMessage())));
  }

  private interface Decoding<T> {
    T of(ImageReader reader) throws IOException;
  }

  private static <T> T decode(PictureFormat format, FileImageInputStream in, Decoding<T> decoding)
      throws IOException {
    ImageReader reader = reader(format);
    try {
      in.seek(0);
      reader.setInput(in, true, true);
      List<String> warnings = new ArrayList<>();
      reader.addIIOReadWarningListener((source, warning) -> warnings.add(warning));
      T read = decoding.of(reader);
      if (warnings.stream().anyMatch(DAMAGE.asPredicate())) {
        throw new IIOException(String.join("; ", warnings));
      }
      return read;
    } finally {
      reader.dispose();
    }
  }

  /** Returns the JDK's own decoder: another that an application adds would give other values. */
  private static ImageReader reader(PictureFormat format) {
    for (Iterator<ImageReader> i = ImageIO.getImageReadersByFormatName(format.name());
        i.hasNext(); ) {
      ImageReader reader = i.next();
      if (reader.getClass().getModule() == ImageIO.class.getModule()) {
        return reader;
      }
    }
    throw new IllegalStateException("every Java platform decodes " + format);
  }

  /** Refuses models of other images than grey or colored ones, which pictures are turned into. */
  static void checkChannels(Path path, Shape shape) {
    if (shape.dim(0) != 1 && shape.dim(0) != 3) {
      throw new DataException(
          "reading images from "
              + path
              + ": pictures have 1 channel or 3, the model takes images of (channels, rows,"
              + " columns) "
              + shape
              + "; take a model of 1 or 3 channels.");
    }
  }

  static DataException unsupported(Path file, String kind) {
    return new DataException(
        "reading "
            + file
            + ": it is "
            + kind
            + ", which is not read; save it as a PNG of 8 bits a color.");
  }

  /** Refuses a GIF whose first frame does not fill it: what is around it differs by program. */
  private static void refuseFrame(Path file, FileImageInputStream in) throws IOException {
    byte[] screen = new byte[4];
    in.seek(6);
    in.readFully(screen);
    int columns = (screen[0] & 0xff) | ((screen[1] & 0xff) << 8);
    int rows = (screen[2] & 0xff) | ((screen[3] & 0xff) << 8);
    if (!decode(PictureFormat.GIF, in, r -> r.getWidth(0) == columns && r.getHeight(0) == rows)) {
      throw unsupported(file, "a GIF whose first frame does not fill it");
    }
  }

  /**
   * Takes the samples as they are stored: ImageIO's colors would be converted from the color space
   * that a file names, and greys from a linear one.
   *
   * @param deepGrey whether greys of 16 bits are cut off at 255, as Pillow does, and not scaled
   */
  private static Picture picture(Path file, BufferedImage image, boolean deepGrey) {
    int rows = image.getHeight();
    int columns = image.getWidth();
    int[] pixels = new int[rows * columns];
    Raster raster = image.getRaster();
    ColorModel model = image.getColorModel();
    int bands = raster.getNumBands();
    int[] samples = raster.getPixels(0, 0, columns, rows, (int[]) null);
    int bits = model.getComponentSize(0);
    boolean indexed = model instanceof IndexColorModel;
    if (!indexed
        && !IntStream.of(model.getComponentSize())
            .allMatch(b -> b == bits && (b == BYTE || b == 2 * BYTE))) {
      throw unsupported(file, "a picture of " + model.getPixelSize() + " bits a pixel");
    }
    int shift = bits - BYTE;
    for (int i = 0; i < pixels.length; i++) {
      int at = i * bands;
      if (indexed) {
        pixels[i] = model.getRGB(samples[at]);
        continue;
      }
      int red = deepGrey ? Math.min(samples[at], 0xff) : samples[at] >> shift;
      int green = bands < 3 ? red : samples[at + 1] >> shift;
      int blue = bands < 3 ? red : samples[at + 2] >> shift;
      int alpha = bands % 2 == 0 ? samples[at + bands - 1] >> shift : 0xff;
      pixels[i] = (alpha << 24) | (red << 16) | (green << 8) | blue;
    }
    return new Picture(rows, columns, pixels);
  }
}
