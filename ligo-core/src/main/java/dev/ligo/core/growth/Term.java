package dev.ligo.core.growth;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * One Kronecker term of a parameter's growth: a map along the axis of layers and one along each
 * axis of the parameter. For a weight W[j] (out, in) with depth rows w, write map B and read map A
 * it is Ŵ[l] = Σⱼ w[l,j] · B W[j] Aᵀ.
 *
 * @param depth the map along the layers; the identity of 1 for a parameter outside stacks
 * @param maps the maps along the parameter's axes, in their order
 */
public record Term(AxisMap depth, List<AxisMap> maps) {
  /**
   * Copies the maps.
   *
   * @param depth the map along the layers; the identity of 1 for a parameter outside stacks
   * @param maps the maps along the parameter's axes, in their order
   */
  public Term {
    maps = List.copyOf(maps);
    List<AxisMap> all = new ArrayList<>(maps);
    all.add(depth);
    boolean perLarge = all.stream().anyMatch(m -> has(m, AxisMap.Sharing.LARGE));
    boolean perSmall = all.stream().anyMatch(m -> has(m, AxisMap.Sharing.SMALL));
    if (depth instanceof AxisMap.Selection s && s.has(AxisMap.Selection.MEAN)) {
      throw new GrowthException("a layer is a copy of one layer, not the mean of all.");
    }
    if (perLarge && perSmall) {
      throw new GrowthException(
          "a term has factors for each large layer and for each small layer; choose one.");
    }
  }

  private static boolean has(AxisMap m, AxisMap.Sharing s) {
    return m instanceof AxisMap.Factor f && f.sharing() == s;
  }

  /** {@return whether every map {@linkplain AxisMap#keepsDigits keeps digits}} */
  boolean keepsDigits() {
    return modes().stream().allMatch(AxisMap::keepsDigits);
  }

  /** Returns whether no large entry is reached by both terms, since along some axis no unit is. */
  boolean isApartFrom(Term other) {
    List<AxisMap> these = modes();
    List<AxisMap> those = other.modes();
    return IntStream.range(0, these.size())
        .anyMatch(
            m ->
                IntStream.range(0, these.get(m).large())
                    .noneMatch(i -> these.get(m).reaches(i) && those.get(m).reaches(i)));
  }

  /** {@return the maps along all axes, that of the layers first} */
  public List<AxisMap> modes() {
    List<AxisMap> all = new ArrayList<>();
    all.add(depth);
    all.addAll(maps);
    return all;
  }

  /**
   * {@return this term times a number, by which its map along the layers is multiplied}
   *
   * @param factor the number
   * @throws GrowthException if that map is a matrix
   */
  public Term times(double factor) {
    if (depth instanceof AxisMap.Factor f) {
      throw new GrowthException(
          "a term is scaled along its layers, where it has the factor '" + f.name() + "'.");
    }
    AxisMap.Selection along =
        depth instanceof AxisMap.Selection s
            ? s
            : new AxisMap.Selection(depth.small(), IntStream.range(0, depth.small()).toArray());
    return new Term(along.times(l -> factor), maps);
  }

  /** {@return whether a factor is that of single large layers} */
  public boolean perLargeLayer() {
    return modes().stream().anyMatch(m -> has(m, AxisMap.Sharing.LARGE));
  }

  /** {@return whether no map is a matrix, so that the term only copies and scales} */
  public boolean isSelection() {
    return modes().stream().noneMatch(m -> m instanceof AxisMap.Factor);
  }
}
