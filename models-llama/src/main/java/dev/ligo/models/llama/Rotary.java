package dev.ligo.models.llama;

import dev.ligo.api.DType;
import dev.ligo.api.HostArray;
import dev.ligo.api.Shape;
import dev.ligo.api.Tensor;
import dev.ligo.api.Tensors;
import java.util.List;

/**
 * The cosines and sines by which the pairs of a head's units turn at the places of some tokens,
 * each (examples, tokens, head width / 2).
 */
record Rotary(Tensors t, Tensor cosines, Tensor sines) {
  /** Returns those of the first places, the same for all examples. */
  static Rotary of(Tensors t, DType dtype, int examples, int tokens, double[] frequencies) {
    int pairs = frequencies.length;
    double[] cosines = new double[tokens * pairs];
    double[] sines = new double[cosines.length];
    for (int i = 0; i < cosines.length; i++) {
      int place = i / pairs;
      double angle = place * frequencies[i % pairs];
      cosines[i] = Math.cos(angle);
      sines[i] = Math.sin(angle);
    }
    Shape once = Shape.of(tokens, pairs);
    Shape each = Shape.of(examples, tokens, pairs);
    return new Rotary(
        t,
        t.constant(HostArray.of(once, cosines).as(dtype)).broadcastTo(each),
        t.constant(HostArray.of(once, sines).as(dtype)).broadcastTo(each));
  }

  /** Turns unit i and unit i + width / 2 of each head, (examples, heads, tokens, width). */
  Tensor turn(Tensor x) {
    int half = x.shape().dim(3) / 2;
    Tensor cos = cosines.expandDims(1);
    Tensor sin = sines.expandDims(1);
    List<Tensor> halves = x.split(3, half, half);
    Tensor first = halves.get(0).mul(cos).sub(halves.get(1).mul(sin));
    Tensor second = halves.get(1).mul(cos).add(halves.get(0).mul(sin));
    return t.concat(3, List.of(first, second));
  }
}
