package dev.ligo.core.data;

/**
 * An order of the numbers from 0 to n − 1 that takes no memory: a Feistel network on the next power
 * of four, applied again until the result is below n (cycle walking: Black and Rogaway, "Ciphers
 * with arbitrary finite domains", 2002).
 */
public final class Permutation {
  private static final int ROUNDS = 6;

  private final long size;
  private final int halfBits;
  private final long[] keys = new long[ROUNDS];

  /**
   * Creates the permutation of {@code size} numbers, 1 or more, that a generator draws.
   *
   * @param size the number of places
   * @param random what the order is drawn from
   */
  public Permutation(long size, SeededRandom random) {
    this.size = size;
    int bits = Long.SIZE - Long.numberOfLeadingZeros(size - 1);
    this.halfBits = Math.max(1, (bits + 1) / 2);
    for (int round = 0; round < ROUNDS; round++) {
      keys[round] = random.nextLong();
    }
  }

  /**
   * {@return the number at a place from 0 to size − 1}
   *
   * @param place the place, from 0
   */
  public long at(long place) {
    long number = place;
    do {
      number = encipher(number);
    } while (number >= size);
    return number;
  }

  private long encipher(long number) {
    long left = number >>> halfBits;
    long right = number & ((1L << halfBits) - 1);
    for (long key : keys) {
      long next = left ^ hash(right ^ key);
      left = right;
      right = next;
    }
    return (left << halfBits) | right;
  }

  /** Returns half a number: the high bits of a product hold a little of every bit below. */
  private long hash(long bits) {
    long product = bits * 0xBF58476D1CE4E5B9L;
    return ((product ^ (product >>> 32)) * 0x94D049BB133111EBL) >>> (Long.SIZE - halfBits);
  }
}
