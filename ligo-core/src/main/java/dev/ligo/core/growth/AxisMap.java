package dev.ligo.core.growth;

import java.util.Arrays;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;

/**
 * How one axis grows: a linear map from the small extent to the large one, applied along the axis.
 * For the axis of layers it is the depth map w of the formulas, one row for each large layer.
 */
public sealed interface AxisMap {
  /** {@return the small extent} */
  int small();

  /** {@return the large extent} */
  int large();

  /**
   * {@return whether a large unit has a source: one without keeps what it is filled with}
   *
   * @param unit the large unit's number, from 0
   */
  boolean reaches(int unit);

  /**
   * {@return whether every large unit is nothing or one small unit times 0 or a power of two: what
   * changes no digit of a number, in any floating-point type}
   */
  boolean keepsDigits();

  /** {@return whether every large unit is nothing or one small unit as it is} */
  boolean isCopy();

  /**
   * {@return whether multiplying by a number changes no digit}
   *
   * @param positive the number, above 0
   */
  static boolean isPowerOfTwo(double positive) {
    return positive == Math.scalb(1.0, Math.getExponent(positive));
  }

  /**
   * {@return an identity of a size}
   *
   * @param size the number of units
   */
  static AxisMap identity(int size) {
    return new Identity(size);
  }

  /** How the values of a factor are stored: what part of the map is learned. */
  enum Form {
    /** A dense matrix, large × small (the paper). */
    DENSE,
    /**
     * The identity over learned rows, [I; C]: only C, (large − small) × small, is stored (the
     * code).
     */
    ROWS
  }

  /** Which layers of a stack have a factor of their own. */
  enum Sharing {
    /** One factor for all layers (Algorithm 1 of the paper). */
    SHARED,
    /** One for each large layer, applied after the depth map (the released code). */
    LARGE,
    /** One for each small layer, applied before the depth map (section 3.3 of the paper). */
    SMALL
  }

  /**
   * Every unit is itself.
   *
   * @param small the extent
   */
  record Identity(int small) implements AxisMap {
    @Override
    public int large() {
      return small;
    }

    @Override
    public boolean reaches(int unit) {
      return true;
    }

    @Override
    public boolean keepsDigits() {
      return true;
    }

    @Override
    public boolean isCopy() {
      return true;
    }
  }

  /** Every large unit is a small unit or the mean of all, times a scale; or it is nothing. */
  final class Selection implements AxisMap {
    /** The index of a large unit that no small unit reaches. */
    public static final int NONE = -1;

    /** The index of a large unit that is the mean of all small units. */
    public static final int MEAN = -2;

    private final int small;
    private final int[] index;
    private final double[] scale;

    /**
     * Creates a selection.
     *
     * @param small the small extent
     * @param index for each large unit the small unit that it copies, or {@link #MEAN} or {@link
     *     #NONE}
     * @param scale for each large unit the factor of the copy
     */
    public Selection(int small, int[] index, double[] scale) {
      if (index.length != scale.length
          || Arrays.stream(index).anyMatch(i -> i < MEAN || i >= small)) {
        throw new GrowthException(
            "a selection needs indices below "
                + small
                + " and as many scales, found "
                + Arrays.toString(index)
                + ".");
      }
      this.small = small;
      this.index = index.clone();
      this.scale = scale.clone();
    }

    /**
     * Creates a selection whose scales are 1.
     *
     * @param small the number of small units
     * @param index the small unit of each large one, −1 for none
     */
    public Selection(int small, int... index) {
      this(small, index, ones(index.length));
    }

    private static double[] ones(int n) {
      double[] s = new double[n];
      Arrays.fill(s, 1);
      return s;
    }

    @Override
    public int small() {
      return small;
    }

    @Override
    public int large() {
      return index.length;
    }

    @Override
    public boolean reaches(int unit) {
      return index[unit] != NONE;
    }

    @Override
    public boolean keepsDigits() {
      return IntStream.range(0, index.length)
          .filter(this::reaches)
          .allMatch(i -> index[i] != MEAN && (scale[i] == 0 || isPowerOfTwo(Math.abs(scale[i]))));
    }

