package dev.ligo.core.growth.method;

import dev.ligo.api.DType;
import dev.ligo.api.HostArray;
import dev.ligo.api.Shape;
import dev.ligo.core.growth.AxisMap;
import dev.ligo.core.growth.Term;
import dev.ligo.core.model.Axis;
import dev.ligo.core.model.Use;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Maps along one axis that are added: identities and selections.
 *
 * @param maps the maps, of the same extents
 */
record MapSum(List<AxisMap> maps) {
  MapSum {
    maps = List.copyOf(maps);
  }

  /** Returns whether it leaves the axis as it is. */
  boolean isIdentity() {
    return maps.size() == 1 && maps.get(0) instanceof AxisMap.Identity;
  }

  MapSum plus(MapSum other) {
    List<AxisMap> all = new ArrayList<>(maps);
    all.addAll(other.maps);
    return new MapSum(all);
  }

  /** Returns the large units that no map reaches. */
  List<Integer> unreached() {
    return IntStream.range(0, maps.get(0).large())
        .filter(i -> maps.stream().noneMatch(m -> m.reaches(i)))
        .boxed()
        .toList();
  }

  /** Returns the sum as a matrix (large, small), float32. */
  HostArray matrix() {
    int small = maps.get(0).small();
    HostArray m = HostArray.zeros(DType.FLOAT32, Shape.of(maps.get(0).large(), small));
    for (AxisMap map : maps) {
      for (int i = 0; i < map.large(); i++) {
        addRow(map, i, m, i * small);
      }
    }
    return m;
  }

  private static void addRow(AxisMap map, int row, HostArray m, int offset) {
    if (!(map instanceof AxisMap.Selection s)) {
      m.set(offset + row, m.get(offset + row) + 1);
    } else if (s.index(row) == AxisMap.Selection.MEAN) {
      for (int j = 0; j < s.small(); j++) {
        m.set(offset + j, m.get(offset + j) + s.scale(row) / s.small());
      }
    } else if (s.index(row) != AxisMap.Selection.NONE) {
      int at = offset + s.index(row);
      m.set(at, m.get(at) + s.scale(row));
    }
  }

  /**
   * Returns terms, each a sum of maps along each axis, that are the sum of the given terms: those
   * which differ along the layers or one width alone become one, whose map there is the sum of
   * theirs.
   *
   * @param uses the uses of the axes that the terms are of
   */
  static List<List<MapSum>> merged(List<Term> terms, List<Use> uses) {
    List<List<MapSum>> merged = new ArrayList<>();
    for (Term term : terms) {
      List<MapSum> modes = term.modes().stream().map(m -> new MapSum(List.of(m))).toList();
      boolean added = false;
      for (int i = 0; i < merged.size() && !added; i++) {
        int[] other = differing(merged.get(i), modes);
        int mode = other.length == 0 ? 0 : other[0];
        boolean learned = mode == 0 || uses.get(mode - 1).axis() instanceof Axis.Width;
        added = other.length <= 1 && learned;
        if (added) {
          List<MapSum> sum = new ArrayList<>(merged.get(i));
          sum.set(mode, sum.get(mode).plus(modes.get(mode)));
          merged.set(i, List.copyOf(sum));
        }
      }
      if (!added) {
        merged.add(modes);
      }
    }
    return merged;
  }

  private static int[] differing(List<MapSum> a, List<MapSum> b) {
    return IntStream.range(0, a.size()).filter(i -> !a.get(i).equals(b.get(i))).toArray();
  }
}
