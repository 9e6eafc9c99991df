package dev.ligo.core.growth.apply;

import dev.ligo.api.DType;
import dev.ligo.api.HostArray;
import dev.ligo.api.TensorSpec;
import dev.ligo.core.growth.AxisMap;
import dev.ligo.core.growth.ParameterGrowth;
import dev.ligo.core.growth.Term;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.IntFunction;

/**
 * Applies what only copies and scales, layer by layer on the host: the same arithmetic as {@link
 * TensorGrowth} in the same order, without an engine, row by row. Also draws what no term reaches.
 */
public final class HostGrowth {
  /** The elements that are added at once where rows do not matter. */
  private static final int STRETCH = 4096;

  private HostGrowth() {}

  /**
   * {@return one layer of the large parameter}
   *
   * @param growth how the parameter grows
   * @param layer the layer's number, from 0
   * @param small gives a layer of the small parameter
   * @param fill what is added, or empty
   */
  public static HostArray grow(
      ParameterGrowth growth, int layer, IntFunction<HostArray> small, Optional<HostArray> fill) {
    OptionalInt copied = copied(growth, layer);
    if (copied.isPresent()) {
      return small.apply(copied.getAsInt());
    }
    int first =
        growth
            .terms()
            .mapToInt(t -> index(t.depth(), layer))
            .filter(i -> i >= 0)
            .findFirst()
            .orElse(0);
    DType dtype = small.apply(first).dtype();
    TensorSpec spec = new TensorSpec(dtype, growth.large().shape());
    ByteBuffer bytes = sum(growth, layer, small, spec);
    HostRows out = HostRows.of(dtype, bytes);
    if (growth.offset() != 0) {
      HostArray one = filled(small.apply(first).spec(), 1);
      HostRows multiples = HostRows.of(dtype, sum(growth, layer, j -> one, spec));
      addAll(out, spec, multiples, -1, growth.offset());
    }
    fill.ifPresent(f -> addAll(out, spec, HostRows.of(dtype, f.bytes()), 0, 1));
    return HostArray.wrap(dtype, spec.shape(), bytes);
  }

