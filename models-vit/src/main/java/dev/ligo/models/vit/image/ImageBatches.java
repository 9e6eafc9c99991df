package dev.ligo.models.vit.image;

import dev.ligo.api.HostArray;
import dev.ligo.api.Shape;
import dev.ligo.core.data.Augmentation;
import dev.ligo.core.data.BatchSource;
import dev.ligo.core.data.DataException;
import dev.ligo.core.data.DataRequest;
import dev.ligo.core.data.ExampleOrder;
import dev.ligo.core.data.LabelledExamples;
import dev.ligo.core.data.ProgressListener;
import dev.ligo.core.data.SeededRandom;
import dev.ligo.core.model.Classification;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * Batches of labelled images, in the order of {@link ExampleOrder}. In training every pass shows
 * them otherwise, by the augmentations that the request asks for, which depends on the seed and the
 * batch's index alone; in evaluation they come as they are.
 *
 * <p>A batch holds {@value #PIXELS}, float32 (batch, channels, rows, columns), the normalized
 * values, and what {@link Classification} says.
 */
public final class ImageBatches implements BatchSource {
  /** The name of the images. */
  public static final String PIXELS = "pixel_values";

  private final LabelledExamples images;
  private final int[] labels;
  private final ExampleOrder order;
  private final Set<Augmentation> augmentations;
  private final Shape shape;
  private final float[][] inputs;

  private ImageBatches(
      LabelledExamples images,
      int[] labels,
      Shape shape,
      Normalization normalization,
      DataRequest request) {
    this.images = images;
    this.labels = labels;
    this.order = ExampleOrder.of(images, request);
    this.augmentations = request.augmentations();
    this.shape = shape;
    this.inputs =
        IntStream.range(0, shape.dim(0)).mapToObj(normalization::inputs).toArray(float[][]::new);
  }

  private ImageBatches(ImageBatches other, ExampleOrder order) {
    this.images = other.images;
    this.labels = other.labels;
    this.order = order;
    this.augmentations = other.augmentations;
    this.shape = other.shape;
    this.inputs = other.inputs;
  }

  /**
   * Reads images.
   *
   * @param preparation how they come to have the model's size
   * @param listener asked, at every image, whether to go on
   * @throws DataException if they cannot be read or do not fit the model
   * @throws dev.ligo.api.CancelledException if the work is cancelled
   */
  public static LabelledExamples read(
      List<Path> paths, Preparation preparation, ProgressListener listener) {
    return ImageFiles.open(paths, preparation, listener);
  }

  /**
   * Opens pictures whose classes are not known: each label is empty.
   *
   * @param preparation how they come to have the model's size
   * @param listener asked, at every picture, whether to go on
   * @throws DataException if one cannot be read or does not fit the model
   * @throws dev.ligo.api.CancelledException if the work is cancelled
   */
  public static LabelledExamples unlabelled(
      List<Path> files, Preparation preparation, ProgressListener listener) {
    Pictures.checkChannels(files.get(0), preparation.shape());
    return PictureFiles.open(files, Collections.nCopies(files.size(), ""), preparation, listener);
  }

  /**
   * Returns the batches of images.
   *
   * @param labels the id of each image's class
   * @param shape the shape of each, (channels, rows, columns)
   * @throws DataException if there are none, or a batch would be too large
   */
  public static ImageBatches of(
      LabelledExamples images,
      int[] labels,
      DataRequest request,
      Shape shape,
      Normalization normalization) {
    if (request.batchSize() * shape.size() * Float.BYTES > Integer.MAX_VALUE) {
      throw new DataException(
          "making batches of "
              + request.batchSize()
              + " images of "
              + shape
              + ": an array of a batch is smaller than 2 GiB; make the batch smaller.");
    }
    return new ImageBatches(images, labels, shape, normalization, request);
  }

  @Override
  public String sha256(Runnable check) {
    return images.sha256(check);
  }

  @Override
  public long batchesPerPass() {
    return order.batchesPerPass();
  }

  @Override
  public Optional<BatchSource> withSeed(long seed) {
    return Optional.of(new ImageBatches(this, order.withSeed(seed)));
  }

  @Override
  public SortedMap<String, HostArray> batch(long index) {
    int batchSize = order.batchSize();
    int area = (int) shape.size();
    float[] pixels = new float[batchSize * area];
    int[] classes = new int[batchSize];
    float[] weights = new float[batchSize];
    for (int slot = 0; slot < batchSize; slot++) {
      int number = order.at(index, slot);
      if (number != ExampleOrder.NONE) {
        show(images.content(number), placement(index * batchSize + slot), pixels, slot * area);
        classes[slot] = labels[number];
        weights[slot] = 1;
      }
    }
    Shape examples = Shape.of(batchSize);
    SortedMap<String, HostArray> batch = new TreeMap<>();
    Shape all = Shape.of(batchSize, shape.dim(0), shape.dim(1), shape.dim(2));
    batch.put(PIXELS, HostArray.of(all, pixels));
    batch.put(Classification.LABELS, HostArray.of(examples, classes));
    batch.put(Classification.WEIGHTS, HostArray.of(examples, weights));
    return batch;
  }

  private Placement placement(long example) {
    return order.shuffled()
        ? Placement.draw(
            augmentations,
            new SeededRandom(order.seed(), "augmentation/" + example),
            shape.dim(1),
            shape.dim(2))
        : Placement.NONE;
  }

  private void show(byte[] image, Placement placement, float[] into, int at) {
    int rows = shape.dim(1);
    int columns = shape.dim(2);
    int to = at;
    for (int channel = 0; channel < shape.dim(0); channel++) {
      for (int row = 0; row < rows; row++) {
        for (int column = 0; column < columns; column++) {
          int source = placement.source(row, column, rows, columns);
          byte value = source < 0 ? 0 : image[channel * rows * columns + source];
          into[to++] = inputs[channel][value & 0xff];
        }
      }
    }
  }
}
