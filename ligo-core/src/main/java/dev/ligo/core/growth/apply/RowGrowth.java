package dev.ligo.core.growth.apply;

import dev.ligo.api.DType;
import dev.ligo.api.HostArray;
import dev.ligo.api.Shape;
import dev.ligo.core.growth.AxisMap;
import dev.ligo.core.growth.ParameterGrowth;
import dev.ligo.core.growth.Term;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * Divides the growth of a table of tokens into growths of some of its rows, each a table of its
 * own. A large row comes from few small ones, or from the mean of all.
 */
final class RowGrowth {
  /** The elements that are read at once for the mean. */
  private static final long MEAN_BLOCK = 1 << 22;

  private final ParameterGrowth growth;
  private final OperatorApplication.Source source;
  private final String name;
  private Optional<HostArray> mean = Optional.empty();

  /** Receives the growth of some rows. */
  @FunctionalInterface
  interface Visitor {
    /**
     * Takes the growth of some rows.
     *
     * @param from the first of the large rows, from 0
     * @param rows how they grow
     * @param small the small rows that they come from
     */
    void visit(int from, ParameterGrowth rows, HostArray small);
  }

  RowGrowth(ParameterGrowth growth, OperatorApplication.Source source) {
    this.growth = growth;
    this.source = source;
    this.name = growth.small().at(0);
  }

  /** Returns whether a parameter is a table of tokens of more elements than are grown at once. */
  static boolean takes(ParameterGrowth growth, long elements) {
    return growth.large().isTokenTable()
        && growth.large().shape().size() > elements
        && growth.terms().noneMatch(t -> t.maps().get(0) instanceof AxisMap.Factor);
  }

  /**
   * Walks the rows in their order.
   *
   * @param elements the most elements of the large table that are handed on at once, if a row has
   *     not more
   */
  void each(long elements, Visitor visitor) {
    Shape large = growth.large().shape();
    int step = large.rowsOf(elements);
    for (int from = 0; from < large.dim(0); from += step) {
      int to = Math.min(large.dim(0), from + step);
      boolean same = growth.terms().allMatch(t -> t.maps().get(0) instanceof AxisMap.Identity);
      if (same) {
        AxisMap itself = AxisMap.identity(to - from);
        visitor.visit(from, rows(to - from, to - from, t -> itself), source.rows(name, from, to));
      } else {
        visit(from, to, visitor);
      }
    }
  }

  private void visit(int from, int to, Visitor visitor) {
    NavigableSet<Integer> needed = new TreeSet<>();
    growth.terms().forEach(t -> rowsOf(t, from, to).forEach(needed::add));
    boolean hasMean = needed.remove(AxisMap.Selection.MEAN);
    needed.remove(AxisMap.Selection.NONE);
    if (needed.isEmpty() && !hasMean) {
      needed.add(0); // a table has a row
    }
    int[] small = needed.stream().mapToInt(Integer::intValue).toArray();
    int count = small.length + (hasMean ? 1 : 0);
    ParameterGrowth rows =
        rows(
            count,
            to - from,
            t -> {
              int[] index =
                  rowsOf(t, from, to)
                      .map(
                          i ->
                              i == AxisMap.Selection.MEAN
                                  ? small.length
                                  : i < 0 ? i : Arrays.binarySearch(small, i))
                      .toArray();
              double[] scale =
                  IntStream.range(from, to)
                      .mapToDouble(
                          i -> t.maps().get(0) instanceof AxisMap.Selection s ? s.scale(i) : 1)
                      .toArray();
              return new AxisMap.Selection(count, index, scale);
            });
    visitor.visit(from, rows, read(small, hasMean));
  }

  /** Returns from which small row each large one comes by a term. */
  private static IntStream rowsOf(Term term, int from, int to) {
    AxisMap map = term.maps().get(0);
    return IntStream.range(from, to).map(i -> map instanceof AxisMap.Selection s ? s.index(i) : i);
  }

  private interface Along {
    AxisMap of(Term term);
  }

  /** Returns the growth between tables of other rows, by other maps along them. */
  private ParameterGrowth rows(int small, int large, Along along) {
    List<List<Term>> parts = new ArrayList<>();
    for (List<Term> terms : growth.parts()) {
      List<Term> sum = new ArrayList<>();
      for (Term term : terms) {
        List<AxisMap> maps = new ArrayList<>(term.maps());
        maps.set(0, along.of(term));
        sum.add(new Term(term.depth(), maps));
      }
      parts.add(sum);
    }
    return new ParameterGrowth(
        growth.small().withRows(small), growth.large().withRows(large), 1, 1, parts, growth.fill());
  }

  /** Reads some rows, those that lie side by side at once, and puts the mean of all after them. */
  private HostArray read(int[] rows, boolean withMean) {
    List<HostArray> stretches = new ArrayList<>();
    for (int i = 0; i < rows.length; ) {
      int end = i + 1;
      while (end < rows.length && rows[end] == rows[end - 1] + 1) {
        end++;
      }
      stretches.add(source.rows(name, rows[i], rows[end - 1] + 1));
      i = end;
    }
    if (withMean) {
      mean = Optional.of(mean.orElseGet(this::average));
      stretches.add(mean.get());
    }
    HostArray first = stretches.get(0);
    Shape shape = first.shape().withDim(0, rows.length + (withMean ? 1 : 0));
    ByteBuffer all = ByteBuffer.allocate(Math.toIntExact(shape.size() * first.dtype().bytes()));
    stretches.forEach(s -> all.put(s.bytes()));
    return HostArray.wrap(first.dtype(), shape, all.flip());
  }

  /** Returns the mean of all small rows. */
  private HostArray average() {
    Shape shape = growth.small().shape();
    Shape one = shape.withDim(0, 1);
    int length = Math.toIntExact(one.size());
    double[] sum = new double[length];
    double[] row = new double[length];
    DType dtype = source.dtype(name);
    int step = shape.rowsOf(MEAN_BLOCK);
    for (int from = 0; from < shape.dim(0); from += step) {
      int to = Math.min(shape.dim(0), from + step);
      HostRows rows = HostRows.of(dtype, source.rows(name, from, to).bytes());
      for (int r = 0; r < to - from; r++) {
        rows.read(r * length, row, length);
        for (int i = 0; i < length; i++) {
          sum[i] += row[i];
        }
      }
    }
    HostArray average = HostArray.zeros(dtype, one);
    for (int i = 0; i < length; i++) {
      average.set(i, sum[i] / shape.dim(0));
    }
    return average;
  }
}
