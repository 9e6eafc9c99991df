package dev.ligo.core.growth.moments;

import dev.ligo.api.DType;
import dev.ligo.api.HostArray;
import dev.ligo.api.Shape;
import dev.ligo.core.growth.AxisMap;
import dev.ligo.core.growth.GrowthException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The maps along axes of which the operators for moments are made: entries of maps, their
 * pseudo-inverses and their products entry by entry. Factors that come of it are kept here.
 */
final class MomentMaps {
  private final Map<String, HostArray> source;
  private final Map<String, HostArray> made = new TreeMap<>();
  private final Map<List<AxisMap>, AxisMap> known = new HashMap<>();
  private final Map<AxisMap.Selection, AxisMap> means = new HashMap<>();

  /**
   * Creates the maps of an operator.
   *
   * @param factors the values of its factors
   */
  MomentMaps(Map<String, HostArray> factors) {
    this.source = factors;
  }

  /** Returns the values of the factors that were made, and of the operator's own. */
  Map<String, HostArray> factors() {
    Map<String, HostArray> all = new TreeMap<>(source);
    all.putAll(made);
    return all;
  }

  /** Returns a map as it is, or as a matrix where it has means, whose rows are full. */
  AxisMap withoutMeans(AxisMap map) {
    return map instanceof AxisMap.Selection s && s.has(AxisMap.Selection.MEAN)
        ? means.computeIfAbsent(s, this::matrix)
        : map;
  }

  private AxisMap matrix(AxisMap.Selection s) {
    HostArray values = HostArray.zeros(DType.FLOAT64, Shape.of(s.large(), s.small()));
    for (int i = 0; i < values.size(); i++) {
      int from = s.index(i / s.small());
      double share =
          from == AxisMap.Selection.MEAN ? 1.0 / s.small() : from == i % s.small() ? 1 : 0;
      values.set(i, share * s.scale(i / s.small()));
    }
    String name = "mean/" + means.size();
    made.put(name, values);
    return new AxisMap.Factor(
        name, s.large(), s.small(), AxisMap.Form.DENSE, AxisMap.Sharing.SHARED);
  }

  /** Returns whether a map has one entry in each row at most. */
  private static boolean isSparse(AxisMap m) {
    return !(m instanceof AxisMap.Factor);
  }

  private static int index(AxisMap sparse, int large) {
    return sparse instanceof AxisMap.Selection s ? s.index(large) : large;
  }

  /**
   * Returns an entry of a map.
   *
   * @param layer the layer, for a factor of single layers
   */
  double entry(AxisMap map, int layer, int large, int small) {
    if (map instanceof AxisMap.Factor f) {
      int first = f.form() == AxisMap.Form.DENSE ? 0 : f.small();
      if (large < first) {
        return large == small ? 1 : 0;
      }
      int matrix = f.sharing() == AxisMap.Sharing.SHARED ? 0 : layer;
      HostArray values = made.getOrDefault(f.name(), source.get(f.name()));
      return values.get((matrix * f.rows() + large - first) * f.small() + small);
    }
    if (index(map, large) != small) {
      return 0;
    }
    return map instanceof AxisMap.Selection s ? s.scale(large) : 1;
  }

  /** Returns the diagonal of AᵀB for maps A and B along one axis. */
  double[] gram(AxisMap a, AxisMap b, int layer) {
    double[] diagonal = new double[a.small()];
    for (int large = 0; large < a.large(); large++) {
      if (isSparse(a) || isSparse(b)) {
        int small = index(isSparse(a) ? a : b, large);
        if (small != AxisMap.Selection.NONE) {
          diagonal[small] += entry(a, layer, large, small) * entry(b, layer, large, small);
        }
      } else {
        for (int small = 0; small < diagonal.length; small++) {
          diagonal[small] += entry(a, layer, large, small) * entry(b, layer, large, small);
        }
      }
    }
    return diagonal;
  }

  /**
   * Returns A (AᵀA)⁻¹ of a map A, where a small unit that reaches nothing has no part.
   *
   * @throws GrowthException if a factor's columns depend on each other
   */
  AxisMap pseudoInverse(AxisMap map) {
    if (map instanceof AxisMap.Identity) {
      return map;
    }
    return known.computeIfAbsent(
        List.of(map),
        k -> map instanceof AxisMap.Selection s ? inverse(s) : inverse((AxisMap.Factor) map));
  }

