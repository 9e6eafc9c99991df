package dev.ligo.models.vit.image;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.ligo.api.Shape;
import dev.ligo.core.model.ConfigException;
import dev.ligo.core.model.ConfigReader;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/** Reads from an image processor's file how pictures come to have a model's size. */
final class ProcessorSteps {
  private static final String SIZE = "size";
  private static final String CROP_SIZE = "crop_size";

  private ProcessorSteps() {}

  /**
   * Reads the steps of a file. Where it names neither size, and the sizes of its class are not the
   * model's, pictures are to have the model's size.
   *
   * @throws ConfigException if they are not done here, or lead to another size than the model's
   */
  static Preparation read(JsonObject file, ProcessorClass named, Shape shape) {
    ConfigReader c = new ConfigReader(named.complete(file));
    c.refuseUnless("do_pad", "false");
    c.refuse("crop_pct");
    Optional<Resize> resize =
        c.flag("do_resize", true)
            ? Optional.of(new Resize(target(c, named.numberIsShorterEdge()), filter(c)))
            : Optional.empty();
    Optional<CenterCrop> crop =
        c.flag("do_center_crop", false)
            ? Optional.of(
                new CenterCrop(
                    cropped(c),
                    CenterCrop.Rounding.TRANSFORMERS,
                    Collections.nCopies(shape.dim(0), 0)))
            : Optional.empty();
    Preparation preparation = new Preparation(shape, true, resize, crop);
    Optional<Extent> made = preparation.madeOfAll();
    if (made.isEmpty() || made.get().equals(preparation.wanted())) {
      return preparation;
    }
    if (isAbsent(file, SIZE) && isAbsent(file, CROP_SIZE)) {
      return Preparation.none(shape);
    }
    throw new ConfigException(
        "'size' and 'crop_size' make pictures of %s, the model takes %s; correct them, or set"
                .formatted(made.get(), preparation.wanted())
            + " 'do_resize' and 'do_center_crop' to false for pictures that have its size.");
  }

  private static boolean isAbsent(JsonObject file, String key) {
    return !file.has(key) || file.get(key).isJsonNull();
  }

  private static ResizeFilter filter(ConfigReader c) {
    double number = c.number("resample", 2);
    return ResizeFilter.numbered(number)
        .orElseThrow(
            () -> new ConfigException("'resample' should be from 0 to 5, found " + number + "."));
  }

  private static Resize.Target target(ConfigReader c, boolean numberIsShorterEdge) {
    JsonElement size = c.json().get(SIZE);
    if (size.isJsonObject()) {
      ConfigReader inside = c.object(SIZE);
      if (inside.json().has("shortest_edge")) {
        inside.refuse("longest_edge");
        return new Resize.ShorterEdge(inside.positive("shortest_edge"));
      }
      return new Resize.Fixed(extent(inside));
    }
    if (numberIsShorterEdge && size.isJsonPrimitive()) {
      return new Resize.ShorterEdge(c.positive(SIZE));
    }
    return new Resize.Fixed(pair(c, SIZE));
  }

  private static Extent cropped(ConfigReader c) {
    return c.json().get(CROP_SIZE) instanceof JsonObject
        ? extent(c.object(CROP_SIZE))
        : pair(c, CROP_SIZE);
  }

  private static Extent extent(ConfigReader size) {
    return new Extent(size.positive("height"), size.positive("width"));
  }

  private static Extent pair(ConfigReader c, String key) {
    List<Integer> pair = c.pair(key, 1);
    return new Extent(pair.get(0), pair.get(1));
  }
}
