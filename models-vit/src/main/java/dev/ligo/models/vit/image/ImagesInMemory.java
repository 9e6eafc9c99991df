package dev.ligo.models.vit.image;

import dev.ligo.core.data.LabelledExamples;
import java.util.List;

/** Images that were read whole, each with a number for its class. */
final class ImagesInMemory implements LabelledExamples {
  private final List<byte[]> images;
  private final Extent extent;
  private final Preparation preparation;
  private final List<Integer> classes;

  /**
   * @param images each image's values as (channels, rows, columns)
   * @param extent the size of all
   * @param preparation how they come to have the model's size
   * @param classes each image's class
   */
  ImagesInMemory(
      List<byte[]> images, Extent extent, Preparation preparation, List<Integer> classes) {
    this.images = List.copyOf(images);
    this.extent = extent;
    this.preparation = preparation;
    this.classes = List.copyOf(classes);
  }

  @Override
  public int size() {
    return classes.size();
  }

  @Override
  public String label(int image) {
    return classes.get(image).toString();
  }

  @Override
  public byte[] content(int image) {
    return preparation.of(images.get(image), extent);
  }
}