  private AxisMap inverse(AxisMap.Selection s) {
    double[] squares = gram(s, s, 0);
    int[] index = new int[s.large()];
    double[] scale = new double[s.large()];
    for (int i = 0; i < index.length; i++) {
      index[i] = s.index(i);
      boolean reached = index[i] != AxisMap.Selection.NONE && squares[index[i]] > 0;
      scale[i] = reached ? s.scale(i) / squares[index[i]] : 0;
    }
    return new AxisMap.Selection(s.small(), index, scale);
  }

  private AxisMap inverse(AxisMap.Factor f) {
    return factor(
        "inverse/" + f.name(),
        f,
        f.sharing(),
        (layer, matrix) ->
            PseudoInverse.transposed(matrix, f.large(), f.small())
                .orElseThrow(
                    () ->
                        new GrowthException(
                            "the moments cannot be grown by factor '"
                                + f.name()
                                + "': its columns depend on each other, so that gradients are not"
                                + " told apart; leave the optimizer's state behind.")),
        f);
  }

  /** Returns the map whose entries are the products of two maps' entries. */
  AxisMap product(AxisMap a, AxisMap b) {
    if (a instanceof AxisMap.Identity && b instanceof AxisMap.Identity) {
      return a;
    }
    return known.computeIfAbsent(List.of(a, b), k -> multiplied(a, b));
  }

  private AxisMap multiplied(AxisMap a, AxisMap b) {
    AxisMap.Sharing sharing = sharing(a) == AxisMap.Sharing.SHARED ? sharing(b) : sharing(a);
    if ((isSparse(a) || isSparse(b)) && sharing == AxisMap.Sharing.SHARED) {
      AxisMap sparse = isSparse(a) ? a : b;
      int[] index = new int[a.large()];
      double[] scale = new double[a.large()];
      for (int i = 0; i < index.length; i++) {
        int small = index(sparse, i);
        double v =
            small == AxisMap.Selection.NONE ? 0 : entry(a, 0, i, small) * entry(b, 0, i, small);
        index[i] = v == 0 ? AxisMap.Selection.NONE : small;
        scale[i] = v;
      }
      return new AxisMap.Selection(a.small(), index, scale);
    }
    return factor(
        "product/" + known.size(),
        a,
        sharing,
        (layer, matrix) -> {
          for (int i = 0; i < matrix.length; i++) {
            matrix[i] *= entry(b, layer, i / a.small(), i % a.small());
          }
          return matrix;
        },
        sharing(a) == AxisMap.Sharing.SHARED ? b : a);
  }

  private static AxisMap.Sharing sharing(AxisMap m) {
    return m instanceof AxisMap.Factor f ? f.sharing() : AxisMap.Sharing.SHARED;
  }

  private interface MatrixFunction {
    double[] apply(int layer, double[] matrix);
  }

  /**
   * Makes a dense factor of a map's matrices.
   *
   * @param layered the map that tells how many layers there are
   */
  private AxisMap factor(
      String name, AxisMap of, AxisMap.Sharing sharing, MatrixFunction change, AxisMap layered) {
    boolean shared = sharing == AxisMap.Sharing.SHARED;
    int layers = shared ? 1 : layers((AxisMap.Factor) layered);
    int size = of.large() * of.small();
    double[] all = new double[layers * size];
    for (int layer = 0; layer < layers; layer++) {
      double[] matrix = new double[size];
      for (int i = 0; i < size; i++) {
        matrix[i] = entry(of, layer, i / of.small(), i % of.small());
      }
      System.arraycopy(change.apply(layer, matrix), 0, all, layer * size, size);
    }
    Shape shape =
        shared ? Shape.of(of.large(), of.small()) : Shape.of(layers, of.large(), of.small());
    made.put(name, HostArray.of(shape, all).as(DType.FLOAT64));
    return new AxisMap.Factor(name, of.large(), of.small(), AxisMap.Form.DENSE, sharing);
  }

  private int layers(AxisMap.Factor f) {
    return made.getOrDefault(f.name(), source.get(f.name())).shape().dim(0);
  }
}
