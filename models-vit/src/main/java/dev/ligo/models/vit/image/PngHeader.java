package dev.ligo.models.vit.image;

import java.io.IOException;
import javax.imageio.IIOException;
import javax.imageio.stream.ImageInputStream;

/** Reads the chunks of a PNG as far as they say whether its pixels have to be looked at. */
final class PngHeader {
  private static final int IHDR = 0x49484452;
  private static final int TRNS = 0x74524e53;
  private static final int IEND = 0x49454e44;
  private static final int START = 8; // after the signature
  private static final int CHECKSUM = 4;
  private static final int GREY = 0;
  private static final int ALPHA = 4; // a bit of the color type
  private static final int DEEP = 16;

  private PngHeader() {}

  /**
   * Reads size and kind, and goes from chunk to chunk to the end.
   *
   * @throws IOException if the file is damaged or cut off
   */
  static PictureHeader read(ImageInputStream in) throws IOException {
    in.seek(START + 4);
    if (in.readInt() != IHDR) {
      throw new IIOException("no IHDR");
    }
    int columns = in.readInt();
    int rows = in.readInt();
    int bits = in.readUnsignedByte();
    int type = in.readUnsignedByte();
    boolean transparency = (type & ALPHA) != 0;
    long at = START;
    for (int chunk = IHDR; chunk != IEND; ) {
      in.seek(at);
      at += in.readUnsignedInt() + START + CHECKSUM;
      chunk = in.readInt();
      transparency |= chunk == TRNS;
    }
    return new PictureHeader(
        PictureFormat.PNG, rows, columns, !transparency, bits == DEEP && type == GREY);
  }
}
