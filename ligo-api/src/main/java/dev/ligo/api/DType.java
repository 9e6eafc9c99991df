package dev.ligo.api;

/** The element type of an array. Types never mix implicitly in an operation. */
public enum DType {
  /** IEEE 754 binary32. */
  FLOAT32(4),
  /** IEEE 754 binary64. */
  FLOAT64(8),
  /** 32-bit signed integer. */
  INT32(4),
  /** 64-bit signed integer. */
  INT64(8),
  /** A truth value, one byte each: 0 or 1. */
  BOOL(1);

  private final int bytes;

  DType(int bytes) {
    this.bytes = bytes;
  }

  /** {@return the size of one element in bytes} */
  public int bytes() {
    return bytes;
  }

  /** {@return whether this is {@link #FLOAT32} or {@link #FLOAT64}} */
  public boolean isFloating() {
    return this == FLOAT32 || this == FLOAT64;
  }

  /** {@return whether this is {@link #INT32} or {@link #INT64}} */
  public boolean isInteger() {
    return this == INT32 || this == INT64;
  }
}
