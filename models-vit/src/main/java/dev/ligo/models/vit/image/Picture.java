package dev.ligo.models.vit.image;

/** A decoded picture, its pixels as Pillow's {@code convert("RGBA")} has them. */
final class Picture {
  private static final int OPAQUE = 0xff000000;

  private final int rows;
  private final int columns;
  private final int[] pixels;

  /**
   * @param pixels alpha, red, green and blue of each pixel, row after row
   */
  Picture(int rows, int columns, int[] pixels) {
    this.rows = rows;
    this.columns = columns;
    this.pixels = pixels;
  }

  int rows() {
    return rows;
  }

  int columns() {
    return columns;
  }

  /** Returns whether any pixel is transparent, wholly or in part. */
  boolean isTransparent() {
    for (int pixel : pixels) {
      if (pixel >>> 24 != 0xff) {
        return true;
      }
    }
    return false;
  }

  /**
   * Copies a row of pixels, channel by channel: one of greys as {@code convert("L")} computes them,
   * or three of colors.
   *
   * @param stride the distance between the channels
   */
  void copyRow(int row, int channels, byte[] into, int at, int stride) {
    for (int x = 0; x < columns; x++) {
      int pixel = pixels[row * columns + x];
      if (channels == 1) {
        into[at + x] = (byte) grey((pixel >> 16) & 0xff, (pixel >> 8) & 0xff, pixel & 0xff);
      } else {
        for (int c = 0; c < channels; c++) {
          into[at + c * stride + x] = (byte) (pixel >> (16 - 8 * c));
        }
      }
    }
  }

  /** Returns the luma of ITU-R 601-2 in 16-bit fixed point, as Pillow rounds it. */
  private static int grey(int red, int green, int blue) {
    return (19595 * red + 38470 * green + 7471 * blue + 0x8000) >> 16;
  }

  /** Returns an opaque pixel. */
  static int rgb(int red, int green, int blue) {
    return OPAQUE | (red << 16) | (green << 8) | blue;
  }
}
