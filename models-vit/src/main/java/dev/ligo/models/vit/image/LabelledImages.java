package dev.ligo.models.vit.image;

/** Images of one shape with a label each. */
interface LabelledImages {
  /** Returns the number of images. */
  int size();

  /** Returns the label of an image, from 0. */
  int label(int image);

  /**
   * Writes an image's values from 0 to 255 as (channels, rows, columns).
   *
   * @throws dev.ligo.core.data.DataException if they cannot be read
   */
  void pixels(int image, byte[] into);
}
