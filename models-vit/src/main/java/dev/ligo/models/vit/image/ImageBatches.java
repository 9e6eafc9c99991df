package dev.ligo.models.vit.image;

import dev.ligo.api.HostArray;
import dev.ligo.api.Shape;
import dev.ligo.core.data.BatchSource;
import dev.ligo.core.data.DataException;
import dev.ligo.core.data.DataRequest;
import dev.ligo.core.data.Permutation;
import dev.ligo.core.model.SeededRandom;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * Batches of labelled images. In training, every pass visits the images in another order and shows
 * them moved and mirrored otherwise; in evaluation they come in their order, as they are, and the
 * batch that ends a pass is filled up with images of weight 0. Both depend on the seed and the
 * batch's index alone.
 *
 * <p>A batch holds
 *
 * <ul>
 *   <li>{@value #PIXELS}, float32 (batch, channels, rows, columns): normalised values;
 *   <li>{@value #LABELS}, int32 (batch);
 *   <li>{@value #WEIGHTS}, float32 (batch): 1, and 0 for what fills up.
 * </ul>
 */
public final class ImageBatches implements BatchSource {
  /** The name of the images. */
  public static final String PIXELS = "pixel_values";

  /** The name of their labels. */
  public static final String LABELS = "labels";

  /** The name of their weights. */
  public static final String WEIGHTS = "weights";

  private final LabelledImages images;
  private final Shape shape;
  private final float[][] inputs;
  private final int batchSize;
  private final long seed;
  private final boolean training;

  private ImageBatches(
      LabelledImages images, Shape shape, Normalization normalization, DataRequest request) {
    this.images = images;
    this.shape = shape;
    this.inputs =
        IntStream.range(0, shape.dim(0)).mapToObj(normalization::inputs).toArray(float[][]::new);
    this.batchSize = request.batchSize();
    this.seed = request.seed();
    this.training = request.shuffle();
  }

  /**
   * Opens the batches of images.
   *
   * @param shape what the model takes, (channels, rows, columns)
   * @param classes how many classes the model tells apart
   * @throws DataException if images cannot be read or do not fit the model
   */
  public static ImageBatches open(
      DataRequest request, Shape shape, int classes, Normalization normalization) {
    if (request.batchSize() < 1) {
      throw new DataException(
          "making batches of " + request.batchSize() + " images: 1 is the least.");
    }
    if (request.batchSize() * shape.size() * Float.BYTES > Integer.MAX_VALUE) {
      throw new DataException(
          "making batches of "
              + request.batchSize()
              + " images of "
              + shape
              + ": an array of a batch is smaller than 2 GiB; make the batch smaller.");
    }
    LabelledImages images = ImageFiles.open(request.paths(), shape, classes);
    return new ImageBatches(images, shape, normalization, request);
  }

  @Override
  public long batchesPerPass() {
    return (images.size() + batchSize - 1L) / batchSize;
  }

  @Override
  public SortedMap<String, HostArray> batch(long index) {
    if (index < 0) {
      throw new IllegalArgumentException("a batch's index is 0 or more, found " + index + ".");
    }
    int area = (int) shape.size();
    float[] pixels = new float[batchSize * area];
    int[] labels = new int[batchSize];
    float[] weights = new float[batchSize];
    byte[] image = new byte[area];
    for (int slot = 0; slot < batchSize; slot++) {
      int number = number(index, slot);
      if (number < images.size()) {
        images.pixels(number, image);
        show(image, augmentation(index * batchSize + slot), pixels, slot * area);
        labels[slot] = images.label(number);
        weights[slot] = 1;
      }
    }
    Shape examples = Shape.of(batchSize);
    SortedMap<String, HostArray> batch = new TreeMap<>();
    Shape all = Shape.of(batchSize, shape.dim(0), shape.dim(1), shape.dim(2));
    batch.put(PIXELS, HostArray.of(all, pixels));
    batch.put(LABELS, HostArray.of(examples, labels));
    batch.put(WEIGHTS, HostArray.of(examples, weights));
    return batch;
  }

  /** Returns the number of the image in a batch's slot; past the last where it is filled up. */
  private int number(long index, int slot) {
    if (!training) {
      return (int) (index % batchesPerPass() * batchSize + slot);
    }
    long example = index * batchSize + slot;
    SeededRandom random = new SeededRandom(seed, "images/" + example / images.size());
    return (int) new Permutation(images.size(), random).at(example % images.size());
  }

  private Augmentation augmentation(long example) {
    return training
        ? Augmentation.draw(
            new SeededRandom(seed, "augmentation/" + example), shape.dim(1), shape.dim(2))
        : Augmentation.NONE;
  }

  private void show(byte[] image, Augmentation augmentation, float[] into, int at) {
    int rows = shape.dim(1);
    int columns = shape.dim(2);
    int to = at;
    for (int channel = 0; channel < shape.dim(0); channel++) {
      for (int row = 0; row < rows; row++) {
        for (int column = 0; column < columns; column++) {
          int source = augmentation.source(row, column, rows, columns);
          byte value = source < 0 ? 0 : image[channel * rows * columns + source];
          into[to++] = inputs[channel][value & 0xff];
        }
      }
    }
  }
}
