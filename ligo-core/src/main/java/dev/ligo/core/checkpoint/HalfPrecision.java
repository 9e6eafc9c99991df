package dev.ligo.core.checkpoint;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.ShortBuffer;

/** The 16-bit floating-point formats: widened exactly, narrowed to the nearest, ties to even. */
final class HalfPrecision {
  private static final int SIGN = 0x8000;
  private static final int FLOAT_ABS = 0x7fff_ffff;
  private static final int FLOAT_INFINITY = 0x7f80_0000;

  /** How many mantissa bits a binary16 has less than a float. */
  private static final int F16_SHIFT = 13;

  private static final int F16_INFINITY = 0x7c00;
  private static final int BF16_INFINITY = 0x7f80;

  /** The elements that are looked at together. */
  private static final int CHUNK = 8192;

  private static final int F16_LEAST_NORMAL = 0x0400;
  private static final int F16_QUIET_NAN = 0x0200;

  /** The difference of the two exponent biases, 127 − 15, at a float's exponent. */
  private static final int F16_REBIAS = 112 << 23;

  /** The bits of 2⁻¹⁴, the least normal binary16. */
  private static final int FLOAT_LEAST_NORMAL_F16 = 0x3880_0000;

  /** The bits of 65520, halfway between the largest binary16 and what would follow it. */
  private static final int FLOAT_OVERFLOW_F16 = 0x477f_f000;

  private HalfPrecision() {}

  /** Returns whether no element of some bytes, from position to limit, is infinite or no number. */
  static boolean isFinite(FileDType dtype, ByteBuffer bytes) {
    int infinity = dtype == FileDType.BF16 ? BF16_INFINITY : F16_INFINITY;
    ShortBuffer halves = bytes.order(ByteOrder.LITTLE_ENDIAN).asShortBuffer();
    // Through an array on the heap, whose loops the compiler makes fast; a mapped buffer's it
    // doesn't.
    short[] chunk = new short[CHUNK];
    boolean finite = true;
    while (finite && halves.hasRemaining()) {
      int n = Math.min(CHUNK, halves.remaining());
      halves.get(chunk, 0, n);
      int largest = 0;
      for (int i = 0; i < n; i++) {
        largest = Math.max(largest, chunk[i] & infinity);
      }
      finite = largest < infinity;
    }
    return finite;
  }

  /** Returns the bits of the float with the value of a binary16. */
  static int widenF16(short half) {
    int sign = (half & SIGN) << 16;
    int magnitude = half & ~SIGN & 0xffff;
    if (magnitude >= F16_INFINITY) {
      return sign | FLOAT_INFINITY | magnitude << F16_SHIFT;
    }
    if (magnitude >= F16_LEAST_NORMAL) {
      return sign | (magnitude << F16_SHIFT) + F16_REBIAS;
    }
    // Subnormal: a multiple of 2⁻²⁴.
    return sign | Float.floatToRawIntBits(magnitude * 0x1p-24f);
  }

  /** Returns the bits of the float with the value of a bfloat16. */
  static int widenBf16(short half) {
    return half << 16;
  }

  /** Returns the binary16 nearest to the float with the given bits; a NaN stays one. */
  static short narrowF16(int bits) {
    int sign = bits >>> 16 & SIGN;
    int magnitude = bits & FLOAT_ABS;
    if (magnitude > FLOAT_INFINITY) {
      int payload = magnitude >>> F16_SHIFT & (F16_LEAST_NORMAL - 1);
      return (short) (sign | F16_INFINITY | F16_QUIET_NAN | payload);
    }
    if (magnitude >= FLOAT_OVERFLOW_F16) {
      return (short) (sign | F16_INFINITY);
    }
    if (magnitude >= FLOAT_LEAST_NORMAL_F16) {
      return (short) (sign | roundOff(magnitude - F16_REBIAS, F16_SHIFT));
    }
    // Subnormal: in units of 2⁻²⁴; the product is exact in double.
    return (short) (sign | (int) Math.rint(Float.intBitsToFloat(magnitude) * 0x1p24));
  }

  /** Returns the bfloat16 nearest to the float with the given bits; a NaN stays one. */
  static short narrowBf16(int bits) {
    if ((bits & FLOAT_ABS) > FLOAT_INFINITY) {
      return (short) (bits >>> 16 | 0x40);
    }
    return (short) roundOff(bits, 16);
  }

  /**
   * Returns a float near the double from which narrowing on to 16 bits gives the double's own
   * nearest: rounded to odd, so that the second rounding sees that the first one was inexact
   * (Boldo, Melquiond: Emulation of FMA and correctly rounded sums, 2008).
   */
  static float roundToOdd(double value) {
    float nearest = (float) value;
    if (Double.isNaN(value) || nearest == value || (Float.floatToRawIntBits(nearest) & 1) == 1) {
      return nearest;
    }
    return nearest < value ? Math.nextUp(nearest) : Math.nextDown(nearest);
  }

  /** Drops low bits, rounding to the nearest, ties to even; a carry runs into the exponent. */
  private static int roundOff(int bits, int dropped) {
    int half = (1 << (dropped - 1)) - 1;
    int odd = bits >>> dropped & 1;
    return (bits + half + odd) >>> dropped;
  }
}
