package dev.ligo.models.vit.image;

/**
 * The height and width of a picture in pixels.
 *
 * @param rows the height
 * @param columns the width
 */
record Extent(int rows, int columns) {
  @Override
  public String toString() {
    return rows + " × " + columns;
  }
}