    @Override
    public boolean isCopy() {
      return IntStream.range(0, index.length)
          .filter(this::reaches)
          .allMatch(i -> index[i] != MEAN && scale[i] == 1);
    }

    /**
     * {@return whether some large unit has an index, such as {@link #MEAN}}
     *
     * @param wanted the small unit's number
     */
    public boolean has(int wanted) {
      return Arrays.stream(index).anyMatch(i -> i == wanted);
    }

    /**
     * {@return the small unit that a large unit copies, or {@link #MEAN} or {@link #NONE}}
     *
     * @param large the large unit's number, from 0
     */
    public int index(int large) {
      return index[large];
    }

    /**
     * {@return the factor of a large unit's copy}
     *
     * @param large the large unit's number, from 0
     */
    public double scale(int large) {
      return scale[large];
    }

    /**
     * {@return this selection with each unit's scale multiplied by a number of its own}
     *
     * @param factor what a large unit's scale is multiplied by
     */
    public Selection times(IntToDoubleFunction factor) {
      double[] s = scale.clone();
      for (int j = 0; j < s.length; j++) {
        s[j] *= factor.applyAsDouble(j);
      }
      return new Selection(small, index, s);
    }

    /**
     * {@return this selection where it is kept, and nothing elsewhere}
     *
     * @param kept tells whether a large unit keeps its source
     */
    public Selection where(IntPredicate kept) {
      int[] i = index.clone();
      for (int j = 0; j < i.length; j++) {
        i[j] = kept.test(j) ? i[j] : NONE;
      }
      return new Selection(small, i, scale);
    }

    /** {@return how often each small unit is selected} */
    public int[] counts() {
      int[] count = new int[small];
      for (int i : index) {
        if (i >= 0) {
          count[i]++;
        }
      }
      return count;
    }

    /** {@return this selection with each scale divided by how often its small unit is selected} */
    public Selection dividedByCounts() {
      int[] count = counts();
      double[] s = scale.clone();
      for (int j = 0; j < s.length; j++) {
        s[j] /= index[j] < 0 ? 1 : count[index[j]];
      }
      return new Selection(small, index, s);
    }

    @Override
    public boolean equals(Object o) {
      return o instanceof Selection s
          && small == s.small
          && Arrays.equals(index, s.index)
          && Arrays.equals(scale, s.scale);
    }

    @Override
    public int hashCode() {
      return 31 * Arrays.hashCode(index) + Arrays.hashCode(scale);
    }
  }

  /**
   * A matrix whose values the operator holds under a name.
   *
   * @param name the factor's name; uses of the same name share the values
   * @param large the large extent
   * @param small the small extent
   * @param form which part of the map the values are
   * @param sharing whether the values have a leading axis of layers
   * @param unreached the large units that nothing reached where learning began, whose fill the
   *     factor's product is added to
   */
  record Factor(
      String name, int large, int small, Form form, Sharing sharing, List<Integer> unreached)
      implements AxisMap {
    /**
     * Copies the units.
     *
     * @param name the factor's name; uses of the same name share the values
     * @param large the large extent
     * @param small the small extent
     * @param form which part of the map the values are
     * @param sharing whether the values have a leading axis of layers
     * @param unreached the large units that nothing reached where learning began, whose fill the
     *     factor's product is added to
     */
    public Factor {
      unreached = List.copyOf(unreached);
    }

    /**
     * Creates a factor that reaches every unit.
     *
     * @param name its name in the operator's file
     * @param large the number of large units
     * @param small the number of small units
     * @param form what is learned of it
     * @param sharing which layers have a factor of their own
     */
    public Factor(String name, int large, int small, Form form, Sharing sharing) {
      this(name, large, small, form, sharing, List.of());
    }

    @Override
    public boolean reaches(int unit) {
      return !unreached.contains(unit);
    }

    @Override
    public boolean keepsDigits() {
      return false;
    }

    @Override
    public boolean isCopy() {
      return false;
    }

    /** {@return the number of rows that are stored} */
    public int rows() {
      return form == Form.DENSE ? large : large - small;
    }
  }
}
