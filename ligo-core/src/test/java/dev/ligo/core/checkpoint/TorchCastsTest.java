package dev.ligo.core.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ligo.api.DType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is written of a number is what torch makes of it, but for infinity: that is refused. */
class TorchCastsTest {
  private static final Path GOLDEN =
      Path.of("src/test/resources/dev/ligo/core/checkpoint/torch-casts.tsv");

  /** A number, and what torch casts it to: float64 to float32, and that to 16 bits. */
  private record Cast(double number, float single, int f16, int bf16) {
    static Cast of(String line) {
      String[] bits = line.split("\t", -1);
      return new Cast(
          Double.longBitsToDouble(Long.parseUnsignedLong(bits[0], 16)),
          Float.intBitsToFloat(Integer.parseUnsignedInt(bits[1], 16)),
          Integer.parseInt(bits[2], 16),
          Integer.parseInt(bits[3], 16));
    }
  }

  private static List<Cast> casts() throws IOException {
    return Files.readAllLines(GOLDEN).stream().map(Cast::of).toList();
  }

  private static ByteBuffer buffer(DType memory, double value) {
    ByteBuffer b = ByteBuffer.allocate(Double.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    return (memory == DType.FLOAT64 ? b.putDouble(value) : b.putFloat((float) value)).flip();
  }

  /** Writes one number, and reads it as it stands in a file. */
  private static double stored(DType memory, double value, FileDType as) {
    ByteBuffer target = ByteBuffer.allocate(Double.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    Encoding.between(memory, as).orElseThrow().encode(buffer(memory, value), target);
    target.flip();
    assertThat(target.remaining()).isEqualTo(as.bytes());
    return switch (as) {
      case F16 -> Float.intBitsToFloat(HalfPrecision.widenF16(target.getShort()));
      case BF16 -> Float.intBitsToFloat(HalfPrecision.widenBf16(target.getShort()));
      case F32 -> target.getFloat();
      default -> target.getDouble();
    };
  }

  private static void check(DType memory, double value, FileDType as, double expected) {
    if (Double.isInfinite(expected) && Double.isFinite(value)) {
      assertThatThrownBy(() -> stored(memory, value, as))
          .as("%s to %s", value, as)
          .isInstanceOf(ArithmeticException.class);
    } else { // by their bits, which tell 0 from −0
      assertThat(Double.doubleToLongBits(stored(memory, value, as)))
          .as("%s to %s", value, as)
          .isEqualTo(Double.doubleToLongBits(expected));
    }
  }

  @Test
  void numbersAreStoredAsTorchCastsThem() throws IOException {
    List<Cast> casts = casts();
    assertThat(casts).hasSizeGreaterThan(400);
    for (Cast c : casts) {
      double f16 = Float.intBitsToFloat(HalfPrecision.widenF16((short) c.f16()));
      double bf16 = Float.intBitsToFloat(HalfPrecision.widenBf16((short) c.bf16()));
      check(DType.FLOAT64, c.number(), FileDType.F32, c.single());
      check(DType.FLOAT32, c.single(), FileDType.F16, f16);
      check(DType.FLOAT32, c.single(), FileDType.BF16, bf16);
      check(DType.FLOAT32, c.single(), FileDType.F64, c.single());
      if (c.number() == c.single()) { // else torch rounds twice on its way from float64
        check(DType.FLOAT64, c.number(), FileDType.F16, f16);
        check(DType.FLOAT64, c.number(), FileDType.BF16, bf16);
      }
    }
  }

  @Test
  void everyKindOfNumberIsAmongThem() throws IOException {
    List<Cast> casts = casts();
    assertThat(casts).anyMatch(c -> Double.isNaN(c.number()));
    assertThat(casts).anyMatch(c -> Double.isInfinite(c.number()));
    for (int sign : new int[] {0, 0x8000}) {
      assertThat(casts).anyMatch(c -> c.f16() == (sign | 0x7c00) && Float.isFinite(c.single()));
      assertThat(casts).anyMatch(c -> c.bf16() == (sign | 0x7f80) && Float.isFinite(c.single()));
      assertThat(casts).anyMatch(c -> c.f16() == (sign | 1)); // the least subnormals
      assertThat(casts).anyMatch(c -> c.bf16() == (sign | 1));
    }
    assertThat(casts).anyMatch(c -> c.single() == Float.MIN_VALUE);
    assertThat(casts).anyMatch(c -> Float.isInfinite(c.single()) && Double.isFinite(c.number()));
  }
}
