package dev.ligo.models.vit.image;

import dev.ligo.api.Shape;
import dev.ligo.core.data.DataException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * How pictures come to have the size that a model takes: as image processors of transformers and
 * evaluation transforms of timm do it, or not at all.
 *
 * @param shape what the model takes, (channels, rows, columns)
 * @param all whether it is done to pictures that have the size already, too
 * @param resize what is done first
 * @param crop what is done then
 */
public record Preparation(
    Shape shape, boolean all, Optional<Resize> resize, Optional<CenterCrop> crop) {
  /** Returns that of pictures which have the size already. */
  public static Preparation none(Shape shape) {
    return new Preparation(shape, false, Optional.empty(), Optional.empty());
  }

  /**
   * Returns that of timm's {@code transforms_imagenet_eval}, but for pictures that have the model's
   * size: these are taken as they are, as its models take them.
   *
   * @param shape what the model takes, (channels, rows, columns)
   * @param filter how pixels are weighted
   * @param share the share of a resized picture's edges that is cut out
   * @param mode which size pictures are given before
   * @param mean the mean of each channel, from 0 to 1, which borders have
   */
  public static Preparation ofTimm(
      Shape shape, ResizeFilter filter, double share, CropMode mode, List<Double> mean) {
    Extent model = new Extent(shape.dim(1), shape.dim(2));
    Extent scaled = new Extent((int) (model.rows() / share), (int) (model.columns() / share));
    boolean bordered = mode == CropMode.BORDER;
    List<Integer> border =
        mean.stream().map(m -> bordered ? (int) Math.rint(Normalization.BYTE * m) : 0).toList();
    return new Preparation(
        shape,
        false,
        Optional.of(new Resize(mode.target(scaled), filter)),
        Optional.of(new CenterCrop(model, CenterCrop.Rounding.TORCHVISION, border)));
  }

  /** Returns the size that pictures of a size come to have. */
  Extent of(Extent picture) {
    return isKept(picture) ? picture : crop.map(CenterCrop::extent).orElse(resized(picture));
  }

  private boolean isKept(Extent picture) {
    return !all && picture.equals(wanted());
  }

  private Extent resized(Extent picture) {
    return resize.map(r -> r.target().of(picture)).orElse(picture);
  }

  /** Returns the size that the model takes. */
  Extent wanted() {
    return new Extent(shape.dim(1), shape.dim(2));
  }

  /** Returns the size that every picture comes to have, none if it depends on the picture. */
  Optional<Extent> madeOfAll() {
    if (crop.isPresent()) {
      return crop.map(CenterCrop::extent);
    }
    return resize
        .map(Resize::target)
        .filter(Resize.Fixed.class::isInstance)
        .map(fixed -> fixed.of(wanted()));
  }

  /**
   * Refuses a picture that does not come to have the size that the model takes.
   *
   * @param found its (channels, rows, columns)
   */
  void check(Path file, Shape found) {
    Extent picture = new Extent(found.dim(1), found.dim(2));
    Extent extent = of(picture);
    boolean channels = found.dim(0) == shape.dim(0);
    if (channels && extent.equals(wanted())) {
      return;
    }
    boolean prepared = !extent.equals(picture);
    throw new DataException(
        "reading "
            + file
            + ": the model takes images of (channels, rows, columns) "
            + shape
            + ", found "
            + found
            + (prepared ? ", which the image processor makes " + extent : "")
            + (channels
                ? prepared
                    ? "; correct its 'size' and 'crop_size'."
                    : "; scale the images, or put a preprocessor_config.json beside the model that"
                        + " says how."
                : "; convert the images to "
                    + (shape.dim(0) == 1 ? "grey" : shape.dim(0) + " channels")
                    + ", or take a model of "
                    + found.dim(0)
                    + "."));
  }

  /**
   * Returns a picture as the model takes it.
   *
   * @param pixels the values, channel after channel and row after row
   */
  byte[] of(byte[] pixels, Extent picture) {
    Extent wanted = wanted();
    if (isKept(picture)) {
      return pixels;
    }
    Extent resized = resized(picture);
    Window cut = crop.map(c -> c.of(resized)).orElse(Window.at(0, 0, wanted));
    Window inside = cut.within(resized);
    int area = wanted.rows() * wanted.columns();
    int source = picture.rows() * picture.columns();
    byte[] prepared = new byte[shape.dim(0) * area];
    for (int c = 0; c < shape.dim(0); c++) {
      int border = crop.isPresent() ? crop.get().border().get(c) : 0;
      Arrays.fill(prepared, c * area, (c + 1) * area, (byte) border);
      byte[] channel = Arrays.copyOfRange(pixels, c * source, (c + 1) * source);
      byte[] part =
          resize
              .orElse(new Resize(new Resize.Fixed(picture), ResizeFilter.NEAREST))
              .part(channel, picture, inside);
      int width = inside.right() - inside.left();
      for (int row = inside.top(); row < inside.bottom(); row++) {
        System.arraycopy(
            part,
            (row - inside.top()) * width,
            prepared,
            c * area + (row - cut.top()) * wanted.columns() + inside.left() - cut.left(),
            width);
      }
    }
    return prepared;
  }
}