  /** Returns the sum of the terms, without what no term reaches. */
  private static ByteBuffer sum(
      ParameterGrowth growth, int layer, IntFunction<HostArray> small, TensorSpec spec) {
    ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(spec.bytes()));
    HostRows out = HostRows.of(spec.dtype(), bytes);
    eachPart(
        growth,
        (terms, from, to) -> {
          for (int i = 0; i < terms.size(); i++) {
            add(terms.get(i), layer, small, new TermRows(terms.get(i), from, to), out, i == 0);
          }
        });
    if (growth.ratio() != 1) {
      each(out, spec, (row, n) -> out.scale(row, growth.ratio(), n));
    }
    return bytes;
  }

  private static HostArray filled(TensorSpec spec, double value) {
    HostArray array = HostArray.zeros(spec.dtype(), spec.shape());
    for (int i = 0; i < array.size(); i++) {
      array.set(i, value);
    }
    return array;
  }

  /** Returns the layer that is taken over as it is, every part of it by one term. */
  static OptionalInt copied(ParameterGrowth g, int layer) {
    int source = index(g.parts().get(0).get(0).depth(), layer);
    boolean untouched =
        g.ratio() == 1
            && !g.fill().isAdded()
            && source >= 0
            && g.parts().stream()
                .allMatch(
                    terms ->
                        terms.size() == 1
                            && index(terms.get(0).depth(), layer) == source
                            && isIdentity(terms.get(0), layer));
    return untouched ? OptionalInt.of(source) : OptionalInt.empty();
  }

  private static boolean isIdentity(Term term, int layer) {
    return scale(term.depth(), layer) == 1
        && term.maps().stream().allMatch(AxisMap.Identity.class::isInstance);
  }

  /** Writes a term's rows if it is the first one, and else adds them. */
  private static void add(
      Term term,
      int layer,
      IntFunction<HostArray> small,
      TermRows rows,
      HostRows out,
      boolean first) {
    int source = index(term.depth(), layer);
    boolean reached = source != AxisMap.Selection.NONE;
    HostArray in = small.apply(reached ? source : 0);
    TermRows.Source from = rows.new Source(HostRows.of(in.dtype(), in.bytes()));
    int length = rows.largeLength();
    double[] read = new double[rows.smallLength() + TermRows.EXTRA];
    double[] row = new double[length];
    double[] sum = new double[length];
    double[] scales = scales(rows.within());
    rows.each(
        (at, offset) -> {
          if (reached && rows.reaches(at)) {
            from.read(at, read);
            rows.gather(read, row);
            scale(out, scale(term.depth(), layer), row, length);
            for (int i = 0; i < at.length; i++) {
              scale(out, scale(rows.outer().get(i), at[i]), row, length);
            }
            if (scales.length > 0) {
              out.scale(row, scales, length);
            }
          } else {
            Arrays.fill(row, 0);
          }
          if (!first) {
            out.read(offset, sum, length);
            out.add(row, sum, length);
          }
          out.write(offset, row, length);
        });
  }

  private static void scale(HostRows out, double scale, double[] row, int length) {
    if (scale != 1) {
      out.scale(row, scale, length);
    }
  }

  /** Returns the scale of each unit, or nothing if all are 1. */
  private static double[] scales(AxisMap map) {
    double[] scales = new double[map.large()];
    Arrays.setAll(scales, i -> map.reaches(i) ? scale(map, i) : 1);
    return Arrays.stream(scales).allMatch(s -> s == 1) ? new double[0] : scales;
  }

  /** Adds (element + number) · scale for each element of an array. */
  private static void addAll(
      HostRows out, TensorSpec spec, HostRows in, double number, double scale) {
    double[] added = new double[STRETCH];
    double[] numbers = new double[STRETCH];
    Arrays.fill(numbers, number);
    int[] offset = {0};
    each(
        out,
        spec,
        (row, n) -> {
          in.read(offset[0], added, n);
          if (number != 0) { // else -0 stays what it is
            in.add(added, numbers, n);
          }
          if (scale != 1) {
            in.scale(added, scale, n);
          }
          out.add(row, added, n);
          offset[0] += n;
        });
  }

  private interface RowChange {
    void apply(double[] row, int n);
  }

  /** Changes all elements, a stretch at a time. */
  private static void each(HostRows out, TensorSpec spec, RowChange change) {
    double[] row = new double[STRETCH];
    int size = (int) spec.shape().size();
    for (int offset = 0; offset < size; offset += STRETCH) {
      int n = Math.min(STRETCH, size - offset);
      out.read(offset, row, n);
      change.apply(row, n);
      out.write(offset, row, n);
    }
  }

  /**
   * Returns the fresh values that are added to one layer of a parameter, zero where there are none:
   * where terms reach, unless the {@linkplain ParameterGrowth.Fill fill} says otherwise.
   *
   * @param growth how the parameter grows
   * @param layer the layer's number, from 0
   * @param dtype the element type
   * @param seed what random numbers are drawn from
   * @return empty if nothing is added
   */
  public static Optional<HostArray> fill(
      ParameterGrowth growth, int layer, DType dtype, long seed) {
    if (!growth.isFilled()) {
      return Optional.empty();
    }
    String name = growth.large().at(layer);
    HostArray drawn = growth.large().initializer().array(dtype, growth.large().shape(), name, seed);
    return Optional.of(fill(growth, layer, drawn));
  }

  /** Returns what is added to one layer of a parameter, of values that the family draws. */
  static HostArray fill(ParameterGrowth growth, int layer, HostArray drawn) {
    ParameterGrowth.Fill scales = growth.fill();
    DType dtype = drawn.dtype();
    ByteBuffer bytes = ByteBuffer.allocate(drawn.bytes().remaining()).put(drawn.bytes()).flip();
    HostRows out = HostRows.of(dtype, bytes);
    if (growth.offset() != 0) {
      HostRows ones = HostRows.of(dtype, filled(drawn.spec(), 1).bytes());
      addAll(out, drawn.spec(), ones, 0, growth.offset()); // grow takes it off again
    }
    BitSet reached = new BitSet(drawn.size());
    eachPart(
        growth,
        (terms, from, to) -> {
          for (Term term : terms) {
            if (term.depth().reaches(layer)) {
              scaleReached(new TermRows(term, from, to), scales.reached(), reached, out);
            }
          }
        });
    if (!scales.isWhole()) {
      FillBlocks blocks = new FillBlocks(growth, layer);
      double[] one = new double[1];
      for (int i = reached.nextClearBit(0); i < drawn.size(); i = reached.nextClearBit(i + 1)) {
        out.read(i, one, 1);
        scale(out, blocks.scale(i), one, 1);
        out.write(i, one, 1);
      }
    }
    return HostArray.wrap(dtype, drawn.shape(), bytes);
  }

  /** Scales what a term reaches, once where several terms do. */
  private static void scaleReached(TermRows rows, double scale, BitSet reached, HostRows out) {
    int length = rows.largeLength();
    double[] row = new double[length];
    double[] scales = new double[length];
    rows.each(
        (at, offset) -> {
          if (rows.reaches(at)) {
            for (int i = 0; i < length; i++) {
              boolean now = rows.within().reaches(i) && !reached.get(offset + i);
              scales[i] = now ? scale : 1;
              if (now) {
                reached.set(offset + i);
              }
            }
            out.read(offset, row, length);
            out.scale(row, scales, length);
            out.write(offset, row, length);
          }
        });
  }

  private interface PartConsumer {
    void accept(List<Term> terms, TermRows.Block small, TermRows.Block large);
  }

  private static void eachPart(ParameterGrowth g, PartConsumer consumer) {
    for (int part = 0; part < g.parts().size(); part++) {
      consumer.accept(
          g.parts().get(part),
          new TermRows.Block(g.small(), part),
          new TermRows.Block(g.large(), part));
    }
  }

  private static int index(AxisMap map, int large) {
    return map instanceof AxisMap.Selection s ? s.index(large) : large;
  }

  private static double scale(AxisMap map, int large) {
    return map instanceof AxisMap.Selection s ? s.scale(large) : 1;
  }
}
