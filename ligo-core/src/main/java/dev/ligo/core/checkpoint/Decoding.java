package dev.ligo.core.checkpoint;

import dev.ligo.api.DType;
import dev.ligo.api.HostArray;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.nio.ShortBuffer;

/** Turns a tensor's bytes in a file into a host array: as they are, or widened. */
final class Decoding {
  private static final int CHUNK = 8192;

  private Decoding() {}

  /**
   * Returns the tensor as a host array, over the bytes themselves where memory has the file's type.
   *
   * @param bytes the elements from position to limit; shared with the result where they need not be
   *     widened
   * @throws IllegalArgumentException if a truth value is neither 0 nor 1
   */
  static HostArray decode(FileSpec spec, ByteBuffer bytes) {
    ByteBuffer elements =
        switch (spec.dtype()) {
          case F32, F64, I32, I64 -> bytes;
          case BOOL -> truthValues(bytes);
          case U8 -> widenBytes(bytes);
          case F16, BF16 -> widenHalves(spec.dtype(), bytes);
        };
    return HostArray.wrap(spec.dtype().memory(), spec.shape(), elements);
  }

  private static ByteBuffer truthValues(ByteBuffer bytes) {
    for (int i = bytes.position(); i < bytes.limit(); i++) {
      if (bytes.get(i) != 0 && bytes.get(i) != 1) {
        throw new IllegalArgumentException(
            "element " + (i - bytes.position()) + " is " + Byte.toUnsignedInt(bytes.get(i)));
      }
    }
    return bytes;
  }

  private static ByteBuffer widenBytes(ByteBuffer bytes) {
    ByteBuffer wide = allocate(bytes.remaining(), DType.INT32);
    while (bytes.hasRemaining()) {
      wide.putInt(Byte.toUnsignedInt(bytes.get()));
    }
    return wide.flip();
  }

  private static ByteBuffer widenHalves(FileDType dtype, ByteBuffer bytes) {
    ShortBuffer halves = bytes.order(ByteOrder.LITTLE_ENDIAN).asShortBuffer();
    ByteBuffer wide = allocate(halves.remaining(), DType.FLOAT32);
    IntBuffer floats = wide.asIntBuffer();
    // Through arrays on the heap, whose loops the compiler makes fast; a mapped buffer's it
    // doesn't.
    short[] from = new short[CHUNK];
    int[] to = new int[CHUNK];
    while (halves.hasRemaining()) {
      int n = Math.min(CHUNK, halves.remaining());
      halves.get(from, 0, n);
      if (dtype == FileDType.BF16) {
        for (int i = 0; i < n; i++) {
          to[i] = HalfPrecision.widenBf16(from[i]);
        }
      } else {
        for (int i = 0; i < n; i++) {
          to[i] = HalfPrecision.widenF16(from[i]);
        }
      }
      floats.put(to, 0, n);
    }
    return wide;
  }

  private static ByteBuffer allocate(int elements, DType dtype) {
    return ByteBuffer.allocate(elements * dtype.bytes()).order(ByteOrder.LITTLE_ENDIAN);
  }
}
