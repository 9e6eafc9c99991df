package dev.ligo.core.growth.moments;

import dev.ligo.api.HostArray;
import dev.ligo.api.Shape;
import dev.ligo.core.growth.ParameterGrowth;
import dev.ligo.core.growth.Term;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The diagonal of MᵀM for the parts of a parameter that grow by a sum of terms: for each small
 * entry the sum of the squares of what it is multiplied by.
 */
final class GramDiagonal {
  private final ParameterGrowth growth;
  private final MomentMaps maps;

  GramDiagonal(ParameterGrowth growth, MomentMaps maps) {
    this.growth = growth;
    this.maps = maps;
  }

  /**
   * Returns a small layer's values divided by a power of the diagonal, 0 where that is 0; those of
   * a part of one term as they are.
   */
  HostArray divide(HostArray values, int layer, int power) {
    HostArray out = HostArray.zeros(values.dtype(), values.shape());
    int axis = growth.partAxis();
    for (int part = 0; part < growth.parts().size(); part++) {
      int[] places = growth.small().partPlaces(part);
      int[] dims = values.shape().dims();
      if (axis >= 0) {
        dims[axis] = places.length;
      }
      List<Term> terms = growth.parts().get(part);
      double[] diagonal = terms.size() > 1 ? diagonal(terms, layer, dims) : ones(dims);
      for (int i = 0; i < diagonal.length; i++) {
        int flat = flat(i, dims, values.shape().dims(), axis, places);
        double d = Math.pow(diagonal[i], power);
        out.set(flat, d == 0 ? 0 : values.get(flat) / d);
      }
    }
    return out;
  }

  /** Returns where an entry of a part stands in the whole. */
  private static int flat(int entry, int[] part, int[] whole, int axis, int[] places) {
    int flat = 0;
    int stride = 1;
    int rest = entry;
    for (int a = part.length - 1; a >= 0; a--) {
      flat += (a == axis ? places[rest % part[a]] : rest % part[a]) * stride;
      rest /= part[a];
      stride *= whole[a];
    }
    return flat;
  }

  private static double[] ones(int[] dims) {
    double[] ones = new double[Math.toIntExact(Shape.of(dims).size())];
    Arrays.fill(ones, 1);
    return ones;
  }

  private double[] diagonal(List<Term> terms, int layer, int[] dims) {
    double[] sum = new double[Math.toIntExact(Shape.of(dims).size())];
    for (Term a : terms) {
      for (Term b : terms) {
        add(a, b, layer, sum);
      }
    }
    return sum;
  }

  /** Adds the part of a pair of terms. */
  private void add(Term a, Term b, int layer, double[] sum) {
    boolean perLarge = a.perLargeLayer() || b.perLargeLayer();
    double shared = 0;
    for (int l = 0; l < growth.largeLayers(); l++) {
      double weight = maps.entry(a.depth(), 0, l, layer) * maps.entry(b.depth(), 0, l, layer);
      if (perLarge && weight != 0) {
        add(a, b, l, weight, sum);
      }
      shared += weight;
    }
    if (!perLarge && shared != 0) {
      add(a, b, layer, shared, sum);
    }
  }

  private void add(Term a, Term b, int layer, double weight, double[] sum) {
    List<double[]> along = new ArrayList<>();
    for (int i = 0; i < a.maps().size(); i++) {
      double[] squares = maps.gram(a.maps().get(i), b.maps().get(i), layer);
      if (Arrays.stream(squares).allMatch(v -> v == 0)) {
        return; // the terms reach entries of their own
      }
      along.add(squares);
    }
    for (int i = 0; i < sum.length; i++) {
      double product = weight;
      int rest = i;
      for (int m = along.size() - 1; m >= 0; m--) {
        product *= along.get(m)[rest % along.get(m).length];
        rest /= along.get(m).length;
      }
      sum[i] += product;
    }
  }
}
