package dev.ligo.core.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.function.IntUnaryOperator;
import org.junit.jupiter.api.Test;

class HalfPrecisionTest {
  /** Prime, so that a walk through all floats meets every exponent and many mantissas. */
  private static final int STRIDE = 6151;

  @Test
  void everyBinary16WidensToItsValue() {
    for (int half = 0; half < 1 << 16; half++) {
      float found = Float.intBitsToFloat(HalfPrecision.widenF16((short) half));
      assertSame(half, found, binary16(half));
    }
  }

  @Test
  void everyBfloat16WidensToItsValue() {
    for (int half = 0; half < 1 << 16; half++) {
      float found = Float.intBitsToFloat(HalfPrecision.widenBf16((short) half));
      assertSame(half, found, bfloat16(half));
    }
  }

  @Test
  void everyNumberOf16BitsSurvivesWideningAndNarrowing() {
    for (int half = 0; half < 1 << 16; half++) {
      if (!Double.isNaN(binary16(half))) {
        assertThat(HalfPrecision.narrowF16(HalfPrecision.widenF16((short) half)))
            .isEqualTo((short) half);
      }
      if (!Double.isNaN(bfloat16(half))) {
        assertThat(HalfPrecision.narrowBf16(HalfPrecision.widenBf16((short) half)))
            .isEqualTo((short) half);
      }
    }
  }

  @Test
  void narrowingRoundsToTheNearestWithTiesToEven() {
    for (long bits = 0; bits < 1L << 32; bits += STRIDE) {
      assertNarrows((int) bits);
    }
  }

  @Test
  void narrowingRoundsAtAndBesideEveryTie() {
    IntUnaryOperator widenF16 = half -> HalfPrecision.widenF16((short) half);
    IntUnaryOperator widenBf16 = half -> HalfPrecision.widenBf16((short) half);
    for (int half = 0; half < (1 << 16) - 1; half++) {
      for (IntUnaryOperator widen : new IntUnaryOperator[] {widenF16, widenBf16}) {
        double low = Float.intBitsToFloat(widen.applyAsInt(half));
        double high = Float.intBitsToFloat(widen.applyAsInt(half + 1));
        float tie = (float) ((low + high) / 2);
        assertNarrows(Float.floatToRawIntBits(tie));
        assertNarrows(Float.floatToRawIntBits(Math.nextUp(tie)));
        assertNarrows(Float.floatToRawIntBits(Math.nextDown(tie)));
      }
    }
  }

  @Test
  void binary16OverflowsHalfwayToWhatWouldFollowItsLargestNumber() {
    assertThat(HalfPrecision.narrowF16(Float.floatToIntBits(Math.nextDown(65520f))))
        .isEqualTo((short) 0x7bff);
    assertThat(HalfPrecision.narrowF16(Float.floatToIntBits(65520f))).isEqualTo((short) 0x7c00);
    assertThat(HalfPrecision.narrowF16(Float.floatToIntBits(-65520f))).isEqualTo((short) 0xfc00);
  }

  @Test
  void notANumberStaysOneThroughNarrowing() {
    for (int bits : new int[] {0x7f80_0001, 0x7fc0_0000, 0xffff_ffff, 0xff80_0001}) {
      assertThat(binary16(HalfPrecision.narrowF16(bits) & 0xffff)).isNaN();
      assertThat(bfloat16(HalfPrecision.narrowBf16(bits) & 0xffff)).isNaN();
    }
  }

  @Test
  void doublesAreRoundedOnceOnTheirWayTo16Bits() {
    // Just above a tie of binary16: rounding to float first would land on the tie, then go down.
    double aboveTie = 1 + 0x1p-11 + 0x1p-40;
    assertThat((float) aboveTie).isEqualTo(1 + 0x1p-11f);
    assertNarrowsF16(aboveTie, 0x3c01);
    assertNarrowsF16(-aboveTie, 0xbc01);
    assertNarrowsF16(1 + 0x1p-11, 0x3c00);
    assertNarrowsF16(Double.MIN_VALUE, 0);
    assertNarrowsF16(-Double.MIN_VALUE, 0x8000);
    assertNarrowsF16(0x1p-25 + 0x1p-70, 1);
    assertNarrowsF16(1e300, 0x7c00);
    assertNarrowsF16(Double.NEGATIVE_INFINITY, 0xfc00);
    assertThat(HalfPrecision.roundToOdd(Double.NaN)).isNaN();
  }

  private static void assertNarrowsF16(double value, int half) {
    int bits = Float.floatToRawIntBits(HalfPrecision.roundToOdd(value));
    assertThat(HalfPrecision.narrowF16(bits)).as("%s", value).isEqualTo((short) half);
  }

  private static void assertNarrows(int bits) {
    float value = Float.intBitsToFloat(bits);
    double f16 = binary16(HalfPrecision.narrowF16(bits) & 0xffff);
    double bf16 = bfloat16(HalfPrecision.narrowBf16(bits) & 0xffff);
    assertSame(bits, f16, nearest(value, 10, -14, 15));
    assertSame(bits, bf16, nearest(value, 7, -126, 127));
  }

  /** Returns the nearest number of a format with that many bits of fraction, ties to even. */
  private static double nearest(float value, int fraction, int leastExponent, int mostExponent) {
    if (value == 0 || !Float.isFinite(value)) {
      return value;
    }
    int exponent = Math.max(Math.getExponent((double) value), leastExponent);
    double unit = Math.scalb(1.0, exponent - fraction);
    double rounded = Math.rint(value / unit) * unit;
    return Math.abs(rounded) >= Math.scalb(1.0, mostExponent + 1)
        ? Math.copySign(Double.POSITIVE_INFINITY, value)
        : rounded;
  }

  private static double binary16(int half) {
    return value(half, 10, 5);
  }

  private static double bfloat16(int half) {
    return value(half, 7, 8);
  }

  /** Returns the value of an IEEE 754 format by its definition. */
  private static double value(int bits, int fractionBits, int exponentBits) {
    double sign = bits >>> 15 == 0 ? 1 : -1;
    int most = (1 << exponentBits) - 1;
    int exponent = bits >>> fractionBits & most;
    double fraction = (bits & ((1 << fractionBits) - 1)) * Math.scalb(1.0, -fractionBits);
    int bias = most >> 1;
    if (exponent == most) {
      return fraction == 0 ? sign * Double.POSITIVE_INFINITY : Double.NaN;
    }
    return exponent == 0
        ? sign * Math.scalb(fraction, 1 - bias)
        : sign * Math.scalb(1 + fraction, exponent - bias);
  }

  /** Compares with signed zeros told apart; AssertJ's assertions would be slow in these loops. */
  private static void assertSame(int input, double found, double expected) {
    if (Double.compare(found, expected) != 0) {
      assertThat(found).as("0x%x", input).isEqualTo(expected);
    }
  }
}
