package dev.ligo.models.vit.image;

/**
 * Resizing as {@code Image.resize} of Pillow 13 does it, in two passes, of which each rounds to
 * bytes. Their order tells, and is that of Pillow 13; those before began with the rows.
 *
 * @param target the size that pictures are given
 * @param filter how pixels are weighted
 */
record Resize(Target target, ResizeFilter filter) {
  /** The size that a picture is given, which may depend on its own. */
  sealed interface Target {
    /** Returns the size that a picture of a size is given. */
    Extent of(Extent picture);
  }

  /**
   * The same size for every picture, whatever becomes of its proportions.
   *
   * @param extent the size
   */
  record Fixed(Extent extent) implements Target {
    @Override
    public Extent of(Extent picture) {
      return extent;
    }
  }

  /**
   * A length for the shorter edge. The longer one follows from the picture's proportions, rounded
   * down as in torchvision and transformers.
   *
   * @param length the length
   */
  record ShorterEdge(int length) implements Target {
    @Override
    public Extent of(Extent picture) {
      boolean upright = picture.columns() <= picture.rows();
      long shorter = upright ? picture.columns() : picture.rows();
      long longer = upright ? picture.rows() : picture.columns();
      int other = (int) ((double) (length * longer) / shorter); // at most the largest int
      return upright ? new Extent(other, length) : new Extent(length, other);
    }
  }

  /**
   * A size of the picture's proportions that touches another from outside or inside, rounded as
   * timm's {@code ResizeKeepRatio}.
   *
   * @param extent the other size
   * @param covers whether it is outside, so that it covers the other
   */
  record Touching(Extent extent, boolean covers) implements Target {
    @Override
    public Extent of(Extent picture) {
      double down = (double) picture.rows() / extent.rows();
      double across = (double) picture.columns() / extent.columns();
      double ratio = covers ? Math.min(down, across) : Math.max(down, across);
      return new Extent(
          (int) Math.rint(picture.rows() / ratio), (int) Math.rint(picture.columns() / ratio));
    }
  }

  /**
   * Resizes one channel of a picture, and computes a part of what comes out, which is the same as
   * cut from the whole.
   *
   * @param channel the values, row after row
   * @param picture the size of the picture
   * @param window what is wanted of the resized picture
   */
  byte[] part(byte[] channel, Extent picture, Window window) {
    Extent size = target.of(picture);
    Taps across = Taps.of(filter, picture.columns(), size.columns(), window.left(), window.right());
    Taps down = Taps.of(filter, picture.rows(), size.rows(), window.top(), window.bottom());
    int columns = across.end() - across.begin();
    int rows = down.end() - down.begin();
    if (columnsFirst(picture, size)) {
      byte[] lower = down.columns(channel, across.begin(), columns, picture.columns(), 0);
      return across.rows(lower, 0, window.bottom() - window.top(), columns, across.begin());
    }
    byte[] narrower = across.rows(channel, down.begin(), rows, picture.columns(), 0);
    int width = window.right() - window.left();
    return down.columns(narrower, 0, width, width, down.begin());
  }

  /** Returns whether the first pass goes along columns: what Pillow 13 was seen to do. */
  private static boolean columnsFirst(Extent picture, Extent size) {
    int fewerRows = picture.rows() - size.rows();
    int fewerColumns = picture.columns() - size.columns();
    return fewerRows > 0 && fewerRows > 2L * fewerColumns;
  }
}
