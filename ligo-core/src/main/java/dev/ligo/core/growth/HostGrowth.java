package dev.ligo.core.growth;

import dev.ligo.api.DType;
import dev.ligo.api.HostArray;
import dev.ligo.api.Shape;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;

/**
 * Applies what only copies and scales, layer by layer on the host: the same arithmetic as {@link
 * TensorGrowth} in the same order, without an engine. Also draws what no term reaches.
 */
final class HostGrowth {
  private HostGrowth() {}

  /**
   * Returns one layer of the large parameter.
   *
   * @param small gives a layer of the small parameter
   * @param fill what is added, or empty
   */
  static HostArray grow(
      ParameterGrowth growth, int layer, IntFunction<HostArray> small, Optional<HostArray> fill) {
    Optional<HostArray> untouched = identity(growth, layer, small);
    if (untouched.isPresent()) {
      return untouched.get();
    }
    DType dtype = small.apply(0).dtype();
    HostArray out = HostArray.zeros(dtype, growth.large().shape());
    eachPart(
        growth,
        (part, smallBlock, largeBlock) -> {
          for (Term term : growth.parts().get(part)) {
            add(term, layer, small, smallBlock, out, largeBlock);
          }
        });
    fill.ifPresent(
        f -> {
          for (int i = 0; i < out.size(); i++) {
            out.set(i, out.get(i) + f.get(i));
          }
        });
    return out;
  }

  /** A layer that is taken over as it is, every part of it from the same layer by one term. */
  private static Optional<HostArray> identity(
      ParameterGrowth g, int layer, IntFunction<HostArray> small) {
    int source = index(g.parts().get(0).get(0).depth(), layer);
    boolean untouched =
        source != AxisMap.Selection.NONE
            && g.parts().stream()
                .allMatch(
                    terms ->
                        terms.size() == 1
                            && index(terms.get(0).depth(), layer) == source
                            && isIdentity(terms.get(0), layer));
    return untouched ? Optional.of(small.apply(source)) : Optional.empty();
  }

  private static boolean isIdentity(Term term, int layer) {
    return scale(term.depth(), layer) == 1
        && term.maps().stream().allMatch(AxisMap.Identity.class::isInstance);
  }

  /**
   * Returns what one layer of a parameter holds where no term reaches, and zero elsewhere.
   *
   * @return empty if every entry is reached, or unreached ones stay zero
   */
  static Optional<HostArray> fill(ParameterGrowth growth, int layer, DType dtype, long seed) {
    if (growth.fill() == ParameterGrowth.Fill.ZERO || !growth.hasUnreached()) {
      return Optional.empty();
    }
    HostArray drawn =
        growth
            .large()
            .initializer()
            .array(dtype, growth.large().shape(), growth.large().at(layer), seed);
    eachPart(
        growth,
        (part, smallBlock, largeBlock) -> {
          for (Term term : growth.parts().get(part)) {
            if (index(term.depth(), layer) != AxisMap.Selection.NONE) {
              clear(term.maps(), drawn, largeBlock);
            }
          }
        });
    return Optional.of(drawn);
  }

  /** The entries of one part in an array: all of them, or a stretch along one axis. */
  private record Block(Shape shape, int axis, int offset) {
    int flat(int[] at) {
      int flat = 0;
      for (int i = 0; i < at.length; i++) {
        flat = flat * shape.dim(i) + at[i] + (i == axis ? offset : 0);
      }
      return flat;
    }
  }

  private interface PartConsumer {
    void accept(int part, Block small, Block large);
  }

  private static void eachPart(ParameterGrowth g, PartConsumer consumer) {
    int axis = g.partAxis();
    int[] smallExtents = ParameterGrowth.partExtents(g.small());
    int[] largeExtents = ParameterGrowth.partExtents(g.large());
    int from = 0;
    int to = 0;
    for (int part = 0; part < g.parts().size(); part++) {
      consumer.accept(
          part, new Block(g.small().shape(), axis, from), new Block(g.large().shape(), axis, to));
      if (axis >= 0) {
        from += smallExtents[part];
        to += largeExtents[part];
      }
    }
  }

  private static void add(
      Term term, int layer, IntFunction<HostArray> small, Block from, HostArray out, Block to) {
    int source = index(term.depth(), layer);
    if (source == AxisMap.Selection.NONE) {
      return;
    }
    double depthScale = scale(term.depth(), layer);
    HostArray in = small.apply(source);
    boolean single = in.dtype() == DType.FLOAT32;
    List<AxisMap> maps = term.maps();
    int[] at = new int[maps.size()];
    int[] sourceAt = new int[maps.size()];
    do {
      boolean reached = true;
      for (int i = 0; i < at.length && reached; i++) {
        sourceAt[i] = index(maps.get(i), at[i]);
        reached = sourceAt[i] != AxisMap.Selection.NONE;
      }
      if (reached) {
        double v = in.get(from.flat(sourceAt));
        v = times(v, depthScale, single);
        for (int i = 0; i < at.length; i++) {
          v = times(v, scale(maps.get(i), at[i]), single);
        }
        int flat = to.flat(at);
        out.set(flat, out.get(flat) + v);
      }
    } while (next(at, maps));
  }

  /** Multiplies as an engine does: with the scale rounded to the array's dtype, and the result. */
  private static double times(double v, double scale, boolean single) {
    return single ? (float) v * (float) scale : v * scale;
  }

  private static void clear(List<AxisMap> maps, HostArray array, Block block) {
    int[] at = new int[maps.size()];
    do {
      boolean reached = true;
      for (int i = 0; i < at.length && reached; i++) {
        reached = index(maps.get(i), at[i]) != AxisMap.Selection.NONE;
      }
      if (reached) {
        array.set(block.flat(at), 0);
      }
    } while (next(at, maps));
  }

  /** Steps to the next position in row-major order; false after the last. */
  private static boolean next(int[] at, List<AxisMap> maps) {
    for (int i = at.length - 1; i >= 0; i--) {
      if (++at[i] < maps.get(i).large()) {
        return true;
      }
      at[i] = 0;
    }
    return false;
  }

  private static int index(AxisMap map, int large) {
    return map instanceof AxisMap.Selection s ? s.index(large) : large;
  }

  private static double scale(AxisMap map, int large) {
    return map instanceof AxisMap.Selection s ? s.scale(large) : 1;
  }
}
