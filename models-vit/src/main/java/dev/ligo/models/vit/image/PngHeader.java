package dev.ligo.models.vit.image;

import java.io.IOException;
import java.util.zip.CRC32;
import javax.imageio.IIOException;
import javax.imageio.stream.ImageInputStream;

/**
 * Reads the chunks of a PNG as far as they say whether its pixels have to be looked at. Damaged
 * pixels are found by their chunks' checksums, for a fiftieth of the time of decoding them.
 */
final class PngHeader {
  private static final int IHDR = 0x49484452;
  private static final int TRNS = 0x74524e53;
  private static final int IEND = 0x49454e44;
  private static final int START = 8; // after the signature
  private static final int NAME = 4; // of a chunk, which its checksum covers
  private static final int BUFFER = 1 << 16;
  private static final int GREY = 0;
  private static final int ALPHA = 4; // a bit of the color type
  private static final int DEEP = 16;

  private PngHeader() {}

  /**
   * Reads size and kind, and all chunks to the end.
   *
   * @throws IOException if the file is cut off, or a chunk is not as its checksum says
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
    in.seek(START);
    for (int chunk = IHDR; chunk != IEND; ) {
      long length = in.readUnsignedInt();
      in.mark();
      chunk = in.readInt();
      in.reset();
      long checksum = checksum(in, NAME + length);
      if (checksum != in.readUnsignedInt()) {
        throw new IIOException("a chunk's checksum");
      }
      transparency |= chunk == TRNS;
    }
    return new PictureHeader(
        PictureFormat.PNG, rows, columns, !transparency, bits == DEEP && type == GREY);
  }

  private static long checksum(ImageInputStream in, long bytes) throws IOException {
    CRC32 crc = new CRC32();
    byte[] buffer = new byte[(int) Math.min(bytes, BUFFER)];
    for (long left = bytes; left > 0; ) {
      int n = (int) Math.min(left, buffer.length);
      in.readFully(buffer, 0, n);
      crc.update(buffer, 0, n);
      left -= n;
    }
    return crc.getValue();
  }
}
