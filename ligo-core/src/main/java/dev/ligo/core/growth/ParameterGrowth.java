package dev.ligo.core.growth;

import dev.ligo.core.model.Parameter;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * How one parameter, or the same-named parameters of a stack, grows.
 *
 * @param small the parameter in the small model
 * @param large the parameter in the large model
 * @param smallLayers the number of layers in the small model's stack, 1 outside stacks
 * @param largeLayers the number of layers in the large model's stack, 1 outside stacks
 * @param parts for each part of the parameter's concatenated axis, or for the whole parameter if it
 *     has none, the terms that are added
 * @param fill the fresh values that are added: where no term reaches, as a rule
 */
public record ParameterGrowth(
    Parameter small,
    Parameter large,
    int smallLayers,
    int largeLayers,
    List<List<Term>> parts,
    Fill fill) {
  /**
   * How much of a draw of the family's initializer is added to what the terms give. An axis is old
   * at units that some term reaches and new at the others; a layer that no term reaches is new in
   * all. What a parameter writes and reads tells which units an entry stands between.
   *
   * @param reached where terms reach: between old units that a small weight stands between, too
   * @param oldToNew from units that are read and old to units that are written and new
   * @param newToOld from new units to old ones
   * @param newToNew elsewhere where no term reaches: between new units, in new layers
   */
  public record Fill(double reached, double oldToNew, double newToOld, double newToNew) {
    /** The entries that share a scale. */
    public enum Block {
      /** Where terms reach. */
      REACHED,
      /** From old units to new ones. */
      OLD_TO_NEW,
      /** From new units to old ones. */
      NEW_TO_OLD,
      /** Elsewhere where no term reaches. */
      NEW_TO_NEW
    }

    /** Nothing: entries that no term reaches are zero. */
    public static final Fill ZERO = new Fill(0, 0, 0, 0);

    /** Entries that no term reaches begin as in training from scratch. */
    public static final Fill INITIAL = new Fill(0, 1, 1, 1);

    /**
     * Refuses scales that are no numbers.
     *
     * @param reached where terms reach
     * @param oldToNew from old units to new ones
     * @param newToOld from new units to old ones
     * @param newToNew elsewhere where no term reaches
     */
    public Fill {
      for (double scale : new double[] {reached, oldToNew, newToOld, newToNew}) {
        if (!Double.isFinite(scale)) {
          throw new GrowthException(
              "fresh values are scaled by finite numbers, found " + scale + ".");
        }
      }
    }

    /**
     * {@return a fill by the scales of its blocks}
     *
     * @param scale gives the scale of a block
     */
    public static Fill of(ToDoubleFunction<Block> scale) {
      return new Fill(
          scale.applyAsDouble(Block.REACHED),
          scale.applyAsDouble(Block.OLD_TO_NEW),
          scale.applyAsDouble(Block.NEW_TO_OLD),
          scale.applyAsDouble(Block.NEW_TO_NEW));
    }

    /**
     * {@return the scale of a block}
     *
     * @param block the block
     */
    public double scale(Block block) {
      return switch (block) {
        case REACHED -> reached;
        case OLD_TO_NEW -> oldToNew;
        case NEW_TO_OLD -> newToOld;
        case NEW_TO_NEW -> newToNew;
      };
    }

    /** {@return whether fresh values are added where terms reach, too} */
    public boolean isAdded() {
      return reached != 0;
    }

    /** {@return whether fresh values are as they are drawn wherever no term reaches} */
    public boolean isWhole() {
      return oldToNew == 1 && newToOld == 1 && newToNew == 1;
    }

    /**
     * {@return the scale of an entry that no term reaches}
     *
     * @param fromOld whether all units that it reads are old
     * @param toOld whether all units that it writes are
     */
    public double between(boolean fromOld, boolean toOld) {
      return fromOld == toOld ? newToNew : fromOld ? oldToNew : newToOld;
    }
  }

  /**
   * Copies the parts.
   *
   * @param small the parameter in the small model
   * @param large the parameter in the large model
   * @param smallLayers the number of layers in the small model's stack, 1 outside stacks
   * @param largeLayers the number of layers in the large model's stack, 1 outside stacks
   * @param parts for each part of the parameter's concatenated axis, or for the whole parameter if
   *     it has none, the terms that are added
   * @param fill the fresh values that are added: where no term reaches, as a rule
   */
  public ParameterGrowth {
    parts = parts.stream().map(List::copyOf).toList();
  }

  /** {@return the parameter's name, with {@code {}} for the layer in a stack} */
  public String name() {
    return large.name();
  }

  /** {@return the axis along which the parts lie, or −1 for a parameter of one part} */
  public int partAxis() {
    return large.partAxis();
  }

  /**
   * {@return the extents of the parts along {@link #partAxis} in a model's parameter}
   *
   * @param p the parameter
   */
  public static int[] partExtents(Parameter p) {
    int axis = p.partAxis();
    return axis < 0
        ? new int[0]
        : p.parts().stream().mapToInt(uses -> uses.get(axis).axis().size()).toArray();
  }

  /** {@return all terms of all parts} */
  public Stream<Term> terms() {
    return parts.stream().flatMap(List::stream);
  }

  /** {@return whether no term multiplies by a matrix} */
  public boolean isSelection() {
    return terms().allMatch(Term::isSelection);
  }

  /**
   * {@return by what the sum of the terms is multiplied: how much larger the scale is by which the
   * small model multiplies what it stores, see {@link dev.ligo.core.model.Encoding}}
   */
  public double ratio() {
    return small.encoding().scale() / large.encoding().scale();
  }

  /**
   * {@return what both models add to a value that they store: what multiplies a value multiplies
   * the sum}
   */
  public double offset() {
    return large.encoding().offset();
  }

  /**
   * {@return whether every entry that a term reaches is one entry of the small parameter times a
   * power of two: no digit is lost in a type of half precision, but by numbers that become so small
   * that they are subnormal}
   */
  public boolean keepsDigits() {
    boolean copied =
        ratio() == 1 && terms().allMatch(t -> t.modes().stream().allMatch(AxisMap::isCopy));
    return !fill.isAdded()
        && AxisMap.isPowerOfTwo(ratio())
        && (offset() == 0 || copied)
        && parts.stream().allMatch(ParameterGrowth::keepsDigits);
  }

  private static boolean keepsDigits(List<Term> sum) {
    for (int i = 0; i < sum.size(); i++) {
      Term term = sum.get(i);
      if (!term.keepsDigits() || !sum.subList(0, i).stream().allMatch(term::isApartFrom)) {
        return false;
      }
    }
    return true;
  }

  /** {@return the factors of all terms} */
  public List<AxisMap.Factor> factors() {
    List<AxisMap.Factor> out = new ArrayList<>();
    terms()
        .flatMap(t -> t.modes().stream())
        .filter(AxisMap.Factor.class::isInstance)
        .map(AxisMap.Factor.class::cast)
        .distinct()
        .forEach(out::add);
    return out;
  }

  /** {@return whether some term does not reach every entry} */
  public boolean hasUnreached() {
    return terms()
        .flatMap(t -> t.modes().stream())
        .anyMatch(m -> IntStream.range(0, m.large()).anyMatch(i -> !m.reaches(i)));
  }

  /** {@return whether fresh values are added to the parameter} */
  public boolean isFilled() {
    return !fill.equals(Fill.ZERO) && (fill.isAdded() || hasUnreached());
  }

  /**
   * {@return the same growth by other terms and with another fill}
   *
   * @param parts for each part the terms that are added
   * @param fill the fresh values that are added
   */
  public ParameterGrowth with(List<List<Term>> parts, Fill fill) {
    return new ParameterGrowth(small, large, smallLayers, largeLayers, parts, fill);
  }

  /**
   * Checks that the maps lead from the small parameter's extents to the large one's.
   *
   * @throws GrowthException if one does not
   */
  public void checkExtents() {
    int axis = partAxis();
    int[] smallParts = partExtents(small);
    int[] largeParts = partExtents(large);
    if (parts.size() != Math.max(1, largeParts.length)) {
      throw mismatch();
    }
    for (int part = 0; part < parts.size(); part++) {
      for (Term term : parts.get(part)) {
        if (term.maps().size() != large.uses().size()
            || term.depth().small() != smallLayers
            || term.depth().large() != largeLayers) {
          throw mismatch();
        }
        for (int i = 0; i < term.maps().size(); i++) {
          int from = i == axis ? smallParts[part] : small.shape().dim(i);
          int to = i == axis ? largeParts[part] : large.shape().dim(i);
          if (term.maps().get(i).small() != from || term.maps().get(i).large() != to) {
            throw mismatch();
          }
        }
      }
    }
  }

  private GrowthException mismatch() {
    return new GrowthException(
        "the operator does not grow '"
            + name()
            + "' from "
            + smallLayers
            + " × "
            + small.shape()
            + " to "
            + largeLayers
            + " × "
            + large.shape()
            + "; it was made for other sizes.");
  }
}
