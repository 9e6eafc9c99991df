package dev.ligo.core.data;

/**
 * A seeded generator of random numbers whose draws are fixed by this code alone, on every JVM:
 * SplitMix64 (Steele, Lea and Flood, "Fast Splittable Pseudorandom Number Generators", OOPSLA
 * 2014).
 */
public final class SeededRandom {
  private static final long GAMMA = 0x9E3779B97F4A7C15L;

  private long state;
  private double spare = Double.NaN;

  /**
   * Creates a generator from a seed and a purpose: different purposes draw independently.
   *
   * @param seed what random numbers are drawn from
   * @param purpose what the numbers are for: streams of different purposes are independent
   */
  public SeededRandom(long seed, String purpose) {
    long h = mix(seed + GAMMA);
    for (int i = 0; i < purpose.length(); i++) {
      h = mix(h * 31 + purpose.charAt(i) + GAMMA);
    }
    state = h;
  }

  private static long mix(long z) {
    long a = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    long b = (a ^ (a >>> 27)) * 0x94D049BB133111EBL;
    return b ^ (b >>> 31);
  }

  /** {@return 64 random bits} */
  public long nextLong() {
    state += GAMMA;
    return mix(state);
  }

  /** {@return a uniform number in [0, 1)} */
  public double nextDouble() {
    return (nextLong() >>> 11) * 0x1.0p-53;
  }

  /**
   * {@return a uniform integer in [0, bound)}
   *
   * @param bound what the number is below
   */
  public int nextInt(int bound) {
    if (bound < 1) {
      throw new IllegalArgumentException("a bound is at least 1, found " + bound);
    }
    return (int) Math.multiplyHigh(nextLong() >>> 1, 2L * bound);
  }

  /** {@return a number of the standard normal distribution, by Marsaglia's polar method} */
  public double nextGaussian() {
    if (!Double.isNaN(spare)) {
      double s = spare;
      spare = Double.NaN;
      return s;
    }
    while (true) {
      double u = 2 * nextDouble() - 1;
      double v = 2 * nextDouble() - 1;
      double q = u * u + v * v;
      if (q < 1 && q > 0) {
        double f = StrictMath.sqrt(-2 * StrictMath.log(q) / q);
        spare = v * f;
        return u * f;
      }
    }
  }
}
