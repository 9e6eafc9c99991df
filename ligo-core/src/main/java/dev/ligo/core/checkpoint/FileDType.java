package dev.ligo.core.checkpoint;

import dev.ligo.api.DType;
import dev.ligo.api.HostArray;
import dev.ligo.api.IllegalUseException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The element type of a tensor in a safetensors file; the constants bear the names of the header.
 *
 * <p>The order is that of the format's reference implementation, which writes the last ones first
 * so that every tensor is aligned.
 */
public enum FileDType {
  /** A truth value, one byte: 0 or 1. */
  BOOL(1, DType.BOOL, "bool"),
  /** 8-bit unsigned integer; an {@link DType#INT32} in memory. */
  U8(1, DType.INT32, "uint8"),
  /** IEEE 754 binary16; a {@link DType#FLOAT32} in memory. */
  F16(2, DType.FLOAT32, "float16"),
  /** The upper half of an IEEE 754 binary32; a {@link DType#FLOAT32} in memory. */
  BF16(2, DType.FLOAT32, "bfloat16"),
  /** 32-bit signed integer. */
  I32(4, DType.INT32, "int32"),
  /** IEEE 754 binary32. */
  F32(4, DType.FLOAT32, "float32"),
  /** IEEE 754 binary64. */
  F64(8, DType.FLOAT64, "float64"),
  /** 64-bit signed integer. */
  I64(8, DType.INT64, "int64");

  private final int bytes;
  private final DType memory;
  private final String configName;

  FileDType(int bytes, DType memory, String configName) {
    this.bytes = bytes;
    this.memory = memory;
    this.configName = configName;
  }

  /** {@return the size of one element in the file, in bytes} */
  public int bytes() {
    return bytes;
  }

  /** {@return the element type that a tensor of this type has once it is read} */
  public DType memory() {
    return memory;
  }

  /** {@return what a {@code config.json} calls the type, such as "bfloat16"} */
  public String configName() {
    return configName;
  }

  /** {@return whether elements are floating-point numbers, as weights are} */
  public boolean isFloating() {
    return memory.isFloating();
  }

  /** {@return whether elements are floating-point numbers of 16 bits} */
  public boolean isHalfPrecision() {
    return this == F16 || this == BF16;
  }

  /**
   * {@return this type, if weights can be stored as it}
   *
   * @throws IllegalUseException if it is not floating
   */
  public FileDType requireFloating() {
    if (!isFloating()) {
      throw new IllegalUseException(
          "weights are stored as F16, BF16, F32 or F64, not as " + this + "; choose one of these.");
    }
    return this;
  }

  /**
   * {@return whether this floating-point type stores every value of another one}
   *
   * @param other the other floating-point type
   */
  public boolean holds(FileDType other) {
    return this == other || bytes > other.bytes;
  }

  /**
   * {@return values as they are when they were stored as this type: each rounded to the nearest,
   * ties to even}
   *
   * @param values floating values
   * @throws ArithmeticException if this type cannot hold one; the message is its value
   */
  public HostArray rounded(HostArray values) {
    if (holds(of(values.dtype()))) {
      return values;
    }
    FileSpec spec = new FileSpec(requireFloating(), values.shape());
    ByteBuffer stored =
        ByteBuffer.allocate(Math.toIntExact(spec.bytes())).order(ByteOrder.LITTLE_ENDIAN);
    Encoding.between(values.dtype(), this)
        .orElseThrow()
        .encode(values.bytes().order(ByteOrder.LITTLE_ENDIAN), stored);
    return Decoding.decode(spec, stored.flip());
  }

  /** Returns the floating-point types that store values without making one infinite. */
  static List<FileDType> holding(HostArray values) {
    return Stream.of(F16, BF16, F32, F64).filter(d -> d.holds(values)).toList();
  }

  private boolean holds(HostArray values) {
    try {
      rounded(values);
      return true;
    } catch (ArithmeticException e) {
      return false;
    }
  }

  /**
   * {@return the smallest floating-point type that stores every value of this one and another}
   *
   * @param other the other floating-point type
   */
  public FileDType with(FileDType other) {
    if (holds(other)) {
      return this;
    }
    return other.holds(this) ? other : F32; // the two halves: one's range, the other's digits
  }

  /**
   * {@return the type that stores elements of a type in memory as they are}
   *
   * @param memory the element type in memory
   */
  public static FileDType of(DType memory) {
    return switch (memory) {
      case FLOAT32 -> F32;
      case FLOAT64 -> F64;
      case INT32 -> I32;
      case INT64 -> I64;
      case BOOL -> BOOL;
    };
  }

  /** Returns the type that a header names, or nothing where ligo does not read it. */
  static Optional<FileDType> named(String name) {
    return Arrays.stream(values()).filter(d -> d.name().equals(name)).findFirst();
  }
}
