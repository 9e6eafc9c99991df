package dev.ligo.core.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.util.function.Supplier;

/** A floating-point tensor in a file, whose bytes are handed on a stretch at a time. */
public final class StoredTensor {
  /** Takes the bytes of a tensor, a stretch at a time, in their order. */
  public interface Sink {
    /**
     * Takes a stretch.
     *
     * @param stretch whole elements from position to limit, little-endian
     * @throws IOException if it cannot be written
     */
    void accept(ByteBuffer stretch) throws IOException;
  }

  private static final int STRETCH = 1 << 20;

  private final SafetensorsFile file;
  private final String name;
  private final FileSpec spec;

  StoredTensor(SafetensorsFile file, String name, FileSpec spec) {
    this.file = file;
    this.name = name;
    this.spec = spec;
  }

  /** {@return its dtype and shape} */
  public FileSpec spec() {
    return spec;
  }

  /**
   * Hands on all its bytes.
   *
   * @param refusal makes the error if a value is not finite
   * @param sink takes the bytes
   * @throws CheckpointException if they cannot be read
   * @throws IOException if the sink throws it
   */
  public void each(Supplier<? extends RuntimeException> refusal, Sink sink) throws IOException {
    long size = spec.bytes();
    synchronized (file) { // whose buffer serves all of its tensors
      ByteBuffer stretch = file.stretch(STRETCH);
      for (long from = 0; from < size; from += stretch.limit()) {
        stretch.clear().limit((int) Math.min(size - from, STRETCH));
        file.fill(name, from, stretch);
        if (!isFinite(stretch.duplicate().order(ByteOrder.LITTLE_ENDIAN))) {
          throw refusal.get();
        }
        sink.accept(stretch);
      }
    }
  }

  private boolean isFinite(ByteBuffer stretch) {
    return switch (spec.dtype()) {
      case F16, BF16 -> HalfPrecision.isFinite(spec.dtype(), stretch);
      case F32 -> isFinite(stretch.asIntBuffer());
      default -> isFinite(stretch.asLongBuffer());
    };
  }

  private static boolean isFinite(IntBuffer bits) {
    int[] all = new int[bits.remaining()]; // whose loop the compiler makes fast
    bits.get(all);
    int infinity = Float.floatToRawIntBits(Float.POSITIVE_INFINITY);
    int largest = 0;
    for (int b : all) {
      largest = Math.max(largest, b & infinity);
    }
    return largest < infinity;
  }

  private static boolean isFinite(LongBuffer bits) {
    long infinity = Double.doubleToRawLongBits(Double.POSITIVE_INFINITY);
    long largest = 0;
    while (bits.hasRemaining()) {
      largest = Math.max(largest, bits.get() & infinity);
    }
    return largest < infinity;
  }
}
