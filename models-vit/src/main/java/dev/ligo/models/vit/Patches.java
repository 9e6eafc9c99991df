package dev.ligo.models.vit;

import dev.ligo.api.Shape;
import dev.ligo.api.Tensor;
import dev.ligo.core.model.Axis;
import dev.ligo.core.model.ForwardContext;
import dev.ligo.core.model.Initializer;
import dev.ligo.core.model.Layout;
import dev.ligo.core.model.Parameters;
import dev.ligo.core.model.Use;
import dev.ligo.models.vit.image.ImageBatches;

/**
 * The patches of images as tokens: a convolution whose kernel is as large as its stride, and so a
 * linear layer on each patch.
 */
final class Patches {
  private Patches() {}

  /** Declares the convolution, its weight as (embed, channels, patch rows, patch columns). */
  static void parameters(Layout p, String name, ImageShape image, Axis embed, double deviation) {
    p.parameter(
        name + ".weight",
        Initializer.normal(deviation),
        Use.write(embed),
        Use.read(Axis.fixed(image.channels())),
        Use.read(Axis.fixed(image.patchRows())),
        Use.read(Axis.fixed(image.patchColumns())));
    p.bias(name + ".bias", embed);
  }

  /** Declares one token, as (1, 1, embed). */
  static void token(Layout p, String name, Axis embed, double deviation) {
    Axis one = Axis.fixed(1);
    p.parameter(
        name, Initializer.normal(deviation), Use.write(one), Use.write(one), Use.write(embed));
  }

  /** Declares a table of positions, as (1, positions, embed). */
  static void positions(Layout p, String name, Axis positions, Axis embed, double deviation) {
    p.parameter(
        name,
        Initializer.normal(deviation),
        Use.write(Axis.fixed(1)),
        Use.write(positions),
        Use.write(embed));
  }

  /** Returns the patches of the batch's images, row after row, as (batch, patches, embed). */
  static Tensor embed(Parameters w, String name, ImageShape image, ForwardContext x) {
    Tensor pixels = x.get(ImageBatches.PIXELS);
    int batch = pixels.shape().dim(0);
    Tensor patches =
        pixels
            .reshape(
                batch,
                image.channels(),
                image.gridRows(),
                image.patchRows(),
                image.gridColumns(),
                image.patchColumns())
            .permute(0, 2, 4, 1, 3, 5)
            .reshape(batch, image.patches(), -1);
    Tensor weight = w.get(name + ".weight");
    return patches.linear(weight.reshape(weight.shape().dim(0), -1), w.get(name + ".bias"));
  }

  /** Returns a token for each image, as (batch, 1, embed). */
  static Tensor token(Parameters w, String name, Tensor patches) {
    Shape shape = patches.shape();
    return w.get(name).broadcastTo(Shape.of(shape.dim(0), 1, shape.dim(2)));
  }
}
