package dev.ligo.core.growth.apply;

import dev.ligo.api.DType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;

/**
 * Stretches of an array's elements as doubles, read and written in bulk. A product or sum of two
 * floats that is computed in double and then rounded is the float's own: 53 bits are more than
 * twice 24 and 2.
 */
sealed interface HostRows {
  /** Returns the elements of little-endian bytes, float32 or float64. */
  static HostRows of(DType dtype, ByteBuffer bytes) {
    ByteBuffer ordered = bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    return dtype == DType.FLOAT32
        ? new Floats(ordered.asFloatBuffer())
        : new Doubles(ordered.asDoubleBuffer());
  }

  /** Reads the first {@code n} elements of a row from an offset on. */
  void read(int offset, double[] row, int n);

  /** Writes the first {@code n} elements of a row from an offset on, rounded to the dtype. */
  void write(int offset, double[] row, int n);

  /** Adds a number to each element of a row. */
  void add(double[] row, double[] other, int n);

  /** Multiplies each element of a row by a number, rounded to the dtype as an engine does. */
  void scale(double[] row, double scale, int n);

  /** Multiplies each element of a row by a number of its own. */
  void scale(double[] row, double[] scales, int n);

  /** Float32. */
  final class Floats implements HostRows {
    private final FloatBuffer buffer;
    private float[] scratch = new float[0];

    Floats(FloatBuffer buffer) {
      this.buffer = buffer;
    }

    private float[] scratch(int n) {
      if (scratch.length < n) {
        scratch = new float[n];
      }
      return scratch;
    }

    @Override
    public void read(int offset, double[] row, int n) {
      float[] values = scratch(n);
      buffer.get(offset, values, 0, n);
      for (int i = 0; i < n; i++) {
        row[i] = values[i];
      }
    }

    @Override
    public void write(int offset, double[] row, int n) {
      float[] values = scratch(n);
      for (int i = 0; i < n; i++) {
        values[i] = (float) row[i];
      }
      buffer.put(offset, values, 0, n);
    }

    @Override
    public void add(double[] row, double[] other, int n) {
      for (int i = 0; i < n; i++) {
        row[i] = (float) (row[i] + other[i]);
      }
    }

    @Override
    public void scale(double[] row, double scale, int n) {
      float s = (float) scale;
      for (int i = 0; i < n; i++) {
        row[i] = (float) row[i] * s;
      }
    }

    @Override
    public void scale(double[] row, double[] scales, int n) {
      for (int i = 0; i < n; i++) {
        row[i] = (float) row[i] * (float) scales[i];
      }
    }
  }

  /** Float64. */
  record Doubles(DoubleBuffer buffer) implements HostRows {
    @Override
    public void read(int offset, double[] row, int n) {
      buffer.get(offset, row, 0, n);
    }

    @Override
    public void write(int offset, double[] row, int n) {
      buffer.put(offset, row, 0, n);
    }

    @Override
    public void add(double[] row, double[] other, int n) {
      for (int i = 0; i < n; i++) {
        row[i] += other[i];
      }
    }

    @Override
    public void scale(double[] row, double scale, int n) {
      for (int i = 0; i < n; i++) {
        row[i] *= scale;
      }
    }

    @Override
    public void scale(double[] row, double[] scales, int n) {
      for (int i = 0; i < n; i++) {
        row[i] *= scales[i];
      }
    }
  }
}
