package dev.ligo.it.golden;

import dev.ligo.api.DType;
import dev.ligo.api.HostArray;
import dev.ligo.api.NamedTensors;
import dev.ligo.api.Program;
import dev.ligo.api.Shape;
import dev.ligo.core.model.ModelSpec;
import java.util.Arrays;
import java.util.SortedMap;
import java.util.TreeMap;

/** The batch of a golden file of images, and what a vision model computes from it. */
final class ImageBatch {
  private ImageBatch() {}

  /** Returns the batch: images, and labels where there are any. */
  static SortedMap<String, HostArray> of(Golden golden, DType dtype) {
    SortedMap<String, HostArray> m = new TreeMap<>();
    HostArray pixels = golden.get("pixel_values");
    int images = pixels.shape().dim(0);
    m.put("pixel_values", pixels.as(dtype));
    m.put(
        "labels",
        golden.has("labels")
            ? golden.ids("labels")
            : HostArray.zeros(DType.INT32, Shape.of(images)));
    double[] ones = new double[images];
    Arrays.fill(ones, 1);
    m.put("weights", HostArray.of(Shape.of(images), ones).as(dtype));
    return m;
  }

  /** Returns a model's tokens and, for a head, its logits. */
  static Program outputs(ModelSpec<?> model) {
    return (t, in) -> {
      NamedTensors w = in.under("parameter/");
      NamedTensors batch = in.under("batch/");
      NamedTensors hidden = model.forward(t, w, batch, false);
      return model.heads().isEmpty()
          ? hidden
          : hidden.with("logits", model.forTask(model.pretraining()).logits(t, w, batch, false));
    };
  }
}
