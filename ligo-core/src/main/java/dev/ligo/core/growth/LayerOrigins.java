package dev.ligo.core.growth;

import dev.ligo.api.HostArray;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * Where the layers of a grown stack come from.
 *
 * @param sources for each layer the layer of the small model of which it has the most; nothing for
 *     a layer that begins afresh
 * @param inserted the layers that growing added: of those with one source all but the layer that
 *     has the most of it, and those without a source
 */
public record LayerOrigins(List<OptionalInt> sources, Set<Integer> inserted) {
  /**
   * Of layers that have nearly as much of a source the first is the source itself: learned depth
   * rows differ a little where they began as equal copies.
   */
  private static final double NEARLY = 0.95;

  /**
   * Copies the layers.
   *
   * @param sources for each layer the layer of the small model of which it has the most; nothing
   *     for a layer that begins afresh
   * @param inserted the layers that growing added: of those with one source all but the layer that
   *     has the most of it, and those without a source
   */
  public LayerOrigins {
    sources = List.copyOf(sources);
    inserted = Collections.unmodifiableSortedSet(new TreeSet<>(inserted));
    for (int l : inserted) {
      if (l < 0 || l >= sources.size()) {
        throw new GrowthException(
            "inserted layers lie below " + sources.size() + ", found " + l + ".");
      }
    }
  }

  /**
   * {@return the origins of all layers that an operator makes, by the names of their stacks}
   *
   * @param operator the operator
   */
  public static SortedMap<String, LayerOrigins> of(GrowthOperator operator) {
    SortedMap<String, double[][]> shares = new TreeMap<>();
    for (ParameterGrowth p : operator.parameters().values()) {
      p.large()
          .stack()
          .ifPresent(
              stack -> {
                double[][] sum =
                    shares.computeIfAbsent(
                        stack, s -> new double[p.largeLayers()][p.smallLayers()]);
                p.terms().forEach(t -> add(t.depth(), operator, sum));
              });
    }
    SortedMap<String, LayerOrigins> origins = new TreeMap<>();
    shares.forEach((stack, of) -> origins.put(stack, of(of)));
    return origins;
  }

  /** Adds for each large layer the shares that small ones have in it by one depth map. */
  static void add(AxisMap depth, GrowthOperator operator, double[][] to) {
    for (int l = 0; l < to.length; l++) {
      if (depth instanceof AxisMap.Selection s) {
        if (s.reaches(l) && s.scale(l) != 0) {
          to[l][s.index(l)]++;
        }
      } else if (depth instanceof AxisMap.Factor f) {
        double[] row = row(f, operator.factors().get(f.name()), l);
        double sum = IntStream.range(0, row.length).mapToDouble(j -> Math.abs(row[j])).sum();
        for (int j = 0; j < row.length && sum > 0; j++) {
          to[l][j] += Math.abs(row[j]) / sum;
        }
      } else {
        to[l][l]++;
      }
    }
  }

  private static double[] row(AxisMap.Factor f, HostArray values, int layer) {
    double[] row = new double[f.small()];
    int first = f.large() - f.rows();
    for (int j = 0; j < row.length; j++) {
      row[j] = layer < first ? (layer == j ? 1 : 0) : values.get((layer - first) * row.length + j);
    }
    return row;
  }

  /**
   * Returns the origins of units by what share of each small one they have: of layers, or of any
   * axis.
   */
  static LayerOrigins of(double[][] shares) {
    List<OptionalInt> sources = new ArrayList<>();
    for (double[] of : shares) {
      int most = 0;
      for (int j = 1; j < of.length; j++) {
        most = of[j] > of[most] ? j : most;
      }
      sources.add(of[most] > 0 ? OptionalInt.of(most) : OptionalInt.empty());
    }
    Set<Integer> inserted = new TreeSet<>();
    IntStream.range(0, shares.length).forEach(inserted::add);
    for (int j = 0; j < shares[0].length; j++) {
      OptionalInt source = OptionalInt.of(j);
      int small = j;
      double most =
          IntStream.range(0, shares.length)
              .filter(l -> sources.get(l).equals(source))
              .mapToDouble(l -> shares[l][small])
              .max()
              .orElse(0);
      IntStream.range(0, shares.length)
          .filter(l -> sources.get(l).equals(source) && shares[l][small] >= NEARLY * most)
          .findFirst()
          .ifPresent(inserted::remove);
    }
    return new LayerOrigins(sources, inserted);
  }
}
