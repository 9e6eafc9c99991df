package dev.ligo.models.vit;

import dev.ligo.api.Shape;
import dev.ligo.core.model.Axis;
import dev.ligo.core.model.ConfigException;
import dev.ligo.core.model.Resampling;
import java.util.List;

/**
 * The images that a model takes, and how they are cut into patches.
 *
 * @param channels the number of channels
 * @param rows the height in pixels
 * @param columns the width in pixels
 * @param patchRows the height of a patch
 * @param patchColumns the width of a patch
 */
record ImageShape(int channels, int rows, int columns, int patchRows, int patchColumns) {
  /**
   * Many times as many as any picture has: before the tensors are known, lists are made of them.
   */
  private static final int MOST_CHANNELS = 1 << 16;

  /** Refuses images that patches do not cover: what is left over would be ignored. */
  ImageShape {
    if (channels > MOST_CHANNELS) {
      throw new ConfigException(
          "config.json: images have at most "
              + MOST_CHANNELS
              + " channels ('num_channels', timm's 'in_chans'), found "
              + channels
              + ".");
    }
    if (rows % patchRows != 0 || columns % patchColumns != 0) {
      throw new ConfigException(
          "config.json: images of "
              + rows
              + " × "
              + columns
              + " pixels ('image_size', timm's 'img_size') are not covered by patches of "
              + patchRows
              + " × "
              + patchColumns
              + " ('patch_size'); take an image size that is a multiple of the patch size.");
    }
  }

  static ImageShape of(int channels, List<Integer> size, List<Integer> patch) {
    return new ImageShape(channels, size.get(0), size.get(1), patch.get(0), patch.get(1));
  }

  /** Returns the shape of an image, (channels, rows, columns). */
  Shape shape() {
    return Shape.of(channels, rows, columns);
  }

  /** Returns the number of patches along a column. */
  int gridRows() {
    return rows / patchRows;
  }

  /** Returns the number of patches along a row. */
  int gridColumns() {
    return columns / patchColumns;
  }

  /** Returns the number of patches. */
  int patches() {
    return gridRows() * gridColumns();
  }

  /** Returns the axis of the positions of all patches, after some tokens. */
  Axis positions(int leading, Resampling resampling) {
    return new Axis.Grid(leading, gridRows(), gridColumns(), resampling);
  }

  @Override
  public String toString() {
    return channels + " × " + rows + " × " + columns;
  }
}
