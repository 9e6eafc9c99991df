package dev.ligo.models.vit.image;

/**
 * A part of a picture: what lies between its edges, of which the last are outside.
 *
 * @param top the first row
 * @param left the first column
 * @param bottom the row after the last
 * @param right the column after the last
 */
record Window(int top, int left, int bottom, int right) {
  /** Returns a part of a size at a place. */
  static Window at(int top, int left, Extent size) {
    return new Window(top, left, top + size.rows(), left + size.columns());
  }

  /** Returns what of this lies inside a picture of a size. */
  Window within(Extent picture) {
    return new Window(
        Math.max(0, top),
        Math.max(0, left),
        Math.min(bottom, picture.rows()),
        Math.min(right, picture.columns()));
  }
}
