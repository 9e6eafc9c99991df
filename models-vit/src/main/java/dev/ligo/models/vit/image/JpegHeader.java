package dev.ligo.models.vit.image;

import dev.ligo.core.data.DataException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import javax.imageio.IIOException;
import javax.imageio.stream.ImageInputStream;

/**
 * The markers of a JPEG up to its first scan (ITU-T T.81, annex B), as far as they say what its
 * components mean. Which colors these are is decided as in libjpeg, and not as in ImageIO, which
 * takes components that no marker explains for RGB where libjpeg (default_decompress_parms in
 * jdapimin.c) takes them for YCbCr.
 *
 * @param rows the height
 * @param columns the width
 * @param colors what the components are
 */
record JpegHeader(int rows, int columns, Colors colors) {
  private static final int START_OF_SCAN = 0xda;
  private static final int END = 0xd9;
  private static final int APP0 = 0xe0;
  private static final int APP14 = 0xee;
  private static final int TRANSFORM = 11; // its place in Adobe's segment
  private static final int NONE = -1;

  /** What the components of a pixel are. */
  enum Colors {
    GREY,
    RGB,
    YCBCR,
    CMYK,
    YCCK
  }

  /**
   * Reads a header.
   *
   * @throws DataException if this kind of JPEG is not read
   * @throws IOException if it is damaged
   */
  static JpegHeader read(Path file, ImageInputStream in) throws IOException {
    boolean jfif = false;
    int transform = NONE;
    byte[] frame = {};
    in.seek(2);
    for (int marker = marker(in); marker != START_OF_SCAN; marker = marker(in)) {
      if (marker == END) {
        throw new IIOException("no scan");
      }
      if (marker == 0x01 || (marker >= 0xd0 && marker <= 0xd8)) {
        continue; // stands alone
      }
      byte[] segment = new byte[Math.max(0, in.readUnsignedShort() - 2)];
      in.readFully(segment);
      if (marker == APP0 && segment.length >= 14 && startsWith(segment, "JFIF\0")) {
        jfif = true;
      } else if (marker == APP14 && segment.length > TRANSFORM && startsWith(segment, "Adobe")) {
        transform = segment[TRANSFORM] & 0xff;
      } else if (isFrame(marker)) {
        refuseUnless(file, marker <= 0xc2, "lossless, hierarchical or arithmetic-coded");
        frame = segment;
      }
    }
    if (frame.length < 6 || frame.length < 6 + 3 * frame[5]) {
      throw new IIOException("no frame");
    }
    refuseUnless(file, frame[0] == 8, "of " + frame[0] + " bits");
    int count = frame[5];
    refuseUnless(file, count == 1 || count == 3 || count == 4, "of " + count + " components");
    return new JpegHeader(
        number(frame, 1),
        number(frame, 3),
        switch (count) {
          case 1 -> Colors.GREY;
          case 3 -> jfif || !isRgb(frame, transform) ? Colors.YCBCR : Colors.RGB;
          default -> transform > 0 ? Colors.YCCK : Colors.CMYK;
        });
  }

  /** Returns whether three components are RGB: Adobe's marker says so, or else their names. */
  private static boolean isRgb(byte[] frame, int transform) {
    return transform == 0
        || (transform == NONE && frame[6] == 'R' && frame[9] == 'G' && frame[12] == 'B');
  }

  private static boolean isFrame(int marker) {
    return marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
  }

  private static int marker(ImageInputStream in) throws IOException {
    int b = in.readUnsignedByte();
    while (b != 0xff) {
      b = in.readUnsignedByte(); // libjpeg, too, skips what stands between segments
    }
    while (b == 0xff) {
      b = in.readUnsignedByte();
    }
    return b;
  }

  private static int number(byte[] segment, int at) {
    return ((segment[at] & 0xff) << 8) | (segment[at + 1] & 0xff);
  }

  private static boolean startsWith(byte[] segment, String text) {
    byte[] wanted = text.getBytes(StandardCharsets.ISO_8859_1);
    return Arrays.equals(segment, 0, wanted.length, wanted, 0, wanted.length);
  }

  private static void refuseUnless(Path file, boolean known, String kind) {
    if (!known) {
      throw Pictures.unsupported(file, "a JPEG " + kind);
    }
  }
}
