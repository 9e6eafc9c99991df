package dev.ligo.models.vit.image;

import java.util.List;

/**
 * Images that were read whole.
 *
 * @param pixels each image's values as (channels, rows, columns)
 * @param labels each image's label
 */
record ImagesInMemory(List<byte[]> pixels, List<Integer> labels) implements LabelledImages {
  @Override
  public int size() {
    return labels.size();
  }

  @Override
  public int label(int image) {
    return labels.get(image);
  }

  @Override
  public void pixels(int image, byte[] into) {
    System.arraycopy(pixels.get(image), 0, into, 0, into.length);
  }
}
