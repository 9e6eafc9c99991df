package dev.ligo.core.growth.apply;

import dev.ligo.api.Shape;
import dev.ligo.core.growth.AxisMap;
import dev.ligo.core.growth.Term;
import dev.ligo.core.model.Parameter;
import java.util.Arrays;
import java.util.List;

/**
 * A term's part of one layer of a large parameter as rows that lie contiguously in it: the axes up
 * to the last whose units change are walked, what follows them is one row. Where the last axis
 * itself changes, it is the row, and its units are gathered.
 */
final class TermRows {
  /** The elements for which {@link #gather} needs room after those of a row. */
  static final int EXTRA = 2;

  private final List<AxisMap> outer;
  private final AxisMap within;
  private final Block small;
  private final Block large;

  /** The place in a row from which each unit comes; nothing if all stay where they are. */
  private final int[] places;

  private final boolean hasMean;

  /** Receives a row. */
  @FunctionalInterface
  interface Visitor {
    /**
     * Takes a row.
     *
     * @param at the large unit of each outer axis
     * @param offset where the row lies in the large parameter
     */
    void visit(int[] at, int offset);
  }

  /** Where one part lies in a parameter: all of it, or places along one axis. */
  static final class Block {
    private final int axis;
    private final int[] places;
    private final int[] strides;

    Block(Parameter parameter, int part) {
      Shape shape = parameter.shape();
      axis = parameter.partAxis();
      places = parameter.partPlaces(part);
      strides = new int[shape.rank()];
      int stride = 1;
      for (int i = strides.length - 1; i >= 0; i--) {
        strides[i] = stride;
        stride *= shape.dim(i);
      }
    }

    private boolean isContiguous() {
      return axis < 0 || places[places.length - 1] - places[0] == places.length - 1;
    }

    /** Returns where the row of some units of the first axes begins. */
    private int offset(int[] at) {
      int offset = axis < at.length ? 0 : places[0] * strides[axis];
      for (int i = 0; i < at.length; i++) {
        offset += (i == axis ? places[at[i]] : at[i]) * strides[i];
      }
      return offset;
    }
  }

  TermRows(Term term, Block small, Block large) {
    List<AxisMap> maps = term.maps();
    int last = Math.max(0, large.axis);
    for (int i = 0; i < maps.size(); i++) {
      last = maps.get(i) instanceof AxisMap.Identity ? last : Math.max(last, i);
    }
    // Units that are dealt out along the last axis are walked one by one.
    boolean gathers =
        last == maps.size() - 1
            && (last != large.axis || (small.isContiguous() && large.isContiguous()));
    this.small = small;
    this.large = large;
    outer = maps.subList(0, gathers ? last : last + 1);
    within = gathers ? maps.get(last) : AxisMap.identity(large.strides[last]);
    places = places(within);
    hasMean = within instanceof AxisMap.Selection s && s.has(AxisMap.Selection.MEAN);
  }

  private static int[] places(AxisMap within) {
    if (!(within instanceof AxisMap.Selection s)) {
      return new int[0];
    }
    int[] places = new int[s.large()];
    for (int i = 0; i < places.length; i++) {
      int extra = s.index(i) == AxisMap.Selection.MEAN ? s.small() : s.small() + 1;
      places[i] = s.index(i) >= 0 ? s.index(i) : extra;
    }
    return places;
  }

  /**
   * Takes the units of a row.
   *
   * @param from a row of the small parameter and {@link #EXTRA} elements, for its mean and a zero
   * @param to holds the units afterwards
   */
  void gather(double[] from, double[] to) {
    if (places.length == 0) {
      System.arraycopy(from, 0, to, 0, to.length);
      return;
    }
    int length = smallLength();
    if (hasMean) {
      double sum = 0;
      for (int i = 0; i < length; i++) {
        sum += from[i];
      }
      from[length] = sum / length;
    }
    from[length + 1] = 0;
    for (int i = 0; i < to.length; i++) {
      to[i] = from[places[i]];
    }
  }

  /** Returns the number of elements of a row of the small parameter. */
  int smallLength() {
    return within.small();
  }

  /** Returns the number of elements of a row of the large parameter. */
  int largeLength() {
    return within.large();
  }

  /** Returns how the elements of a row change. */
  AxisMap within() {
    return within;
  }

  /** Returns the maps of the axes that are walked. */
  List<AxisMap> outer() {
    return outer;
  }

  /** Walks the rows of the large parameter in their order. */
  void each(Visitor visitor) {
    int[] at = new int[outer.size()];
    do {
      visitor.visit(at, large.offset(at));
    } while (next(at));
  }

  private boolean next(int[] at) {
    for (int i = at.length - 1; i >= 0; i--) {
      if (++at[i] < outer.get(i).large()) {
        return true;
      }
      at[i] = 0;
    }
    return false;
  }

  /** Returns whether every outer unit has a source. */
  boolean reaches(int[] at) {
    for (int i = 0; i < at.length; i++) {
      if (!outer.get(i).reaches(at[i])) {
        return false;
      }
    }
    return true;
  }

  /** Reads rows of a layer of the small parameter, means of rows among them. */
  final class Source {
    private final HostRows values;
    private final int[] mean;
    private double[] meanRow = new double[0];

    Source(HostRows values) {
      this.values = values;
      this.mean = new int[outer.size()];
      Arrays.fill(mean, -1);
    }

    /**
     * Reads the row from which that at some large units comes, as it is in the small parameter.
     *
     * @param row holds the row's elements afterwards
     */
    void read(int[] at, double[] row) {
      int[] index = new int[at.length];
      boolean isMean = false;
      for (int i = 0; i < at.length; i++) {
        index[i] = outer.get(i) instanceof AxisMap.Selection s ? s.index(at[i]) : at[i];
        isMean |= index[i] == AxisMap.Selection.MEAN;
      }
      if (!isMean) {
        values.read(small.offset(index), row, smallLength());
        return;
      }
      // Units that are the mean are many, and one after the other.
      if (meanRow.length == 0 || !Arrays.equals(mean, index)) {
        meanRow = new double[smallLength()];
        average(index, 0, meanRow);
        values.scale(meanRow, 1, meanRow.length); // rounded, as an engine's mean is
        System.arraycopy(index, 0, mean, 0, index.length);
      }
      System.arraycopy(meanRow, 0, row, 0, meanRow.length);
    }

    private void average(int[] index, int axis, double[] sum) {
      int a = axis;
      while (a < index.length && index[a] != AxisMap.Selection.MEAN) {
        a++;
      }
      double[] row = new double[smallLength()];
      if (a == index.length) {
        values.read(small.offset(index), sum, sum.length);
        return;
      }
      Arrays.fill(sum, 0);
      int[] each = index.clone();
      int units = outer.get(a).small();
      for (each[a] = 0; each[a] < units; each[a]++) {
        average(each, a + 1, row);
        for (int i = 0; i < sum.length; i++) {
          sum[i] += row[i];
        }
      }
      for (int i = 0; i < sum.length; i++) {
        sum[i] /= units;
      }
    }
  }
}
