package dev.ligo.models.vit.image;

import dev.ligo.core.data.Augmentation;
import dev.ligo.core.data.SeededRandom;
import java.util.Set;

/**
 * How an image is shown: moved, with black where nothing is left, and mirrored or not.
 *
 * @param down the rows by which the image is moved down
 * @param right the columns by which it is moved to the right
 * @param mirrored whether left and right are swapped
 */
record Placement(int down, int right, boolean mirrored) {
  /** The image as it is. */
  static final Placement NONE = new Placement(0, 0, false);

  private static final int SHARE = 8;

  /**
   * Draws what to do with an image of a size. What is drawn for one augmentation does not depend on
   * whether the other one is asked for.
   */
  static Placement draw(Set<Augmentation> asked, SeededRandom random, int rows, int columns) {
    int down = shift(random, rows);
    int right = shift(random, columns);
    boolean mirrored = random.nextInt(2) == 1;
    boolean moves = asked.contains(Augmentation.CROP);
    return new Placement(
        moves ? down : 0, moves ? right : 0, mirrored && asked.contains(Augmentation.FLIP));
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
