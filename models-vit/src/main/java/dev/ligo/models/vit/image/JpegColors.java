package dev.ligo.models.vit.image;

import java.awt.image.Raster;

/**
 * Turns the components of a JPEG into colors in the fixed-point arithmetic of libjpeg-turbo
 * (jdcolor.c) and Pillow (Convert.c, {@code cmyk2rgb}), whose values Python's tools see.
 */
final class JpegColors {
  private static final int HALF = 1 << 15;

  private JpegColors() {}

  /**
   * Returns a picture.
   *
   * @param colors what its components are
   * @param raster the components as they are stored, none of them converted
   */
  static Picture of(JpegHeader.Colors colors, Raster raster) {
    int rows = raster.getHeight();
    int columns = raster.getWidth();
    int bands = raster.getNumBands();
    int[] samples = raster.getPixels(0, 0, columns, rows, (int[]) null);
    int[] pixels = new int[rows * columns];
    for (int i = 0; i < pixels.length; i++) {
      int at = i * bands;
      pixels[i] =
          switch (colors) {
            case GREY -> Picture.rgb(samples[at], samples[at], samples[at]);
            case RGB -> Picture.rgb(samples[at], samples[at + 1], samples[at + 2]);
            case YCBCR -> rgb(samples[at], samples[at + 1], samples[at + 2]);
            case CMYK ->
                print(
                    Picture.rgb(255 - samples[at], 255 - samples[at + 1], 255 - samples[at + 2]),
                    samples[at + 3]);
            case YCCK -> print(rgb(samples[at], samples[at + 1], samples[at + 2]), samples[at + 3]);
          };
    }
    return new Picture(rows, columns, pixels);
  }

  private static int rgb(int y, int cb, int cr) {
    int b = cb - 128;
    int r = cr - 128;
    int red = y + ((fixed(1.402) * r + HALF) >> 16);
    int green = y + ((-fixed(0.34414) * b + HALF - fixed(0.71414) * r) >> 16);
    int blue = y + ((fixed(1.772) * b + HALF) >> 16);
    return Picture.rgb(clip(red), clip(green), clip(blue));
  }

  /**
   * Returns the color of inks.
   *
   * @param inks cyan, magenta and yellow. In files they are inverted, as Adobe does and Pillow
   *     takes for granted: YCCK is that of the inks as they are
   * @param light 255 less the black, as it is stored
   */
  private static int print(int inks, int light) {
    return Picture.rgb(
        ink((inks >> 16) & 0xff, light), ink((inks >> 8) & 0xff, light), ink(inks & 0xff, light));
  }

  private static int ink(int ink, int light) {
    int product = ink * light + 128;
    return clip(light - (((product >> 8) + product) >> 8));
  }

  private static int fixed(double factor) {
    return (int) (factor * (1 << 16) + 0.5);
  }

  private static int clip(int value) {
    return Math.max(0, Math.min(255, value));
  }
}
