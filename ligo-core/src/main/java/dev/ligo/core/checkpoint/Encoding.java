package dev.ligo.core.checkpoint;

import dev.ligo.api.DType;
import java.nio.ByteBuffer;
import java.util.Optional;

/** Turns the elements of a host array into those of a file; the inverse of {@link Decoding}. */
@FunctionalInterface
interface Encoding {
  /**
   * Encodes the elements of a buffer, from position to limit, at another's position; both are
   * little-endian.
   *
   * @throws ArithmeticException if the file's type cannot hold an element; the message is its value
   */
  void encode(ByteBuffer source, ByteBuffer target);

  /**
   * Returns how elements of a type in memory are stored as a file's type: floating-point ones as
   * any floating-point type, rounded to the nearest with ties to even; others as the types that
   * they are read from.
   */
  static Optional<Encoding> between(DType memory, FileDType file) {
    if (file == FileDType.of(memory)) {
      return Optional.of((source, target) -> target.put(source));
    }
    return Optional.ofNullable(
        switch (file) {
          case F16, BF16 -> memory.isFloating() ? halves(memory, file) : null;
          case F32 -> memory == DType.FLOAT64 ? Encoding::doublesToFloats : null;
          case F64 -> memory == DType.FLOAT32 ? Encoding::floatsToDoubles : null;
          case U8 -> memory == DType.INT32 ? Encoding::intsToBytes : null;
          case I32, I64, BOOL -> null;
        });
  }

  private static Encoding halves(DType memory, FileDType file) {
    return (source, target) -> {
      // Through arrays on the heap, whose loops the compiler makes fast.
      int[] floats = new int[source.remaining() / memory.bytes()];
      if (memory == DType.FLOAT32) {
        source.asIntBuffer().get(floats);
      } else {
        for (int i = 0; i < floats.length; i++) {
          floats[i] = Float.floatToRawIntBits(HalfPrecision.roundToOdd(source.getDouble()));
        }
      }
      short[] halves = new short[floats.length];
      if (file == FileDType.BF16) {
        for (int i = 0; i < floats.length; i++) {
          halves[i] = HalfPrecision.narrowBf16(floats[i]);
        }
      } else {
        for (int i = 0; i < floats.length; i++) {
          halves[i] = HalfPrecision.narrowF16(floats[i]);
        }
      }
      requireFinite(floats, halves, file == FileDType.BF16 ? 0x7f80 : 0x7c00);
      target.asShortBuffer().put(halves);
      target.position(target.position() + halves.length * file.bytes());
    };
  }

  private static void requireFinite(int[] floats, short[] halves, int infinity) {
    for (int i = 0; i < floats.length; i++) {
      if ((halves[i] & 0x7fff) == infinity) {
        float value = Float.intBitsToFloat(floats[i]);
        if (Float.isFinite(value)) {
          throw new ArithmeticException(Float.toString(value));
        }
      }
    }
  }

  private static void doublesToFloats(ByteBuffer source, ByteBuffer target) {
    while (source.hasRemaining()) {
      double value = source.getDouble();
      float nearest = (float) value;
      if (Float.isInfinite(nearest) && Double.isFinite(value)) {
        throw new ArithmeticException(Double.toString(value));
      }
      target.putFloat(nearest);
    }
  }

  private static void floatsToDoubles(ByteBuffer source, ByteBuffer target) {
    while (source.hasRemaining()) {
      target.putDouble(source.getFloat());
    }
  }

  private static void intsToBytes(ByteBuffer source, ByteBuffer target) {
    while (source.hasRemaining()) {
      int value = source.getInt();
      if (value < 0 || value > 255) {
        throw new ArithmeticException(Integer.toString(value));
      }
      target.put((byte) value);
    }
  }
}
