package dev.ligo.api;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * An array in the host's memory, row-major, little-endian: what is copied to a device and back. The
 * bytes may be on the heap, direct, or a memory-mapped file; who holds the buffer decides how long
 * it lives. A host array is smaller than 2 GiB.
 */
public final class HostArray {
  private final TensorSpec spec;
  private final ByteBuffer data;

  private HostArray(TensorSpec spec, ByteBuffer data) {
    this.spec = spec;
    this.data = data.order(ByteOrder.LITTLE_ENDIAN);
  }

  /**
   * {@return an array over existing bytes, which are not copied}
   *
   * @param dtype the element type
   * @param shape the extents
   * @param data the elements from position to limit, row-major and little-endian
   * @throws TensorException if the number of bytes does not match the dtype and shape
   */
  public static HostArray wrap(DType dtype, Shape shape, ByteBuffer data) {
    TensorSpec spec = new TensorSpec(dtype, shape);
    if (data.remaining() != spec.bytes()) {
      throw new TensorException(
          "an array of "
              + spec
              + " takes "
              + spec.bytes()
              + " bytes, found "
              + data.remaining()
              + ".");
    }
    return new HostArray(spec, data.slice());
  }

  /**
   * {@return a new array of zeros on the heap}
   *
   * @param dtype the element type
   * @param shape the extents
   */
  public static HostArray zeros(DType dtype, Shape shape) {
    TensorSpec spec = new TensorSpec(dtype, shape);
    return new HostArray(spec, allocate(spec));
  }

  private static ByteBuffer allocate(TensorSpec spec) {
    if (spec.bytes() > Integer.MAX_VALUE) {
      throw new TensorException(
          "an array of "
              + spec
              + " takes "
              + spec.bytes()
              + " bytes; a host array is smaller than 2 GiB.");
    }
    return ByteBuffer.allocate((int) spec.bytes()).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static void checkCount(Shape shape, int values) {
    if (shape.size() != values) {
      throw new TensorException(
          "an array of shape "
              + shape
              + " has "
              + shape.size()
              + " elements, found "
              + values
              + ".");
    }
  }

  /**
   * {@return a {@link DType#FLOAT32} array with a copy of the values}
   *
   * @param shape the extents
   * @param values the elements in row-major order
   */
  public static HostArray of(Shape shape, float... values) {
    checkCount(shape, values.length);
    HostArray a = zeros(DType.FLOAT32, shape);
    a.data.asFloatBuffer().put(values);
    return a;
  }

  /**
   * {@return a {@link DType#FLOAT64} array with a copy of the values}
   *
   * @param shape the extents
   * @param values the elements in row-major order
   */
  public static HostArray of(Shape shape, double... values) {
    checkCount(shape, values.length);
    HostArray a = zeros(DType.FLOAT64, shape);
    a.data.asDoubleBuffer().put(values);
    return a;
  }

  /**
   * {@return an {@link DType#INT32} array with a copy of the values}
   *
   * @param shape the extents
   * @param values the elements in row-major order
   */
  public static HostArray of(Shape shape, int... values) {
    checkCount(shape, values.length);
    HostArray a = zeros(DType.INT32, shape);
    a.data.asIntBuffer().put(values);
    return a;
  }

  /**
   * {@return an {@link DType#INT64} array with a copy of the values}
   *
   * @param shape the extents
   * @param values the elements in row-major order
   */
  public static HostArray of(Shape shape, long... values) {
    checkCount(shape, values.length);
    HostArray a = zeros(DType.INT64, shape);
    a.data.asLongBuffer().put(values);
    return a;
  }

  /**
   * {@return a {@link DType#BOOL} array with a copy of the values}
   *
   * @param shape the extents
   * @param values the elements in row-major order
   */
  public static HostArray of(Shape shape, boolean... values) {
    checkCount(shape, values.length);
    HostArray a = zeros(DType.BOOL, shape);
    for (int i = 0; i < values.length; i++) {
      a.data.put(i, (byte) (values[i] ? 1 : 0));
    }
    return a;
  }

  /**
   * {@return a scalar of the given dtype; a value that the dtype cannot hold is rounded to it}
   *
   * @param dtype the element type
   * @param value the value
   */
  public static HostArray scalar(DType dtype, double value) {
    HostArray a = zeros(dtype, Shape.scalar());
    a.set(0, value);
    return a;
  }

  /** {@return the dtype and shape} */
  public TensorSpec spec() {
    return spec;
  }

  /** {@return the element type} */
  public DType dtype() {
    return spec.dtype();
  }

  /** {@return the extents} */
  public Shape shape() {
    return spec.shape();
  }

  /** {@return the number of elements} */
  public int size() {
    return data.capacity() / spec.dtype().bytes();
  }

  /** {@return the bytes as a read-only, little-endian view from 0 to their number} */
  public ByteBuffer bytes() {
    return data.asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN).rewind();
  }

