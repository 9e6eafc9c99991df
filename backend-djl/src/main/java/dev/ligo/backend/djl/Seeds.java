package dev.ligo.backend.djl;

/** Turns the seed of a run and a place in the program into the seed of one draw. */
final class Seeds {
  private static final long GOLDEN = 0x9E3779B97F4A7C15L;

  private Seeds() {}

  /** Mixes both, so that neighbouring seeds and places have nothing in common. */
  static long mix(long seed, long place) {
    return finish(finish(seed + GOLDEN) + GOLDEN * (place + 1));
  }

  /** The finalizer of SplitMix64 (Steele, Lea and Flood, 2014): a bijection of 64 bits. */
  private static long finish(long z) {
    long a = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    long b = (a ^ (a >>> 27)) * 0x94D049BB133111EBL;
    return b ^ (b >>> 31);
  }
}
