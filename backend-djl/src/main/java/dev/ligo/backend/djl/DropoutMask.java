package dev.ligo.backend.djl;

import dev.ligo.api.DType;
import java.nio.ByteBuffer;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;

/**
 * Draws dropout masks. On the host this takes a tenth of the time of torch's generator, which is
 * serial, and needs no lock, which torch's would: its seed is the process's.
 *
 * <p>The bits are those of SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number
 * generators", OOPSLA 2014), 32 for an element.
 */
final class DropoutMask {
  private static final long GOLDEN = 0x9E3779B97F4A7C15L;
  private static final int CHUNK = 4096;

  private final long start;
  private final long threshold;
  private final double kept;

  DropoutMask(double rate, long seed, long place) {
    start = seed(seed, place);
    threshold = Math.round(rate * 0x1p32);
    kept = 1 / (1 - rate);
  }

  /** Mixes both numbers, so that neighbouring seeds and places have nothing in common. */
  static long seed(long seed, long place) {
    return mix(mix(seed + GOLDEN) + GOLDEN * (place + 1));
  }

  private static long mix(long z) {
    long a = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    long b = (a ^ (a >>> 27)) * 0x94D049BB133111EBL;
    return b ^ (b >>> 31);
  }

  /** Fills the rest of a buffer of a floating dtype. */
  void fill(DType dtype, ByteBuffer bytes) {
    if (dtype == DType.FLOAT32) {
      fill(bytes.asFloatBuffer());
    } else {
      fill(bytes.asDoubleBuffer());
    }
  }

  private void fill(FloatBuffer out) {
    float[] chunk = new float[CHUNK];
    int value = Float.floatToRawIntBits((float) kept);
    long state = start;
    while (out.hasRemaining()) {
      for (int i = 0; i < CHUNK; i += 2) {
        state += GOLDEN;
        long bits = mix(state);
        chunk[i] = Float.intBitsToFloat(value & (int) keeps(bits & 0xFFFFFFFFL));
        chunk[i + 1] = Float.intBitsToFloat(value & (int) keeps(bits >>> 32));
      }
      out.put(chunk, 0, Math.min(CHUNK, out.remaining()));
    }
  }

  private void fill(DoubleBuffer out) {
    double[] chunk = new double[CHUNK];
    long value = Double.doubleToRawLongBits(kept);
    long state = start;
    while (out.hasRemaining()) {
      for (int i = 0; i < CHUNK; i += 2) {
        state += GOLDEN;
        long bits = mix(state);
        chunk[i] = Double.longBitsToDouble(value & keeps(bits & 0xFFFFFFFFL));
        chunk[i + 1] = Double.longBitsToDouble(value & keeps(bits >>> 32));
      }
      out.put(chunk, 0, Math.min(CHUNK, out.remaining()));
    }
  }

  /** Returns all ones if 32 random bits keep an element, else zeros: a branch would mispredict. */
  private long keeps(long bits) {
    return ~((bits - threshold) >> 63);
  }
}
