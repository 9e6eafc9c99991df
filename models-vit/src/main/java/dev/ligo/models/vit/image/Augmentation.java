package dev.ligo.models.vit.image;

import dev.ligo.core.model.SeededRandom;

/**
 * What an image is shown as: moved by up to an eighth of its sides, with black where nothing is
 * left (a random crop of the padded image), and mirrored or not.
 *
 * @param down the rows by which the image is moved down
 * @param right the columns by which it is moved to the right
 * @param mirrored whether left and right are swapped
 */
record Augmentation(int down, int right, boolean mirrored) {
  /** The image as it is. */
  static final Augmentation NONE = new Augmentation(0, 0, false);

  private static final int SHARE = 8;

  /** Draws what to do with an image of a size. */
  static Augmentation draw(SeededRandom random, int rows, int columns) {
    return new Augmentation(shift(random, rows), shift(random, columns), random.nextInt(2) == 1);
  }

  private static int shift(SeededRandom random, int extent) {
    int most = (extent + SHARE - 1) / SHARE;
    return random.nextInt(2 * most + 1) - most;
  }

  /**
   * Returns the place of the pixel that is shown at a place, or −1 for none.
   *
   * @param row the row at which it is shown
   * @param column the column at which it is shown
   */
  int source(int row, int column, int rows, int columns) {
    int y = row - down;
    int x = (mirrored ? columns - 1 - column : column) - right;
    return y < 0 || y >= rows || x < 0 || x >= columns ? -1 : y * columns + x;
  }
}
