package dev.ligo.core.growth.apply;

import dev.ligo.api.Shape;
import dev.ligo.core.growth.AxisMap;
import java.util.ArrayList;
import java.util.List;

/**
 * The order in which a term's maps are applied. Maps along different axes commute, but for factors
 * of single layers: those of small layers come before the depth map, those of large layers after.
 * Width first and depth first give the same; the cheaper is computed.
 */
final class ModeOrder {
  private ModeOrder() {}

  /**
   * Returns the cheapest order of modes; of equally cheap ones the first in lexical order.
   *
   * @param modes the map along each axis, that of the layers first
   * @param small the shape before growing, the axis of layers first
   */
  static List<Integer> cheapest(List<AxisMap> modes, Shape small) {
    List<Integer> best = new ArrayList<>();
    search(modes, small, new ArrayList<>(), 0, new long[] {Long.MAX_VALUE}, best);
    return best;
  }

  private static void search(
      List<AxisMap> modes,
      Shape shape,
      List<Integer> chosen,
      long cost,
      long[] least,
      List<Integer> best) {
    if (chosen.size() == modes.size()) {
      if (cost < least[0]) {
        least[0] = cost;
        best.clear();
        best.addAll(chosen);
      }
      return;
    }
    for (int mode = 0; mode < modes.size(); mode++) {
      if (chosen.contains(mode) || !allowed(modes, chosen, mode)) {
        continue;
      }
      Shape next = shape.withDim(mode, modes.get(mode).large());
      chosen.add(mode);
      search(modes, next, chosen, cost + flops(modes.get(mode), shape, mode), least, best);
      chosen.remove(chosen.size() - 1);
    }
  }

  private static boolean allowed(List<AxisMap> modes, List<Integer> chosen, int mode) {
    if (mode > 0) {
      return !(modes.get(mode) instanceof AxisMap.Factor f)
          || f.sharing() == AxisMap.Sharing.SHARED
          || (f.sharing() == AxisMap.Sharing.LARGE) == chosen.contains(0);
    }
    for (int m = 1; m < modes.size(); m++) {
      if (modes.get(m) instanceof AxisMap.Factor f
          && f.sharing() == AxisMap.Sharing.SMALL
          && !chosen.contains(m)) {
        return false;
      }
    }
    return true;
  }

  private static long flops(AxisMap map, Shape shape, int axis) {
    if (!(map instanceof AxisMap.Factor f) || shape.dim(axis) == 0) {
      return 0;
    }
    return 2L * f.rows() * shape.size();
  }
}