  /**
   * {@return one element, by its row-major index, as a double; a truth value is 0 or 1}
   *
   * @param index the element's place in row-major order
   */
  public double get(int index) {
    return switch (spec.dtype()) {
      case FLOAT32 -> data.getFloat(index * 4);
      case FLOAT64 -> data.getDouble(index * 8);
      case INT32 -> data.getInt(index * 4);
      case INT64 -> data.getLong(index * 8);
      case BOOL -> data.get(index);
    };
  }

  /**
   * Sets one element, by its row-major index; a truth value is set by a number other than 0.
   *
   * @param index the element's place in row-major order
   * @param value the value, rounded or cut to the dtype
   */
  public void set(int index, double value) {
    switch (spec.dtype()) {
      case FLOAT32 -> data.putFloat(index * 4, (float) value);
      case FLOAT64 -> data.putDouble(index * 8, value);
      case INT32 -> data.putInt(index * 4, (int) value);
      case INT64 -> data.putLong(index * 8, (long) value);
      case BOOL -> data.put(index, (byte) (value != 0 ? 1 : 0));
    }
  }

  /** {@return the elements, widened or rounded to float} */
  public float[] toFloats() {
    float[] out = new float[size()];
    if (spec.dtype() == DType.FLOAT32) {
      data.asFloatBuffer().get(0, out);
    } else {
      for (int i = 0; i < out.length; i++) {
        out[i] = (float) get(i);
      }
    }
    return out;
  }

  /** {@return the elements as doubles} */
  public double[] toDoubles() {
    double[] out = new double[size()];
    Arrays.setAll(out, this::get);
    return out;
  }

  /** {@return the elements as longs; fractions are cut} */
  public long[] toLongs() {
    long[] out = new long[size()];
    Arrays.setAll(out, i -> spec.dtype() == DType.INT64 ? data.getLong(i * 8) : (long) get(i));
    return out;
  }

  /**
   * {@return the same elements under another shape of the same size; the bytes are shared}
   *
   * @param shape the extents
   */
  public HostArray reshape(Shape shape) {
    return wrap(spec.dtype(), shape, data.duplicate().rewind());
  }

  /**
   * {@return this array, or a converted copy where the dtype differs}
   *
   * @param dtype the element type of the result
   */
  public HostArray as(DType dtype) {
    if (dtype == spec.dtype()) {
      return this;
    }
    HostArray a = zeros(dtype, spec.shape());
    int n = size();
    if (dtype == DType.FLOAT64 && spec.dtype() == DType.FLOAT32) {
      for (int i = 0; i < n; i++) {
        a.data.putDouble(i * 8, data.getFloat(i * 4));
      }
      return a;
    }
    for (int i = 0; i < n; i++) {
      if (dtype == DType.INT64) {
        a.data.putLong(i * 8, (long) get(i));
      } else {
        a.set(i, get(i));
      }
    }
    return a;
  }

  /** {@return whether every element is a finite number} */
  public boolean isFinite() {
    int n = size();
    if (!spec.dtype().isFloating()) {
      return true;
    }
    for (int i = 0; i < n; i++) {
      if (!Double.isFinite(get(i))) {
        return false;
      }
    }
    return true;
  }

  @Override
  public String toString() {
    return "HostArray " + spec;
  }
}
