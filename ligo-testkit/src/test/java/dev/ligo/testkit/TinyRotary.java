package dev.ligo.testkit;

import dev.ligo.api.HostArray;
import dev.ligo.api.Shape;
import dev.ligo.api.Tensor;
import dev.ligo.api.Tensors;
import dev.ligo.core.model.Axis;
import dev.ligo.core.model.Layout;
import java.util.List;
import java.util.stream.Stream;

/** The tiny family with attention and rotary positions, whose heads stay as wide as they are. */
class TinyRotary extends TinyAttention {
  private static final double BASE = 20;

  @Override
  Axis.Width meeting(Layout l, String name, Axis.Width heads, int width) {
    return l.wholeHeads(name, heads, width);
  }

  /** Returns the cosines and sines by which pairs are turned, each (batch, sequence, width / 2). */
  @Override
  List<Tensor> places(Tensors t, Tensor embedded, int headWidth) {
    int half = headWidth / 2;
    Shape each = embedded.shape().withDim(2, half);
    double[] cosines = new double[each.dim(1) * half];
    double[] sines = new double[cosines.length];
    for (int i = 0; i < cosines.length; i++) {
      int place = i / half;
      double angle = place * Math.pow(BASE, -(double) (i % half) / half);
      cosines[i] = Math.cos(angle);
      sines[i] = Math.sin(angle);
    }
    return Stream.of(cosines, sines)
        .map(a -> t.constant(HostArray.of(Shape.of(each.dim(1), half), a).as(embedded.dtype())))
        .map(a -> a.broadcastTo(each))
        .toList();
  }

  /** Turns unit i and unit i + width / 2 of each head. */
  @Override
  Tensor turned(Tensors t, Tensor x, List<Tensor> places) {
    int half = x.shape().dim(3) / 2;
    Tensor cosine = places.get(0).expandDims(1);
    Tensor sine = places.get(1).expandDims(1);
    List<Tensor> pair = x.split(3, half, half);
    return t.concat(
        3,
        List.of(
            pair.get(0).mul(cosine).sub(pair.get(1).mul(sine)),
            pair.get(1).mul(cosine).add(pair.get(0).mul(sine))));
  }
}
